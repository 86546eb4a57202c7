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
    found, holding = {}, _holding(session, units, first, last, keys)
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
        elsewhere = {who: tuple(sorted(d for d, x in away if x == who)) for who in {x for _, x in away}}
        held = {
            post: tuple(KeyHolder(**one, away=elsewhere.get(one["member"], ())) for one in holders)
            for post, holders in holding.get(unit, {}).items()
        }
        found[unit] = UnitStrength(assigned=assigned, changes=changes, away=dict(sorted(per_day.items())), keys=held)
    return found


def _holding(
    session: Session, units: list[str], first: date, last: date, keys: Iterable[str]
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Who of each unit is appointed to each of these posts between two days: member, since, until."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    chosen = sorted(set(keys))
    if not chosen:
        return found
    rows = session.execute(
        select(t.Member.unit, t.Appointment)
        .join(t.Member, t.Member.id == t.Appointment.member)
        .where(t.Appointment.post.in_(chosen), t.Member.unit.in_(units), t.Member.left_at.is_(None))
        .where(t.Appointment.since <= last, or_(t.Appointment.until.is_(None), t.Appointment.until >= first))
        .order_by(t.Appointment.post, t.Appointment.member, t.Appointment.since)
    )
    for unit, held in rows:
        until = _held_until(held)
        if until is None or until >= max(first, held.since):
            posts = found.setdefault(unit, {})
            posts.setdefault(held.post, []).append({"member": held.member, "since": held.since, "until": until})
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
