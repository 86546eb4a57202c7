"""Notices that are to be sent. They are put here with what they tell of and mailed from here: no mail holds up a leave.

A notice is tried again and again, each time after a longer pause; those of a sender that dies are taken up by another.
A notice may so reach somebody twice, but is never lost: what was not mailed until it was old stays, counted as expired.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.database import insert
from activities.register.lookups import notice_days
from activities.register.posts import holders
from domain.model import HOUR, Model, timedelta

LENT_FOR = timedelta(minutes=10)
"""How long a notice is lent to one sender, who has sent it by then or not begun."""
_LONGEST_PAUSE = 6 * HOUR

NOBODY = "nobody"
"""Why a notice was not sent of whose recipient the register has no address, and who holds no post that is told."""


class Mail(Model):
    """A notice to be sent, for the `tries`-th time: entry `seq` of a leave, to a register id or a post's code."""

    leave_id: str
    seq: int
    recipient: str
    subject: str
    body: str
    tries: int


class Unsent(Model):
    """How many notices were not mailed.

    Some wait, some reach nobody as the register stands, some expired and are mailed no more.
    """

    waiting: int
    nobody: int
    expired: int

    def says(self) -> str:
        """How many of which, for people; empty where all were mailed."""
        told = (
            (self.waiting, "waiting"),
            (self.nobody, "to nobody (no address, or nobody holds the post)"),
            (self.expired, "expired"),
        )
        return ", ".join(f"{number} {what}" for number, what in told if number)


def put(session: Session, leave_id: str, seq: int, recipient: str, subject: str, body: str, at: datetime) -> bool:
    """Lays a notice into the outbox, once; says whether it is new. What lies there already is not changed."""
    notice = {"leave_id": leave_id, "seq": seq, "recipient": recipient, "subject": subject, "body": body}
    laid = insert(session, t.Outgoing).values(notice | {"created_at": at, "next_try_at": at, "tries": 0})
    return session.scalar(laid.on_conflict_do_nothing().returning(t.Outgoing.seq)) is not None


def take(session: Session, now: datetime, limit: int = 50) -> tuple[Mail, ...]:
    """Notices which are due and have not expired, for this sender alone during the next ten minutes."""
    old = _expired(session, now)
    due = (
        select(t.Outgoing)
        .where(t.Outgoing.sent_at.is_(None), t.Outgoing.next_try_at <= now, t.Outgoing.created_at > old)
        .order_by(t.Outgoing.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(due).all()
    for row in rows:
        row.next_try_at = now + LENT_FOR
        row.tries += 1
    session.flush()
    return tuple(Mail.model_validate(row, from_attributes=True) for row in rows)


def sent(session: Session, mail: Mail, at: datetime) -> None:
    """The notice has left."""
    row = session.get_one(t.Outgoing, (mail.leave_id, mail.seq, mail.recipient))
    row.sent_at, row.last_error = at, None


def failed(session: Session, mail: Mail, error: str, now: datetime) -> None:
    """The notice could not be sent and is due again: after two minutes, then four, in the end every six hours."""
    row = session.get_one(t.Outgoing, (mail.leave_id, mail.seq, mail.recipient))
    row.next_try_at = now + min(timedelta(minutes=2 ** min(mail.tries, 20)), _LONGEST_PAUSE)
    row.last_error = error


def put_back(session: Session, mails: Sequence[Mail], now: datetime) -> None:
    """Notices that were lent and not tried: they are due at once, for whoever looks next."""
    for mail in mails:
        row = session.get_one(t.Outgoing, (mail.leave_id, mail.seq, mail.recipient))
        row.next_try_at, row.tries = now, mail.tries - 1


def unsent(session: Session, now: datetime) -> Unsent:
    """What lies in the outbox, by why it does."""
    old = t.Outgoing.created_at <= _expired(session, now)
    lost = (t.Outgoing.last_error == NOBODY) & ~old
    counted = select(func.count(), func.count().filter(lost), func.count().filter(old)).select_from(t.Outgoing)
    total, nobody, expired = session.execute(counted.where(t.Outgoing.sent_at.is_(None))).one()
    return Unsent(waiting=total - nobody - expired, nobody=nobody, expired=expired)


def _expired(session: Session, now: datetime) -> datetime:
    """Notices that were laid out until then are mailed no more."""
    days = notice_days(session)
    return now - timedelta(days=days) if days else datetime.fromtimestamp(0, UTC)


def addresses(session: Session, recipient: str, at: datetime) -> tuple[str, ...]:
    """Where to send: a member's own address, or those of all who hold a post at that moment; maybe nowhere."""
    members = holders(session, [recipient], at)[recipient] or (recipient,)
    known = select(t.Member.email).where(t.Member.id.in_(members), t.Member.left_at.is_(None)).order_by(t.Member.email)
    return tuple(dict.fromkeys(email for email in session.scalars(known) if email))
