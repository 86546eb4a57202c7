"""Leave papers: one is valid at a time; what it says is never changed, it is revoked and another one issued."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.wishes import newest
from domain import holdings
from domain.model import Instant, Model, date


class IssuedPaper(Model):
    """A leave paper: number of the leave, which paper of it this is, and the days for which it is valid."""

    number: str
    serial: int
    first: date
    last: date
    issued_at: Instant
    revoked_at: Instant | None = None


def set_paper(session: Session, want: holdings.Want) -> IssuedPaper | None:
    """The leave's valid paper becomes what its `n`-th wish says; none any more when it says nothing.

    The same wish again issues no second paper, and an older wish is answered with the paper there is.
    """
    if not newest(session, want):
        return valid_paper(session, want.leave_id)
    if want.spec is not None and not isinstance(want.spec, holdings.Paper):
        raise TypeError(f"expected a wish for a paper, got one for {want.what}")
    had = valid_paper(session, want.leave_id)
    if had and want.spec and (had.number, had.first, had.last) == (want.spec.number, want.spec.first, want.spec.last):
        return had
    of_leave = t.Paper.leave_id == want.leave_id
    session.execute(update(t.Paper).where(of_leave, t.Paper.revoked_at.is_(None)).values(revoked_at=want.as_of))
    if want.spec is None:
        return None
    serial = (session.scalar(select(func.max(t.Paper.serial)).where(of_leave)) or 0) + 1
    said = {"number": want.spec.number, "first": want.spec.first, "last": want.spec.last}
    session.add(t.Paper(leave_id=want.leave_id, serial=serial, n=want.n, issued_at=want.as_of, **said))
    session.flush()
    return valid_paper(session, want.leave_id)


def valid_paper(session: Session, leave_id: str) -> IssuedPaper | None:
    """The paper of a leave which has not been revoked, if there is one."""
    row = session.scalar(select(t.Paper).where(t.Paper.leave_id == leave_id, t.Paper.revoked_at.is_(None)))
    return None if row is None else IssuedPaper.model_validate(row, from_attributes=True)


def papers(session: Session, number: str) -> tuple[IssuedPaper, ...]:
    """All papers under a control number, first to last: what a checker at a gate is told of."""
    rows = session.scalars(select(t.Paper).where(t.Paper.number == number).order_by(t.Paper.serial))
    return tuple(IssuedPaper.model_validate(row, from_attributes=True) for row in rows)
