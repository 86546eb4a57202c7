"""A leave named while nobody can be asked: by its own id, or by its control number, as papers and the copy have it."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from activities.register.database import reading
from activities.register.tables import Paper
from domain.ids import CONTROL_NUMBER, LEAVE_ID
from starter.desk import Desk
from wiring import copies
from wiring.copies import Unreadable
from wiring.handles import DIGITS
from wiring.trouble import NotReached

NAMED_SO: Final = (
    "say the leave id (furlough show tells it, and the receipt with --json), or a control number that a paper or "
    "the copy at this desk knows; furlough up starts the server; else write it on paper and enter it later with --at"
)


async def meant(desk: Desk, said: str) -> str:
    """The id of the leave meant: as the server knows it, or as far as this desk does. Raises Misset and NotReached."""
    try:
        if desk.away is not None:
            raise desk.away
        return (await desk.leaves().find(said)).leave_id
    except NotReached as silent:
        meant, desk.away = leave_id(desk, said, silent), silent
        return meant


def leave_id(desk: Desk, said: str, silent: NotReached) -> str:
    """The one leave of this name, as far as this desk knows without the server.

    Raises:
        NotReached: the server alone could tell; nothing was kept.
    """
    word = said.upper()
    if (named := LEAVE_ID.fullmatch(word)) and named["mission"] == desk.settings.code:
        return word
    found: set[str] = set()
    if CONTROL_NUMBER.fullmatch(word):
        found = _numbered(desk, word)
    elif DIGITS.fullmatch(said) and desk.settings.base:
        found = _numbered(desk, f"{desk.settings.base}-____-{said.zfill(6)}")
    if len(found) == 1:
        return found.pop()
    numbered = CONTROL_NUMBER.fullmatch(word) or DIGITS.fullmatch(said)
    lacks = (
        "at this desk neither a paper nor a copy knows it"
        if numbered
        else "a member may have another open leave since the copy was made, so that an act is not kept by their number"
    )
    raise NotReached(
        f"Nobody can tell now which leave {said[:60]} is.",
        why=f"{silent.what} {silent.why}".strip(),
        known=f"nothing was kept; {lacks}",
        helps=NAMED_SO,
    )


def _numbered(desk: Desk, number: str) -> set[str]:
    """Leaves of a control number, which is given once and never changes: so an old copy tells nothing wrong of it."""
    try:
        copy = copies.read(desk.settings.folder, desk.settings.code, number.partition("-")[0])
    except Unreadable:  # who reads from it is told; papers may know the number all the same
        copy = None
    like = re.compile(number.replace("_", r"\d"))
    copied = {row["leave_id"] for row in copy.rows if like.fullmatch(row["number"])} if copy else set()
    return _with_paper(desk, number) | copied


def _with_paper(desk: Desk, number: str) -> set[str]:
    """Leaves whose paper bears this number; `_` stands for any one digit."""
    with reading(desk.source) as session:
        return set(session.scalars(select(Paper.leave_id).where(Paper.number.like(number)).distinct()))
