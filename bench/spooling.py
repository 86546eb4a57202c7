"""What the spool costs: each act one by one and many at a time, beside a long queue; and how fast a queue is sent."""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta

from bench import leaves
from bench.mission import Bench
from domain.acts import Act
from wiring.spool import Spool, drain

Row = tuple[str, str, str]

LONG = timedelta(hours=1)


async def cost(b: Bench, count: int) -> list[Row]:
    """Keeping an act and striking it again, without a server: what every act waits before it is sent."""
    rows, first = [], datetime.now(UTC).date() + timedelta(days=25)
    home = b.settings.folder / "cost"
    acts = [leaves.acts(b, f"m-{i}", first)[1][0] for i in range(count)]
    for title, at_a_time, queue in (("", 1, 0), (", 32 at a time", 32, 0), (f", behind {count:,}", 1, count)):
        spool = Spool(home / f"{at_a_time}-{queue}", b.settings.code)
        await keep(spool, acts[:queue], 32)
        begun = time.perf_counter()
        waits = await keep(spool, [_again(act, i) for i, act in enumerate(acts)], at_a_time, strike=True)
        each = (time.perf_counter() - begun) / count
        cuts = statistics.quantiles(waits, n=100)
        rows.append(
            (
                f"the spool, per act kept and struck{title}",
                f"{each * 1000:.1f} ms",
                f"p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms",
            )
        )
    return rows


async def backlog(b: Bench, count: int) -> list[Row]:
    """So many requests were kept; then the server is there."""
    first, spool = datetime.now(UTC).date() + timedelta(days=25), Spool(b.settings.folder / "spool", b.settings.code)
    asks = [leaves.acts(b, b.members.pop(), first + timedelta(days=i % 20))[1][0] for i in range(count)]
    begun = time.perf_counter()
    await keep(spool, asks, 32)
    kept = time.perf_counter() - begun
    begun = time.perf_counter()
    sent = await drain(spool, b.client, ready=lambda act: act, within=LONG, each=timedelta(minutes=1))
    took = time.perf_counter() - begun
    answered = sum(one.settled for one in sent)
    return [
        (f"{count:,} requests kept while the server is away", f"{kept:.1f} s", f"{count / kept:.0f} acts/s"),
        (
            f"{count:,} requests sent from the spool",
            f"{took:.1f} s",
            f"{answered} answered, {answered / took:.0f} acts/s",
        ),
    ]


async def keep(spool: Spool, acts: list[Act], at_a_time: int, *, strike: bool = False) -> list[float]:
    """Keep acts, so many at a time. Returns the seconds which each took."""
    room, waits = asyncio.Semaphore(at_a_time), list[float]()

    async def one(act: Act) -> None:
        async with room:
            begun = time.perf_counter()
            if held := await asyncio.to_thread(spool.put, act):
                with held:
                    if strike:
                        held.strike()
            waits.append(time.perf_counter() - begun)

    await asyncio.gather(*map(one, acts))
    return waits


def _again(act: Act, i: int) -> Act:
    return act.model_copy(update={"act_id": f"{act.act_id}/{i}"})
