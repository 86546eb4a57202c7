"""Who has decided on a leave by the time its paper was issued, for its base.

A base is told so by the leave itself once an order bars it. Between the order and that word of the leave somebody may
exempt it, or override strength for it, who has decided on it in another capacity: their journeys are confirmed last.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.register import tables as t
from domain.holdings import Want


def note(session: Session, want: Want) -> None:
    """What a leave tells as it asks for its paper. Said again it is the same; a later decider takes the place."""
    for capacity, member in want.decided.items():
        session.merge(t.Consent(leave_id=want.leave_id, capacity=capacity, member=member))


def known(session: Session, leave_id: str) -> dict[str, str]:
    """Who has decided, by capacity; nobody of a leave that has had no paper yet."""
    rows = session.scalars(select(t.Consent).where(t.Consent.leave_id == leave_id).order_by(t.Consent.capacity))
    return {row.capacity: row.member for row in rows}
