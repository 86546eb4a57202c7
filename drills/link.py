"""A link that fails: a TCP proxy which cuts, stalls, resets and slows what goes through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Literal, Self

Mode = Literal["open", "cut", "stall", "reset", "slow"]
FAILING: Final[tuple[Mode, ...]] = ("cut", "stall", "reset", "slow")
LOCAL: Final = "127.0.0.1"
PIECE: Final = 16_384
SLOW: Final = 0.15
"""Seconds for each piece on a slow link."""


class Link:
    """The way to a server. `cut` refuses and ends connections, `reset` ends them once, `stall` lets nothing through."""

    def __init__(self, to: int) -> None:
        self.to, self.port = to, 0
        self.mode: Mode = "open"
        self.passing = asyncio.Event()
        self.passing.set()
        self.ends: set[asyncio.StreamWriter] = set()

    @classmethod
    @asynccontextmanager
    async def laid(cls, to: int) -> AsyncIterator[Self]:
        """A link to a port of this machine, open at first."""
        link = cls(to)
        server = await asyncio.start_server(link.carry, LOCAL, 0)
        link.port = server.sockets[0].getsockname()[1]
        try:
            yield link
        finally:
            server.close()
            link.turn("cut")

    def turn(self, mode: Mode) -> None:
        """From now on it is so."""
        self.mode = mode
        if mode == "stall":
            self.passing.clear()
        else:
            self.passing.set()
        if mode in ("cut", "reset"):
            for end in list(self.ends):
                end.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it or the link does."""
        if self.mode == "cut":
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(LOCAL, self.to)
        except OSError:
            writer.transport.abort()
            return
        self.ends |= {writer, back}
        try:
            await asyncio.gather(self.pump(reader, back), self.pump(there, writer))
        finally:
            for end in (writer, back):
                self.ends.discard(end)
                end.transport.abort()

    async def pump(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """One direction."""
        with suppress(OSError):
            while piece := await source.read(PIECE):
                if self.mode == "slow":
                    await asyncio.sleep(SLOW)
                await self.passing.wait()
                to.write(piece)
                await to.drain()
        to.transport.abort()
