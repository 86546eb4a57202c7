"""A leave numbers its wishes. What comes late, after a newer one, is not carried out."""

from __future__ import annotations

from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.database import insert
from domain.holdings import Want


def newest(session: Session, want: Want) -> bool:
    """Whether no newer wish of this leave for this thing is known; the same one again is newest too.

    Until the transaction ends, other wishes of this leave for this thing wait here.
    """
    wish = insert(session, t.Wish).values(leave_id=want.leave_id, what=want.what, n=want.n)
    newer = {"set_": {"n": wish.excluded.n}, "where": t.Wish.n <= wish.excluded.n}
    written = wish.on_conflict_do_update(index_elements=["leave_id", "what"], **newer).returning(t.Wish.n)
    return session.scalar(written) is not None
