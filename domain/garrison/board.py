"""What displays show of a base: who is absent by unit and day, and who waits for a place."""

from __future__ import annotations

from collections.abc import Mapping

from domain.calendar import Calendar, days
from domain.facts import QueueRule, UnitStrength
from domain.garrison import limits
from domain.garrison.barring import apart
from domain.garrison.clock import Clock
from domain.garrison.queueing import turn
from domain.garrison.state import Garrison
from domain.garrison.strength import Roll, absent_days, ceiling
from domain.model import DAY, Code, Instant, Model, date, datetime
from domain.orders import QUEUED

FORTNIGHT = 14


class UnitDay(Model):
    """A unit on one day: how many of those assigned are absent, on leave or otherwise, and how many may be.

    So many may be as ceiling and orders about the whole unit let; what they say of some in it, a leave is told.
    """

    unit: Code
    day: date
    absent: int
    assigned: int
    ceiling: int


class Waiting(Model):
    """A leave in the queue of its unit; `place` counts from 1, `first_free` is as when it was last judged."""

    leave_id: str
    unit: Code
    place: int
    asked_at: Instant
    first: date
    last: date
    first_free: date | None = None


def absences(
    state: Garrison,
    strength: Mapping[Code, UnitStrength],
    calendar: Calendar,
    at: datetime,
    percent: int,
    span: int = FORTNIGHT,
) -> tuple[UnitDay, ...]:
    """Each unit on each of the days to come, today first."""
    clock = Clock(calendar)
    today = clock.day(at)
    shown = []
    for unit, of in sorted(strength.items()):
        roll, orders = Roll(of), limits.of_unit(state, unit, of, clock)
        for back in state.quarantined.values():
            if back.unit == unit:
                roll.add(days(back.first, back.last), {})
        for line in state.asking(unit).values():
            if line.granted:
                roll.add(absent_days(line.wish, today, clock, apart(state, line, clock)), {})
        shown += [
            UnitDay(
                unit=unit,
                day=day,
                absent=roll.absent(day),
                assigned=of.on(day),
                ceiling=min(
                    [ceiling(percent, of.on(day)), *(max(most, 0) for say in orders if (most := say(day)) is not None)]
                ),
            )
            for day in (today + DAY * i for i in range(span))
        ]
    return tuple(shown)


def queue(state: Garrison, rule: QueueRule = "asked-first") -> tuple[Waiting, ...]:
    """Who waits for strength alone, unit by unit, in the order in which places are given."""
    shown: list[Waiting] = []
    for unit in sorted(state.units):
        lines = sorted(state.asking(unit).items(), key=lambda kv: turn(rule, kv[0], kv[1].wish))
        waiting = [(key, line.wish, line.verdict) for key, line in lines if line.verdict and not line.granted]
        waiting = [w for w in waiting if w[2].blocks and all(b.rule in QUEUED for b in w[2].blocks)]
        for place, (key, wish, verdict) in enumerate(waiting, 1):
            free = next((b.first_free for b in verdict.blocks if b.first_free), None)
            shown.append(
                Waiting(
                    leave_id=key,
                    unit=unit,
                    place=place,
                    asked_at=wish.asked_at,
                    first=wish.first,
                    last=wish.last,
                    first_free=free,
                )
            )
    return tuple(shown)
