"""What an outage costs: from the return of the server to the first act that is answered, and to the last one."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import worker
from bench import leaves
from bench.mission import Bench, begun
from bench.spooling import LONG, Row, keep
from domain.acts import Act
from starter.ports import chosen
from starter.server import EmbeddedServer
from wiring.connect import connect, quiet
from wiring.deliver import deliver
from wiring.plugin import FurloughPlugin
from wiring.spool import Spool, drain

AT_A_TIME = 50


async def back(home: Path, count: int) -> list[Row]:
    """So many open leaves, and a spool with an act for each of them; then the server is there again."""
    settings, source, ids, posts = begun(home, 10 * count)
    port, spool = chosen(0, "--port"), Spool(settings.folder / "spool", settings.code)
    async with AsyncExitStack() as working:
        async with EmbeddedServer(settings.home, settings.code, port, 0):
            client = await connect(settings, [FurloughPlugin()], quiet())
            await working.enter_async_context(worker.working(settings, client, "bench"))
            acts = await _booked(Bench(settings, client, source, ids, posts), count)
        await keep(spool, acts, 32)
        begins = time.perf_counter()
        async with EmbeddedServer(settings.home, settings.code, port, 0):
            there = time.perf_counter()
            draining = asyncio.create_task(
                drain(spool, client, ready=lambda act: act, within=LONG, each=timedelta(minutes=1))
            )
            while len(spool.waiting()) == count and not draining.done():
                await asyncio.sleep(0.01)
            first = time.perf_counter() - there
            sent = await draining
            last = time.perf_counter() - there
            await working.aclose()
    source.dispose()
    what = f"{count:,} open leaves, {count:,} acts in the spool"
    return [
        (f"{what}: from the start of the server until it is there", f"{there - begins:.1f} s", ""),
        (f"{what}: then until the first is answered", f"{first:.1f} s", ""),
        (f"{what}: until all are sent", f"{last:.1f} s", f"{sum(one.settled for one in sent)} answered"),
    ]


async def _booked(b: Bench, count: int) -> list[Act]:
    """Brings so many leaves to where movement control is waited for; the acts for which they wait."""
    gate, first = asyncio.Semaphore(AT_A_TIME), datetime.now(UTC).date() + timedelta(days=25)

    async def booked(i: int) -> Act:
        async with gate:
            leave_id, straight = leaves.acts(b, b.members.pop(), first + timedelta(days=i % 20))
            for act in straight[:2]:
                await deliver(b.client, act, within=timedelta(minutes=2))
                await leaves.at_rest(b, leave_id, leaves.THEN[str(act.kind)])  # type: ignore[attr-defined]
            return straight[2]

    return await asyncio.gather(*map(booked, range(count)))
