"""Reading from the copy of a base while no server answers, and saying so on the first line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.words import counted
from wiring import console, copies
from wiring.copies import Copy, Unreadable
from wiring.trouble import NotReached

if TYPE_CHECKING:
    from starter.desk import Desk


def instead(desk: Desk, silent: NotReached, base: str | None) -> Copy:
    """The copy of a base from which this desk reads while the server is silent, told on the first line.

    Raises:
        NotReached: there is none; as it was silent.
        Unreadable: there is one, and it cannot be read.
    """
    try:
        found = copies.read(desk.settings.folder, desk.settings.code, base) if base else None
    except Unreadable as lost:
        lost.what = f"{silent.what} {lost.what}"
        raise
    if found is None:
        raise NotReached(
            silent.what,
            why=silent.why,
            known=f"there is no copy of {base} here" if base else "a copy is of a base, and this desk has none",
            helps="furlough up starts the server; while the link is up: furlough copy, or furlough spool run",
        ) from silent
    console.warn(first_line(desk, found, datetime.now(UTC)))
    return found


def first_line(desk: Desk, copy: Copy, now: datetime) -> str:
    """Of when a copy is, how old that is, and how many acts of this desk it does not know."""
    minutes = int((now - copy.at).total_seconds()) // 60
    age = f"{minutes // 60} h {minutes % 60} min old" if minutes >= 0 else "AHEAD of this clock: one of both is wrong"
    seen = copy.at.astimezone(desk.zone(copy.base))
    day = "" if seen.date() == now.astimezone(seen.tzinfo).date() else f"{seen:%Y-%m-%d} "
    waiting = len(desk.spool.waiting())
    kept = f"{counted(waiting, 'act')} of yours {'waits' if waiting == 1 else 'wait'} in the spool"
    return f"NO SERVER: as of {day}{seen:%H:%M} {copy.base}, {age}; {kept}"
