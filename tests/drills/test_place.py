"""What a drill leaves behind: nothing when it went well or was killed, all one needs where something fell short."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from drills import command
from drills.place import LOCK, REPORT, Place, swept
from starter import app


def about(folder: Path) -> list[int]:
    """The processes which were told of a folder, by their words or their environment."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            except OSError:
                continue
            found += [int(process.name)] if str(folder).encode() in told else []
    return found


def until(true: Any, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not (met := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(met)


@pytest.mark.timeout(120)
def test_a_drill_that_is_killed_takes_its_processes_with_it_and_its_folder_goes_with_the_next(tmp_path: Path) -> None:
    words = (sys.executable, "-m", "starter", "drill", "--leaves", "3", "--faults", "100", "--seed", "3")
    drill = subprocess.Popen(words, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL)
    try:
        assert until(lambda: list(tmp_path.glob("*/DRILL/temporal.db")), 60)
        assert until(lambda: len(about(tmp_path)) >= 5, 60), "drill, server, worker, two senders"
    finally:
        drill.kill()
        drill.wait()
    assert until(lambda: not about(tmp_path), 20), about(tmp_path)
    (left,) = tmp_path.iterdir()
    assert swept(tmp_path) == [left]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_drill_which_goes_on_is_not_swept_away_by_another(root: Path) -> None:
    mine = Place.taken()
    assert swept(root) == []
    mine.left(keep=False)
    assert list(root.iterdir()) == []


def test_what_was_kept_stays_for_good(root: Path) -> None:
    mine = Place.taken()
    mine.tell({"seed": 1})
    mine.left(keep=True)
    assert (swept(root), mine.home.exists()) == ([], True)
    assert [file.name for file in mine.home.iterdir()] == [REPORT]


@pytest.mark.parametrize("fails", ["short", "breaks"])
def test_a_drill_that_fell_short_or_broke_off_is_kept_and_says_where(
    root: Path, fails: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def drilled(home: Path, *_: Any, postgres: bool) -> dict[str, Any]:
        assert not postgres
        (home / "DRILL").mkdir()
        if fails == "breaks":
            raise RuntimeError("a fault of the drill itself")
        return {"seed": 4, "short": ["a seat is lost"]}

    monkeypatch.setattr(command, "_drilled", drilled)
    assert app.run(["drill", "--json"]) == (7 if fails == "short" else 1)
    said = capsys.readouterr()
    (home,) = root.iterdir()
    assert f"kept: {home}" in said.err
    assert not (home / LOCK).exists()
    assert (home / "DRILL").is_dir()
    if fails == "short":
        assert json.loads(said.out)["kept"] == str(home)
        assert json.loads((home / REPORT).read_text())["short"] == ["a seat is lost"]
