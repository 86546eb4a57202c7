"""Which orders bar a leave, until when, and at which hours: all orders in force apply together, the strictest wins.

The sign-out is planned at any minute of the first day or, once that has begun, from the leave's own time on; the eve
where the flight goes then; and before the flight, where its hour is known. It is barred when the orders together
leave no minute of that span open; where they leave some, the rest is barred as hours. Thus a stop which ends at 05:00
of the first day suspends nobody but who flies before, and two orders of half a day each do. Hours of each day count
with the stops: where all of them leave no minute of the day open they bar it, though each alone leaves some; those of a
day that has begun with hours to go by suspend nobody once these are over. A stop that begins after the first day bars
whoever has not left by then: it is told as hours too, and the leave asks again as it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, time
from itertools import pairwise
from typing import NamedTuple

from domain.garrison import restrictions
from domain.garrison.clock import Clock
from domain.garrison.orders import MINUTE, Edition, editions
from domain.garrison.state import Garrison, Line
from domain.holdings import Place
from domain.model import DAY, Instant, datetime
from domain.orders import ALL_DAY, Bar, Block, Condition
from domain.restrictions import Checklist, Restriction, StopLeave


class Span(NamedTuple):
    """Half-open; `until` None has no end."""

    since: datetime
    until: Instant | None

    def meets(self, other: Span) -> bool:
        """Whether the two share a minute."""
        return (other.until is None or self.since < other.until) and (self.until is None or other.since < self.until)

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.since <= at and (self.until is None or at < self.until)


class Barred(NamedTuple):
    """What stands against a sign-out, at which hours, and what is asked of the leave besides."""

    blocks: tuple[Block, ...]
    bars: tuple[Bar, ...]
    conditions: tuple[Condition, ...] = ()


def binding(state: Garrison, line: Line, clock: Clock) -> Iterator[tuple[Edition, Span]]:
    """The versions that are about a leave, and when each binds it: not while the leave is exempt from it.

    One that names kinds of leave binds an absence of several where it holds on a day of a kind which it names.
    """
    for edition in editions(state.book):
        if not restrictions.touches(edition.order.scope, state.base, line.wish):
            continue
        since = edition.order.since
        if edition.name in line.exempt:
            until = line.exempt[edition.name]
            if until is None:
                continue
            since = max(since, until)
        span = Span(since, edition.end)
        if (span.until is None or since < span.until) and _on_a_day_named(edition, line.wish, span, clock):
            yield edition, span


def _on_a_day_named(edition: Edition, place: Place, span: Span, clock: Clock) -> bool:
    """Whether a span reaches a day of a kind which the order names: days before the first are of the first kind.

    And those after the last are of the last, as they are counted.
    """
    named = edition.order.scope.leave_kinds
    if not named or not place.parts:
        return True
    begins = [datetime.min.replace(tzinfo=UTC), *(clock.instant(part.first) for part in place.parts[1:]), None]
    turns = zip(place.parts, pairwise(begins), strict=True)
    return any(part.leave_kind in named and Span(since, until).meets(span) for part, (since, until) in turns if since)


def barred(state: Garrison, line: Line, as_of: datetime, clock: Clock) -> Barred:
    """What the orders say of a planned sign-out, as of the leave's time."""
    place = line.wish
    sign_out = leaving(place, as_of, clock)
    begin = sign_out.since
    absence = Span(begin, max(clock.instant(place.home_on + DAY), begin + MINUTE))
    today = Span(clock.instant(clock.day(begin)), clock.instant(clock.day(begin) + DAY))
    shut: list[tuple[Span, Block]] = []
    shut_today: list[Span] = []
    each_day: list[tuple[Edition, Restriction, Bar]] = []
    absent: list[Block] = []
    bars: list[Bar] = []
    conditions: list[Condition] = []
    for edition, span in binding(state, line, clock):
        for rule in edition.order.restrictions:
            if barring := _shut(rule, place, span, clock):
                words, shut_span = barring
                if shut_span.meets(today):
                    shut_today.append(shut_span)
                if isinstance(rule, StopLeave) and rule.bars_absence and span.meets(absence):
                    absent.append(_block(edition, rule.rule, words, span))
                elif shut_span.meets(sign_out):
                    shut.append((shut_span, _block(edition, rule.rule, words, shut_span)))
                elif shut_span.meets(absence):
                    bars.append(_bar(edition, ALL_DAY, shut_span))
            elif hours := restrictions.bars_hours(rule):
                if span.meets(today):
                    each_day.append((edition, rule, _bar(edition, hours, span)))
                if span.meets(absence):
                    bars.append(_bar(edition, hours, span))
            conditions += _asked(edition, rule, place, span, sign_out if isinstance(rule, Checklist) else absence)
    blocks, hourly = absent, _no_hour_left(each_day, shut_today, today, clock)
    if absent or hourly or not _minute_left((span for span, _ in shut), sign_out):
        blocks = [*absent, *(block for _, block in shut), *hourly]
    else:
        bars += [_bar(block.cites, ALL_DAY, span) for span, block in shut]
    return Barred(
        tuple(sorted(blocks, key=lambda b: (b.cites, b.rule))),
        tuple(sorted(set(bars), key=lambda b: (b.cites, b.from_))),
        tuple(conditions),
    )


def leaving(place: Place, as_of: datetime, clock: Clock) -> Span:
    """When the sign-out may be: on the day on which it is planned, from the leave's own time on.

    And before the flight departs, as long as it has not.
    """
    begin = max(clock.instant(place.leaves_on), as_of)
    ends = clock.instant(place.leaves_on + DAY)
    if place.departs and begin < place.departs < ends:
        ends = place.departs
    return Span(begin, max(ends, begin + MINUTE))


def barred_at(state: Garrison, line: Line, moment: datetime, clock: Clock) -> tuple[str, ...]:
    """The versions that barred a sign-out at one instant, hours of the day included."""
    names = []
    for edition, span in binding(state, line, clock):
        for rule in edition.order.restrictions:
            hours, barring = restrictions.bars_hours(rule), _shut(rule, line.wish, span, clock)
            at_this_hour = hours is not None and _bar(edition, hours, span).holds(moment, clock.local(moment).time())
            if at_this_hour or (barring and barring[1].holds(moment)):
                names.append(edition.name)
    return tuple(dict.fromkeys(names))


def apart(state: Garrison, line: Line, clock: Clock, back: datetime | None = None) -> tuple[int, int]:
    """Days of quarantine before the departure and after the return, as the strictest order that holds then has them.

    The return is when the gate saw it (`back`) or, until then, on the last day.
    """
    if not any(edition.order.quarantines for edition in editions(state.book)):
        return 0, 0  # asked for each leave of a unit, each time
    place = line.wish
    out = Span(clock.instant(place.first), clock.instant(place.first + DAY))
    home = Span(back, back + MINUTE) if back else Span(clock.instant(place.last), clock.instant(place.last + DAY))
    before = after = 0
    for edition, span in binding(state, line, clock):
        for rule in edition.order.restrictions:
            earlier, later = restrictions.quarantine(rule, place)
            before = max(before, earlier if span.meets(out) else 0)
            after = max(after, later if span.meets(home) else 0)
    return before, after


def _shut(rule: Restriction, place: Place, span: Span, clock: Clock) -> tuple[str, Span] | None:
    """What a restriction that binds during a span bars any sign-out by, and while it does so."""
    found = restrictions.bars_sign_out(rule, place, span.since, clock)
    if found is None:
        return None
    ends = [at for at in (span.until, found.until) if at is not None]
    until = min(ends) if ends else None
    return None if until is not None and until <= span.since else (found.words, Span(span.since, until))


def _minute_left(shut: Iterable[Span], within: Span) -> bool:
    """Whether spans, one beside the other, leave a minute of a bounded one open."""
    reached = within.since
    for span in sorted(shut, key=lambda s: s.since):
        if span.since > reached:
            return True
        if span.until is None:
            return False
        reached = max(reached, span.until)
    return within.until is None or reached < within.until


def _asked(edition: Edition, rule: Restriction, place: Place, span: Span, during: Span) -> list[Condition]:
    """What a restriction that binds during a span asks of the leave, where that is asked for then."""
    asked = restrictions.asks(rule, place) if span.meets(during) else None
    if asked is None:
        return []
    why = f"{edition.name} {asked.words}"
    said = Condition(cites=edition.name, rule=rule.rule, why=why, items=asked.items, since=span.since, until=span.until)
    return [said]


def _no_hour_left(
    each_day: list[tuple[Edition, Restriction, Bar]], shut: list[Span], today: Span, clock: Clock
) -> list[Block]:
    """The blocks of hours which, with all that is shut on a day, leave no minute of it open; none where one is left.

    Hours that leave none of any day bar until their order ends. Where a stop or the end of an order fills the gap, the
    next day may be another: they bar until this one is over.
    """
    bars = [bar for _, _, bar in each_day]
    if not bars or not _minute_left(shut, today) or _open_minute(bars, shut, today, clock):
        return []
    hours = [bar.model_copy(update={"since": today.since, "until": None}) for bar in bars]
    marks = (time.min, *(bar.to for bar in bars))
    alone = all(any(bar.holds(today.since, mark) for bar in hours) for mark in marks)
    ends = [at for at in (*(bar.until for bar in bars), None if alone else today.until) if at is not None]
    until = min(ends, default=None)
    together = "with all that is ordered no minute of the day is left open"
    return [
        _block(edition, rule.rule, f"{restrictions.hourly(rule)}, and {together}", Span(bar.since, until))
        for edition, rule, bar in each_day
    ]


def _open_minute(bars: list[Bar], shut: list[Span], day: Span, clock: Clock) -> bool:
    """Whether some minute of a day is neither shut nor barred by its hour.

    The first such minute, if there is one, is the first of the day, or one at which something ends to bar: a span, the
    hours of an order, or what the clock shows by its jump.
    """
    on = clock.day(day.since)
    ends = [day.since, *clock.jumps, *(span.until for span in shut), *(bar.until for bar in bars)]
    ends += [at for bar in bars for at in clock.instants(on, bar.to)]
    return any(
        not any(span.holds(at) for span in shut) and not any(bar.holds(at, clock.local(at).time()) for bar in bars)
        for at in ends
        if at is not None and day.holds(at)
    )


def _block(edition: Edition, rule: str, words: str, span: Span) -> Block:
    why = f"{edition.name} {words}"
    return Block(cites=edition.name, rule=rule, why=why, since=span.since, until=span.until, etp=edition.order.etp)


def _bar(edition: Edition | str, hours: restrictions.Hours, span: Span) -> Bar:
    name = edition if isinstance(edition, str) else edition.name
    return Bar(cites=name, from_=hours[0], to=hours[1], since=span.since, until=span.until)
