"""Ten thousand leaves are sealed, verified, indexed and asked, each by a process of its own in bounded memory.

They are copies of one leave that was really played, with ids of their own, and what seals them is the sealer itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FEW = 1_000
MANY = 10_000
MOST = {"seal": 4_000, "verify": 2_000, "ask": 12_000}
"""Bytes that a step may keep of one leave more: its ids, place and size; of an index, what DuckDB has read of it."""

STEPS = """
import asyncio, json, resource, sys
from pathlib import Path
from audit.archive.about import about
from audit.archive.vault import Folder
from audit.archive.verifying import verify
from audit.archived import Archived
from audit.tables.asking import answer, asked
from audit.tables.keeping import brought_up
from audit.tables.reports import REPORTS
from bench.auditing import played
from bench.keeping import Keeping, archive_of, sealed

step, home, many = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
place, told = archive_of(home), None
if step == "seal":
    ended = asyncio.run(sealed(home, Keeping([played()], many)))
    told = [ended.runs, ended.kept, len(ended.unsealed), ended.size]
if step == "verify":
    found = about(Folder(place))
    verified = verify(Folder(place), found.origin, found.verifying, None)
    told = [verified.leaves, len(verified.findings.found)]
if step == "ask":
    index = asyncio.run(brought_up(Archived(str(place), None), home / "index"))
    with asked(index) as connection:
        told = list(answer(connection, "SELECT count(*), sum(charged) FROM leaves").rows)[0]
        told = [int(one) for one in told] + [sum(1 for _ in answer(connection, r.sql).rows) for r in REPORTS.values()]
most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({"told": told, "mb": most / 1024}))
"""


def step(name: str, home: Path, many: int) -> tuple[list[int], float]:
    """What a step gave, and the most memory that one process of it had, in MB."""
    words = [sys.executable, "-c", STEPS, name, str(home), str(many)]
    ran = subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    return told["told"], told["mb"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_leaves_take_hardly_more_memory_than_a_thousand(tmp_path: Path):
    """What a step keeps of each leave more is told in bytes: a history of it would be 36,000."""
    few: dict[str, tuple[list[int], float]] = {}
    many: dict[str, tuple[list[int], float]] = {}
    for found, count in ((few, FEW), (many, MANY)):
        for name in ("seal", "verify", "ask"):
            found[name] = step(name, tmp_path / str(count), count)
        runs, _, unsealed, size = found["seal"][0]
        assert (runs, unsealed, found["verify"][0]) == (count, 0, [size, 0])
    assert many["ask"][0] == [MANY, 5 * MANY, 5, 2, 0, 0, 3]
    each = {name: (many[name][1] - few[name][1]) * 2**20 / (MANY - FEW) for name in many}
    assert all(each[name] < MOST[name] for name in MOST), each
