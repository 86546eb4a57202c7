"""A base to try rules on: NAQ in Beirut time, units A-COY (20 assigned, so 3 may be absent) and HQ (6, so 1 may)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain import garrison
from domain.acts import (
    BaseAct,
    Enter,
    Exempt,
    IssueOrder,
    LayPaper,
    LookAgain,
    Override,
    RescindOrder,
    Sealed,
    SetAside,
    SetPlace,
    SignEntry,
    Told,
    VoidNumbers,
)
from domain.calendar import Calendar
from domain.decider import Decision, Event, Refused, entries_of, fold
from domain.facts import Facts, HeldPost, Person, QueueRule, Rung, UnitStrength, Unknown
from domain.garrison import about
from domain.garrison.events import Numbered, Stands
from domain.garrison.foresight import WhatIf, what_if
from domain.holdings import Place
from domain.orders import Order, Role, Verdict
from domain.restrictions import StopLeave

CALENDAR = Calendar(
    zone="Asia/Beirut", shifts=((datetime(2026, 1, 1, tzinfo=UTC), 120), (datetime(2026, 3, 28, 22, tzinfo=UTC), 180))
)
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SEALED = Sealed(ref="s-aaaaaaaaaaaaaaaaaaaaaaaaaa", digest="0" * 64)


def local(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    """A moment on the base's clock."""
    return CALENDAR.instant(date(2026, month, day)) + timedelta(hours=hour, minutes=minute)


def holder(post: str, role: Role, base: str | None = "NAQ", who: str = "m-somebody") -> Person:
    """A person with one post."""
    return Person(id=who, posts=(HeldPost(post=post, role=role, base=base, since=date(2026, 1, 1)),))


COMMANDER = holder("CO-NAQ", "commander", who="m-co")
FORCE = holder("FC", "force-commander", base=None, who="m-fc")
CLERK = holder("CLERK-NAQ", "clerk", who="m-clerk")
DEPUTY = HeldPost(post="DCO-NAQ", role="commander", base="NAQ", since=date(2026, 1, 1))


FIFTH = local(5)


def order(
    number: str = "LO-1", version: int = 1, since: datetime = FIFTH, until: datetime | None = None, **more: Any
) -> Order:
    """A stop of leave from 5 March on, if nothing else is said."""
    words: dict[str, Any] = {"restrictions": (StopLeave(),), "issuer": "CO-NAQ", "title": "a title", "etp": "CO-NAQ"}
    return Order.model_validate({"number": number, "version": version, "since": since, "until": until} | words | more)


class Naq:
    """The base, act by act. `said` are the events of the last one."""

    def __init__(self, **strength: int) -> None:
        self.state = garrison.initial
        self.now = NOW
        self.strength = {unit: UnitStrength(assigned=n) for unit, n in ({"A-COY": 20, "HQ": 6} | strength).items()}
        self.mission_orders: tuple[Order, ...] = ()
        self.etp_posts: tuple[HeldPost, ...] = ()
        self.etp_holders: tuple[str, ...] = ()
        self.superiors: tuple[str, ...] = ()
        self.over: tuple[str, ...] = ()
        self.queue: QueueRule = "asked-first"
        self.overriders: tuple[str, ...] = ("FC",)
        self.unknown: tuple[Unknown, ...] = ()
        self.known: dict[str, Any] = {}  # facts besides, by name
        self.said: tuple[Event, ...] = ()
        self.entries: list[Any] = []
        self.decisions: list[Any] = []
        self.ns: dict[str, int] = {}
        self.places: dict[str, Place] = {}

    def act(
        self,
        act: BaseAct,
        person: Person | None = None,
        now: datetime | None = None,
        clerk: Person | None = None,
    ) -> tuple[Event, ...]:
        """Decide and fold; `clerk` is who recorded the act."""
        now = now or self.now
        return self._decide(act, self.facts(act, person, clerk), now)

    def again(self, one: Decision[Any, Any]) -> tuple[Event, ...]:
        """An act that was decided comes once more, when the server knows nothing of the first time."""
        return self._decide(one.act, one.facts, self.now)

    def _decide(self, act: garrison.Decided, facts: Facts, now: datetime) -> tuple[Event, ...]:
        self.said = garrison.decide(act, self.state, facts, now)
        self.decisions.append(Decision(act=act, now=now, facts=facts, events=self.said, rules="test"))
        entries = entries_of(act, self.said, self.state.seq, now)
        self.state = fold(garrison, self.state, entries)
        self.entries += entries
        return self.said

    def facts(self, act: BaseAct, person: Person | None, clerk: Person | None = None) -> Facts:
        """What is looked up for an act."""
        found = Facts(
            calendar=CALENDAR,
            strength=self.strength,
            queue=self.queue,
            person=person,
            clerk=clerk,
            mission_orders=self.mission_orders,
            etp_posts=self.etp_posts,
            etp_holders=self.etp_holders,
            superiors=self.superiors if about(act, self.state).issuer else (),
            above=dict.fromkeys(about(act, self.state).issuers, self.superiors),
            over=self.over,
            unknown=self.unknown,
            countersign_days=7,
            desks={"override": tuple(Rung(post=post) for post in self.overriders)},
        )
        return found.model_copy(update=self.known)

    def what_if(self, issued: Order, by: Person = COMMANDER) -> WhatIf:
        """What would come of an order."""
        act = IssueOrder(**self.head(), order=issued)
        return what_if(act, self.state, self.facts(act, by), self.now)

    def head(self, at: datetime | None = None, by: str = "m-somebody", **more: Any) -> dict[str, Any]:
        return {
            "act_id": f"act-{self.state.seq}",
            "decided_by": by,
            "acted_at": at or self.now,
            "base": "NAQ",
        } | more

    def enter(self, leave: str, year: int = 2026) -> str:
        said = self.act(Enter(**self.head(), leave_id=leave, year=year))
        (answer,) = [e for e in said if isinstance(e, Numbered)]
        return answer.number

    def wish(self, leave: str, place: Place | None, n: int | None = None, at: datetime | None = None) -> Verdict:
        """A leave sets its place, with a new n unless one is given; answers its verdict."""
        self.ns[leave] = self.ns.get(leave, 0) + 1 if n is None else n
        self.act(SetPlace(**self.head(at), leave_id=leave, n=self.ns[leave], place=place))
        if place:
            self.places[leave] = place
        (answer,) = [e for e in self.said if isinstance(e, Stands)]
        assert answer.leave_id == leave
        return answer.verdict

    def ask(self, leave: str, first: int = 10, last: int = 12, at: datetime | None = None, **more: Any) -> Verdict:
        """A leave asks for the days of March given."""
        return self.wish(leave, place(leave, first, last, **more), at=at)

    def out(self, leave: str, at: datetime, **more: Any) -> Verdict:
        """The gate saw somebody leave."""
        seen = (self.places.get(leave) or place(leave)).model_copy(update={"out_at": at, **more})
        return self.wish(leave, seen, at=max(at, self.now))

    def back(self, leave: str) -> Verdict:
        """A place is given back."""
        return self.wish(leave, None)

    def issue(self, issued: Order, by: Person = COMMANDER, **more: Any) -> tuple[Event, ...]:
        return self.act(IssueOrder(**self.head(**more), order=issued), by)

    def issue_by_clerk(self, issued: Order, by: Person = COMMANDER) -> tuple[Event, ...]:
        """What the commander signed, as a clerk types it."""
        head = self.head(by=by.id) | {"entered_by": CLERK.id, "medium": "paper"}
        return self.act(IssueOrder(**head, order=issued), by, clerk=CLERK)

    def exempt_by_clerk(self, leave: str, clerk: dict[str, Any], name: str = "LO-1.1") -> tuple[Event, ...]:
        words: dict[str, Any] = {"ground": "humanitarian", "reason": SEALED, "leave_id": leave, "order": name}
        return self.act(Exempt(**self.head(by=COMMANDER.id, **clerk), **words), COMMANDER, clerk=CLERK)

    def sign(self, of: str, by: Person = COMMANDER, **more: Any) -> tuple[Event, ...]:
        return self.act(SignEntry(**self.head(by=by.id, **more), of=of), by, clerk=CLERK if more else None)

    def lapse(self, nth: int = 0) -> tuple[Event, ...]:
        """Time comes to the nth of what is due at the base, and says so."""
        due = garrison.due(self.state)[nth]
        self.now = max(self.now, due.acted_at)
        return self._decide(due, Facts(), self.now)

    def lay(self, of: str, by: Person = CLERK, papers: tuple[str, ...] = ("a" * 64,)) -> tuple[Event, ...]:
        """Papers are laid to what was recorded without them."""
        return self.act(LayPaper(**self.head(by=by.id), of=of, evidence=papers), by)

    def rescind(self, number: str = "LO-1", by: Person = COMMANDER, ends: datetime | None = None) -> tuple[Event, ...]:
        return self.act(RescindOrder(**self.head(), number=number, at=ends, reason="no longer needed"), by)

    def exempt(
        self, leave: str, name: str = "LO-1.1", by: Person = COMMANDER, at: datetime | None = None, **more: Any
    ) -> tuple[Event, ...]:
        words: dict[str, Any] = {"ground": "humanitarian", "reason": SEALED} | more
        return self.act(Exempt(**self.head(at, by.id), leave_id=leave, order=name, **words), by)

    def override(self, leave: str, by: Person = FORCE, at: datetime | None = None, **more: Any) -> tuple[Event, ...]:
        return self.act(Override(**self.head(at, by.id), leave_id=leave, reason=SEALED, **more), by)

    def set_aside(self, file: str, by: Person = COMMANDER, **more: Any) -> tuple[Event, ...]:
        """Somebody sets a file of a spool aside; its digest is made of one character."""
        words = {"file": file * 64, "act": "approve", "of": "a-1", "addressed": "L1", "reason": "said twice"} | more
        return self.act(SetAside(**self.head(by=by.id), **words), by)

    def void(self, through: int, by: Person | None = None, year: int = 2026) -> tuple[Event, ...]:
        """Somebody, an administrator where nobody is named, voids control numbers of a year."""
        by = by or holder("ADMIN", "administrator", who="m-admin")
        return self.act(VoidNumbers(**self.head(by=by.id), year=year, through=through, reason="laid back"), by)

    def told(self, gone: tuple[str, ...] = (), **reached: int) -> tuple[Event, ...]:
        return self.act(Told(**self.head(), reached=reached, gone=gone))

    def look_again(self) -> tuple[Event, ...]:
        return self.act(LookAgain(**self.head()))

    def verdict(self, leave: str) -> Verdict:
        """As the base has it now."""
        held = self.state.leaves[leave].verdict
        assert held is not None
        return held

    @property
    def kinds(self) -> list[str]:
        """The kinds of the events of the last act."""
        return [getattr(e, "kind", "") for e in self.said]

    @property
    def refused(self) -> str:
        """The rule by which the last act was refused; empty where it was not."""
        rules = [e.refusal for e in self.said if isinstance(e, Refused)]
        for refusal in rules:
            assert refusal.why
            assert refusal.helps
            assert {"expected", "got"} <= set(refusal.facts)
        return rules[0].rule if rules else ""


ASKED = iter(range(10**9))


def place(leave: str, first: int = 10, last: int = 12, month: int = 3, **more: Any) -> Place:
    """Days of March by default; who asks later has the later `asked_at`."""
    words: dict[str, Any] = {
        "base": "NAQ",
        "member": f"m-{leave.lower()}",
        "unit": "A-COY",
        "nation": "IRL",
        "component": "contingent",
        "leave_kind": "ordinary",
        "destination": "DUBLIN",
        "first": date(2026, month, first),
        "last": date(2026, month, last),
        "asked_at": NOW + timedelta(seconds=next(ASKED)),
        "ceiling_percent": 15,
    }
    return Place.model_validate(words | more)


def cited(verdict: Verdict) -> list[str]:
    """What blocks a leave."""
    return [b.cites for b in verdict.blocks]


def full(**more: Any) -> Naq:
    """A unit without a place, and a leave that waits."""
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}")
    assert not naq.ask("E", **more).granted
    return naq
