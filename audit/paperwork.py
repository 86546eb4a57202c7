"""What the register's database keeps for leaves, on the mission's server, unsealed: seats, papers, notices."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from activities.register import tables as t
from activities.register.database import engine, reading
from audit.balancing import Balance
from audit.traces import BACK, DATABASE, HELD, Trace
from wiring.settings import Settings


def lay(balance: Balance, settings: Settings) -> None:
    """Lay it beside what leaves say; nothing where the database is not at hand.

    It remembers the newest wish of a leave for a thing, and so has answered each one before it.

    Raises:
        RegisterUnavailable: it does not answer.
    """
    if settings.register_url is None and not (settings.folder / "register.db").exists():
        return
    now = datetime.now(UTC)
    with reading(engine(settings.database)) as session:
        newest = {(wish.leave_id, wish.what): wish.n for wish in session.scalars(select(t.Wish))}
        seats = session.scalars(select(t.Seat.leave_id).where(t.Seat.state == "held").distinct())
        held = {(leave, "seat") for leave in seats}
        papers = session.scalars(select(t.Paper.leave_id).where(t.Paper.revoked_at.is_(None)).distinct())
        held |= {(leave, "paper") for leave in papers}
        notices = session.execute(select(t.Outgoing.leave_id, t.Outgoing.seq, t.Outgoing.created_at).distinct()).all()
    balance.entities[DATABASE] = now
    for (leave, what), n in newest.items():
        value = HELD if (leave, what) in held else BACK
        balance.kept[leave, what, n].append(Trace(leave, what, n, DATABASE, now, value))
    for key, traces in list(balance.said.items()):
        leave, what, n = key
        if traces[0].keeper == DATABASE and n < newest.get((leave, what), n):
            balance.kept[key].append(Trace(leave, what, n, DATABASE, traces[0].at))
    for leave, seq, at in notices:
        balance.kept[leave, "notice", seq].append(Trace(leave, "notice", seq, DATABASE, at))
