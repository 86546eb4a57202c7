"""Orders of the mission and of a base beside each other: all apply together, and the strictest wins.

No order of a base weakens one of the mission. What such an order says less strictly than the mission has no effect, and
entering it tells so; one that excepts somebody from what the mission forbids to them throughout is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.garrison import orders
from domain.garrison.barring import Span
from domain.garrison.orders import Book, Edition
from domain.model import Code
from domain.orders import Order, Scope
from domain.refusal import Refusal
from domain.restrictions import (
    Checklist,
    ClosedDestination,
    CountryClearance,
    Curfew,
    ForceProtection,
    KeyPosts,
    LongestAbsence,
    MinimumStrength,
    MovementWindow,
    Quarantine,
    Restriction,
    StopLeave,
)

A_DAY = 24 * 60


def beside(book: Book, order: Order) -> tuple[Edition, ...]:
    """The versions of the other layer that restrict in the same way at the same time, in the order of their names."""
    kinds = {rule.rule for rule in order.restrictions}
    return tuple(
        e
        for e in orders.editions(book)
        if e.order.mission_wide != order.mission_wide
        and kinds & {rule.rule for rule in e.order.restrictions}
        and (e.end is None or e.order.since < e.end)
        and Span(order.since, order.until).meets(Span(e.order.since, e.end))
    )


def without_effect(book: Book, order: Order, base: Code) -> tuple[str, ...]:
    """What of a base's order has no effect beside the mission's, in sentences, whichever of the two is new."""
    found: list[str] = []
    for other in beside(book, order):
        local, wide = (other.order, order) if order.mission_wide else (order, other.order)
        found += _weak(local, wide, base)
    return tuple(dict.fromkeys(found))


def _weak(local: Order, wide: Order, base: Code) -> Iterator[str]:
    """What a base's order says less strictly than one of the mission, as long as that holds."""
    for mine in local.restrictions:
        for theirs in (rule for rule in wide.restrictions if rule.rule == mine.rule):
            if covers(wide.scope, local.scope, base) and no_stricter(mine, theirs):
                yield f"{mine.rule} of {local.name} has no effect while {wide.name} holds: that is no less strict"
            for nation in forbidden(local.scope, wide.scope, base):
                yield f"{local.name} excepts {nation} in vain while {wide.name} holds"


def allowed_in_vain(book: Book, order: Order, base: Code) -> Refusal | None:
    """Why a base's order is refused: all that it allows, the mission forbids as long as it would hold."""
    if order.mission_wide or not order.scope.except_nations:
        return None
    denied: dict[Code, Code] = {}
    for other in beside(book, order):
        throughout = other.order.since <= order.since and (
            other.end is None or (order.until is not None and order.until <= other.end)
        )
        if throughout:
            denied |= dict.fromkeys(forbidden(order.scope, other.order.scope, base), other.name)
    if set(denied) != set(order.scope.except_nations):
        return None
    mission = ", ".join(dict.fromkeys(denied.values()))
    return Refusal(
        rule="order/mission-forbids",
        why=f"{order.name} excepts {', '.join(denied)} from what {mission} forbids to them: no base allows that",
        facts={"expected": "no exception, or one which the mission makes too", "got": ", ".join(denied)},
        helps=f"leave the exception out, have {mission} amended, or exempt single leaves (furlough etp grant)",
    )


def forbidden(local: Scope, wide: Scope, base: Code) -> tuple[Code, ...]:
    """The nations which a base's order excepts and the mission's does not."""
    if wide.bases and base not in wide.bases:
        return ()
    return tuple(
        nation
        for nation in local.except_nations
        if nation not in wide.except_nations and (not wide.nations or nation in wide.nations)
    )


def covers(wide: Scope, local: Scope, base: Code) -> bool:
    """Whether everybody whom one scope touches at a base is touched by the other too."""
    lists = ("units", "nations", "components", "leave_kinds", "destinations")
    named = all(
        not getattr(wide, name) or (getattr(local, name) and set(getattr(local, name)) <= set(getattr(wide, name)))
        for name in lists
    )
    let_go = set(wide.except_nations) - set(local.except_nations)
    reached = not let_go or (bool(local.nations) and not let_go & set(local.nations))
    return named and reached and (not wide.bases or base in wide.bases)


def share(one: Scope, other: Scope) -> bool:
    """Whether two scopes may touch the same leave."""
    lists = ("bases", "units", "nations", "components", "leave_kinds", "destinations")
    named = ((set(getattr(one, name)), set(getattr(other, name))) for name in lists)
    return all(not mine or not theirs or mine & theirs for mine, theirs in named)


def no_stricter(mine: Restriction, theirs: Restriction) -> bool:
    """Whether a restriction bars nothing that another one of its kind does not bar too."""
    if mine == theirs:
        return True
    match mine, theirs:
        case StopLeave(), StopLeave():
            return theirs.bars_absence or not mine.bars_absence
        case MinimumStrength(), MinimumStrength():
            return mine.percent <= theirs.percent and mine.count <= theirs.count
        case KeyPosts(), KeyPosts():
            return set(mine.posts) == set(theirs.posts) and mine.stay <= theirs.stay
        case Curfew() | MovementWindow(), Curfew() | MovementWindow():
            return _barred(mine) <= _barred(theirs)
        case ClosedDestination(), ClosedDestination():
            return set(mine.destinations) <= set(theirs.destinations) and set(mine.routes) <= set(theirs.routes)
        case Checklist(), Checklist():
            return set(mine.items) <= set(theirs.items)
        case LongestAbsence(), LongestAbsence():
            return mine.days >= theirs.days
        case _:
            return _of_journeys(mine, theirs)


def _of_journeys(mine: Any, theirs: Any) -> bool:
    """The same of those which may be about journeys to some destinations alone."""
    if theirs.destinations and not (mine.destinations and set(mine.destinations) <= set(theirs.destinations)):
        return False
    match mine, theirs:
        case CountryClearance(), CountryClearance():
            return mine.days <= theirs.days
        case Quarantine(), Quarantine():
            return mine.before <= theirs.before and mine.after <= theirs.after
        case ForceProtection(), ForceProtection():
            return theirs.level > theirs.leave_up_to or mine.level <= mine.leave_up_to
        case _:
            return False


def _barred(rule: Curfew | MovementWindow) -> frozenset[int]:
    """The minutes of a day in which it allows no movement."""
    since, until = (at.hour * 60 + at.minute for at in (rule.from_, rule.until))
    inside = range(since, until) if since < until else [*range(since, A_DAY), *range(until)]
    return frozenset(inside) if isinstance(rule, Curfew) else frozenset(range(A_DAY)) - frozenset(inside)
