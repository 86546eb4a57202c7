"""How many of a unit may be absent: by its ceiling, by minimum strengths of orders and, apart from them, key posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from domain.facts import UnitStrength
from domain.garrison import restrictions
from domain.garrison.barring import Span, binding
from domain.garrison.clock import Clock
from domain.garrison.orders import editions
from domain.garrison.state import Garrison, Line
from domain.garrison.strength import NOON, STRENGTH, Limit, Roll, ceiling
from domain.model import Code, date
from domain.orders import CEILING, KEYS, MINIMUM, Order, Scope
from domain.restrictions import KeyPosts, MinimumStrength

Most = Callable[[date], int | None]
NOBODY = UnitStrength(assigned=0)


def ceilings(line: Line, strength: UnitStrength | None) -> tuple[Limit, ...]:
    """The ceiling of the unit; none for a leave which may exceed it."""
    percent, of = line.wish.ceiling_percent, strength or NOBODY
    return () if line.overridden else (Limit(STRENGTH, CEILING, lambda day: ceiling(percent, of.on(day))),)


def minimums(state: Garrison, line: Line, strength: UnitStrength | None, clock: Clock) -> tuple[Limit, ...]:
    """The minimum strengths and key posts of orders, on the days at whose noon they bind the leave."""
    return tuple(_minimums(state, line, strength or NOBODY, clock))


def _minimums(state: Garrison, line: Line, strength: UnitStrength, clock: Clock) -> Iterator[Limit]:
    for edition, span in binding(state, line, clock):
        for rule in edition.order.restrictions:
            if isinstance(rule, MinimumStrength):
                most = minimum_strength(span, rule, strength, clock)
                yield Limit(edition.name, MINIMUM, most, edition.end, edition.order.etp)
            elif isinstance(rule, KeyPosts) and _key_holder(rule, line.wish.member, strength):
                units = edition.order.scope.units
                most = key_posts(span, rule, line.wish.member, strength, clock, units)
                yield Limit(edition.name, KEYS, most, edition.end, edition.order.etp, rule.posts, units)


def of_unit(state: Garrison, unit: Code, strength: UnitStrength, clock: Clock) -> tuple[Most, ...]:
    """How many of a unit may be absent by the orders that say so of the whole of it, whoever asks."""
    return tuple(
        minimum_strength(Span(edition.order.since, edition.end), rule, strength, clock)
        for edition in editions(state.book)
        for rule in edition.order.restrictions
        if isinstance(rule, MinimumStrength) and _whole(edition.order.scope, state.base or "", unit)
    )


def _whole(scope: Scope, base: Code, unit: Code) -> bool:
    part = scope.nations or scope.except_nations or scope.components or scope.leave_kinds or scope.destinations
    return not part and base in (scope.bases or (base,)) and unit in (scope.units or (unit,))


def unattainable(order: Order, strengths: Mapping[Code, UnitStrength], day: date) -> Iterator[str]:
    """What an order wants to stay and is not there at all on a day, in sentences: nobody could go while it holds.

    A strength may change with the next import, so that nothing is refused by it.
    """
    for unit in sorted(strengths):
        strength = strengths[unit]
        if order.scope.units and unit not in order.scope.units:
            continue
        for rule in order.restrictions:
            if isinstance(rule, MinimumStrength) and rule.count > (assigned := strength.on(day)):
                yield f"{order.name} wants {rule.count} of {unit} to stay, which has {assigned} on {day}: nobody may go"
    for rule in order.restrictions:
        if isinstance(rule, KeyPosts) and strengths:
            held = Roll(next(iter(strengths.values()))).holders(rule.posts, day, order.scope.units)
            if rule.stay > len(held):
                who, there = f"who hold {' or '.join(rule.posts)}", f"{len(held)} do on {day}"
                yield f"{order.name} wants {rule.stay} {who} to stay, and {there}: none may go"


def minimum_strength(span: Span, rule: MinimumStrength, strength: UnitStrength, clock: Clock) -> Most:
    """How many may be absent on each day at whose noon an order holds; of other days it says nothing."""

    def most(day: date) -> int | None:
        if not span.holds(clock.instant(day, NOON)):
            return None
        assigned = strength.on(day)
        return assigned - restrictions.minimum_strength(rule, assigned)

    return most


def key_posts(
    span: Span, rule: KeyPosts, member: Code, strength: UnitStrength, clock: Clock, units: tuple[Code, ...]
) -> Most:
    """How many holders of key posts may be absent on such a day, where the member is one of them on it."""
    roll = Roll(strength)

    def most(day: date) -> int | None:
        holders = roll.holders(rule.posts, day, units)
        return len(holders) - rule.stay if member in holders and span.holds(clock.instant(day, NOON)) else None

    return most


def _key_holder(rule: KeyPosts, member: Code, strength: UnitStrength) -> bool:
    return any(holder.member == member for post in rule.posts for holder in strength.keys.get(post, ()))
