"""What a base says of its leaves: orders, ledger and queue gone through together, unit by unit.

A leave takes its place at once and whole, when no order bars its sign-out and its unit has room on each of its days.
Else it waits: for an order to end, or in the queue of its unit. An order that comes later suspends a leave, and leaves
it its place. Whoever has signed out is not judged any more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from domain.calendar import days
from domain.facts import QueueRule, UnitStrength
from domain.garrison.barring import Barred, apart, barred, barred_at, binding
from domain.garrison.clock import Clock
from domain.garrison.flights import FLIGHTS, flown_over, held_days, is_marked
from domain.garrison.limits import ceilings, minimums
from domain.garrison.orders import editions
from domain.garrison.queueing import turn
from domain.garrison.state import Garrison, Line
from domain.garrison.strength import FAR, STRENGTH, Limit, Roll, absent_days, first_free, short, still_wanted
from domain.marks import unchecked
from domain.model import Code, date, datetime
from domain.orders import CEILING, KEYS, MINIMUM, QUEUED, UNKNOWN, Block, Verdict
from domain.restrictions import Checklist

OVERRIDE = "strength/override"
NOT_CLEARED = "path/clear"
"""The mark of who left before the base had cleared the leave; nobody asks it for a place before an approval."""
STAYS = (STRENGTH, FLIGHTS, NOT_CLEARED)
"""Marks that stay on a departure of which another time is told."""
SHARED_OUT = (MINIMUM, KEYS)
"""Rules of orders that leave room for some of those who hold a place, and not for all."""


class Asker(NamedTuple):
    """The leave that asks, at its own time: whether it had a place, and whether its wish needs no other.

    `held` are the days which it was away on by that place: whoever exceeds a limit on them since is another.
    """

    leave_id: str
    as_of: datetime
    had: bool = False
    keeps: bool = False
    held: frozenset[date] = frozenset()


class Bench(NamedTuple):
    """What a judgement rests on: the base as it stands, one unit and its strength, the base's clock, the time."""

    state: Garrison
    unit: Code
    strength: UnitStrength | None
    clock: Clock
    now: datetime
    asker: Asker | None = None
    orders_changed: bool = False
    queue: QueueRule = "asked-first"

    def asks(self, leave_id: str) -> Asker:
        """How a leave comes before the bench: of its own accord, or because something changed around it."""
        if self.asker and self.asker.leave_id == leave_id:
            return self.asker
        line = self.state.leaves[leave_id]
        held = held_days(line.place if line.granted else None, self.unit)
        return Asker(leave_id, self.now, had=line.granted, keeps=line.granted, held=held)


def judge(bench: Bench) -> dict[str, Verdict]:
    """The verdicts of all leaves of a unit that have not signed out. Their `seq` is 0 until they are recorded."""
    lines = bench.state.asking(bench.unit)
    present = sorted((k for k in lines if not lines[k].away), key=lambda k: turn(bench.queue, k, lines[k].wish))
    askers = [bench.asks(k) for k in present]
    waiting = [a for a in askers if not a.keeps]
    shared = _placed_too(bench)
    placed = [a for a in askers if a.keeps and (a is bench.asker or shared or is_marked(lines[a.leave_id].verdict))]
    return _hold(bench, placed) | _serve(bench, waiting)


def _placed_too(bench: Bench) -> bool:
    """Whether who holds a place is judged again: orders changed, or one of them shares places out among all."""
    return bench.orders_changed or any(
        r.rule in SHARED_OUT for e in editions(bench.state.book) for r in e.order.restrictions
    )


def _hold(bench: Bench, placed: list[Asker]) -> dict[str, Verdict]:
    """Who holds a place keeps it; orders may stand against it.

    Where a minimum strength leaves room for some of them, those go who asked first, after who cannot be called back.
    """
    going, all_of_them = _roll(bench, away_only=True), _roll(bench) if placed else None
    said, others = {}, _holders_elsewhere(bench, going)
    for asker in placed:
        line = bench.state.leaves[asker.leave_id]
        while others and others[0][0] < turn(bench.queue, asker.leave_id, line.wish):
            _, other = others.pop(0)
            going.add_holder(*_absent(bench, other), other.wish.member)
        tight = _tight(bench, line, asker.as_of, going, minimums(bench.state, line, bench.strength, bench.clock))
        if not tight:
            _enter(bench, line, going)
        orders = barred(bench.state, line, asker.as_of, bench.clock)
        verdict = _verdict(line, orders, tight, asker.as_of, granted=True)
        verdict = verdict.model_copy(update={"warns": _warns(bench, line, all_of_them)})
        said[asker.leave_id] = _marked(bench, line, verdict, all_of_them, asker.held) if all_of_them else verdict
    return said


def _serve(bench: Bench, waiting: list[Asker]) -> dict[str, Verdict]:
    """The queue, by the rule of the mission: who asked first, if it says nothing else.

    A later one goes before an earlier one only where the earlier still does not fit: on a day that nobody before it can
    use, its place would else stand empty. The price is that who wants many days may wait longer than who wants few.
    """
    taken = _roll(bench)
    said: dict[str, Verdict] = {}
    queue = 0
    for asker in waiting:
        line = bench.state.leaves[asker.leave_id]
        orders = barred(bench.state, line, asker.as_of, bench.clock)
        tight = _tight(bench, line, asker.as_of, taken, _limits(bench, line))
        # One that had a place and now wants other days is suspended by an order, and does not lose its place by it.
        granted = not tight and (asker.had or not orders.blocks)
        if granted:
            _enter(bench, line, taken)
        queued = bool(tight) and not orders.blocks and all(b.rule in QUEUED for b in tight)
        queue += queued
        verdict = _verdict(line, orders, tight, asker.as_of, granted=granted)
        warns = _warns(bench, line, taken) if granted else ()
        verdict = verdict.model_copy(update={"place_in_queue": queue if queued else None, "warns": warns})
        said[asker.leave_id] = _marked(bench, line, verdict, taken, asker.held) if granted else verdict
    return said


def seen(bench: Bench, leave_id: str, line: Line, verdict: Verdict, held: frozenset[date]) -> Verdict:
    """The verdict of who has left and whose flights change, with the mark of the days on which these have them away."""
    roll = _roll(bench, without=leave_id)
    _enter(bench, line, roll)
    return _marked(bench, line, verdict, roll, held)


def _marked(bench: Bench, line: Line, verdict: Verdict, roll: Roll, held: frozenset[date]) -> Verdict:
    """The verdict, marked where more are away than may be by days of its flights, of which nobody is asked before.

    By those that are new, and where it was marked already, by any: what others exceed on the rest falls on them.
    """
    if bench.strength is None:
        return verdict
    today = bench.clock.day(bench.now)
    ahead = [d for d in line.wish.travels if d >= today and (is_marked(line.verdict) or d not in held)]
    return flown_over(verdict, line.wish.unit, _limits(bench, line), roll, ahead)


def irregular(bench: Bench, leave_id: str, line: Line, out_at: datetime) -> tuple[str, ...]:
    """What barred a sign-out that happened: versions in force at that instant, the strength of a unit without room.

    Where neither did, and no place was taken all the same, that it was not cleared. Told once more with another time,
    the hours and orders are looked at anew; that strength was short, or a clearance lacking, stays so.
    """
    names = barred_at(bench.state, line, out_at, bench.clock)
    minimum = {
        e.name for e, _ in binding(bench.state, line, bench.clock) for r in e.order.restrictions if r.rule in SHARED_OUT
    }
    if line.granted and line.verdict:
        before = (*line.verdict.irregular, *(b.cites for b in line.verdict.blocks))
        return tuple(dict.fromkeys((*names, *(x for x in before if x in STAYS or x in minimum))))
    limits = _limits(bench, line)
    tight = _tight(bench, line, out_at, _roll(bench, without=leave_id), limits)
    missing = [b.cites for b in tight] or ([] if names else [NOT_CLEARED])
    lists = _unchecked(bench, line, out_at) if line.verdict is None else ()
    return tuple(dict.fromkeys((*names, *missing, *lists)))


def _unchecked(bench: Bench, line: Line, out_at: datetime) -> tuple[str, ...]:
    """What orders wanted before a departure and was not checked off: a leave that was judged before knows by itself."""
    wanted = (
        item
        for edition, span in binding(bench.state, line, bench.clock)
        if span.holds(out_at)
        for rule in edition.order.restrictions
        if isinstance(rule, Checklist)
        for item in rule.items
    )
    return unchecked(dict.fromkeys(item for item in wanted if item not in line.wish.checked))


def first_passing(bench: Bench, leave_id: str) -> date | None:
    """The first day, from the one wanted on, on which the same absence could begin under all orders and limits.

    None where there is none within half a year. Where the strength of the unit is not known, orders alone are asked.
    """
    line, roll = bench.state.leaves[leave_id], _roll(bench, without=leave_id)
    wish = line.wish
    for days_on in range(FAR):
        place = wish.later(days_on) if days_on else wish
        if bench.clock.day(bench.now) > place.first:
            continue
        other = line.model_copy(update={"place": place})
        if barred(bench.state, other, bench.now, bench.clock).blocks:
            continue
        if bench.strength is None or not _tight(bench, other, bench.now, roll, _limits(bench, other)):
            return place.first
    return None


def _roll(bench: Bench, *, away_only: bool = False, without: str = "") -> Roll:
    """Who holds a place in the unit, or who has left it."""
    roll = Roll(bench.strength or UnitStrength(assigned=0))
    for back in bench.state.quarantined.values():
        enter = roll.add if back.unit == bench.unit else roll.add_holder
        enter(days(back.first, back.last), {}, back.member)
    for key, line in bench.state.asking(bench.unit).items():
        if key != without and (line.away or (not away_only and bench.asks(key).keeps)):
            _enter(bench, line, roll)
    for line in bench.state.asking().values() if roll.keys else ():
        if line.wish.unit != bench.unit and (line.away or (not away_only and _goes(line))):
            roll.add_holder(*_absent(bench, line), line.wish.member)
    return roll


def _holders_elsewhere(bench: Bench, roll: Roll) -> list[tuple[Any, Line]]:
    """Who of other units holds a key post and has a place to go by, in their turn."""
    lines = bench.state.asking().items() if roll.keys else ()
    found = [(turn(bench.queue, key, x.wish), x) for key, x in lines if x.wish.unit != bench.unit and not x.away]
    return sorted(((when, x) for when, x in found if x.wish.member in roll.keys and _goes(x)), key=lambda one: one[0])


def _goes(line: Line) -> bool:
    """Whether somebody has a place and may go by it: who may not keeps nobody of another unit back."""
    return line.granted and not (line.verdict and line.verdict.blocks)


def _enter(bench: Bench, line: Line, roll: Roll) -> None:
    roll.add(*_absent(bench, line), line.wish.member)


def _absent(bench: Bench, line: Line) -> tuple[list[date], dict[Code, list[date]]]:
    """The days of an absence, and on which of them it is exempt from which order."""
    day = bench.clock.day
    absent = absent_days(line.wish, day(bench.now), bench.clock, apart(bench.state, line, bench.clock))
    return absent, {o: [d for d in absent if not until or d < day(until)] for o, until in line.exempt.items()}


def _tight(bench: Bench, line: Line, as_of: datetime, roll: Roll, limits: tuple[Limit, ...]) -> tuple[Block, ...]:
    """The limits which one more absence would break, and from when it would fit."""
    if bench.strength is None:
        why = f"the register does not tell the strength of {bench.unit}"
        asked = any(limit.rule == CEILING for limit in limits)
        return (Block(cites=STRENGTH, rule=UNKNOWN, why=why),) if asked else ()
    wanted = still_wanted(line.wish, as_of, bench.clock, apart(bench.state, line, bench.clock))
    broken = [(limit, day) for limit in limits if (day := short(limit, wanted, roll))]
    free = first_free(limits, wanted, roll) if broken else None
    if free and wanted[0] < line.wish.first:  # quarantine comes first
        free += line.wish.first - wanted[0]
    return tuple(_short_of(bench.unit, limit, day, roll, free) for limit, day in broken)


def _limits(bench: Bench, line: Line) -> tuple[Limit, ...]:
    """All that says how many of the unit may be absent: its ceiling, and orders."""
    shared = minimums(bench.state, line, bench.strength, bench.clock)
    return (*shared, *ceilings(line, bench.strength))


def _short_of(unit: Code, limit: Limit, day: date, roll: Roll, free: date | None) -> Block:
    return Block(
        cites=limit.cites,
        rule=limit.rule,
        why=limit.told(unit, day, roll),
        until=limit.until,
        etp=limit.etp,
        first_free=free,
    )


def _warns(bench: Bench, line: Line, taken: Roll | None) -> tuple[str, ...]:
    """How full the fullest day of a granted absence is, itself counted, where that is so full that it is to be told."""
    wish, strength = line.wish, bench.strength
    if taken is None or strength is None:
        return ()
    whole = (*days(wish.first, wish.last), *wish.travels)
    day = max(whole, key=lambda day: taken.absent(day) / max(strength.on(day), 1))
    absent, assigned = taken.absent(day), strength.on(day)
    if absent * 100 < wish.warn_percent * assigned:
        return ()
    told = f"{absent} of {assigned} in {bench.unit} are absent on {day}, itself counted"
    return (f"{told}; worth a look from {wish.warn_percent} % on",)


def _verdict(line: Line, orders: Barred, tight: tuple[Block, ...], as_of: datetime, *, granted: bool) -> Verdict:
    exempt = tuple(sorted(line.exempt))
    blocks = (*orders.blocks, *tight)
    rule = OVERRIDE if line.overridden else CEILING
    asked = (*(b.cites for b in orders.bars), *(c.cites for c in orders.conditions))
    cites = dict.fromkeys((*(b.cites for b in blocks), *asked, *exempt, rule))
    return Verdict(
        seq=0,
        n=line.n,
        granted=granted,
        as_of=as_of,
        blocks=blocks,
        bars=orders.bars,
        cites=tuple(cites),
        exempt=exempt,
        conditions=orders.conditions,
        consented=line.consented,
        seconds=line.seconds,
    )
