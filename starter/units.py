"""The units of a base on the days to come: how many are absent, how many may be, and who waits for a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.table import Table
from rich.text import Text
from sqlalchemy import func, select

from activities.register.database import reading
from activities.register.strength import of_units
from activities.register.tables import Member, Unit
from domain.garrison import Garrison, board
from domain.garrison.board import UnitDay, Waiting
from domain.model import DAY, Instant, Model, date
from starter import bases, page
from starter.accounts import terms_of
from starter.desk import Desk
from wiring import console


class Queued(Model):
    """A leave that waits for a place in its unit; `place` counts from 1."""

    number: str
    unit: str
    place: int
    first: date
    last: date
    first_free: date | None

    def says(self) -> str:
        """The line which tells it."""
        free = f", first free {self.first_free}" if self.first_free else ""
        return f"{self.unit}: {self.place}. in the queue {self.number}, {self.first} to {self.last}{free}"


def queued(state: Garrison, one: Waiting) -> Queued:
    """A leave in the queue of its unit, by its number."""
    shown = one.model_dump(include={"unit", "place", "first", "last", "first_free"})
    return Queued(number=state.leaves[one.leave_id].number or one.leave_id, **shown)


def strength(desk: Desk, base: str, state: Garrison, at: Instant, span: int = board.FORTNIGHT) -> tuple[UnitDay, ...]:
    """Each unit on the days to come; its ceiling by the rule pack of its members, the strictest where they differ."""
    calendar = bases.days_of(desk, base)
    day = calendar.day(at)
    with reading(desk.source) as session:
        units = session.scalars(select(Unit.unit).where(Unit.base == base).order_by(Unit.unit)).all()
        assigned = of_units(session, units, day, day + span * DAY)
    return tuple(
        one
        for unit, of in assigned.items()
        for one in board.absences(state, {unit: of}, calendar, at, _percent(desk, unit, day), span)
    )


def _percent(desk: Desk, unit: str, on: date) -> int:
    """How many of a hundred of a unit may be absent: by the rule packs of its members, the least of them."""
    return min((terms_of(desk, member, on).clearing.ceiling_percent for member in _kinds(desk, unit)), default=100)


def _kinds(desk: Desk, unit: str) -> list[str]:
    """One member of a unit for each combination of what chooses a rule pack."""
    chooses = (Member.pack, Member.nation, Member.service, Member.component)
    wanted = select(func.min(Member.id)).where(Member.unit == unit, Member.left_at.is_(None)).group_by(*chooses)
    with reading(desk.source) as session:
        return list(session.scalars(wanted))


FORTNIGHT_WIDE: Final = 100
"""Columns of a terminal on which the days of a fortnight stand side by side."""
WEEK: Final = 7
"""Days side by side on a narrower one."""


def grid(lines: tuple[UnitDay, ...]) -> Iterator[Text | Table]:
    """Units down, days across; a day that is full is marked. Spans that are too long stand below each other."""
    days = list(dict.fromkeys(line.day for line in lines))
    span = board.FORTNIGHT if console.out.width >= FORTNIGHT_WIDE else WEEK
    for some in (days[i : i + span] for i in range(0, len(days), span)):
        if len(days) > span:
            yield Text(f"from {some[0]}", "bold")
        yield _span(tuple(line for line in lines if line.day in some), some)


def _span(lines: tuple[UnitDay, ...], days: list[date]) -> Table:
    table = console.table("unit", "of", "may", right=("of", "may"))
    for day in days:
        table.add_column(f"{day:%d}\n{day:%a}"[:6], justify="right")
    for unit in dict.fromkeys(line.unit for line in lines):
        mine = [line for line in lines if line.unit == unit]
        cells = [Text(str(x.absent or "·"), "bold red" if x.absent >= x.ceiling else "") for x in mine]
        table.add_row(unit, page.spread(x.assigned for x in mine), page.spread(x.ceiling for x in mine), *cells)
    return table
