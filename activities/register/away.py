"""Who is away on leave, as the gates saw it, for decisions at another base than theirs.

A base knows its own ledger. Who holds a post that an order names may be on leave from another base, and is out of reach
all the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.wishes import newest
from domain.holdings import Place, Want


def note(session: Session, want: Want) -> None:
    """A leave's newest wish for its place tells whether its member is away. An older one tells nothing."""
    if not newest(session, want):
        return
    session.execute(delete(t.Away).where(t.Away.leave_id == want.leave_id))
    place = want.spec
    if isinstance(place, Place) and place.out_at:
        session.add(t.Away(leave_id=want.leave_id, member=place.member, out_at=place.out_at))


def away(session: Session, members: Iterable[str]) -> frozenset[str]:
    """Which of these members are away on leave."""
    return frozenset(session.scalars(select(t.Away.member).where(t.Away.member.in_(list(members)))))
