"""Ten thousand leaves are sealed and verified in little memory; a sealer is killed for real."""

from __future__ import annotations

import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path
from random import Random

import pytest

from audit.archive.index import index
from audit.archive.leaves import Run
from audit.archive.vault import Folder
from tests.audit.archive.small import KEY, add, check, history, new, run

ROOT = Path(__file__).parents[3]

SEALER = """
import sys
from pathlib import Path
from audit.archive.vault import Folder
from tests.audit.archive.small import add, end, file, new
vault = Folder(Path(sys.argv[1]))
new(vault)
print("ready", flush=True)
for i in range(int(sys.argv[2]), 10**6):
    add(vault, [*(file(vault, f"{i} {j}".encode()) for j in range(5)), end()])
"""


@pytest.mark.slow
def test_ten_thousand_leaves_are_sealed_and_verified_in_bounded_memory(tmp_path: Path):
    """What is kept grows by some hundred bytes a run, whatever the histories hold."""
    place = Folder(tmp_path / "archive")
    log = new(place)
    known = index(place, 0)
    tracemalloc.start()
    try:
        batch: list[Run] = []
        for i in range(10_000):
            batch.append(run(place, str(i), history(40, say="x" * 1000)))
            if len(batch) == 64:
                log.append(batch, known)
                batch = []
        log.append(batch, known)
        sealing = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        verified = check(place)
        verifying = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (verified.findings.found, verified.leaves) == ([], 10_000)
    assert sealing < 30 * 2**20
    assert verifying < 30 * 2**20


@pytest.mark.slow
def test_a_sealer_killed_at_any_time_leaves_a_valid_log(tmp_path: Path):
    """kill -9, again and again, on a real disk."""
    place, chance = Folder(tmp_path / "archive"), Random(7)
    size = 0
    for turn in range(12):
        sealer = subprocess.Popen(
            [sys.executable, "-c", SEALER, str(place.folder), str(turn * 1000)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT)},
        )
        with sealer:
            assert sealer.stdout is not None
            assert sealer.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                sealer.wait(chance.uniform(0.01, 0.5))
            sealer.send_signal(signal.SIGKILL)
        verified = check(place)
        assert verified.findings.found == [], turn
        assert verified.leaves >= size
        size = verified.leaves
    add(place, [])
    assert [note for note in check(place).findings.told if "named by no entry" not in note] == []
    assert new(place).head.size >= size > 0
    assert new(place).about.key == str(KEY.public)
