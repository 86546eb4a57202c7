"""The embedded server as a process of its own, so that it can be killed: `python -m drills.serving HOME CODE PORT`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from starter.server import EmbeddedServer
from starter.up import cancel_on_signal


async def serve(home: Path, code: str, port: int) -> None:
    """Until a signal ends it."""
    cancel_on_signal()
    async with EmbeddedServer(home, code, port, 0):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
