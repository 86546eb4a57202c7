"""What audits cost: sealing, verifying, replaying and asking, each against the plainest tool for it in the same run.

The leaves are copies of some that were really played (`copies.py`), of each way through one in turn. What is replayed
are the kept histories of each kind of process.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import duckdb
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from audit.archive.about import about
from audit.archive.sealed import history_bytes, history_of
from audit.archive.vault import Folder
from audit.archive.verifying import verify
from audit.archived import Archived
from audit.crossfoot import of_archive
from audit.interference import told_of
from audit.offline import checks_of
from audit.tables.asking import answer, asked
from audit.tables.keeping import brought_up
from audit.tables.reports import REPORTS
from bench.keeping import Keeping, archive_of, sealed
from bench.multiplying import multiplied
from wiring.plugin import FurloughPlugin

Row = tuple[str, str, str]

HISTORIES: Final = Path(__file__).parents[1] / "tests" / "histories"
DECIDES: Final = ("leave", "account", "base", "register")
"""The kept histories of processes that decide, by the beginnings of their names."""

REPLAYED: Final = 160
MB: Final = 2**20


def played() -> History:
    """A leave from the request to its end, of 69 events."""
    return _kept(HISTORIES / "leave-settled.json")


def mixed(kind: str) -> list[History]:
    """The kept histories of a kind."""
    return [_kept(path) for path in sorted(HISTORIES.glob(f"{kind}*.json"))]


def _kept(path: Path) -> History:
    return History(events=WorkflowHistory.from_json("x", path.read_text()).events)


def measured(leaves: int, asked_: int) -> list[Row]:
    """All of it."""
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as home:
        place = archive_of(Path(home))
        rows = [*sealing(Path(home), leaves), *verifying(place)]
        rows += asyncio.run(looking(place))
        rows += asyncio.run(replaying())
        rows += asyncio.run(indexing(place, Path(home) / "index"))
        rows += asking(Path(home) / "index", Path(home) / "many", asked_)
    return rows


def sealing(home: Path, leaves: int) -> list[Row]:
    """What `furlough audit seal` does, but for the server's own time, and for that of making the copies."""
    server = Keeping(mixed("leave"), leaves)
    took = _took(lambda: asyncio.run(sealed(home, server))) - server.spent
    return [
        (f"sealed/s by the sealer, {leaves:,} leaves", f"{leaves / took:.0f}", "the server's own time is not in it")
    ]


def verifying(place: Path) -> list[Row]:
    """The whole log and every file, and `sha256sum` over the same files, in turn, twice."""
    files = [str(path) for path in place.rglob("*") if path.is_file()]
    size = sum(Path(file).stat().st_size for file in files) / MB
    names = "\0".join(files).encode()
    found = about(Folder(place))
    assert found is not None
    ours = plain = 0.0
    for _ in range(2):
        ours += _took(lambda: verify(Folder(place), found.origin, found.verifying, None))
        plain += _took(
            lambda: subprocess.run(["xargs", "-0", "sha256sum"], input=names, stdout=subprocess.DEVNULL, check=True)
        )
    return [
        (f"verified MB/s, {size:.0f} MB in {len(files):,} files", f"{2 * size / ours:.1f}", ""),
        ("  sha256sum over the same files, MB/s", f"{2 * size / plain:.1f}", f"ours/sha256sum {plain / ours:.2f}"),
    ]


async def looking(place: Path) -> list[Row]:
    """Each run gone through for interference, and each leave's traces laid out with its answers, by one core."""
    record = Archived(str(place), None)
    begun, runs = time.perf_counter(), 0
    async for job in record.runs(frozenset()):
        runs += 1
        list(told_of(job))
    interference = time.perf_counter() - begun
    begun = time.perf_counter()
    balance = await of_archive(record)
    list(balance.findings())
    crossfooted = time.perf_counter() - begun
    return [
        (f"runs/s looked at for interference, {runs:,} runs", f"{runs / interference:.0f}", ""),
        ("leaves/s cross-footed", f"{len(balance.leaves) / crossfooted:.0f}", ""),
    ]


async def replaying() -> list[Row]:
    """All three checks, and the SDK's bare Replayer, of the same histories in this one process, each first by turns."""
    rows = [await _replayed(kind, REPLAYED // len(DECIDES)) for kind in DECIDES]
    many = sum(row[0] for row in rows)
    ours, bare = (many / sum(row[i] for row in rows) for i in (1, 2))
    by_kind = ", ".join(f"{kind} {bare / ours:.2f}" for kind, (_, ours, bare) in zip(DECIDES, rows, strict=True))
    return [
        (f"histories/s replayed by one core, all three checks, {many} of {len(DECIDES)} kinds", f"{ours:.1f}", ""),
        ("  the SDK's bare Replayer on the same histories", f"{bare:.1f}", f"ours/bare {ours / bare:.2f}, aim 0.8"),
        ("  ours/bare by kind", "", by_kind),
    ]


async def _replayed(kind: str, many: int) -> tuple[int, float, float]:
    """How many histories of a kind were gone through, and the seconds for ours and for the bare Replayer."""
    each, seconds = [history_bytes(history.events) for history in mixed(kind)], {"ours": 0.0, "bare": 0.0}
    for i in range(many):
        content = each[i % len(each)]
        for way in ("ours", "bare") if i // len(each) % 2 else ("bare", "ours"):
            history = history_of(content)
            workflow_id = history.events[0].workflow_execution_started_event_attributes.workflow_id
            begun = time.perf_counter()
            if way == "bare":
                whole = WorkflowHistory(workflow_id, history.events)
                replayer = Replayer(workflows=[], plugins=[FurloughPlugin()])
                await replayer.replay_workflow(whole, raise_on_replay_failure=False)
            else:
                await checks_of(workflow_id, history)
            seconds[way] += time.perf_counter() - begun
    return many, seconds["ours"], seconds["bare"]


async def indexing(place: Path, folder: Path) -> list[Row]:
    """The index of all that was sealed, from nothing."""
    begun = time.perf_counter()
    index = await brought_up(Archived(str(place), None), folder)
    took = time.perf_counter() - begun
    return [(f"indexed runs/s by {os.cpu_count()} processors", f"{(index.about.entries - 1) / took:.0f}", "")]


def asking(one: Path, many: Path, leaves: int) -> list[Row]:
    """The ready reports over so many leaves; the median of five."""
    index = multiplied(one, many, len(mixed("leave")), leaves)
    rows = []
    with asked(index) as connection:
        (count,) = next(answer(connection, "SELECT count(*) FROM entries").rows)
        for name, report in REPORTS.items():
            times = sorted(_took(partial(_all, connection, report.sql)) for _ in range(5))
            rows.append((f"report {name} over {leaves:,} leaves, {count:,} entries", f"{times[2]:.2f} s", ""))
    return rows


def _all(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return list(answer(connection, sql).rows)


def _took(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun
