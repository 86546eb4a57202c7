"""Lives of deciders, played at random. A string of bytes is the dice; a shorter one is a shorter life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, ClassVar, TypeVar, get_args

from domain import account, garrison, leave, register
from domain.acts import ChangeFlight, EndAccount, FlightChanged, HandOver, Import, Relabel
from domain.decider import entries_of, fold
from domain.facts import BaseFacts, Facts, Flight, HeldPost, Person
from domain.holdings import Share, Want
from domain.leave.events import How, LeaveEvent
from domain.leave.path import PATH, at
from domain.model import DAY, HOUR
from domain.orders import Bar, Condition
from domain.register import Applied, ChangedFlight, FlightTold, NotApplied
from domain.restrictions import Checklist, CountryClearance, LongestAbsence, Quarantine, StopLeave
from tests.domain.accounts import COMMANDER as COMMANDS
from tests.domain.accounts import Book
from tests.domain.accounts import terms as account_terms
from tests.domain.garrison.mission import COMMANDER, FORCE, Naq, order
from tests.domain.leave import life as l

T = TypeVar("T")
_DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
_ENDS = {"flight": "UN-1", "origin": "NAQ", "destination": "BEY"}
UN_1 = Flight.model_validate(_ENDS | {"departs": _DAY, "arrives": _DAY + HOUR, "manifest_closes": _DAY - DAY})


class Over(Exception):
    """No dice are left."""


class Dice:
    """Choices out of bytes; the first choice is the one to which a failing life shrinks."""

    def __init__(self, rolls: bytes) -> None:
        self.rolls = iter(rolls)

    def one_of(self, *choices: T) -> T:
        roll = next(self.rolls, None)
        if roll is None:
            raise Over
        return choices[roll % len(choices)]

    def chance(self, percent: int) -> bool:
        return bool(self.one_of(*range(100)) >= 100 - percent)


KINDS = (
    ("ordinary", "contingent"),
    ("emergency", "us-army"),
    ("rr", "us-army"),
    ("bereavement", "us-army"),
    ("emergency", "un-civilian"),
    ("emergency-absence", "us-army"),
)
"""Kinds of leave with all that the packs know: charged, checked, split by the account's word, given for some days."""


class PlayedLeave(l.Life):
    """A leave, its people and a world which changes its mind. Effects end in any order, and later than wished."""

    decider: ClassVar[Any] = leave
    rolls: ClassVar[tuple[int, int]] = (150, 400)
    most_effects: ClassVar[int] = 16
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.jobs: dict[str, Want] = {}
        self.effects = 0
        self.acts: list[Any] = []
        kind, pack = dice.one_of(*KINDS)
        super().__init__(
            terms=l.terms(pack, kind, notice_days=0, eligible_after_days=0, first_after_days=0),
            base=BaseFacts(
                code="NAQ", clearance=dice.one_of("orders", "officer"), posts=2, small=dice.one_of(3, 3, 3, 0)
            ),
            degraded=dice.one_of((), (), (), ("MO-7.1",)),
            family=dice.one_of(*["listed"] * 15, "outside"),
            notices=dice.one_of(False, True),
        )
        self.kind, self.travel = kind, dice.one_of("flight", "road", "none")
        self.world.days = l.NO_DAYS if dice.chance(3) else None
        self.world.seat = l.NO_SEAT if dice.chance(10) else None

    # ---- moves

    def moves(self) -> Iterator[None]:
        """One move after the other, until it is over or the dice are out."""
        try:
            first = l.NOW.date() + self.dice.one_of(12, 15, 1, 40) * DAY
            words = {"leave_kind": self.kind, "first": first, "last": first + self.dice.one_of(6, 1, 20, 4) * DAY}
            words |= self.event(first)
            clerk = self.dice.one_of(*[None] * 8, *["clerk"] * 7, "cook")
            self.ask(**words, travel=self.travel, clerk=clerk, who=self.dice.one_of(*["member"] * 31, "co"))
            yield
            while not (leave.over(self.state) and not self.jobs):
                self.move()
                yield
        except Over:
            return

    def event(self, first: date) -> dict[str, Any]:
        """What else is asked: on what day somebody died, or which kind follows."""
        if self.kind == "bereavement":
            return {"died_on": l.NOW.date() - self.dice.one_of(1, 0, -1) * DAY}
        follows = ({"leave_kind": "ordinary", "first": first + DAY},)
        return {"then": follows} if self.kind == "rr" and self.dice.chance(50) else {}

    def move(self) -> None:
        roll = self.dice.one_of(*range(100))
        if self.jobs and roll % 2:
            self.finish(self.dice.one_of(*self.jobs))
        elif roll < 50:
            self.onwards()
        elif roll < 60:
            self.time()
        elif roll < 66:
            self.base()
        elif roll < 69:
            self.change_the_world()
        elif roll < 72:
            self.confirm()
        elif roll < 97:
            self.anything()
        else:
            self.end()
        if roll % 8:
            self.finish_all()

    def onwards(self) -> None:  # noqa: C901, PLR0912 (a line a step reads best)
        """The part which brings the leave on at its step."""
        step, someone = self.at, self.dice.one_of
        if self.state.reviews and self.dice.chance(40):
            self.confirm()
        clerk = someone(None, None, None, "clerk")
        match step:
            case "attest" if self.dice.chance(20):
                self.say("approve", "co", prove_by=self.state.last_day + someone(20, 0) * DAY)
            case "attest":
                self.say("attest", "verifier", method="phone", holds=not self.dice.chance(10), clerk=clerk)
            case "approve" if self.dice.chance(8):
                self.say("deny", "co", reason="needed here")
            case "approve":
                dated = someone(l.person("co"), l.person("co"), l.person("sector"), l.appointed("co"))
                self.say("approve", dated, clerk=clerk)
            case "officer" if self.dice.chance(60 if self.kind == "emergency" else 20):
                self.say("clear", l.person("co", "officer"), twice="two officers here")
                self.say("approve", someone("co", "co", "sector"), clerk=clerk)
            case "sign-in" if self.dice.chance(10):
                self.say("gateway", "mover", way=someone("out", "back"))
            case "officer":
                self.say("clear", someone(l.person("officer"), l.person("co", "officer")), clerk=clerk)
            case "book" | "confirm":
                self.say("confirm-travel", "mover", clerk=clerk)
            case "sign-out":
                self.pass_time(max(self.now, l.local(self.state.first_day, "10:00")))
                self.say("sign-out", "gate", clerk=clerk)
            case "sign-in" if self.dice.chance(60):
                self.away()
            case "sign-in":
                self.pass_time(max(self.now, l.local(self.state.last_day, someone("18:00", "06:00"))))
                self.say("sign-in", "gate", clerk=clerk)
            case "close" if self.dice.chance(30):
                self.say("attest", "verifier", method="document", holds=someone(True, False))
            case _:
                self.time()

    def away(self) -> None:
        """What happens while the member is away."""
        d = self.dice.one_of
        if self.state.extension and d(True, True, False):
            words: dict[str, Any] = d({"kind": "approve"}, {"kind": "deny", "reason": "needed here"})
            self.say(who="co", **words)
        else:
            longer = self.state.last_day + d(1, 2, 5) * DAY
            d(
                *([lambda: self.say("report", "cook", what="discharged")] * 4 if self.state.in_hospital else []),
                lambda: self.say("extend", "member", last=longer, reason=l.SEALED),
                lambda: self.say("report", "cook", what=d("hospital", "delay")),
                lambda: self.say("recall", "co", reason="needed here", back_by=self.state.last_day - d(1, 3) * DAY),
                lambda: self.say("contact", "clerk", via="phone", reached=d(True, False)),
                lambda: self.say("was-told", "clerk", via="phone", about="recall"),
                lambda: self.say("find", "co", finding=d("excused", "charged", "absent"), reason=l.SEALED),
            )()

    def confirm(self) -> None:
        if self.state.reviews:
            self.say("review", "sector", of=next(iter(self.state.reviews)), upheld=self.dice.chance(50))
            return
        for act_id, who in self.state.signers.items():
            by_post = act_id in self.state.confirmers
            self.say("countersign", "sector" if by_post else l.person(who.removeprefix("m-")), of=act_id)
            break

    def anything(self) -> None:
        """Any act by anybody, likelier one that is possible now."""
        by = self.dice.one_of(
            *(l.person(who) for who in ("co", "member", "gate", "dco", "sector", "mover", "cook")),
            l.person("co", "mover"),
            l.relieved("gate"),
            l.relieved("co"),
            l.appointed("mover"),
            l.person("gate").model_copy(update={"id": "m-member"}),
        )
        acts = self.words()
        fit = (
            [k for k in acts if leave.possible(self.act(k, **acts[k]), self.state) is None]
            if self.dice.chance(80)
            else []
        )
        kind = self.dice.one_of(*(fit or list(acts)))
        at_ = self.now - self.dice.one_of(0, 0, 1, 30, -3) * HOUR
        self.say(kind, by, self.dice.one_of(None, None, "clerk", "cook"), **(acts[kind] | {"acted_at": at_}))

    def end(self) -> None:
        self.dice.one_of(
            *[lambda: self.pass_time(self.now + 250 * DAY)] * 3,
            lambda: self.say("end-member", "co", why="died"),
            lambda: self.say("withdraw", "member"),
            lambda: self.say("deny", "co", reason="needed here"),
            lambda: self.say("cancel", "co", reason="needed here", contingency=self.dice.chance(50)),
            lambda: self.say("cancel", Person(id="server"), reason="cancelled on the server"),
        )()

    def words(self) -> dict[str, dict[str, Any]]:
        """Each act that somebody may say, with words for it."""
        if self.state.ask is None:
            return {"withdraw": {}, "sign-out": {}, "approve": {}}
        d, last = self.dice.one_of, self.state.last_day
        later = last + self.dice.one_of(1, 3, -1, 40) * DAY
        corrected: dict[str, Any] = d(
            {"last": later},
            {"first": self.state.first_day + d(1, -1, 5) * DAY},
            {"destination": "LAGOS"},
            {"signed_out_at": self.now - d(1, 5, 40) * HOUR},
            {"signed_in_at": self.now - d(1, 5, 40) * HOUR},
            {},
        )
        waiting = [*self.state.countersigns, "nothing"]
        return {
            "attest": {"method": "unit", "holds": d(True, True, False)},
            "approve": d({}, {"prove_by": self.state.last_day + d(0, 20, -30) * DAY}),
            "gateway": {"way": d("out", "back")},
            "clear": {},
            "confirm-travel": d({}, {"out_flight": "UN-1"}),
            "check-off": {"item": d("weapon", "all", "contact"), "done": d(True, True, False)},
            "unbook": {"flight": d("UN-1", "UN-2"), "reason": "overweight"},
            "sign-out": {},
            "sign-in": d({}, {}, {"journey_at": self.now - d(3, 30) * HOUR}),
            "extend": {"last": later, "reason": l.SEALED},
            "report": {"what": d("delay", "hospital", "discharged"), "until": d(None, later)},
            "recall": {"reason": "needed here", "back_by": last - d(1, 2, 0) * DAY},
            "was-told": {"about": d("recall", "other"), "via": "phone", "whom": d("member", "provost")},
            "contact": {"via": "phone", "reached": d(True, False)},
            "end-member": {"why": d("died", "transfer", "missing")},
            "find": {
                "finding": d("excused", "charged", "absent"),
                "reason": l.SEALED,
                "until": d(None, max(later, last)),
            },
            "countersign": {"of": d(*waiting)},
            "review": {"of": d(*self.state.reviews, "nothing")},
            "attach": {"evidence": (sha256(b"paper").hexdigest(),)},
            "correct": corrected | {"reason": "a slip of the pen"},
        }

    def time(self) -> None:
        """Time goes on to the next deadline, or for some hours."""
        if leave.due(self.state) and self.dice.chance(60):
            self.lapse()
        else:
            self.pass_time(self.now + self.dice.one_of(1, 7, 24, 100) * HOUR)

    def pass_time(self, until: datetime) -> None:
        for _ in range(400):
            due = leave.due(self.state)
            if not due or due[0].acted_at > until:
                break
            self.lapse()
        self.now = max(self.now, until)

    def base(self) -> None:
        """The base changes its mind, and tells; sometimes its words overtake each other. Or a flight is changed."""
        if self.state.ask and self.dice.chance(40):
            self.flight_changed()
            return
        until = self.dice.one_of(None, self.now + 30 * HOUR, self.now + 300 * HOUR, self.now - HOUR)
        blocks = self.dice.one_of((), (l.block(until=until),), (l.block(until=until), l.block("LO-2.1")))
        curfew = Bar(cites="LO-3.1", from_=time(22), to=time(5), since=l.NOW)
        self.world.bars = self.dice.one_of((), (curfew,))
        listed = Condition(
            cites="LO-4.1", rule="checklist", why="a list", items=("weapon", "contact"), since=l.NOW, until=until
        )
        self.world.conditions = self.dice.one_of((), (listed,))
        self.ruled(*blocks, granted=self.dice.one_of(True, True, False), seq=self.dice.one_of(None, None, None, 100))

    def flight_changed(self) -> None:
        head = {"act_id": f"register/{len(self.journal)}/UN-1", "decided_by": "register", "acted_at": self.now}
        told = head | {"leave_id": l.LEAVE, "flight": "UN-1", "why": self.dice.one_of("cancelled", "moved")}
        self.take(FlightChanged.model_validate(told))

    def change_the_world(self) -> None:
        self.world.days = self.dice.one_of(None, l.NO_DAYS)
        self.world.seat = self.dice.one_of(None, l.NO_SEAT)

    # ---- effects, one at a time on each thing held, as the process has them

    def take(self, act: Any, by: Person | None = None, clerk: Person | None = None) -> tuple[Any, ...]:
        self.before, self.last, self.by, self.clerk = self.state, act, by, clerk
        self.acts.append(act)
        return super().take(act, by, clerk)

    def write(self, events: tuple[Any, ...], act: Any = None) -> None:
        for event in events:
            if event.kind == "ended":
                self.reached[event.how] += 1
            self.reached[f"event {event.kind}"] += 1
        super().write(events, act)
        self.reached[at(self.state)] += 1

    def settle_down(self, most: int = 0) -> int:
        self.effects = 0
        self.start()
        return 0

    def start(self) -> None:
        for want in leave.wants(self.state, self.now):
            self.jobs.setdefault(want.what, want)

    def finish(self, what: str) -> None:
        self.effects += 1
        assert self.effects <= self.most_effects, f"wanted without end: {self.jobs}"
        self.write(self.world.answer(self.jobs.pop(what)))
        self.start()

    def finish_all(self) -> None:
        while self.jobs:
            self.finish(next(iter(self.jobs)))

    def again(self) -> tuple[Any, Any]:
        """The state, and what it is once all acts were said again, as the process takes them."""
        before = self.state
        for act in self.acts:
            if act.act_id not in self.state.acts:
                events = leave.decide(act, self.state, Facts(), self.now)
                super().write(events, act)
        return before, self.state

    def held(self) -> set[str]:
        return set(self.state.held) - {"number"}


EVERY_END = set(get_args(How))
EVERY_EVENT = {f"event {get_args(m.model_fields['kind'].annotation)[0]}" for m in get_args(get_args(LeaveEvent)[0])}
EVERY_STEP = {step.name for step in PATH} | {"end"}


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
    rolls: ClassVar[tuple[int, int]] = (10, 150)

    def __init__(self, dice: Dice) -> None:
        self.dice, self.naq = dice, Naq(**{"A-COY": 7})
        self.acts: list[Any] = []
        self.decisions: list[Any] = []
        self.effects = 0

    @property
    def state(self) -> Any:
        return self.naq.state

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
                order(d("LO-1", "LO-2"), d(1, 2), restrictions=(d(*RULES),), rescinds=d((), (), ("LO-2.1",)))
            ),
            lambda: naq.rescind(d("LO-1", "LO-2")),
            lambda: naq.exempt(who),
            lambda: naq.override(who, d(FORCE, COMMANDER)),
            lambda: naq.set_aside(d("a", "b", "c")),
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
        """The state, and what it is once all leaves have repeated their newest wish."""
        before = self.naq.state
        for who, line in sorted(before.leaves.items()):
            if line.n:
                self.naq.wish(who, line.place and line.wish, n=line.n)
        for file in before.aside:
            self.naq.set_aside(file[0])
        return before, self.naq.state


class PlayedAccount:
    """An account which is wished at by the leaves of its member."""

    decider: ClassVar[Any] = account
    rolls: ClassVar[tuple[int, int]] = (10, 150)

    def __init__(self, dice: Dice) -> None:
        self.dice, self.book = dice, Book(account_terms(overdraft=5, gap=3))
        self.decisions: list[Any] = []
        self.effects, self.n = 0, 0
        self.wishes: list[tuple[Any, ...]] = []
        self.said: Any = ()

    @property
    def state(self) -> Any:
        return self.book.state

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
                roll = d(0, 0, 0, 0, 1, 2, 3)
                if roll == 1:
                    self.book.correct(who, d(1, -1), act_id=f"c{d(1, 2)}")
                elif roll == 2:
                    self.end()
                elif roll == 3:
                    self.relabel(who, first)
                else:
                    self.wishes.append((who, self.n, spec))
                    self.book.set_days(*self.wishes[-1])
                self.said = tuple(e.event for e in self.book.journal[seen:])
                yield
        except Over:
            return

    def end(self) -> None:
        """The member's time ends, or did not; somebody sees to what is left."""
        d, on = self.dice.one_of, self.book.now.date()
        told: dict[str, Any] = {"on": on - d(0, 3) * DAY, "why": d("died", "transfer"), "lift": d(False, False, True)}
        kind, words = d((EndAccount, told), (HandOver, {"done": "settled", "whom": "the pay office"}))
        self.book.enter(kind, **words)

    def relabel(self, who: str, first: date) -> None:
        """Days of a leave are called otherwise, by the commander."""
        label, sign = self.dice.one_of(("absent", 1), ("excused", 1), ("charged", -1))
        told = {"leave_id": who, "first": first, "last": first + DAY, "label": label, "why": "other"}
        days = sign * self.dice.one_of(1, 2, 0)
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
        before = self.book.state
        for wish in self.wishes:
            self.book.set_days(*wish)
        return before, self.book.state


class PlayedRegister:
    """A register into which administrators import; files are taken in, or not."""

    decider: ClassVar[Any] = register
    rolls: ClassVar[tuple[int, int]] = (10, 80)
    now = datetime(2026, 3, 1, tzinfo=UTC)

    def __init__(self, dice: Dice) -> None:
        self.dice, self.state = dice, register.initial
        self.journal: list[Any] = []
        self.decisions: list[Any] = []
        self.said: Any = ()
        self.last: Any = None
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
                self.last, self.by = act, self.person(d("administrator", "administrator", "clerk"))
                if d(0, 0, 1):
                    self.last = act = self.change_of_flight()
                self.before = self.state
                self.said = self.take(act)
                if d(1, 1, 0):
                    self.apply(taken=d(True, True, False))
                yield
        except Over:
            return

    def change_of_flight(self) -> ChangeFlight:
        self.by = self.person(self.dice.one_of("movement-control", "clerk"))
        head = {"act_id": f"f{len(self.journal)}", "decided_by": "m-admin", "acted_at": self.now}
        times = {"departs": self.now + 3 * DAY, "arrives": self.now + 4 * DAY} if self.dice.chance(50) else {}
        return ChangeFlight.model_validate(head | times | {"flight": "UN-1", "reason": "weather"})

    def person(self, role: Any) -> Person:
        return Person(id="m-admin", posts=(HeldPost(post="ADMIN", role=role, since=date(2026, 1, 1)),))

    def take(self, act: Import) -> tuple[Any, ...]:
        events = register.decide(act, self.state, Facts(person=self.by, flight=UN_1), self.now)
        self.write(events, act)
        return events

    def apply(self, *, taken: bool) -> None:
        self.effects = 0
        for want in register.wants(self.state, self.now):
            self.effects += 1
            if isinstance(want, ChangedFlight):
                self.write((FlightTold(n=want.n, flight=want.flight, leaves=1, cites=("x",)),))
                continue
            done = Applied(version=want.n, administrators=1, flights=self.dice.one_of((), ("UN-1",)), cites=("x",))
            self.write((done if taken else NotApplied(version=want.n, bad_lines=1, cites=("x",)),))

    def write(self, events: Sequence[Any], act: Any = None) -> None:
        new = entries_of(act, events, self.state.seq, self.now)
        self.state = fold(register, self.state, new)
        self.journal += new

    def again(self) -> tuple[Any, Any]:
        before = self.state
        if self.last and not any(e.kind == "refused" for e in self.said) and before.under_way:
            self.take(self.last)
        return before, self.state


__all__ = [
    "EVERY_END",
    "EVERY_EVENT",
    "EVERY_STEP",
    "Dice",
    "PlayedAccount",
    "PlayedBase",
    "PlayedLeave",
    "PlayedRegister",
    "timedelta",
]
