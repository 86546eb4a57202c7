"""Who is away on leave, as the gates saw it, for decisions at another base than theirs.

A base knows its own ledger. Who holds a post that an order names may be on leave from another base, and is out of reach
all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.wishes import newest
from domain.holdings import Place, Want


def note(session: Session, want: Want) -> None:
    """A leave's newest wish for its place tells whether its member is away. An older one tells nothing.

    Nor does a place that goes back without a word of the member's return: who was given up, or whose leave was broken
    off, has been seen by nobody, and stays out of reach.
    """
    if not newest(session, want):
        return
    known, place = session.get(t.Away, want.leave_id), want.spec
    if isinstance(place, Place):
        session.execute(delete(t.Away).where(t.Away.leave_id == want.leave_id))
        if place.out_at:
            session.add(t.Away(leave_id=want.leave_id, member=place.member, out_at=place.out_at))
    elif known and want.back_at:
        session.delete(known)
        returned(session, known.member, want.back_at)


def returned(session: Session, member: str, back_at: datetime) -> None:
    """Who was seen back has come back from every leave on which they had left before, whatever became of it."""
    session.execute(delete(t.Away).where(t.Away.member == member, t.Away.out_at < back_at))


def away(session: Session, members: Iterable[str]) -> frozenset[str]:
    """Which of these members are away on leave."""
    return frozenset(session.scalars(select(t.Away.member).where(t.Away.member.in_(list(members)))))
