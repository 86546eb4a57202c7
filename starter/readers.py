"""What whoever sits at a desk may read of others: leaves as lists show them, and accounts (`domain/privacy.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from activities.register import lookups, posts
from activities.register.database import reading
from domain import privacy
from domain.facts import Member
from domain.leave import Face, Leave
from domain.refusal import Refusal
from starter.index import Row

if TYPE_CHECKING:
    from starter.desk import Desk


def rows(desk: Desk, found: Iterable[Row], *, by_kind: bool = False) -> tuple[Row, ...]:
    """Leaves of a list, told discreetly where their kind does not concern who reads.

    Those are left out which were found `by_kind`: by a word which would tell it.
    """
    reader = desk.reader()
    concern = [(row, privacy.told_the_kind(reader, row.base, asked=row.asked)) for row in found]
    return tuple(row if concerned else row.discreet for row, concerned in concern if concerned or not by_kind)


def of_account(desk: Desk, member: Member) -> Refusal | None:
    """Why who sits here may not read a member's account, nor list their leaves; None where they may."""
    return privacy.may_read_account(desk.reader(), member, _chain(desk, member))


def concerned(desk: Desk, member: Member) -> bool:
    """Whether the kinds of a member's leaves concern who sits here."""
    return privacy.told_the_kind(desk.reader(), member.base, member.id, _chain(desk, member))


def of_leave(desk: Desk, s: Leave, base: str, member: str) -> bool:
    """Whether the kind of a leave concerns who sits here: also where one of their posts is to decide on it."""
    deciding = {post for rungs in s.desks.values() for rung in rungs for post in (rung.post, rung.deputy) if post}
    return privacy.told_the_kind(desk.reader(), base, member, deciding)


def named(desk: Desk, person: str, face: Face | None) -> bool:
    """Whether who sits here may read the name of somebody: as of the leave that is spoken of, or where they serve."""
    reader = desk.reader()
    if face is not None and privacy.named(reader, face.base, face.member):
        return True
    with reading(desk.source) as session:
        known = lookups.member(session, person)
    return known is not None and privacy.named(reader, known.base, known.id)


def callable_by(desk: Desk, member: str) -> Refusal | None:
    """Why a leave may not be called here by the service number of its member; None where it may."""
    with reading(desk.source) as session:
        known = lookups.member(session, member)
    return privacy.may_call(desk.reader(), known, _chain(desk, known)) if known else None


def _chain(desk: Desk, member: Member) -> tuple[str, ...]:
    """The posts which command a member, and their deputies."""
    with reading(desk.source) as session:
        rungs = posts.chain(session, member.id, datetime.now(UTC))
    return tuple(post for rung in rungs for post in (rung.post, rung.deputy) if post)
