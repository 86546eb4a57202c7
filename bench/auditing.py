"""What audits cost: sealing, verifying, replaying and asking, each against the plainest tool for it in the same run.

The leaves are copies of one that was really played (`copies.py`); the 100,000 that are asked are copies of its rows.
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
from audit.archive.sealed import history_of
from audit.archive.vault import Folder
from audit.archive.verifying import verify
from audit.archived import Archived
from audit.crossfoot import of_archive
from audit.interference import told_of
from audit.offline import checks_of
from audit.tables.asking import answer, asked
from audit.tables.keeping import About, Index, brought_up
from audit.tables.reports import REPORTS
from bench.copies import copies, seal
from wiring.plugin import FurloughPlugin

Row = tuple[str, str, str]

PLAYED: Final = Path(__file__).parents[1] / "tests" / "histories" / "leave-settled.json"
REPLAYED: Final = 150
MB: Final = 2**20

SHIFTED: Final[dict[str, dict[str, str]]] = {
    "leaves": {
        "member": "'m-' || (i % 30000)",
        "base": "'B' || (i % 8)",
        "out_at": "out_at + to_days(CAST(i % 365 AS INTEGER))",
        "in_at": "in_at + to_days(CAST(i % 365 AS INTEGER))",
    },
    "entries": {},
    "days": {"day": "day + CAST(i % 365 AS INTEGER)"},
    "waits": {"seconds": "seconds + i % 997"},
}
"""What is another in the i-th copy of the rows of a leave, beside its id and its place in the log."""


def played() -> History:
    """A leave from the request to its end, of 69 events."""
    return History(events=WorkflowHistory.from_json("x", PLAYED.read_text()).events)


def measured(leaves: int, asked_: int) -> list[Row]:
    """All of it."""
    history = played()
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as home:
        place = Path(home) / "archive"
        rows = [*sealing(place, history, leaves), *verifying(place)]
        rows += asyncio.run(looking(place))
        rows += asyncio.run(replaying(history))
        rows += asyncio.run(indexing(place, Path(home) / "index"))
        rows += asking(Path(home) / "index", Path(home) / "many", asked_)
    return rows


def sealing(place: Path, history: History, leaves: int) -> list[Row]:
    """Histories that are at hand: compressed, brought to the disk, and into the log. No server gives them here."""
    took = _took(lambda: seal(Folder(place), history, leaves))
    return [(f"sealed/s, {leaves:,} leaves of {len(history.events)} events", f"{leaves / took:.0f}", "")]


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


async def replaying(history: History) -> list[Row]:
    """All three checks, and the SDK's bare Replayer, each of the same histories in turn, in this one process."""
    each = [(copy.id, copy.content) for copy in copies(history, REPLAYED)]
    seconds = {"ours": 0.0, "bare": 0.0}
    for leave_id, content in each:
        begun = time.perf_counter()
        await checks_of(leave_id, history_of(content))
        seconds["ours"] += time.perf_counter() - begun
        begun = time.perf_counter()
        whole = WorkflowHistory(leave_id, history_of(content).events)
        replayer = Replayer(workflows=[], plugins=[FurloughPlugin()])
        await replayer.replay_workflow(whole, raise_on_replay_failure=False)
        seconds["bare"] += time.perf_counter() - begun
    ours, bare = (REPLAYED / seconds[name] for name in ("ours", "bare"))
    return [
        (f"histories/s replayed by one core, all three checks, {REPLAYED} leaves", f"{ours:.1f}", ""),
        ("  the SDK's bare Replayer on the same histories", f"{bare:.1f}", f"ours/bare {ours / bare:.2f}, aim 0.8"),
    ]


async def indexing(place: Path, folder: Path) -> list[Row]:
    """The index of all that was sealed, from nothing."""
    begun = time.perf_counter()
    index = await brought_up(Archived(str(place), None), folder)
    took = time.perf_counter() - begun
    return [(f"indexed runs/s by {os.cpu_count()} processors", f"{(index.about.entries - 1) / took:.0f}", "")]


def asking(one: Path, many: Path, leaves: int) -> list[Row]:
    """The ready reports over so many leaves; the median of five."""
    index = multiplied(one, many, leaves)
    rows = []
    with asked(index) as connection:
        (count,) = next(answer(connection, "SELECT count(*) FROM entries").rows)
        for name, report in REPORTS.items():
            times = sorted(_took(partial(_all, connection, report.sql)) for _ in range(5))
            rows.append((f"report {name} over {leaves:,} leaves, {count:,} entries", f"{times[2]:.2f} s", ""))
    return rows


def multiplied(one: Path, many: Path, leaves: int) -> Index:
    """An index of so many copies of the rows of the first leave of another."""
    part = many / "parts" / "0-1"
    part.mkdir(parents=True)
    first = min((one / "parts").iterdir())
    with duckdb.connect() as made:
        for name, shifted in SHIFTED.items():
            other = {"leave_id": "format('UNEX-{:026d}', i)", "leaf": "i"} | shifted
            replaced = ", ".join(f"{value} AS {column}" for column, value in other.items())
            made.execute(
                f"COPY (SELECT * EXCLUDE (i) REPLACE ({replaced})"
                f" FROM (SELECT * FROM read_parquet('{first / name}.parquet') WHERE leaf = 0), range({leaves}) AS r(i))"
                f" TO '{part / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )
    return Index(many, About(origin="bench", key=""))


def _all(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return list(answer(connection, sql).rows)


def _took(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun
