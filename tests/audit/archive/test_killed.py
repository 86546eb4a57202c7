"""Sealers are killed for real."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from audit.archive.vault import Folder
from tests.audit.archive.small import KEY, add, check, new

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
def test_two_sealers_killed_at_any_time_leave_a_valid_log(tmp_path: Path):
    """kill -9, again and again, on a real disk: the one while the other is at work, and then that one too."""
    place, chance = Folder(tmp_path / "archive"), Random(7)
    size = 0
    for turn in range(12):
        sealers = [
            subprocess.Popen(
                [sys.executable, "-c", SEALER, str(place.folder), str(turn * 1000 + first)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                env={"PYTHONPATH": str(ROOT)},
            )
            for first in (0, 500)
        ]
        for sealer in sealers:
            assert sealer.stdout is not None
            assert sealer.stdout.readline() == b"ready\n"
        for sealer in sealers:
            with sealer:
                with pytest.raises(subprocess.TimeoutExpired):
                    sealer.wait(chance.uniform(0.01, 0.5))
                sealer.send_signal(signal.SIGKILL)
            verified = check(place)
            assert verified.findings.found == [], turn
            assert verified.leaves >= size
            size = verified.leaves
    add(place, [])
    assert [note for note in check(place).findings.told if "a sealer that was stopped leaves such" not in note] == []
    assert new(place).head.size >= size > 0
    assert new(place).about.key == str(KEY.public)
