"""The lives of a base, an account and a register, played at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, ClassVar

from domain import account, garrison, register
from domain.acts import (
    AdjustAccount,
    ChangeFlight,
    EndAccount,
    HandOver,
    Import,
    ReconcileAccount,
    Relabel,
    See,
    SignAccount,
    SignChange,
    SignIn,
    WithholdAccrual,
)
from domain.decider import Decision, Refused, entries_of, fold
from domain.facts import Facts, Flight, HeldPost, Person
from domain.holdings import Share
from domain.model import DAY, HOUR
from domain.register import Applied, ChangedFlight, FlightTold, FlightWritten, Imported, NotApplied, TellFlights
from domain.restrictions import Checklist, CountryClearance, LongestAbsence, Quarantine, StopLeave
from tests.domain.accounts import CLERK, MEMBER, Book
from tests.domain.accounts import COMMANDER as COMMANDS
from tests.domain.accounts import terms as account_terms
from tests.domain.garrison.mission import COMMANDER, FORCE, Naq, order
from tests.domain.leave import life as l
from tests.laws.dice import Dice, Over

_DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
_ENDS = {"flight": "UN-1", "origin": "NAQ", "destination": "BEY"}
UN_1 = Flight.model_validate(_ENDS | {"departs": _DAY, "arrives": _DAY + HOUR, "manifest_closes": _DAY - DAY})


def recorded(one: Decision[Any, Any]) -> bool:
    """Whether it is what people said, and was taken."""
    return one.act.said != "machine" and not any(isinstance(event, Refused) for event in one.events)


def versions(one: Decision[Any, Any]) -> set[int]:
    """The version of the register to which an import leads."""
    return {event.version for event in one.events if isinstance(event, Imported)}


RULES = (
    StopLeave(),
    StopLeave(bars_absence=True),
    Quarantine(before=2, after=3),
    CountryClearance(days=10),
    LongestAbsence(days=3),
    Checklist(items=("weapon",)),
)


class PlayedBase:
    """A base which is asked by leaves and told by authorities."""

    decider: ClassVar[Any] = garrison
    recorded: ClassVar[Any] = garrison.GarrisonDecision
    rolls: ClassVar[tuple[int, int]] = (10, 150)

    def __init__(self, dice: Dice) -> None:
        self.dice, self.naq = dice, Naq(**{"A-COY": 7})
        self.acts: list[Any] = []
        self.effects = 0

    @property
    def state(self) -> Any:
        return self.naq.state

    @property
    def decisions(self) -> list[Any]:
        return self.naq.decisions

    @property
    def journal(self) -> list[Any]:
        return self.naq.entries

    @property
    def said(self) -> Any:
        return self.naq.said

    def moves(self) -> Iterator[None]:
        try:
            while True:
                self.naq.now += self.dice.one_of(0, 1, 20) * HOUR
                self.move(f"L{self.dice.one_of(1, 2, 3, 4)}")
                self.tell()
                yield
        except Over:
            return

    def move(self, who: str) -> None:
        d, naq = self.dice.one_of, self.naq
        moves: list[Callable[[], Any]] = [
            lambda: naq.enter(who),
            lambda: naq.ask(who, d(10, 12), d(14, 20)),
            lambda: naq.ask(who, leave_kind="emergency"),
            lambda: naq.back(who),
            lambda: naq.issue(
                order(
                    d("LO-1", "LO-2"),
                    d(1, 2),
                    restrictions=(d(*RULES),),
                    rescinds=d((), (), ("LO-2.1",)),
                    scope=d({}, {}, {"destinations": d(("DUBLIN",), ("ACCRA",))}),
                )
            ),
            lambda: naq.rescind(d("LO-1", "LO-2")),
            lambda: naq.exempt(who),
            lambda: naq.override(who, d(FORCE, COMMANDER)),
            lambda: naq.set_aside(d("a", "b", "c")),
            lambda: naq.issue_by_clerk(order(d("LO-7", "LO-8"), d(1, 2))),
            lambda: naq.sign(next(iter(naq.state.unsigned), "nothing"), d(COMMANDER, FORCE)),
            lambda: naq.lapse(d(0, -1)) if garrison.due(naq.state) else naq.look_again(),
            lambda: naq.lay(next(iter(naq.state.bare), "nothing")),
            lambda: naq.void(d(1, 5, 40)),
            lambda: (
                naq.out(who, naq.now) if who in naq.state.leaves and naq.state.leaves[who].place else naq.enter(who)
            ),
        ]
        self.before = naq.state
        d(*moves)()

    def tell(self) -> None:
        self.effects = 0
        for tell in garrison.wants(self.naq.state, self.naq.now):
            self.effects += 1
            reached: dict[str, Any] = {key: verdict.seq for key, verdict in tell.verdicts.items()}
            self.naq.told(**reached)

    def again(self) -> tuple[Any, Any]:
        """The state, and what it is once decisions came again and all leaves have repeated their newest wish."""
        before = self.naq.state
        for one in self.naq.decisions[::-1]:
            if one.act.act_id in before.said:
                self.naq.again(one)
        for who, line in sorted(before.leaves.items()):
            if line.n:
                self.naq.wish(who, line.place and line.wish, n=line.n)
        for file in before.aside:
            self.naq.set_aside(file[0])
        for year, serial in before.serials.items():
            self.naq.void(serial, year=year)
        return before, self.naq.state


class PlayedAccount:
    """An account which is wished at by the leaves of its member."""

    decider: ClassVar[Any] = account
    recorded: ClassVar[Any] = account.AccountDecision
    rolls: ClassVar[tuple[int, int]] = (10, 150)

    def __init__(self, dice: Dice) -> None:
        self.dice, self.book = dice, Book(account_terms(overdraft=5, gap=3))
        self.effects, self.n = 0, 0
        self.wishes: list[tuple[Any, ...]] = []
        self.said: Any = ()

    @property
    def state(self) -> Any:
        return self.book.state

    @property
    def decisions(self) -> list[Any]:
        return self.book.decisions

    @property
    def journal(self) -> list[Any]:
        return self.book.journal

    def moves(self) -> Iterator[None]:
        from tests.domain.accounts import wish

        d = self.dice.one_of
        try:
            while True:
                self.n += 1
                who, first = d("L1", "L2", "L3"), date(2026, 2, 1) + d(0, 3, 10, 30) * DAY
                days = wish(first, first + d(2, 5, 9) * DAY)
                days = d(days, days, self.split(days))
                spec = d(days, days, None, days.model_copy(update={"charged": days.expected}))
                self.before = self.book.state
                seen = len(self.book.journal)
                roll = d(0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 7)
                self.bind()
                if roll == 1:
                    self.book.correct(who, d(1, -1), act_id=f"c{d(1, 2)}")
                elif roll == 2:
                    self.end()
                elif roll == 3:
                    self.relabel(who, first)
                elif roll == 4:
                    self.typed()
                elif roll == 5:
                    self.hear(who)
                elif roll == 6 and account.due(self.book.state):
                    self.book.lapse(d(0, -1))
                elif roll == 7:
                    self.state_charges()
                else:
                    self.wishes.append((who, self.n, spec))
                    self.book.set_days(*self.wishes[-1])
                self.said = tuple(e.event for e in self.book.journal[seen:])
                yield
        except Over:
            return

    def bind(self) -> None:
        """Now and then another pack binds the member, which lacks kinds of leave that are open."""
        lost: tuple[str, ...] | None = self.dice.one_of(None, None, (), ("ordinary",), ("ordinary", "rr"))
        if lost is not None:
            known = {name: kind for name, kind in account_terms(overdraft=5, gap=3).kinds.items() if name not in lost}
            self.book.facts = self.book.facts.model_copy(
                update={"terms": self.book.terms.model_copy(update={"pack": "another@1#00000000", "kinds": known})}
            )

    def end(self) -> None:
        """The member's time ends, or did not; somebody sees to what is left."""
        d, on = self.dice.one_of, self.book.now.date()
        told: dict[str, Any] = {"on": on - d(0, 3) * DAY, "why": d("died", "transfer"), "lift": d(False, False, True)}
        kind, words = d(
            (EndAccount, told),
            (HandOver, {"done": "settled", "whom": "the pay office"}),
            (See, {"what": d("back", "told")}),
        )
        self.book.enter(kind, self.dice.one_of(COMMANDS, COMMANDS, CLERK), **words)

    def hear(self, who: str) -> None:
        """A return arrives when the leave has ended, now and then once more."""
        seen = SignIn(act_id=self.dice.one_of("h1", "h2"), decided_by=CLERK.id, acted_at=self.book.now, leave_id=who)
        self.book.facts = self.book.facts.model_copy(update={"person": CLERK})
        self.book.take(account.as_heard(seen, MEMBER.id))

    def typed(self) -> None:
        """A clerk types what the commander decided, who countersigns it, or tries what is not there."""
        self.book.facts = self.book.facts.model_copy(update={"clerk": CLERK})
        told: dict[str, Any] = {"purse": "annual", "days": 1, "on": self.book.now.date(), "reason": "misread"}
        signs = {"of": next(iter(self.book.state.unsigned), "nothing")}
        confined = {"first": self.book.now.date() - DAY, "ground": "confined", "reason": "kept in"}
        kind, words = self.dice.one_of(
            (AdjustAccount, told | {"entered_by": CLERK.id, "medium": "paper"}),
            (SignAccount, signs),
            (WithholdAccrual, confined | {"lift": self.dice.chance(50)}),
        )
        self.book.enter(kind, COMMANDS, **words)

    def state_charges(self) -> None:
        """The pay office tells what it has charged."""
        charges = {leave: self.dice.one_of(line.cost, 3) for leave, line in self.book.state.lines.items()}
        told = {"source": "pay office", "as_of": self.book.now.date(), "statement": "a" * 64}
        self.book.enter(ReconcileAccount, charges=charges, **told)

    def relabel(self, who: str, first: date) -> None:
        """Days of a leave are called otherwise, by the commander."""
        label, sign = self.dice.one_of(("absent", 1), ("excused", 1), ("charged", -1))
        told = {"leave_id": who, "first": first, "last": first + DAY, "label": label, "why": "other"}
        days = self.dice.one_of(sign, 2 * sign, 0, None)
        self.book.enter(Relabel, COMMANDS, **(told | {"days": days, "reason": l.SEALED}))

    def split(self, days: Any) -> Any:
        """The same days, of two kinds and two purses, with a question, in excess, or with absence that was found."""
        two = days.first + DAY
        told = {"leave_kind": "ordinary", "purse": "annual", "each": 1}
        late: dict[str, Any] = self.dice.one_of({}, {"unearned": "unpaid"}, {"purse": "rr"}, {"unearned": "absent"})
        shares = (
            Share.model_validate(told | {"first": days.first, "last": days.first}),
            Share.model_validate(told | {"first": two, "last": days.last} | late),
        )
        return days.model_copy(
            update={
                "shares": shares,
                "balance_on": self.dice.one_of(None, date(2026, 1, 31)),
                "excess": self.dice.one_of(False, True),
                "absent_from": self.dice.one_of(None, days.last + DAY),
            }
        )

    def again(self) -> tuple[Any, Any]:
        """The state, and what it is once all that was recorded came again: the last first, and then in order.

        What the register has told it meanwhile is no word of anybody's.
        """
        before, said = self.book.state, [one for one in self.decisions if recorded(one)]
        for one in (*said[::-1], *said):
            self.book.again(one)
        for wish in self.wishes:
            self.book.set_days(*wish)
        return before.model_copy(update={"grounds": self.book.state.grounds}), self.book.state


class PlayedRegister:
    """A register into which administrators import; files are taken in, or not."""

    decider: ClassVar[Any] = register
    recorded: ClassVar[Any] = register.RegisterDecision
    rolls: ClassVar[tuple[int, int]] = (10, 80)
    most_effects: ClassVar[int] = 3
    now = datetime(2026, 3, 1, tzinfo=UTC)

    def __init__(self, dice: Dice) -> None:
        self.dice, self.state = dice, register.initial
        self.journal: list[Any] = []
        self.decisions: list[Any] = []
        self.said: Any = ()
        self.last: Any = None
        self.flight, self.failed = UN_1, set[int]()
        self.effects = 0

    def moves(self) -> Iterator[None]:
        d = self.dice.one_of
        try:
            while True:
                digest = sha256(bytes([d(1, 2, 3)])).hexdigest()
                act: Any = Import(
                    act_id=f"i{len(self.journal)}",
                    decided_by="m-admin",
                    acted_at=self.now,
                    files={d("members.csv", "posts.csv"): digest} if d(1, 1, 1, 0) else {},
                    base_version=self.state.version - d(0, 0, 0, 1),
                )
                by = d("administrator", "administrator", "clerk")
                if d(0, 0, 1):
                    act, by = self.change_of_flight(), d("movement-control", "clerk")
                elif d(0, 0, 0, 1):
                    act = self.countersignature()
                elif register.due(self.state) and self.dice.chance(50):
                    act = register.due(self.state)[0]
                    self.now = max(self.now, act.acted_at)
                self.last, self.by, self.before = act, self.person(by), self.state
                self.said = self.take(act)
                if d(1, 1, 0):
                    self.apply(taken=d(True, True, False))
                yield
        except Over:
            return

    def change_of_flight(self) -> ChangeFlight:
        head = {"act_id": f"f{len(self.journal)}", "decided_by": "m-admin", "acted_at": self.now}
        times = {"departs": self.now + 3 * DAY, "arrives": self.now + 4 * DAY} if self.dice.chance(50) else {}
        typed = self.dice.one_of({}, {"entered_by": "m-clerk", "medium": "radio"})
        return ChangeFlight.model_validate(head | times | {"flight": "UN-1", "reason": "weather"} | typed)

    def countersignature(self) -> SignChange:
        of = next(iter(self.state.unsigned), "nothing")
        return SignChange(act_id=f"s{len(self.journal)}", decided_by="m-admin", acted_at=self.now, of=of)

    def person(self, role: Any) -> Person:
        return Person(id="m-admin", posts=(HeldPost(post="ADMIN", role=role, since=date(2026, 1, 1)),))

    def take(self, act: register.Decided) -> tuple[Any, ...]:
        clerk = Person(id="m-clerk", posts=(HeldPost(post="G1", role="clerk", since=date(2026, 1, 1)),))
        facts = Facts(person=self.by, clerk=clerk, flight=self.flight, countersign_days=7)
        events = register.decide(act, self.state, facts, self.now)
        self.decisions.append(Decision(act=act, now=self.now, facts=facts, events=events, rules="test"))
        self.write(events, act)
        return events

    def apply(self, *, taken: bool) -> None:
        self.effects = 0
        for want in register.wants(self.state, self.now):
            self.effects += 1
            if isinstance(want, ChangedFlight):
                self.change(want)
                continue
            if isinstance(want, TellFlights):
                some = want.changes[self.dice.one_of(0, 0, 1) :]
                self.write(tuple(FlightTold(n=one.n, flight=one.flight, leaves=1, cites=("x",)) for one in some))
                continue
            self.failed |= set() if taken else {want.n}
            done = Applied(version=want.n, administrators=1, flights=self.dice.one_of((), ("UN-1",)), cites=("x",))
            self.write((done if taken else NotApplied(version=want.n, bad_lines=1, cites=("x",)),))

    def change(self, want: ChangedFlight) -> None:
        """The register's tables have it from now on."""
        if not want.as_imported:
            times = want.model_dump(include={"departs", "arrives", "manifest_closes"}) if want.departs else {}
            self.flight = self.flight.model_copy(update=times | {"cancelled": not times})
        leaves = self.dice.one_of(1, 0, 3)
        self.write((FlightWritten(n=want.n, flight=want.flight, leaves=leaves, cites=("x",)),))

    def write(self, events: Sequence[Any], act: Any = None) -> None:
        new = entries_of(act, events, self.state.seq, self.now)
        self.state = fold(register, self.state, new)
        self.journal += new

    def again(self) -> tuple[Any, Any]:
        """The state, and what it is once all that was recorded came again: the last first, and then in order.

        An import that could not be taken in is tried anew.
        """
        before = self.state
        said = [one for one in self.decisions if recorded(one) and not self.failed & versions(one)]
        for one in (*said[::-1], *said):
            self.by = one.facts.person
            self.take(one.act)
        return before, self.state
