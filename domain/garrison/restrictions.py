"""What each restriction of an order means for a leave: one function per restriction.

A stop of leave and a closed destination bar the sign-out while they hold; curfew and movement window bar hours of each
day; minimum strength says how many must stay. What follows for a leave of all orders together: `barring.py`.
"""

from __future__ import annotations

from datetime import time

from domain.holdings import Place
from domain.model import Code
from domain.orders import ClosedDestination, Curfew, MinimumStrength, MovementWindow, Restriction, Scope, StopLeave

Hours = tuple[time, time]
"""Barred hours of the base's clock, half-open; over midnight when the first lies after the second."""

ALL_DAY: Hours = (time.min, time.max)


def touches(scope: Scope, base: Code | None, place: Place) -> bool:
    """Whether an order is about this absence: each empty list means all; nations may be excepted in steps."""
    return (
        (not scope.bases or base in scope.bases)
        and (not scope.units or place.unit in scope.units)
        and (not scope.nations or place.nation in scope.nations)
        and place.nation not in scope.except_nations
        and (not scope.components or place.component in scope.components)
        and (not scope.leave_kinds or place.leave_kind in scope.leave_kinds)
    )


def stop_leave(rule: StopLeave) -> str:
    """Leave is stopped: nobody signs out."""
    return "stops leave and days of absence" if rule.bars_absence else "stops leave"


def closed_destination(rule: ClosedDestination, place: Place) -> str:
    """The way there is closed; empty where this journey goes elsewhere."""
    if place.destination in rule.destinations:
        return f"closes {place.destination}"
    if place.route is not None and place.route in rule.routes:
        return f"closes route {place.route}"
    return ""


def curfew(rule: Curfew) -> Hours | None:
    """No movement inside these hours; none are barred where both ends are the same."""
    return None if rule.from_ == rule.until else (rule.from_, rule.until)


def movement_window(rule: MovementWindow) -> Hours | None:
    """Movement only inside these hours: the others are barred; none are where both ends are the same."""
    return None if rule.from_ == rule.until else (rule.until, rule.from_)


def minimum_strength(rule: MinimumStrength, assigned: int) -> int:
    """How many of those assigned must be present: the percentage rounded up, or the count where that is more."""
    return max(-(-rule.percent * assigned // 100), rule.count)


def restricts(rule: Restriction) -> bool:
    """Whether it can ever bar anything; a minimum strength of nobody cannot."""
    return not isinstance(rule, MinimumStrength) or rule.percent > 0 or rule.count > 0


def bars_sign_out(rule: Restriction, place: Place) -> str:
    """What a restriction does to the sign-out of this leave at any hour, in words; empty where it does nothing."""
    match rule:
        case StopLeave():
            return stop_leave(rule)
        case ClosedDestination():
            return closed_destination(rule, place)
        case _:
            return ""


def bars_hours(rule: Restriction) -> Hours | None:
    """In which hours of each day a restriction allows no movement."""
    match rule:
        case Curfew():
            return curfew(rule)
        case MovementWindow():
            return movement_window(rule)
        case _:
            return None
