"""Flights as they are changed, and who is to be told of it: written together, so that nobody is booked in between.

Words on a flight have the order of the register's journal, whether movement control says them or an import. A flight
keeps the newest, in whatever order they are written and however often.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.database import insert
from domain.register import ChangedFlight, Untold


class News(NamedTuple):
    """What one leave is to be told: what became of a flight on which it had a seat, and when that was said."""

    n: int
    flight: str
    leave_id: str
    why: Literal["moved", "cancelled"]
    at: datetime


def write(session: Session, change: ChangedFlight) -> int:
    """Write a change, unless a newer one is there, and note who is booked. Says how many leaves are to be told of it.

    Done again, it changes nothing and says the same.
    """
    row = session.scalars(select(t.Flight).filter_by(flight=change.flight).with_for_update()).first()
    if row and (row.n is None or row.n < change.n):
        row.n = change.n
        if not change.as_imported:
            _change(row, change)
        _note(session, change)
    return len(_noted(session, change.n, change.flight))


def imported(session: Session, line: int) -> None:
    """An import which line of the journal accepted has said of all flights how they are; a newer word stays."""
    older = or_(t.Flight.n.is_(None), t.Flight.n < line)
    session.execute(update(t.Flight).where(older).values(n=line))


def newer(session: Session, line: int) -> frozenset[str]:
    """Flights that were changed by a later line of the journal."""
    return frozenset(session.scalars(select(t.Flight.flight).where(t.Flight.n > line)))


def untold(session: Session) -> tuple[News, ...]:
    """Who is still to be told of what, newest changes first."""
    columns = (getattr(t.FlightNews, name) for name in News._fields)
    order = t.FlightNews.n.desc(), t.FlightNews.flight, t.FlightNews.leave_id
    rows = session.execute(select(*columns).where(t.FlightNews.told_at.is_(None)).order_by(*order))
    return tuple(News(*row) for row in rows)


def told(session: Session, news: Iterable[News], at: datetime) -> None:
    """These leaves know of these changes."""
    for one in news:
        session.get_one(t.FlightNews, (one.n, one.flight, one.leave_id)).told_at = at


def all_told(session: Session, changes: Iterable[Untold]) -> dict[Untold, int]:
    """Those changes of which every leave was told, and how many leaves that were."""
    noted = {change: _noted(session, change.n, change.flight) for change in changes}
    return {change: len(leaves) for change, leaves in noted.items() if all(one.told_at for one in leaves)}


def _change(row: t.Flight, change: ChangedFlight) -> None:
    if change.departs and change.arrives:
        row.departs, row.arrives, row.cancelled_at = change.departs, change.arrives, None
        row.manifest_closes = change.manifest_closes or row.manifest_closes
    else:
        row.cancelled_at = row.cancelled_at or change.at


def _note(session: Session, change: ChangedFlight) -> None:
    held = select(t.Seat.leave_id).filter_by(flight=change.flight, state="held").distinct()
    why = "moved" if change.departs or change.as_imported else "cancelled"
    news = {"n": change.n, "flight": change.flight, "why": why, "at": change.at}
    for leave_id in session.scalars(held).all():
        session.execute(insert(session, t.FlightNews).values(news | {"leave_id": leave_id}).on_conflict_do_nothing())


def _noted(session: Session, n: int, flight: str) -> list[t.FlightNews]:
    return list(session.scalars(select(t.FlightNews).filter_by(n=n, flight=flight)))
