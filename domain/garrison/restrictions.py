"""What each restriction of an order means for a leave: one function per restriction.

Some bar the sign-out while they hold, some bar hours of each day, some share out who of a unit may be absent, and some
ask something of the leave without standing against it. What follows for a leave of all orders together: `barring.py`.
"""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

from domain.garrison.clock import Clock
from domain.holdings import Place
from domain.model import DAY, Code, Instant
from domain.orders import Scope
from domain.restrictions import (
    Checklist,
    ClosedDestination,
    CountryClearance,
    Curfew,
    ForceProtection,
    Item,
    LongestAbsence,
    MinimumStrength,
    MovementWindow,
    Quarantine,
    Restriction,
    StopLeave,
)

Hours = tuple[time, time]
"""Barred hours of the base's clock, half-open; over midnight when the first lies after the second."""


class Shut(NamedTuple):
    """What bars a sign-out, in words, and until when of its own accord; None: as long as its order holds."""

    words: str
    until: Instant | None = None


class Asked(NamedTuple):
    """What a leave is asked for, in words, and what has to be checked off."""

    words: str
    items: tuple[Item, ...] = ()


def touches(scope: Scope, base: Code | None, place: Place) -> bool:
    """Whether an order is about this absence: each empty list means all; nations may be excepted in steps.

    One that names kinds of leave is about each absence which has days of one of them (on which days: `barring.py`).
    """
    return not untouched(scope, base, place)


def untouched(scope: Scope, base: Code | None, place: Place) -> str:
    """Why an order is not about this absence, in words which tell nothing of the leave; empty where it is."""
    named = (
        ("base", scope.bases, (base,)),
        ("unit", scope.units, (place.unit,)),
        ("nation", scope.nations, (place.nation,)),
        ("component", scope.components, (place.component,)),
        ("kind of leave", scope.leave_kinds, place.kinds),
        ("destination", scope.destinations, (place.destination,)),
    )
    if place.nation in scope.except_nations:
        return f"excepts {place.nation}"
    return next((f"names another {what}" for what, names, mine in named if names and not set(mine) & set(names)), "")


def stop_leave(rule: StopLeave) -> Shut:
    """Leave is stopped: nobody signs out."""
    return Shut("stops leave and days of absence" if rule.bars_absence else "stops leave")


def closed_destination(rule: ClosedDestination, place: Place) -> Shut | None:
    """The way there is closed; None where this journey goes elsewhere."""
    if place.destination in rule.destinations:
        return Shut(f"closes {place.destination}")
    if place.route is not None and place.route in rule.routes:
        return Shut(f"closes route {place.route}")
    return None


def country_clearance(rule: CountryClearance, place: Place, clock: Clock) -> Shut | None:
    """Too early for a country that wants to be asked long before: until so many days after the leave was asked for."""
    if rule.destinations and place.destination not in rule.destinations:
        return None
    cleared = clock.day(place.asked_at) + rule.days * DAY
    words = f"wants {rule.days} days for the country clearance of {place.destination}: not before {cleared}"
    return Shut(words, clock.instant(cleared))


def quarantine_before(rule: Quarantine, place: Place, since: Instant, clock: Clock) -> Shut | None:
    """Days apart before the departure: they begin when the leave was asked for under the order, at the earliest."""
    if not rule.before or (rule.destinations and place.destination not in rule.destinations):
        return None
    free = clock.day(max(place.asked_at, since)) + rule.before * DAY
    return Shut(f"wants {rule.before} days of quarantine before departure: not before {free}", clock.instant(free))


def force_protection(rule: ForceProtection, place: Place) -> Shut | None:
    """The level of threat is higher than leave is given at, here or at the destination."""
    if rule.level <= rule.leave_up_to or (rule.destinations and place.destination not in rule.destinations):
        return None
    return Shut(f"gives leave up to force protection level {rule.leave_up_to}, and it is {_level(rule)}")


def longest_absence(rule: LongestAbsence, place: Place) -> Shut | None:
    """The absence is longer than any may be; calendar days, first and last both in."""
    days = (place.last - place.first).days + 1
    return Shut(f"allows {rule.days} days of absence, and these are {days}") if days > rule.days else None


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
    """Whether it can ever bar or ask anything; a minimum strength of nobody cannot, nor a quarantine of no days."""
    match rule:
        case MinimumStrength():
            return rule.percent > 0 or rule.count > 0
        case Quarantine():
            return rule.before > 0 or rule.after > 0
        case _:
            return True


def bars_sign_out(rule: Restriction, place: Place, since: Instant, clock: Clock) -> Shut | None:
    """What a restriction that binds since an instant does to the sign-out of this leave at any hour; None: nothing."""
    match rule:
        case StopLeave():
            return stop_leave(rule)
        case ClosedDestination():
            return closed_destination(rule, place)
        case CountryClearance():
            return country_clearance(rule, place, clock)
        case Quarantine():
            return quarantine_before(rule, place, since, clock)
        case ForceProtection():
            return force_protection(rule, place)
        case LongestAbsence():
            return longest_absence(rule, place)
        case _:
            return None


def bars_hours(rule: Restriction) -> Hours | None:
    """In which hours of each day a restriction allows no movement."""
    match rule:
        case Curfew():
            return curfew(rule)
        case MovementWindow():
            return movement_window(rule)
        case _:
            return None


def hourly(rule: Restriction) -> str:
    """What a restriction of hours says, in words; empty of any other."""
    match rule:
        case Curfew():
            return f"allows no movement {rule.from_:%H:%M} to {rule.until:%H:%M}"
        case MovementWindow():
            return f"allows movement {rule.from_:%H:%M} to {rule.until:%H:%M} only"
        case _:
            return ""


def asks(rule: Restriction, place: Place) -> Asked | None:
    """What a restriction asks of a leave which it lets go."""
    match rule:
        case Checklist():
            return Asked(f"wants checked off before departure: {', '.join(rule.items)}", rule.items)
        case Quarantine() if not rule.destinations or place.destination in rule.destinations:
            apart = ((rule.before, "before departure"), (rule.after, "after return"))
            said = " and ".join(f"{days} days {when}" for days, when in apart if days)
            return Asked(f"wants quarantine, {said}: uncharged, and absent for strength") if said else None
        case ForceProtection() if not rule.destinations or place.destination in rule.destinations:
            return Asked(f"tells force protection level {_level(rule)}")
        case _:
            return None


def quarantine(rule: Restriction, place: Place) -> tuple[int, int]:
    """How many days before the departure and after the return the member is apart, and so absent."""
    if isinstance(rule, Quarantine) and (not rule.destinations or place.destination in rule.destinations):
        return rule.before, rule.after
    return 0, 0


def _level(rule: ForceProtection) -> str:
    return f"{rule.level} ({rule.called})" if rule.called else str(rule.level)
