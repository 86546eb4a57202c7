"""Orders said first and entered later: what was decided, and who left, between their first minute and their entry."""

from __future__ import annotations

from collections.abc import Iterator

from domain.garrison import orders, restrictions
from domain.garrison.barring import Span
from domain.garrison.orders import Fell
from domain.garrison.sitting import Sitting
from domain.orders import Order


def departed(order: Order, sitting: Sitting) -> tuple[str, ...]:
    """Who signed out under a verbal order before it was entered."""
    span = Span(order.since, order.until)
    return tuple(
        key
        for key, line in sorted(sitting.state.asking().items())
        if (out_at := line.wish.out_at)
        and span.holds(out_at)
        and restrictions.touches(order.scope, sitting.act.base, line.wish)
    )


def between(order: Order, sitting: Sitting) -> Iterator[Fell]:
    """What was decided between the first minute of an order said before it was entered, and its entry."""
    span, base = Span(order.since, sitting.now), sitting.act.base
    for key, line in sorted(sitting.state.asking().items()):
        if not restrictions.touches(order.scope, base, line.wish):
            continue
        if line.granted_at and not line.away and span.holds(line.granted_at):
            yield Fell(what="cleared", of=key, at=line.granted_at)
        yield from (Fell(what="exempted", of=key, at=at) for at in line.exempted.values() if span.holds(at))
        if line.overridden_at and span.holds(line.overridden_at):
            yield Fell(what="overridden", of=key, at=line.overridden_at)
    for edition in orders.editions(sitting.state.book):
        if edition.recorded_at and span.holds(edition.recorded_at):
            yield Fell(what="order issued", of=edition.name, at=edition.recorded_at)
