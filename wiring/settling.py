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
        moving = face is not None and (face.busy or face.then == NO_DAYS)
        if face is None or not moving or asyncio.get_running_loop().time() > until:
            return face
        await asyncio.sleep(pause)
        pause = min(2 * pause, settling / 15)


async def not_opened(client: Client, leave_id: str, settling: float) -> Refusal | None:
    """Why a request that was recorded has come to nothing; None where it has not, or nobody tells in time."""
    try:
        face = await at_rest(client, leave_id, settling)
        if face is None or face.state != "not opened":
            return None
        return why_not_opened(await journal_of(client, leave_id))
    except NotReached:
        return None


def why_not_opened(journal: Sequence[Entry[Any]]) -> Refusal | None:
    """Which rule kept a request from being opened."""
    for entry in reversed(journal):
        if isinstance(entry.event, Refused | Lacks):
            return entry.event.refusal
    return None
