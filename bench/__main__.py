"""`python -m bench [--leaves 200] [--order 1000] [--spool 1000] [--members 100000] [--sealed 2000] [--asked 100000]`.

Measures and prints one table; `--only audit` (or server, outage, import) a part of it. `--faults 500` adds a drill of
half an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import auditing, bare, leaves, outage, spooling
from bench.mission import Bench, bench, sheets
from domain.acts import Enter, IssueOrder
from domain.garrison.events import Examined
from domain.orders import Order
from domain.restrictions import ClosedDestination
from wiring.deliver import deliver

Row = tuple[str, str, str]
AT_A_TIME = 50


async def measure(count: int, of_order: int, spooled: int) -> list[Row]:
    """All that needs a server, on one."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as home, ThreadPoolExecutor(24) as threads:
        async with bench(Path(home), 10 * (of_order + count) + spooled + 200) as b:
            for name, n in await leaves.events(b, b.members.pop()):
                rows.append(
                    (
                        f"events in the leave's history: {name}",
                        str(n),
                        "aim: at most 110 in all" if name == "in all" else "",
                    )
                )
            options = {
                "activity_executor": threads,
                "max_concurrent_local_activities": 1000,
                "max_concurrent_workflow_tasks": 1000,
            }
            async with bare.bare_worker(b, **options):
                rows += await throughput(b, count)
            rows += await acts_on_a_base(b, 300)
            rows += await order(b, of_order)
            rows += await spooling.cost(b, spooled)
            rows += await spooling.backlog(b, spooled)
    return rows


async def outages(spooled: int, faults: int) -> list[Row]:
    """The return of a server, and a drill where one is wanted."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        rows = await outage.back(Path(home), spooled)
    return rows + await outage.survived(faults) if faults else rows


async def throughput(b: Bench, count: int) -> list[Row]:
    """Ours against the bare ones, in turn, twice, so that neither has the warmer server."""
    seconds: dict[str, list[float]] = defaultdict(list)
    waits: dict[str, list[float]] = defaultdict(list)
    for _ in range(2):
        took, found = await leaves.many(b, [b.members.pop() for _ in range(count)], AT_A_TIME)
        seconds["ours"].append(took)
        for kind, waited in found.items():
            waits[kind] += waited
        for lean in (False, True):
            seconds["bare, lean" if lean else "bare"].append(await bare.many(b, count, AT_A_TIME, lean=lean))
    rate = {name: count * len(each) / sum(each) for name, each in seconds.items()}
    rows = [
        (f"leaves/s from request to settled, {AT_A_TIME} at a time: {n}", f"{r:.1f}", _ratio(n, rate))
        for n, r in rate.items()
    ]
    alone: dict[str, list[float]] = defaultdict(list)
    for _ in range(20):
        await leaves.one(b, b.members.pop(), datetime.now(UTC).date() + timedelta(days=26), alone)
    for title, each in (("one leave at a time", alone), (f"{AT_A_TIME} leaves at a time", waits)):
        for kind, waited in each.items():
            cuts = statistics.quantiles(waited, n=100)
            rows.append(
                (
                    f"answer to {kind}, {title}",
                    f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms",
                    f"{len(waited)} acts",
                )
            )
    return rows


def _ratio(name: str, rate: dict[str, float]) -> str:
    return "" if name == "ours" else f"ours : this = {rate['ours'] / rate[name]:.2f}"


async def acts_on_a_base(b: Bench, count: int) -> list[Row]:
    """Control numbers of one base, one after the other and eight at a time."""
    rows = []
    for at_a_time in (1, 8):
        gate = asyncio.Semaphore(at_a_time)

        async def enter(i: int, gate: asyncio.Semaphore = gate, at_a_time: int = at_a_time) -> None:
            async with gate:
                name = f"BENCH-E{at_a_time}-{i}"
                now = datetime.now(UTC)
                act = Enter(act_id=name, decided_by="bench", acted_at=now, leave_id=name, base="NAQ", year=now.year)
                await deliver(b.client, act, within=timedelta(minutes=2))

        begun = time.perf_counter()
        await asyncio.gather(*(enter(i) for i in range(count)))
        rows.append((f"acts/s on one base, {at_a_time} at a time", f"{count / (time.perf_counter() - begun):.0f}", ""))
    return rows


async def order(b: Bench, count: int) -> list[Row]:
    """An order over so many cleared leaves: until it is answered, and until all leaves have been told."""
    gate, first = asyncio.Semaphore(AT_A_TIME), datetime.now(UTC).date() + timedelta(days=25)
    before = _memory()

    async def ready(i: int) -> str:
        async with gate:
            leave_id, straight = leaves.acts(b, b.members.pop(), first + timedelta(days=i % 20))
            for act in straight[:2]:
                await deliver(b.client, act, within=timedelta(minutes=2))
                await leaves.at_rest(b, leave_id, leaves.THEN[str(act.kind)])  # type: ignore[attr-defined]
            return leave_id

    ids = await asyncio.gather(*(ready(i) for i in range(count)))
    each = (_memory() - before) / count / 1024
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    said = Order(
        number="LO-900",
        version=1,
        issuer="CO",
        title="bench",
        since=now,
        etp="CO",
        restrictions=(ClosedDestination(destinations=("BEY",)),),
    )
    act = IssueOrder(act_id="order", decided_by=b.posts["CO"], post="CO", acted_at=now, base="NAQ", order=said)
    begun = time.perf_counter()
    outcome = await deliver(b.client, act, within=timedelta(minutes=2))
    answered = time.perf_counter() - begun
    judged = sum(len(e.event.verdicts) for e in outcome.entries if isinstance(e.event, Examined))
    for leave_id in ids:
        while not (await leaves.at_rest(b, leave_id)).why:
            await asyncio.sleep(0.1)
    told = time.perf_counter() - begun
    return [
        (f"an order over {count} cleared leaves: answered", f"{answered:.2f} s", f"{judged} leaves judged anew"),
        (f"an order over {count} cleared leaves: all told", f"{told:.1f} s", ""),
        ("memory of worker and client per open leave", f"{each:.0f} KiB", f"{count} cached"),
    ]


def importing(members: int) -> list[Row]:
    """A first import into an empty register, and the same files again."""
    from activities.register import importing as imports
    from activities.register.database import engine, migrate, writing

    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        url = f"sqlite:///{home}/register.db"
        migrate(url)
        files, rows = sheets(members), []
        for what in ("first", "again"):
            begun = time.perf_counter()
            bundle = imports.parse(files)
            if isinstance(bundle, tuple):
                raise SystemExit(str(bundle[:3]))
            with writing(engine(url)) as session:
                imports.apply(session, bundle, "bench", datetime.now(UTC))
            rows.append((f"import of {members:,} members, {what}", f"{time.perf_counter() - begun:.1f} s", ""))
    return rows


def _memory() -> int:
    """Resident memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    ask.add_argument("--leaves", type=int, default=200)
    ask.add_argument("--order", type=int, default=1000)
    ask.add_argument("--members", type=int, default=100_000)
    ask.add_argument("--spool", type=int, default=1000)
    ask.add_argument("--faults", type=int, default=0)
    ask.add_argument("--sealed", type=int, default=2000)
    ask.add_argument("--asked", type=int, default=100_000)
    ask.add_argument("--only", choices=("server", "outage", "import", "audit"))
    given = ask.parse_args()
    rows: list[Row] = []
    if given.only in (None, "server"):
        rows += asyncio.run(measure(given.leaves, given.order, given.spool))
    if given.only in (None, "outage"):
        rows += asyncio.run(outages(given.spool, given.faults))
    if given.only in (None, "import"):
        rows += importing(given.members)
    if given.only in (None, "audit"):
        rows += auditing.measured(given.sealed, given.asked)
    width = max(len(row[0]) for row in rows)
    for what, figure, note in rows:
        print(f"{what:{width}}  {figure:>24}  {note}")
    sys.stdout.flush()
    os._exit(0)  # the SDK may crash at interpreter exit, after all is done


if __name__ == "__main__":
    main()
