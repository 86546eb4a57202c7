"""A process that owns an embedded server, to be killed: `owner.py HOME`. It says `ready`, starts, and says `up`."""

import asyncio
import sys
from pathlib import Path

from starter.server import EmbeddedServer


async def own(home: Path) -> None:
    print("ready", flush=True)
    async with EmbeddedServer(home, "UNIFIL", 0, 0) as server:
        print(f"up {server.pid}", flush=True)
        await asyncio.Event().wait()


asyncio.run(own(Path(sys.argv[1])))
