"""How many a unit has, day by day, who of them is away for other reasons than leave, and who holds its key posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from activities.register import tables as t
from domain.calendar import days
from domain.facts import KeyHolder, UnitStrength
from domain.model import DAY, date


def of_units(
    session: Session, units: Iterable[str], first: date, last: date, keys: Iterable[str] = ()
) -> dict[str, UnitStrength]:
    """How many are assigned to each unit, how many are away by day for other reasons than leave, who holds key posts.

    A day on which nobody is away is not listed, nor one on which as many are assigned as on the day before. An unknown
    unit has nobody.
    """
    units = sorted(set(units))
    tours = session.execute(
        select(t.Member.unit, t.Member.arrived, t.Member.departs, func.count().label("members"))
        .where(t.Member.unit.in_(units), t.Member.left_at.is_(None))
        .group_by(t.Member.unit, t.Member.arrived, t.Member.departs)
    ).all()
    absences = session.execute(
        select(t.Member.unit, t.Member.id, t.Absence.first, t.Absence.last)
        .join(t.Absence, t.Absence.member == t.Member.id)
        .where(t.Member.unit.in_(units), t.Member.left_at.is_(None))
        .where(t.Absence.first <= last, t.Absence.last >= first)
    ).all()
    found, held = {}, _holding(session, first, last, keys)
    for unit in units:
        away = {
            (day, row.id)
            for row in absences
            if row.unit == unit
            for day in days(max(first, row.first), min(last, row.last))
        }
        per_day = Counter(day for day, _ in away)
        assigned, changes = _assigned(
            [(row.arrived, row.departs, row.members) for row in tours if row.unit == unit], first, last
        )
        found[unit] = UnitStrength(assigned=assigned, changes=changes, away=dict(sorted(per_day.items())), keys=held)
    return found


def _holding(session: Session, first: date, last: date, keys: Iterable[str]) -> dict[str, tuple[KeyHolder, ...]]:
    """Who is appointed to each of these posts between two days, of whatever unit, and when they are away besides."""
    chosen = sorted(set(keys))
    if not chosen:
        return {}
    rows = session.execute(
        select(t.Member.unit, t.Appointment)
        .join(t.Member, t.Member.id == t.Appointment.member)
        .where(t.Appointment.post.in_(chosen), t.Member.left_at.is_(None))
        .where(t.Appointment.since <= last, or_(t.Appointment.until.is_(None), t.Appointment.until >= first))
        .order_by(t.Appointment.post, t.Appointment.member, t.Appointment.since)
    ).all()
    absences = session.execute(
        select(t.Absence.member, t.Absence.first, t.Absence.last)
        .where(t.Absence.member.in_({held.member for _, held in rows}))
        .where(t.Absence.first <= last, t.Absence.last >= first)
    )
    away: dict[str, set[date]] = {}
    for absence in absences:
        span = days(max(first, absence.first), min(last, absence.last))
        away.setdefault(absence.member, set()).update(span)
    found: dict[str, tuple[KeyHolder, ...]] = {}
    for unit, held in rows:
        until = _held_until(held)
        if until is None or until >= max(first, held.since):
            term: dict[str, Any] = {"member": held.member, "unit": unit, "since": held.since, "until": until}
            holder = KeyHolder(**term, away=tuple(sorted(away.get(held.member, ()))))
            found[held.post] = (*found.get(held.post, ()), holder)
    return found


def _held_until(held: t.Appointment) -> date | None:
    """The last day of an appointment: that on which an import no longer had it is none of it."""
    ends = (held.until, held.withdrawn_at and held.withdrawn_at.date() - DAY)
    return min((day for day in ends if day), default=None)


def _assigned(tours: Iterable[tuple[date, date | None, int]], first: date, last: date) -> tuple[int, dict[date, int]]:
    """How many members there are on the first day, and on each later day from which on there are more or fewer.

    Of (arrived, departs, how many).
    """
    change: Counter[date] = Counter()
    for arrived, departs, members in tours:
        change[max(arrived, first)] += members
        if departs is not None:
            change[max(departs + DAY, first)] -= members
    steps = sorted({first, *(day for day, by in change.items() if by and day <= last)})
    (_, assigned), *later = zip(steps, accumulate(change[day] for day in steps), strict=True)
    return assigned, dict(later)
