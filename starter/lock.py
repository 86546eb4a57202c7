"""One embedded server for a mission at a time.

The kernel keeps the lock: it is held as long as the owner or any process that inherited it lives, and never longer. No
file has to be cleaned up after a crash, and no process is ended because of a number that it may no longer have.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from wiring.disk import locked, same
from wiring.laying_back import whole
from wiring.running import Running
from wiring.trouble import NotStarted

_DYING: Final = 5.0
"""Seconds which the processes of a killed owner may take to follow it."""


@asynccontextmanager
async def only_one(folder: Path, *, laying_back: bool = False) -> AsyncIterator[int]:
    """Hold the mission's lock; yields its descriptor, to be inherited by children.

    Who is `laying_back` the mission holds it also while the note of that stands.

    Raises:
        NotStarted: somebody else holds it, or the mission is being laid back.
    """
    while True:
        held = _opened(folder)
        try:
            await _locked(held, folder)
            if not same(held, folder / "lock"):
                continue  # another folder was put in the place of this one meanwhile: it is of that one
            if not laying_back:
                whole(folder)
            yield held
            return
        finally:
            os.close(held)


def _opened(folder: Path) -> int:
    try:
        return os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        whole(folder)
        raise


async def _locked(held: int, folder: Path) -> None:
    until = asyncio.get_running_loop().time() + _DYING
    while not locked(held):
        running = Running.read(folder)
        if (running and _alive(running.owner)) or asyncio.get_running_loop().time() > until:
            raise NotStarted(
                f"{folder.name} is running here already.",
                why=f"another process holds {folder / 'lock'}",
                known=f"process {running.owner}, server at {running.address}" if running else "",
                helps=f"use it, or end it first: kill {running.owner}" if running else "wait until it has started",
            )
        await asyncio.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
