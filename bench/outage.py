"""What an outage costs: from the return of the server to the first act that is answered, and to the last one.

And what a drill survives.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import worker
from bench import leaves
from bench.mission import Bench, begun
from bench.spooling import Row, keep
from domain.acts import Act
from starter.ports import LOCAL, chosen
from starter.server import EmbeddedServer
from wiring.connect import connect, quiet
from wiring.deliver import deliver
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.spool import Spool

AT_A_TIME = 50
AWAY = 40.0
"""Seconds without a server: by then the sender pauses for half a minute, and the worker for ten seconds."""


async def survived(faults: int) -> list[Row]:
    """So many faults in one drill with as many leaves, the register in a PostgreSQL: what fell short, and how long."""
    words = ("--leaves", str(faults), "--faults", str(faults), "--seconds", str(6 * faults), "--postgres", "--json")
    drill = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", "drill", *words), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await drill.communicate()
    report = json.loads(said)
    met = sum(report["faults"].values())
    longest, short = report["longest_recovery"], len(report["short"])
    return [
        (f"faults in a drill with {report['leaves']} leaves, seed {report['seed']}", str(met), f"{short} findings"),
        ("longest time until an act was answered again", f"{longest:.1f} s", f"register: {report['register']}"),
    ]


async def back(home: Path, count: int) -> list[Row]:
    """So many open leaves, and an act for each in the spool, after an outage that was long; then the server is there.

    Worker and sender are processes of their own, in the middle of their longest pauses.
    """
    settings, source, ids, posts = begun(home, 10 * count)
    port, spool = chosen(0, "--port"), Spool(settings.folder / "spool", settings.code)
    async with EmbeddedServer(settings.home, settings.code, port, 0):
        client = await connect(settings, [FurloughPlugin()], quiet())
        async with worker.working(settings, client, "bench"):
            acts = await _booked(Bench(settings, client, source, ids, posts), count)
    source.dispose()
    await keep(spool, acts, 32)
    async with AsyncExitStack() as there:
        for words in (("worker",), ("spool", "run")):
            await there.enter_async_context(_part(settings, port, words))
        await asyncio.sleep(AWAY)
        begins = time.perf_counter()
        await there.enter_async_context(EmbeddedServer(settings.home, settings.code, port, 0))
        up = time.perf_counter()
        while len(spool.waiting()) == count:
            await asyncio.sleep(0.01)
        first = time.perf_counter() - up
        while spool.waiting():
            await asyncio.sleep(0.01)
        last = time.perf_counter() - up
    back = len(spool.shelved("returned"))
    what = f"{count:,} open leaves, {count:,} acts in the spool"
    return [
        (f"{what}: from the start of the server until it is there", f"{up - begins:.1f} s", f"{AWAY:.0f} s away"),
        (f"{what}: then until the first is answered", f"{first:.1f} s", ""),
        (f"{what}: until all are sent", f"{last:.1f} s", f"{count - back} recorded, {back} came back"),
    ]


@asynccontextmanager
async def _part(settings: Settings, port: int, words: tuple[str, ...]) -> AsyncIterator[None]:
    """A command that serves, in a process of its own, ended in order."""
    told = {
        "TEMPORAL_ADDRESS": f"{LOCAL}:{port}",
        "FURLOUGH_HEALTH": f"{LOCAL}:{chosen(0, '--port')}",
        "FURLOUGH_METRICS": f"{LOCAL}:{chosen(0, '--port')}",
    }
    with (settings.folder / f"{words[0]}.log").open("wb") as log:
        part = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", *words), env=settings.environment() | told, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        part.terminate()
        await part.wait()


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
