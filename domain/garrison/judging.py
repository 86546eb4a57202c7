"""What a base says of its leaves: orders, ledger and queue gone through together.

A leave takes its place at once and whole, when no order bars its sign-out and its unit has room on each of its days. Else it
waits: for an order to end, or in the queue of its unit, which is served in the order of asking. An order that comes later
suspends a leave and leaves it its place. Whoever has signed out is not judged any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.calendar import Calendar
from domain.facts import UnitStrength
from domain.garrison import restrictions
from domain.garrison.orders import MINUTE, Edition, editions
from domain.garrison.state import Garrison, Line
from domain.garrison.strength import (
    NOON,
    STRENGTH,
    Limit,
    Roll,
    absent_days,
    ceiling,
    first_free,
    short,
    still_wanted,
)
from domain.holdings import Place
from domain.model import DAY, Code, Instant, date, datetime
from domain.orders import Bar, Block, MinimumStrength, StopLeave, Verdict

SHORT = ("strength/ceiling", "minimum-strength")
"""Rules that a place which comes free may satisfy: who waits for these alone stands in the queue."""


class Asker(NamedTuple):
    """The leave that asks: its own time, and whether it holds on to a place it had (its days are among those it had)."""

    leave_id: str
    as_of: datetime
    had: bool = False
    keeps: bool = False


class Bench(NamedTuple):
    """What a judgement rests on: the base as it stands, the strength of one unit, the days of the base, and the time."""

    state: Garrison
    unit: Code
    strength: UnitStrength | None
    calendar: Calendar
    now: datetime
    asker: Asker | None = None

    def as_of(self, leave_id: str) -> datetime:
        """The leave's own time, where it asks itself."""
        return self.asker.as_of if self.asker and self.asker.leave_id == leave_id else self.now


def judge(bench: Bench) -> dict[str, Verdict]:
    """The verdicts of all leaves of a unit that have not signed out. Their `seq` is 0: who records them numbers them.

    The queue is served by the time of asking, then by leave id. A later one goes before an earlier one only where the earlier
    still does not fit: it wants other or fewer days, so a place which nobody before it can use would else stand empty; nor is
    anything taken from the earlier one, whose missing days stay as they were or stand against the later one too.
    """
    lines = {key: line for key, line in bench.state.leaves.items() if line.place and line.place.unit == bench.unit}
    asked = sorted(lines, key=lambda key: (_place(lines[key]).asked_at, key))
    taken, going = rolls(bench, lines)
    said: dict[str, Verdict] = {}
    queue = 0
    for key in asked:
        if not lines[key].away and _holds(bench, key, lines[key]):
            blocks, bars = barring(bench, key, lines[key])
            tight = shortages(bench, lines[key], bench.as_of(key), going, orders_only=True)
            if not tight:
                _enter(bench, lines[key], going)
            said[key] = _verdict(lines[key], True, (*blocks, *tight), bars)
    for key in asked:
        line = lines[key]
        if line.away or _holds(bench, key, line):
            continue
        blocks, bars = barring(bench, key, line)
        tight = shortages(bench, line, bench.as_of(key), taken)
        had = bench.asker is not None and bench.asker.leave_id == key and bench.asker.had
        # One that had a place and now wants other days is suspended by an order, and does not lose its place by it.
        granted = not tight and (had or not blocks)
        if granted:
            _enter(bench, line, taken)
        queued = bool(tight) and not blocks and all(b.rule in SHORT for b in tight)
        queue += queued
        said[key] = _verdict(line, granted, (*blocks, *tight), bars, queue if queued else None)
    return said


def rolls(bench: Bench, lines: dict[str, Line]) -> tuple[Roll, Roll]:
    """Two rolls of the unit: of all who hold a place, and of those who have left.

    Newcomers are measured against the first. Those who hold a place are measured against an order's minimum strength one
    after the other, beginning with the second: who asked first goes first, and who has left cannot be called back.
    """
    strength = bench.strength or UnitStrength(assigned=0)
    taken, going = Roll(strength), Roll(strength)
    for key, line in lines.items():
        if line.away or _holds(bench, key, line):
            _enter(bench, line, taken)
        if line.away:
            _enter(bench, line, going)
    return taken, going


def barring(bench: Bench, leave_id: str, line: Line) -> tuple[list[Block], tuple[Bar, ...]]:
    """The orders that leave no minute for the sign-out planned, and the hours that others take from it.

    The sign-out is planned at any minute of the first day or, on that day and after it, from the leave's time on.
    """
    place, calendar = _place(line), bench.calendar
    begin = max(calendar.instant(place.first), bench.as_of(leave_id))
    end = max(calendar.instant(place.first + DAY), begin + MINUTE)
    over = max(calendar.instant(place.last + DAY), end)
    shut: list[tuple[datetime, Instant | None, Block]] = []
    blocks: list[Block] = []
    bars: list[Bar] = []
    for edition, since in touching(bench.state, line):
        for rule in edition.order.restrictions:
            words = restrictions.bars_sign_out(rule, place)
            hours = restrictions.bars_hours(rule)
            if words and isinstance(rule, StopLeave) and rule.bars_absence and _meet(edition, since, begin, over):
                blocks.append(_block(edition, rule.rule, words))
            elif words and _meet(edition, since, begin, end):
                shut.append((since, edition.end, _block(edition, rule.rule, words)))
            elif hours and _meet(edition, since, begin, over):
                bars.append(Bar(cites=edition.name, from_=hours[0], to=hours[1], since=since, until=edition.end))
    if blocks or not _a_minute_left(shut, begin, end):
        blocks += [block for _, _, block in shut]
    else:
        whole = restrictions.ALL_DAY
        bars += [Bar(cites=b.cites, from_=whole[0], to=whole[1], since=s, until=e) for s, e, b in shut]
    return sorted(blocks, key=lambda b: (b.cites, b.rule)), tuple(sorted(bars, key=lambda b: (b.cites, b.from_)))


def touching(state: Garrison, line: Line) -> Iterator[tuple[Edition, datetime]]:
    """The versions that are about a leave, with the instant from which they bind it: later than their own after an exemption."""
    for edition in editions(state.book):
        if not restrictions.touches(edition.order.scope, state.base, _place(line)):
            continue
        since = edition.order.since
        if edition.name in line.exempt:
            until = line.exempt[edition.name]
            if until is None:
                continue
            since = max(since, until)
        if edition.end is None or since < edition.end:
            yield edition, since


def shortages(bench: Bench, line: Line, as_of: datetime, roll: Roll, *, orders_only: bool = False) -> list[Block]:
    """Which limits one more absence would break: minimum strength of orders and, where a place is still to be taken, the ceiling."""
    place, strength = _place(line), bench.strength
    if strength is None:
        why = f"the register does not tell the strength of {bench.unit}"
        return [] if orders_only else [Block(cites=STRENGTH, rule="strength/unknown", why=why)]
    wanted = still_wanted(place, as_of, bench.calendar)
    limits = list(_minimum_strengths(bench, line, strength))
    if not orders_only and not line.overridden:
        most = ceiling(place.ceiling_percent, strength.assigned)
        limits.append(Limit(STRENGTH, "strength/ceiling", lambda _: most))
    broken = [(limit, day) for limit in limits if (day := short(limit, wanted, roll))]
    free = first_free(limits, wanted, roll) if broken else None
    return [
        Block(
            cites=limit.cites,
            rule=limit.rule,
            why=f"{limit.cites}: {roll.absent(day, limit.cites)} of {strength.assigned} in {place.unit} are absent on {day}, "
            f"at most {max(limit.most(day) or 0, 0)} may be",
            until=limit.until,
            etp=limit.etp,
            first_free=free,
        )
        for limit, day in broken
    ]


def _minimum_strengths(bench: Bench, line: Line, strength: UnitStrength) -> Iterator[Limit]:
    for edition, since in touching(bench.state, line):
        for rule in edition.order.restrictions:
            if isinstance(rule, MinimumStrength):
                most = strength.assigned - restrictions.minimum_strength(rule, strength.assigned)
                yield _limit(edition, since, most, bench.calendar)


def _limit(edition: Edition, since: datetime, most: int, calendar: Calendar) -> Limit:
    def on(day: date) -> int | None:
        noon = calendar.instant(day, NOON)
        return most if since <= noon and (edition.end is None or noon < edition.end) else None

    return Limit(edition.name, "minimum-strength", on, edition.end, edition.order.etp)


def irregular(bench: Bench, leave_id: str, line: Line, out_at: datetime) -> tuple[str, ...]:
    """What barred a sign-out that happened: order versions in force at that instant, or `strength` where no place was taken."""
    place = _place(line)
    names = []
    for edition, since in touching(bench.state, line):
        if not (since <= out_at and edition.holds(out_at)):
            continue
        for rule in edition.order.restrictions:
            hours = restrictions.bars_hours(rule)
            bar = (
                Bar(cites=edition.name, from_=hours[0], to=hours[1], since=since, until=edition.end) if hours else None
            )
            if restrictions.bars_sign_out(rule, place) or (bar and restrictions.barred(bar, out_at, bench.calendar)):
                names.append(edition.name)
    if line.granted and line.verdict:
        names += [b.cites for b in line.verdict.blocks if b.rule in SHORT and b.cites != STRENGTH]
    else:
        others = {
            k: x for k, x in bench.state.leaves.items() if x.place and x.place.unit == place.unit and k != leave_id
        }
        tight = shortages(bench, line, out_at, rolls(bench, others)[0])
        names += [b.cites for b in tight] or ([] if names else [STRENGTH])
    return tuple(dict.fromkeys(names))


def material(verdict: Verdict) -> object:
    """What of a verdict is worth telling a leave: not its place in the queue, which moves with everybody before it."""
    return (
        verdict.granted,
        {(b.cites, b.rule, b.until, b.etp) for b in verdict.blocks},
        set(verdict.bars),
        verdict.exempt,
    )


def _verdict(
    line: Line, granted: bool, blocks: Sequence[Block], bars: tuple[Bar, ...], queue: int | None = None
) -> Verdict:
    exempt = tuple(sorted(line.exempt))
    rule = "strength/override" if line.overridden else "strength/ceiling"
    cites = dict.fromkeys((*(b.cites for b in blocks), *(b.cites for b in bars), *exempt, rule))
    return Verdict(
        seq=0,
        n=line.n,
        granted=granted,
        blocks=tuple(blocks),
        bars=bars,
        cites=tuple(cites),
        exempt=exempt,
        place_in_queue=queue,
    )


def _block(edition: Edition, rule: str, words: str) -> Block:
    return Block(cites=edition.name, rule=rule, why=f"{edition.name} {words}", until=edition.end, etp=edition.order.etp)


def _meet(edition: Edition, since: datetime, begin: datetime, end: datetime) -> bool:
    return since < end and (edition.end is None or begin < edition.end)


def _a_minute_left(shut: Sequence[tuple[datetime, Instant | None, Block]], begin: datetime, end: datetime) -> bool:
    """Whether orders, one beside the other, leave a minute of the span open."""
    reached = begin
    for since, until, _ in sorted(shut, key=lambda x: x[0]):
        if since > reached:
            return True
        if until is None:
            return False
        reached = max(reached, until)
    return reached < end


def _holds(bench: Bench, leave_id: str, line: Line) -> bool:
    if bench.asker and bench.asker.leave_id == leave_id:
        return bench.asker.keeps
    return line.granted


def _place(line: Line) -> Place:
    assert line.place is not None
    return line.place


def _enter(bench: Bench, line: Line, roll: Roll) -> None:
    absent = absent_days(_place(line), bench.calendar.day(bench.now), bench.calendar)
    day = bench.calendar.day
    roll.add(absent, {o: [d for d in absent if not until or d < day(until)] for o, until in line.exempt.items()})
