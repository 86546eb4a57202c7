"""What the register says, as the facts on which decisions rest. Reads only; a day is a day of the base concerned.

First and last day of an absence or a tour are both in: who departs on 30 June is still counted on 30 June.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.calendars import calendar, nations
from activities.register.remembered import edition, until_import
from activities.register.sheets import SETTINGS
from domain.facts import BaseFacts, Member, Opening, QueueRule, Unknown
from domain.orders import Order

__all__ = [
    "administrators",
    "base",
    "base_zone",
    "bases",
    "calendar",
    "flown_to",
    "member",
    "names",
    "opening",
    "pack_of",
    "queue_rule",
    "resolve",
    "settings",
    "unknown",
    "version",
]

ASKED = 10_000
"""So many values stand in one question at most: SQLite takes 32,766 of them."""

TOLD = 12
"""How many names are told of those which the register knows, where one was not among them."""


def version(session: Session) -> int:
    """The number of the last import; 0 of an empty register."""
    number: int = edition(session)[1]
    return number


@until_import
def settings(session: Session) -> dict[str, str]:
    """The mission's switches as they were imported; a switch that was not has the default of `sheets.SETTINGS`."""
    rows: Iterable[Any] = session.execute(select(t.Setting.setting, t.Setting.value))
    return {name: value for name, value in rows}  # noqa: C416 (a row is not a tuple to the type checker)


def largest_entry(session: Session) -> int:
    """How many days one entry may bring into an account: as the mission has set it, else the default."""
    return int(settings(session).get("largest-entry", SETTINGS["largest-entry"][1]))


def countersign_days(session: Session) -> int:
    """Within how many days a decider countersigns what a clerk records at a base: as set, else the default."""
    return int(settings(session).get("countersign-days", SETTINGS["countersign-days"][1]))


def notice_days(session: Session) -> int:
    """So many days a notice is tried to be mailed, as set, else the default; 0: without end."""
    return int(settings(session).get("notice-days", SETTINGS["notice-days"][1]))


def notice_sender(session: Session) -> str:
    """The address from which notices are mailed: as set, else the default."""
    return settings(session).get("notice-sender", SETTINGS["notice-sender"][1])


def queue_rule(session: Session) -> QueueRule:
    """Who is served first of those who wait for a place, by the mission's setting."""
    found: QueueRule = TypeAdapter(QueueRule).validate_python(settings(session).get("queue") or "asked-first")
    return found


def administrators(session: Session) -> int:
    """How many are appointed to a post with the role administrator, of whatever day."""
    appointed = select(func.count(t.Appointment.member.distinct())).join(t.Post, t.Post.post == t.Appointment.post)
    return session.scalar(appointed.where(t.Post.role == "administrator", t.Appointment.withdrawn_at.is_(None))) or 0


@until_import
def member(session: Session, member_id: str) -> Member | None:
    """What rules need to know of a member; also of one who has left. None for an unknown id."""
    row = session.get(t.Member, member_id)
    return None if row is None else Member.model_validate(row, from_attributes=True)


def resolve(session: Session, text: str) -> str | None:
    """The register id of a service number; a register id is its own. None when the register knows neither."""
    found = or_(t.Member.service_number == text, t.Member.id == text)
    return session.scalar(select(t.Member.id).where(found).order_by(t.Member.service_number != text))


def names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Rank and name by register id. Only for a screen or sheet of somebody entitled; never for a payload or a log."""
    wanted, named = sorted(set(ids)), select(t.Member.id, t.Member.rank, t.Member.name)
    found: dict[str, str] = {}
    for i in range(0, len(wanted), ASKED):
        rows = session.execute(named.where(t.Member.id.in_(wanted[i : i + ASKED])))
        found |= {row.id: f"{row.rank} {row.name}".strip() for row in rows}
    return found


@until_import
def pack_of(session: Session, member_id: str) -> str | None:
    """The rule pack which the register itself names for a member; None where the packs' own heads decide."""
    return session.scalar(select(t.Member.pack).where(t.Member.id == member_id)) or None


def opening(session: Session, member_id: str) -> Opening | None:
    """The balances brought from outside; None where nobody brought any."""
    rows = session.scalars(select(t.Balance).where(t.Balance.member == member_id).order_by(t.Balance.purse)).all()
    if not rows:
        return None
    sources = dict.fromkeys(row.source for row in rows)
    return Opening(as_of=rows[0].as_of, days={row.purse: row.days for row in rows}, source="; ".join(sources))


@until_import
def base(session: Session, code: str) -> BaseFacts | None:
    """A base and how many posts it has (small bases may have too few for three decisions). None for an unknown code."""
    return next(iter(_bases(session, code)), None)


def bases(session: Session) -> tuple[BaseFacts, ...]:
    """All bases of the mission, by code."""
    return _bases(session)


def _bases(session: Session, *codes: str) -> tuple[BaseFacts, ...]:
    counted = (
        select(t.Base.base, t.Base.clearance, func.count(t.Post.post).label("posts"))
        .outerjoin(t.Post, t.Post.base == t.Base.base)
        .group_by(t.Base.base, t.Base.clearance)
        .order_by(t.Base.base)
    )
    rows = session.execute(counted.where(t.Base.base.in_(codes)) if codes else counted)
    small = int(session.scalar(select(t.Setting.value).where(t.Setting.setting == "small-site")) or 0)
    return tuple(BaseFacts(code=row.base, clearance=row.clearance, posts=row.posts, small=small) for row in rows)


@until_import
def base_zone(session: Session, code: str) -> str | None:
    """The IANA name of a base's zone; None for an unknown code."""
    return session.scalar(select(t.Base.zone).where(t.Base.base == code))


def day_at(zone: str | None, at: datetime) -> date:
    """The day of a zone in which an instant falls; what belongs to the mission as a whole keeps the days of UTC."""
    return at.astimezone(ZoneInfo(zone) if zone else UTC).date()


def unknown(session: Session, order: Order) -> tuple[Unknown, ...]:
    """The names in an order behind which there is nobody: no unit, post or base of the register, no nation at all.

    A nation may be one of ISO 3166-1 of which nobody is here yet: an order may come before its contingent.
    """
    scope, units, posts = order.scope, t.Unit.unit, t.Post.post
    named: tuple[tuple[Any, tuple[str, ...], Callable[[], Iterable[str]]], ...] = (
        ("base", scope.bases, lambda: session.scalars(select(t.Base.base))),
        ("unit", scope.units, lambda: session.scalars(select(units))),
        (
            "nation",
            (*scope.nations, *scope.except_nations),
            lambda: session.scalars(select(t.Member.nation).distinct()),
        ),
        ("component", scope.components, lambda: get_args(Member.model_fields["component"].annotation)),
        ("post", (order.etp,), lambda: session.scalars(select(posts))),
        ("key post", order.key_posts, lambda: session.scalars(select(posts))),
    )
    found: list[Unknown] = []
    for what, names, all_of_them in named:
        known = set(all_of_them()) if names else set()
        missing = [name for name in dict.fromkeys(names) if name not in known]
        if what == "nation" and missing:
            missing = [name for name in missing if name not in nations()]
        for name in missing:
            like = get_close_matches(name, sorted(known), n=TOLD, cutoff=0)
            found.append(Unknown(what=what, name=name, known=tuple(like), of=len(known)))
    return tuple(found)


def flown_to(session: Session) -> frozenset[str]:
    """Where flights of the register go, whenever they depart."""
    return frozenset(session.scalars(select(t.Flight.destination).distinct()))
