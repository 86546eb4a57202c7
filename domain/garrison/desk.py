"""The acts on a base, one function each. What a decision changes for other leaves is decided with it, and told in the same breath."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import Any, Literal

from domain.acts import Act, Enter, Exempt, IssueOrder, Override, RescindOrder, SetPlace, Told
from domain.calendar import Calendar
from domain.decider import Entry, Event, Refused
from domain.facts import Facts
from domain.garrison import orders, powers
from domain.garrison import restrictions as rules
from domain.garrison.events import (
    AlreadySo,
    Examined,
    Exempted,
    Forgotten,
    Freed,
    Numbered,
    Opened,
    OrderIssued,
    OrderRescinded,
    Overridden,
    Stands,
    ToldLeaves,
)
from domain.garrison.judging import Asker, Bench, irregular, judge, material
from domain.garrison.orders import MINUTE
from domain.garrison.state import Garrison, Line, evolve
from domain.holdings import Place
from domain.ids import control_number
from domain.model import DAY, Code, Instant, datetime
from domain.orders import MovementWindow, Order, Verdict
from domain.orders import Curfew
from domain.refusal import Refusal

MEMORY = 60 * DAY
"""How long ended orders and closed leaves stay in the state; they stay in the journal for good."""


class Sitting:
    """One decision while it is made: what has been said so far, and the base as it stands after it."""

    def __init__(self, act: Any, state: Garrison, facts: Facts, now: Instant) -> None:
        """Nothing said yet."""
        self.act, self.state, self.facts, self.now = act, state, facts, now
        self.events: tuple[Event, ...] = ()

    @property
    def next(self) -> int:
        """The seq of the entry which is said next."""
        return self.state.seq + 1

    @property
    def as_of(self) -> datetime:
        """The time of who speaks: a leave's clock, or a paper that is entered late, against the base's own."""
        acted_at: datetime = self.act.acted_at
        return max(acted_at, self.now)

    @property
    def calendar(self) -> Calendar:
        """The days of the base."""
        assert self.facts.calendar is not None, "a base decides by its own days: the fact `calendar` was not looked up"
        return self.facts.calendar

    def say(self, event: Event) -> None:
        """One entry more."""
        self.events += (event,)
        entry = Entry[Any](seq=self.next, recorded_at=self.now, effective_at=self.act.acted_at, event=event)
        self.state = evolve(self.state, entry)

    def refuse(self, refusal: Refusal) -> None:
        """No, and nothing changes."""
        self.say(Refused(act=self.act.kind, refusal=refusal, cites=(refusal.rule,)))

    def bench(self, unit: Code, asker: Asker | None = None) -> Bench:
        """What a judgement over a unit rests on."""
        return Bench(self.state, unit, self.facts.strength.get(unit), self.calendar, self.now, asker)

    def examine(self, units: Iterable[Code] | None = None, order: Code | None = None) -> None:
        """Go through ledger and queue, of some units or of all, and say which verdicts changed by what was said."""
        lines = self.state.leaves
        units = {line.place.unit for line in lines.values() if line.place} if units is None else units
        said = {key: v for unit in sorted(set(units)) for key, v in judge(self.bench(unit)).items()}
        self._changed(said, order)

    def _changed(self, said: dict[str, Verdict], order: Code | None = None) -> None:
        old = {key: self.state.leaves[key].verdict for key in said}
        new = {key: v for key, v in said.items() if (was := old[key]) is None or material(was) != material(v)}
        if new:
            verdicts = {key: v.model_copy(update={"seq": self.next}) for key, v in sorted(new.items())}
            cites = dict.fromkeys((*((order,) if order else ()), *(c for v in verdicts.values() for c in v.cites)))
            self.say(Examined(order=order, verdicts=verdicts, cites=tuple(cites)))

    def judge_place(self, asker: Asker, place: Place, n: int) -> None:
        """Answer a leave that set its place, and tell those whom the answer touches."""
        line = self.state.leaves.get(asker.leave_id) or Line(seen=self.now.date())
        before = self.state
        wished = before.leaves | {asker.leave_id: line.model_copy(update={"n": n, "place": place})}
        self.state = before.model_copy(update={"leaves": wished})
        said = judge(self.bench(place.unit, asker))
        self.state = before
        verdict = said.pop(asker.leave_id).model_copy(update={"seq": self.next})
        self.say(Stands(leave_id=asker.leave_id, place=place, verdict=verdict, cites=verdict.cites))
        self._changed(said)


@singledispatch
def rule(act: Act, sitting: Sitting) -> None:
    """Decide one act."""
    raise TypeError(f"expected an act on a base, got {act!r}")


@rule.register
def enter(act: Enter, sitting: Sitting) -> None:
    """One number per leave, gapless per base and year, kept also when the leave is denied or lapses."""
    line = sitting.state.leaves.get(act.leave_id)
    if line and line.number:
        serial = int(line.number.rpartition("-")[2])
        year = int(line.number.split("-")[-2])
        number = line.number
    else:
        year, serial = act.year, sitting.state.serials.get(act.year, 0) + 1
        number = control_number(act.base, year, serial)
    sitting.say(Numbered(leave_id=act.leave_id, number=number, year=year, serial=serial, cites=("number/gapless",)))


@rule.register
def set_place(act: SetPlace, sitting: Sitting) -> None:
    """A leave sets its place, once per `n`: an older or repeated wish is answered with the present verdict and changes nothing.

    A wish whose `out_at` is set tells what the gate saw, and is never refused.
    """
    line = sitting.state.leaves.get(act.leave_id)
    if line and act.n <= line.n:
        held = line.verdict or _nothing(sitting.next, line.n)
        sitting.say(Stands(leave_id=act.leave_id, verdict=held, cites=held.cites))
    elif act.place is None:
        _give_back(act, line, sitting)
    elif act.place.out_at is not None:
        _observe(act, act.place, act.place.out_at, line, sitting)
    else:
        asker = Asker(act.leave_id, sitting.as_of)
        if line and line.granted and line.place:
            asker = asker._replace(had=True, keeps=_within(act.place, line.place))
        sitting.judge_place(asker, act.place, act.n)
        if line and line.place and line.place.unit != act.place.unit:
            sitting.examine([line.place.unit])


def _give_back(act: SetPlace, line: Line | None, sitting: Sitting) -> None:
    held = line.place if line else None
    how: Literal["back", "struck"] = "back" if held and held.out_at else "struck"
    sitting.say(Freed(leave_id=act.leave_id, n=act.n, how=how, cites=("strength/given-back",)))
    verdict = _nothing(sitting.next, act.n)
    sitting.say(Stands(leave_id=act.leave_id, verdict=verdict, cites=verdict.cites))
    if held:
        sitting.examine([held.unit])


def _observe(act: SetPlace, place: Place, out_at: Instant, line: Line | None, sitting: Sitting) -> None:
    """What the gate saw stands. What barred it is named once, when it is first told; later orders do not touch who has left."""
    line = line or Line(seen=sitting.now.date())
    if line.verdict and line.place and line.place.out_at == out_at:
        names = line.verdict.irregular
    else:
        told = line.model_copy(update={"place": place})
        names = irregular(sitting.bench(place.unit), act.leave_id, told, out_at)
    cites = (*names, "strength/as-seen")
    verdict = Verdict(
        seq=sitting.next, n=act.n, granted=True, cites=cites, exempt=tuple(sorted(line.exempt)), irregular=names
    )
    sitting.say(Stands(leave_id=act.leave_id, place=place, verdict=verdict, cites=cites, irregular=names))
    sitting.examine({place.unit, line.place.unit} if line.place else {place.unit})


def _within(new: Place, old: Place) -> bool:
    """Whether a wish needs no place that is not its own already."""
    return new.unit == old.unit and old.first <= new.first and new.last <= old.last


def _nothing(seq: int, n: int) -> Verdict:
    return Verdict(seq=seq, n=n, granted=False, cites=("strength/given-back",))


@rule.register
def issue_order(act: IssueOrder, sitting: Sitting) -> None:
    """A version enters the book; the same version again is so already, another text under its name is not taken."""
    order, book = act.order, sitting.state.book
    if known := orders.find(book, order.name):
        _again(order, known.order, sitting)
    elif no := powers.may_order(act, order, sitting.facts) or _unfit(order, act.base) or orders.against(book, order):
        sitting.refuse(no)
    else:
        departed = _departed(order, sitting)
        cites = (order.name, "authority/order")
        sitting.say(OrderIssued(order=order, beside=_beside(order, sitting), departed=departed, cites=cites))
        sitting.examine(order=order.name)


def _again(order: Order, known: Order, sitting: Sitting) -> None:
    if order == known:
        sitting.say(AlreadySo(what=f"{order.name} was issued", cites=(order.name,)))
        return
    other = sorted(k for k in Order.model_fields if getattr(order, k) != getattr(known, k))
    sitting.refuse(
        Refusal(
            rule="order/version",
            why=f"{order.name} is in the book with another content; what was issued is never rewritten",
            facts={"expected": f"{known.name} as issued", "got": f"other {', '.join(other)}"},
            helps="amend it with the next version",
        )
    )


def _unfit(order: Order, base: Code) -> Refusal | None:
    """What the words of an order cannot mean at this base."""
    if order.scope.bases and base not in order.scope.bases and not order.mission_wide:
        return Refusal(
            rule="order/scope",
            why=f"{order.name} says nothing about {base}",
            facts={"expected": base, "got": ", ".join(order.scope.bases)},
            helps="issue it at the bases which it names",
        )
    if any(isinstance(r, Curfew | MovementWindow) and r.from_ == r.until for r in order.restrictions):
        return Refusal(
            rule="order/hours",
            why="hours that end when they begin bar nothing, or all: the order must say which",
            facts={"expected": "two different hours", "got": "the same hour twice"},
            helps="give two hours, or a stop of leave for the whole day",
        )
    return None


def _beside(order: Order, sitting: Sitting) -> tuple[str, ...]:
    """Orders of the other layer with the same kind of restriction, in force while this one is: no order weakens another."""
    kinds = {r.rule for r in order.restrictions}
    return tuple(
        e.name
        for e in orders.editions(sitting.state.book)
        if e.order.mission_wide != order.mission_wide
        and kinds & {r.rule for r in e.order.restrictions}
        and (order.until is None or e.order.since < order.until)
        and (e.end is None or order.since < e.end)
    )


def _departed(order: Order, sitting: Sitting) -> tuple[str, ...]:
    """Who signed out under a verbal order before it was entered."""
    return tuple(
        key
        for key, line in sorted(sitting.state.leaves.items())
        if line.place
        and line.place.out_at
        and order.since <= line.place.out_at
        and (order.until is None or line.place.out_at < order.until)
        and rules.touches(order.scope, sitting.act.base, line.place)
    )


@rule.register
def rescind_order(act: RescindOrder, sitting: Sitting) -> None:
    """A number ends before its time, at a whole minute."""
    versions = sitting.state.book.get(act.number)
    if not versions:
        known = ", ".join(sorted(sitting.state.book)) or "none"
        sitting.refuse(
            Refusal(
                rule="order/unknown",
                why=f"{act.base} knows no order {act.number}",
                facts={"expected": f"one of {known}", "got": act.number},
                helps="orders ended more than 60 days ago are in the journal only",
            )
        )
        return
    at, end = _whole_minute(act.at or act.acted_at), versions[-1].end
    if end == at:
        sitting.say(AlreadySo(what=f"{act.number} ends at {at.isoformat()}", cites=(versions[-1].name,)))
    elif no := powers.may_order(act, versions[-1].order, sitting.facts):
        sitting.refuse(no)
    elif end is not None and end < at:
        sitting.refuse(
            Refusal(
                rule="order/ended",
                why=f"{act.number} is over by then",
                facts={"expected": f"before {end.isoformat()}", "got": at.isoformat()},
                helps="nothing is left to rescind",
            )
        )
    else:
        name = versions[-1].name
        sitting.say(OrderRescinded(number=act.number, at=at, reason=act.reason, cites=(name, "authority/order")))
        sitting.examine(order=name)


def _whole_minute(at: datetime) -> datetime:
    """Orders hold to the minute; one that was ended within a minute holds to its end."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + MINUTE


@rule.register
def exempt(act: Exempt, sitting: Sitting) -> None:
    """An exception to policy (ETP): one leave, one version of an order, on a ground which that version allows."""
    line = sitting.state.leaves.get(act.leave_id)
    if (no := _no_place(act, line)) or line is None or line.place is None:
        sitting.refuse(no or _unknown(act))
        return
    edition = orders.find(sitting.state.book, act.order)
    if edition is None or not rules.touches(edition.order.scope, act.base, line.place):
        sitting.refuse(_not_under(act, sitting))
    elif no := powers.may_exempt(act, edition, line.place, sitting.facts) or _too_late(act, edition, sitting):
        sitting.refuse(no)
    elif act.order in line.exempt and line.exempt[act.order] == act.until:
        sitting.say(AlreadySo(what=f"exempt from {act.order}", cites=(act.order,)))
    else:
        sitting.say(
            Exempted(
                leave_id=act.leave_id,
                order=act.order,
                ground=act.ground,
                reason=act.reason,
                until=act.until,
                cites=(act.order, "etp/authority"),
            )
        )
        sitting.examine([line.place.unit], order=act.order)


def _too_late(act: Exempt, edition: orders.Edition, sitting: Sitting) -> Refusal | None:
    ends = [at for at in (edition.end, act.until) if at is not None]
    if not ends or sitting.as_of < min(ends):
        return None
    return Refusal(
        rule="etp/over",
        why=f"{act.order} or the exemption asked for is over already",
        facts={"expected": f"before {min(ends).isoformat()}", "got": sitting.as_of.isoformat()},
        helps="see which orders bar the leave now: order explain",
    )


def _not_under(act: Exempt, sitting: Sitting) -> Refusal:
    line = sitting.state.leaves[act.leave_id]
    assert line.place
    base, at = act.base, sitting.as_of
    under = [
        e.name
        for e in orders.editions(sitting.state.book)
        if (e.end is None or at < e.end) and rules.touches(e.order.scope, base, line.place)
    ]
    return Refusal(
        rule="etp/order",
        why=f"{act.order} is no version of an order that is about this leave",
        facts={"expected": ", ".join(under) or "no order is about it", "got": act.order},
        helps="name a version that bars the leave: order explain",
    )


@rule.register
def override(act: Override, sitting: Sitting) -> None:
    """An emergency leave takes a place although its unit is short; orders, and their minimum strength, stand as before."""
    line = sitting.state.leaves.get(act.leave_id)
    if (no := _no_place(act, line)) or line is None or line.place is None:
        sitting.refuse(no or _unknown(act))
    elif no := powers.may_override(act, line.place, sitting.facts):
        sitting.refuse(no)
    elif line.overridden or line.granted:
        sitting.say(AlreadySo(what="the leave has its place", cites=("strength/override",)))
    else:
        cites = ("strength/override", "strength/ceiling")
        sitting.say(Overridden(leave_id=act.leave_id, reason=act.reason, cites=cites))
        sitting.examine([line.place.unit])


def _no_place(act: Exempt | Override, line: Line | None) -> Refusal | None:
    """Only a leave that has asked for its place, and has not left, can be helped to go."""
    if line is None:
        return _unknown(act)
    if line.away:
        return Refusal(
            rule=f"{act.kind}/departed",
            why="the member has signed out and is validly away; what was irregular stays marked",
            facts={
                "expected": "a leave that has not left",
                "got": f"signed out at {line.place.out_at}" if line.place else "",
            },
            helps="nothing is needed for the leave to go on",
        )
    if line.place is None:
        return Refusal(
            rule=f"{act.kind}/no-place",
            why="the leave has not asked the base for a place, or has given it back",
            facts={"expected": "a leave at its clearance", "got": f"{line.number or act.leave_id} without a place"},
            helps="it asks by itself once it is approved: then do this again",
        )
    return None


def _unknown(act: Exempt | Override) -> Refusal:
    return Refusal(
        rule=f"{act.kind}/unknown-leave",
        why=f"{act.base} does not know this leave",
        facts={"expected": f"a leave of {act.base}", "got": act.leave_id},
        helps="check the leave id and the base",
    )


@rule.register
def told(act: Told, sitting: Sitting) -> None:
    """Verdicts have reached their leaves; what leaves hold that had ended is free for the queue."""
    lines = sitting.state.leaves
    units = {line.place.unit for key in act.gone if (line := lines.get(key)) and line.place}
    sitting.say(ToldLeaves(reached=act.reached, gone=act.gone, cites=("base/newest-word",)))
    if units:
        sitting.examine(units)


def open_base(sitting: Sitting) -> None:
    """A base spoken to for the first time takes over the orders of the mission."""
    sitting.say(Opened(base=sitting.act.base, cites=("base/opened",)))
    for order in sorted(sitting.facts.mission_orders, key=lambda o: (o.number, o.version)):
        sitting.say(OrderIssued(order=order, cites=(order.name, "base/opened")))


def put_away(sitting: Sitting) -> None:
    """The state carries what rules need, and not the story."""
    before = sitting.now - MEMORY
    names = orders.ended_before(sitting.state.book, before)
    lines = sitting.state.leaves.items()
    leaves = tuple(sorted(key for key, line in lines if line.place is None and line.seen < before.date()))
    if names or leaves:
        sitting.say(Forgotten(orders=names, leaves=leaves, cites=("base/memory",)))
