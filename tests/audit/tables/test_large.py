"""Ten thousand leaves are sealed, verified, indexed and asked, each by a process of its own in bounded memory.

They are copies of one leave that was really played, with ids of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MANY = 10_000

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
from bench.copies import seal

step, home, many = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
place, told = home / "archive", None
if step == "seal":
    told = seal(Folder(place), played(), many).head.size
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


def step(name: str, home: Path, many: int) -> tuple[object, float]:
    """What a step gave, and the most memory that one process of it had, in MB."""
    words = [sys.executable, "-c", STEPS, name, str(home), str(many)]
    ran = subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    return told["told"], told["mb"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_leaves_take_hardly_more_memory_than_two_hundred(tmp_path: Path):
    few: dict[str, tuple[object, float]] = {}
    many: dict[str, tuple[object, float]] = {}
    for found, count in ((few, 200), (many, MANY)):
        home = tmp_path / str(count)
        for name in ("seal", "verify", "ask"):
            found[name] = step(name, home, count)
    assert many["seal"][0] == MANY + 1
    assert many["verify"][0] == [MANY + 1, 0]
    assert many["ask"][0] == [MANY, 5 * MANY, 5, 2, 0, 0, 3]
    grown = {name: many[name][1] - few[name][1] for name in many}
    assert max(grown.values()) < 100, grown
