"""Orders said first and entered later: what was decided, and who left, between their first minute and their entry.

Told is what the order touches: an absence in its scope on whose days it holds, also of one who is back by now; another
order that restricts the same people at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.garrison import layers, orders, restrictions
from domain.garrison.barring import Span
from domain.garrison.orders import Fell
from domain.garrison.sitting import Sitting
from domain.garrison.state import Line
from domain.holdings import Place
from domain.model import DAY
from domain.orders import Order


def departed(order: Order, sitting: Sitting) -> tuple[str, ...]:
    """Who signed out under a verbal order before it was entered, back by now or not."""
    span = Span(order.since, order.until)
    return tuple(
        key for key, line in _touched(order, sitting) if (out_at := _absence(line).out_at) and span.holds(out_at)
    )


def between(order: Order, sitting: Sitting) -> Iterator[Fell]:
    """What was decided between the first minute of an order said before it was entered, and its entry."""
    if not orders.said_before(order, sitting.now):
        return
    span = Span(order.since, sitting.now)
    for key, line in _touched(order, sitting):
        if line.granted_at and span.holds(line.granted_at):
            yield Fell(what="cleared", of=key, at=line.granted_at)
        yield from (Fell(what="exempted", of=key, at=at) for at in line.exempted.values() if span.holds(at))
        if line.overridden_at and span.holds(line.overridden_at):
            yield Fell(what="overridden", of=key, at=line.overridden_at)
    in_force = Span(order.since, order.until)
    for edition in orders.editions(sitting.state.book):
        entered = edition.recorded_at and span.holds(edition.recorded_at)
        alike = in_force.meets(Span(edition.order.since, edition.end)) and layers.share(
            order.scope, edition.order.scope
        )
        if edition.recorded_at and entered and alike and not edition.never:
            yield Fell(what="order issued", of=edition.name, at=edition.recorded_at)


def _touched(order: Order, sitting: Sitting) -> Iterator[tuple[str, Line]]:
    """The leaves in an order's scope, by id, on some day of whose absence it holds, or as whose members left."""
    clock, span = sitting.clock, Span(order.since, order.until)
    for key, line in sorted(sitting.state.leaves.items()):
        if line.place is None and line.was is None:
            continue
        absence = _absence(line)
        begins = clock.instant(min(absence.first, *absence.travels, absence.first))
        left = min(absence.out_at, begins) if absence.out_at else begins
        whole = Span(left, clock.instant(absence.last + DAY))
        if span.meets(whole) and restrictions.touches(order.scope, sitting.act.base, absence):
            yield key, line


def _absence(line: Line) -> Place:
    """The absence of which a line tells; raises LookupError where it tells of none."""
    return line.was or line.wish
