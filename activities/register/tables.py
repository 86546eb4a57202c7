"""The tables of the register: first those which an import replaces, then those which say what leaves hold and tell.

Days are days of the base, first and last both in; instants are UTC. Foreign keys are looked at when a transaction ends,
since an import replaces tables one after the other. `units.commander` has none: a post names its unit, and a ring of
tables cannot be created.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, DateTime, Dialect, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An instant in UTC. SQLite knows no zones, so that what comes back is given its own again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's)
        """Refuses a naive time: nobody would know whose clock it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an instant with its zone, got {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's)
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal as it was written: SQLite would make a float of it."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's)
        """The digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 (SQLAlchemy's)
        """The same digits."""
        return None if value is None else Decimal(value)


class Table(DeclarativeBase):
    """What every table is made of."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: String(200),
        date: Date(),
        datetime: Moment(),
        Decimal: Exact(),
        dict[str, Any]: JSON(),
    }


def _to(target: str) -> ForeignKey:
    return ForeignKey(target, deferrable=True, initially="DEFERRED")


class Setting(Table):
    """One switch of the mission."""

    __tablename__ = "settings"
    setting: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Base(Table):
    """A place with local orders and a zone."""

    __tablename__ = "bases"
    base: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    clearance: Mapped[str]


class Unit(Table):
    """Whose strength is counted together; `commander` is the post where the chain of its members begins."""

    __tablename__ = "units"
    unit: Mapped[str] = mapped_column(primary_key=True)
    base: Mapped[str] = mapped_column(_to("bases.base"))
    nation: Mapped[str]
    component: Mapped[str]
    commander: Mapped[str]


class Post(Table):
    """What may decide, record or read. Without a base it belongs to the whole mission, and keeps the days of UTC."""

    __tablename__ = "posts"
    post: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    base: Mapped[str | None] = mapped_column(_to("bases.base"))
    unit: Mapped[str | None] = mapped_column(_to("units.unit"))
    reports_to: Mapped[str | None] = mapped_column(_to("posts.post"))
    deputy: Mapped[str | None] = mapped_column(_to("posts.post"))


class Member(Table):
    """A person. `id` is random, given with the first import of a service number and kept for good.

    `left_at` is the import that no longer had them; nobody is ever deleted.
    """

    __tablename__ = "members"
    __table_args__ = (Index("members_by_unit", "unit"), Index("members_by_base", "base"))
    id: Mapped[str] = mapped_column(primary_key=True)
    service_number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    rank: Mapped[str]
    nation: Mapped[str]
    component: Mapped[str]
    service: Mapped[str]
    unit: Mapped[str] = mapped_column(_to("units.unit"))
    base: Mapped[str] = mapped_column(_to("bases.base"))
    email: Mapped[str | None]
    arrived: Mapped[date]
    departs: Mapped[date | None]
    pack: Mapped[str | None]
    left_at: Mapped[datetime | None]


class Appointment(Table):
    """Who holds a post, from a day to a day, both in; without a last day until further notice.

    `withdrawn_at` is the import that no longer had the line: what was seen from the post before can still be told.
    """

    __tablename__ = "appointments"
    __table_args__ = (Index("appointments_by_member", "member"),)
    post: Mapped[str] = mapped_column(_to("posts.post"), primary_key=True)
    member: Mapped[str] = mapped_column(_to("members.id"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]


class Delegation(Table):
    """Who acts for a post, by which document, from a day to a day, both in; `withdrawn_at` as of an appointment."""

    __tablename__ = "delegations"
    __table_args__ = (Index("delegations_by_member", "member"),)
    post: Mapped[str] = mapped_column(_to("posts.post"), primary_key=True)
    member: Mapped[str] = mapped_column(_to("members.id"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date]
    document: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class Balance(Table):
    """Days of one purse brought from outside, as of a day."""

    __tablename__ = "balances"
    member: Mapped[str] = mapped_column(_to("members.id"), primary_key=True)
    purse: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[Decimal]
    as_of: Mapped[date]
    source: Mapped[str]


class Absence(Table):
    """Days away for other reasons than leave: a course, hospital, duty travel."""

    __tablename__ = "absences"
    member: Mapped[str] = mapped_column(_to("members.id"), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[date]
    reason: Mapped[str]
    source: Mapped[str]


class Flight(Table):
    """One departure. A flight with booked seats which an import no longer had stays here, with `cancelled_at`.

    `n` is the line of the register's journal whose word it has: an older one, written late, changes nothing.
    """

    __tablename__ = "flights"
    __table_args__ = (Index("flights_by_route", "origin", "destination", "departs"),)
    flight: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    destination: Mapped[str]
    departs: Mapped[datetime]
    arrives: Mapped[datetime]
    seats: Mapped[int]
    manifest_closes: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    n: Mapped[int | None]


class Version(Table):
    """One import: the files by name and digest, what they changed, and which flights with booked seats."""

    __tablename__ = "versions"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    imported_at: Mapped[datetime]
    by: Mapped[str]
    digests: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    flights: Mapped[list[str]] = mapped_column(JSON, server_default="[]")


class Wish(Table):
    """The newest wish of a leave for one thing held, so that an older one which comes late is ignored."""

    __tablename__ = "wishes"
    leave_id: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class Seat(Table):
    """A leave's seat, one for each leg. `state`: held, flown, given-back; a seat given back is free for others."""

    __tablename__ = "seats"
    __table_args__ = (Index("seats_by_flight", "flight", "state"),)
    leave_id: Mapped[str] = mapped_column(primary_key=True)
    leg: Mapped[str] = mapped_column(primary_key=True)
    flight: Mapped[str] = mapped_column(_to("flights.flight"))
    n: Mapped[int]
    state: Mapped[str]


class Away(Table):
    """Who has signed out on a leave and is not back, whatever base keeps it: posts are asked for at other bases too."""

    __tablename__ = "away"
    __table_args__ = (Index("away_by_member", "member"),)
    leave_id: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[str]
    out_at: Mapped[datetime]


class FlightNews(Table):
    """That a flight was changed by line `n` of the register's journal, to be told to a leave which had a seat on it."""

    __tablename__ = "flight_news"
    __table_args__ = (Index("flight_news_by_told", "told_at"),)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    flight: Mapped[str] = mapped_column(primary_key=True)
    leave_id: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[str]
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class Paper(Table):
    """A leave paper. It is never changed, only revoked; the next one of the same leave has the next `serial`."""

    __tablename__ = "papers"
    __table_args__ = (Index("papers_by_number", "number"),)
    leave_id: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    n: Mapped[int]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Consent(Table):
    """Who has decided on a leave in a capacity, as it was when its newest paper was asked for."""

    __tablename__ = "consents"
    leave_id: Mapped[str] = mapped_column(primary_key=True)
    capacity: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[str]


class Outgoing(Table):
    """A notice to be sent: entry `seq` of a leave, told to a member (by register id) or a post (by code)."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_by_next_try", "sent_at", "next_try_at"),)
    leave_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class MissionOrder(Table):
    """A version of an order for the whole mission, kept for bases that open later."""

    __tablename__ = "mission_orders"
    name: Mapped[str] = mapped_column(primary_key=True)
    order: Mapped[dict[str, Any]]
