"""`furlough watch`: a leave followed live, line by line, until it ends."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from domain.decider import Entry
from domain.leave import Face, discreet, reading
from starter import find, show, timeline, torn
from starter.desk import at_desk
from starter.flags import HERE, How
from wiring import console
from wiring.queries import face_of, journal_of, torn_off
from wiring.trouble import Misset, NotReached

EACH: Final = 1.0
"""Seconds between two looks."""

CHANGE: Final = "change"
"""What is waited for where any other state will do."""

NOT_THERE: Final = 7
"""The exit code where the time was over first."""


async def watch(
    leave: str,
    *,
    until: str | None = None,
    timeout: float | None = None,  # noqa: ASYNC109 (a flag of the command)
    how: How = HERE,
) -> int:
    """Follow a leave until it ends or reaches a state; Ctrl-C stops watching, and nothing else.

    Args:
        leave: The leave, as every command takes it.
        until: Stop at this state, as boards show it ("away"), or at the next "change".
        timeout: Stop after so many seconds with exit code 7.
    """
    if timeout is not None and timeout < 0:
        raise Misset("--timeout cannot be meant.", why=f"expected seconds, got {timeout:g}")
    if until is not None and until != CHANGE:
        find.is_state(until.lower())
    async with at_desk(**how.settings) as desk:
        face = await desk.leaves().find(leave)
        leave_id, zone = face.leave_id, desk.zone(face.base or None)
        whole = await show.told(desk, leave_id)
        names, entitled = show.names_for(desk, whole), show.entitled(desk, whole)
        told = _same if entitled else discreet.face
        began, seen = told(face).state, 0
        clock = asyncio.get_running_loop().time
        limit = clock() + timeout if timeout is not None else None
        silent = False
        while True:
            try:
                journal = await journal_of(desk.client, leave_id)
                face = await face_of(desk.client, leave_id) or face
                over = _over(face, journal)
                if not over and await torn_off(desk.client, leave_id):
                    face, over = torn.face(face), True
            except NotReached as reason:  # servers come back; who watches overnight should not find an error
                if not silent:
                    console.note(f"{reason.what} Watching goes on.")
                silent = True
            else:
                silent = False
                journal = journal if entitled else discreet.journal(journal)
                for entry in journal[seen:]:
                    _tell(entry, timeline.line(entry, zone, names, entitled=entitled), how, entitled=entitled)
                seen = len(journal)
                if over or _reached(told(face), until, began):
                    break
            if limit is not None and clock() >= limit:
                _last(told(face), how)
                return NOT_THERE
            await asyncio.sleep(EACH)
        _last(told(face), how)
    return 0


def _over(face: Face, journal: list[Entry[Any]]) -> bool:
    """Whether it has ended, and all that it held has gone back."""
    return not face.busy and any(entry.event.kind == "ended" for entry in journal)


def _same(face: Face) -> Face:
    return face


def _reached(face: Face, until: str | None, began: str) -> bool:
    """Whether it is at the state which is waited for."""
    if until is None:
        return False
    return face.state != began if until == CHANGE else until.lower() in (face.state, discreet.word(face.state))


def _tell(entry: Entry[Any], line: str, how: How, *, entitled: bool) -> None:
    if how.json:
        console.document(reading.document(entry, entitled=entitled))
    else:
        console.say(line)


def _last(face: Face, how: How) -> None:
    """Where it stands when watching ends."""
    if how.json:
        console.document(face)
        return
    waits = f", waits for {face.waits_for}" if face.waits_for else ""
    console.say(f"{face.number or face.leave_id} is {face.state.upper()}{waits}", "bold")
