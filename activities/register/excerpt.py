"""What a base may see of the register, as an image that is a register itself: for the hours when the other one is away.

In it are the mission's posts and who holds them, its bases, units, flights and settings; of members those who serve at
the base, with names, and those who hold a post anywhere, without. No addresses, no balances and no reasons of absences.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any, Final
from zlib import crc32

from sqlalchemy import ColumnElement, Engine, create_engine, event, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from activities.register import tables as t
from activities.register.database import prepared

WHOLE: Final[tuple[Any, ...]] = (t.Setting, t.Base, t.Unit, t.Post, t.Appointment, t.Delegation, t.Flight)
"""Tables in which nothing is told of a person but who holds which post."""

_TABLES: Final = t.Table.metadata.sorted_tables
_SHAPE: Final = crc32("".join(str(CreateTable(table)) for table in _TABLES).encode()) >> 1
"""Of which tables an image is made: one of another build is not read. Half, since SQLite keeps it with a sign."""


def excerpt(session: Session, base: str, leaves: Iterable[str]) -> bytes:
    """An image of what a base may see; of papers and seats, those of its own numbers and of these leaves.

    `session` is one over an unchanging view.
    """
    here, theirs = t.Member.base == base, sorted(set(leaves))
    holders = select(t.Appointment.member).union(select(t.Delegation.member))
    rows = {each: _rows(session, each) for each in WHOLE}
    rows[t.Member] = [
        row | {"email": None} | ({} if row["base"] == base else {"name": "", "rank": ""})
        for row in _rows(session, t.Member, or_(here, t.Member.id.in_(holders)))
    ]
    members = select(t.Member.id).where(here)
    rows[t.Absence] = [row | {"reason": ""} for row in _rows(session, t.Absence, t.Absence.member.in_(members))]
    rows[t.Away] = _rows(session, t.Away, t.Away.member.in_(members))
    rows[t.Paper] = _rows(session, t.Paper, t.Paper.number.like(f"{base}-%"))
    rows[t.Seat] = _rows(session, t.Seat, t.Seat.leave_id.in_(theirs))
    last = select(t.Version.version).order_by(t.Version.version.desc()).limit(1).scalar_subquery()
    rows[t.Version] = _rows(session, t.Version, t.Version.version == last)
    return _image(rows)


def opened(image: bytes) -> Engine | None:
    """A register made of an image; None where its tables are those of another build.

    It lies in memory alone, once for each connection, and what would be written into it is gone with that.
    """
    digest = crc32(image)

    def connected() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        if image:
            connection.deserialize(image)
        return connection

    with closing(connected()) as connection:
        if image and connection.execute("PRAGMA user_version").fetchone() != (_SHAPE,):
            return None
    # The name tells answers that are remembered of one image from those of another.
    made = create_engine(f"sqlite:///excerpt-{digest:08x}", creator=connected)
    return prepared(made)


def nothing() -> Engine:
    """A register which knows nobody."""
    made = opened(_image({}))
    assert made is not None  # noqa: S101  (it is of this build)
    return made


def _rows(session: Session, table: type[t.Table], *chosen: ColumnElement[bool]) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(table.__table__).where(*chosen)).mappings()]


def _image(rows: dict[Any, list[dict[str, Any]]]) -> bytes:
    made = create_engine("sqlite://")

    @event.listens_for(made, "connect")
    def _of_this_build(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA user_version={_SHAPE}")

    with made.connect() as connection:
        t.Table.metadata.create_all(connection)
        for table, lines in rows.items():
            if lines:
                connection.execute(table.__table__.insert(), lines)
        connection.commit()
        lies: Any = connection.connection.driver_connection
        image: bytes = lies.serialize()
    made.dispose()
    return image
