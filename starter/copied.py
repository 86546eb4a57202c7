"""Reading from the copy of a base while the server or the register does not answer, and saying so on the first line."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from activities.register import excerpt
from domain.words import counted
from starter import unlooked
from wiring import console, copies
from wiring.copies import Copy, Unreadable
from wiring.spool import Item
from wiring.trouble import NotReached

if TYPE_CHECKING:
    from starter.desk import Desk


def instead(desk: Desk, silent: NotReached, base: str | None, nobody: str = "NO SERVER") -> Copy:
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
    console.warn(f"{nobody}: {first_line(desk, found, datetime.now(UTC))}")
    return found


def register(desk: Desk, silent: NotReached, base: str | None) -> Copy | None:
    """Put what the copy of a base has of the register in its place; where there is none, one that knows nobody."""
    desk.no_register = silent
    try:
        found = copies.read(desk.settings.folder, desk.settings.code, base) if base else None
    except Unreadable as lost:
        console.warn(str(lost))
        found = None
    image = excerpt.opened(b64decode(found.excerpt)) if found and found.excerpt else None
    desk.source = image or excerpt.nothing()
    if found is None or image is None:
        return None
    desk.register_at = found.at
    return found


def first_line(desk: Desk, copy: Copy, now: datetime) -> str:
    """Of when a copy is, how old that is, and how many acts of who sits at this desk it does not know."""
    minutes = int((now - copy.at).total_seconds()) // 60
    age = f"{minutes // 60} h {minutes % 60} min old" if minutes >= 0 else "AHEAD of this clock: one of both is wrong"
    seen = copy.at.astimezone(desk.zone(copy.base))
    day = "" if seen.date() == now.astimezone(seen.tzinfo).date() else f"{seen:%Y-%m-%d} "
    return f"as of {day}{seen:%H:%M} {copy.base}, {age}; {waiting(desk)}"


def waiting(desk: Desk) -> str:
    """`3 acts of yours and 2 of others wait in the spool`: a desk has one spool for all who sit at it."""
    number, names = desk.settings.person, desk.waiting()
    if number is None:
        return f"{counted(len(names), 'act')} {'waits' if len(names) == 1 else 'wait'} in the spool"
    me = {desk.known(number), unlooked.number(number)}
    items = (desk.spool.look(desk.spool.folder / str(name)) for name in names)
    mine = sum(isinstance(item, Item) and item.recorder in me for item in items)
    others = f" and {len(names) - mine} of others" if len(names) > mine else ""
    return f"{counted(mine, 'act')} of yours{others} {'waits' if mine == 1 and not others else 'wait'} in the spool"
