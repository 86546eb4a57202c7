"""A leave once it has done what an act led to: how it stands then, and why a request came to nothing after all.

The account is asked after a request is recorded. One which it does not carry ends by itself a moment later, so that
who asked is told of a refusal all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from temporalio.client import Client

from domain.decider import Entry, Refused
from domain.leave import Face
from domain.leave.events import Lacks
from domain.refusal import Refusal
from wiring.queries import face_of, journal_of
from wiring.trouble import NotReached

SETTLING: Final = 1.5
"""Seconds to wait until a leave has done what an act led to."""

OPENING: Final = "requested"
"""How a leave stands whose account has not answered yet: nothing but its withdrawal is taken."""

NOT_OPENED: Final = "not opened"
"""How a leave stands whose account has refused it: the same request is another leave when it is said again."""

NO_DAYS: Final = "no days"
"""The deadline of a request whose account has refused: it falls due at once."""


async def at_rest(client: Client, leave_id: str, settling: float = SETTLING) -> Face | None:
    """How the leave stands once its effects are done; as it stands after so many seconds, where they take longer.

    Who may take longer is asked less often: each question is work for the worker that is waited for.
    """
    until = asyncio.get_running_loop().time() + settling
    pause = settling / 75
    while True:
        face = await face_of(client, leave_id)
        moving = face is not None and (face.busy or face.then == NO_DAYS or face.state == OPENING)
        if face is None or not moving or asyncio.get_running_loop().time() > until:
            return face
        await asyncio.sleep(pause)
        pause = min(2 * pause, settling / 15)


async def come_to(client: Client, leave_id: str, settling: float) -> tuple[str, Refusal | None]:
    """How the leave of a recorded request stands, and why it came to nothing if it has; "" where nobody tells it."""
    try:
        face = await at_rest(client, leave_id, settling)
        if face is None or face.state != NOT_OPENED:
            return face.state if face else "", None
        return face.state, why_not_opened(await journal_of(client, leave_id))
    except NotReached:
        return "", None


def why_not_opened(journal: Sequence[Entry[Any]]) -> Refusal | None:
    """Which rule kept a request from being opened."""
    for entry in reversed(journal):
        if isinstance(entry.event, Refused | Lacks):
            return entry.event.refusal
    return None
