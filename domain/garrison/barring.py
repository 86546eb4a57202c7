"""Which orders bar a leave, until when, and at which hours: all orders in force apply together, the strictest wins.

The sign-out is planned at any minute of the first day or, once that has begun, from the leave's own time on. It is
barred when the orders together leave no minute of that span open; where they leave some, the rest is barred as hours.
Thus a stop which ends at 05:00 of the first day suspends nobody, and two orders of half a day each do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.garrison import restrictions
from domain.garrison.clock import Clock
from domain.garrison.orders import MINUTE, Edition, editions
from domain.garrison.state import Garrison, Line
from domain.model import DAY, Instant, datetime
from domain.orders import Bar, Block, StopLeave


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
    """What stands against a sign-out, and at which hours."""

    blocks: tuple[Block, ...]
    bars: tuple[Bar, ...]


def binding(state: Garrison, line: Line) -> Iterator[tuple[Edition, Span]]:
    """The versions that are about a leave, and when each binds it: not while the leave is exempt from it."""
    for edition in editions(state.book):
        if not restrictions.touches(edition.order.scope, state.base, line.wish):
            continue
        since = edition.order.since
        if edition.name in line.exempt:
            until = line.exempt[edition.name]
            if until is None:
                continue
            since = max(since, until)
        if edition.end is None or since < edition.end:
            yield edition, Span(since, edition.end)


def barred(state: Garrison, line: Line, as_of: datetime, clock: Clock) -> Barred:
    """What the orders say of a planned sign-out, as of the leave's time."""
    place = line.wish
    begin = max(clock.instant(place.first), as_of)
    sign_out = Span(begin, max(clock.instant(place.first + DAY), begin + MINUTE))
    absence = Span(begin, max(clock.instant(place.last + DAY), begin + MINUTE))
    shut: list[tuple[Span, Block]] = []
    absent: list[Block] = []
    bars: list[Bar] = []
    for edition, span in binding(state, line):
        for rule in edition.order.restrictions:
            words = restrictions.bars_sign_out(rule, place)
            if words and isinstance(rule, StopLeave) and rule.bars_absence and span.meets(absence):
                absent.append(_block(edition, rule.rule, words, span))
            elif words and span.meets(sign_out):
                shut.append((span, _block(edition, rule.rule, words, span)))
            elif (hours := restrictions.bars_hours(rule)) and span.meets(absence):
                bars.append(_bar(edition, hours, span))
    blocks = absent
    if absent or not _minute_left((span for span, _ in shut), sign_out):
        blocks = [*absent, *(block for _, block in shut)]
    else:
        bars += [_bar(block.cites, restrictions.ALL_DAY, span) for span, block in shut]
    return Barred(
        tuple(sorted(blocks, key=lambda b: (b.cites, b.rule))),
        tuple(sorted(set(bars), key=lambda b: (b.cites, b.from_))),
    )


def barred_at(state: Garrison, line: Line, moment: datetime, clock: Clock) -> tuple[str, ...]:
    """The versions that barred a sign-out at one instant, hours of the day included."""
    names = []
    for edition, span in binding(state, line):
        for rule in edition.order.restrictions:
            hours = restrictions.bars_hours(rule)
            shut = hours is not None and _bar(edition, hours, span).holds(moment, clock.local(moment).time())
            if shut or (span.holds(moment) and restrictions.bars_sign_out(rule, line.wish)):
                names.append(edition.name)
    return tuple(dict.fromkeys(names))


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


def _block(edition: Edition, rule: str, words: str, span: Span) -> Block:
    why = f"{edition.name} {words}"
    return Block(cites=edition.name, rule=rule, why=why, since=span.since, until=edition.end, etp=edition.order.etp)


def _bar(edition: Edition | str, hours: restrictions.Hours, span: Span) -> Bar:
    name = edition if isinstance(edition, str) else edition.name
    return Bar(cites=name, from_=hours[0], to=hours[1], since=span.since, until=span.until)
