"""What displays show of a base: who is absent by unit and day, who waits for a place, which orders bar a leave."""

from __future__ import annotations

from collections.abc import Mapping

from domain.calendar import Calendar
from domain.facts import UnitStrength
from domain.garrison.barring import barred
from domain.garrison.clock import Clock
from domain.garrison.judging import QUEUED
from domain.garrison.state import Garrison
from domain.garrison.strength import Roll, absent_days, ceiling
from domain.model import DAY, Code, Instant, Model, date, datetime
from domain.orders import Bar, Block

FORTNIGHT = 14


class UnitDay(Model):
    """A unit on one day: how many of those assigned are absent, on leave or otherwise, and how many may be."""

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
        roll = Roll(of)
        for line in state.asking(unit).values():
            if line.granted:
                roll.add(absent_days(line.wish, today, clock), {})
        shown += [
            UnitDay(
                unit=unit,
                day=day,
                absent=roll.absent(day),
                assigned=of.on(day),
                ceiling=ceiling(percent, of.on(day)),
            )
            for day in (today + DAY * i for i in range(span))
        ]
    return tuple(shown)


def queue(state: Garrison) -> tuple[Waiting, ...]:
    """Who waits for strength alone, unit by unit, in the order in which places are given."""
    shown: list[Waiting] = []
    for unit in sorted(state.units):
        lines = sorted(state.asking(unit).items(), key=lambda kv: (kv[1].wish.asked_at, kv[0]))
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


class Explained(Model):
    """Why a leave may not go as planned: each block with its end and the post that may exempt, and the barred hours."""

    leave_id: str
    granted: bool
    away: bool
    blocks: tuple[Block, ...]
    bars: tuple[Bar, ...]
    exempt: tuple[Code, ...]

    @property
    def queued(self) -> bool:
        """Whether it waits for strength alone. Who is barred by an order too stands in no queue until that ends."""
        return not self.granted and bool(self.blocks) and all(b.rule in QUEUED for b in self.blocks)


def explain(state: Garrison, leave_id: str, at: datetime, calendar: Calendar) -> Explained | None:
    """What bars a leave as of an instant; strength as last judged. None where the leave has asked for no place here."""
    line = state.leaves.get(leave_id)
    if line is None or line.place is None or line.verdict is None:
        return None
    held = {"leave_id": leave_id, "granted": line.granted, "away": line.away, "exempt": tuple(sorted(line.exempt))}
    if line.away:
        return Explained.model_validate(held | {"blocks": (), "bars": ()})
    orders = barred(state, line, at, Clock(calendar))
    strength = tuple(b for b in line.verdict.blocks if b.rule in QUEUED)
    return Explained.model_validate(held | {"blocks": (*orders.blocks, *strength), "bars": orders.bars})
