"""The code of a build is kept as a wheel which runs, and which is the same for the same code."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from audit import nightly
from audit.wheel import wheel
from wiring.settings import Settings


def test_the_same_code_has_the_same_wheel_and_other_code_another(tmp_path: Path):
    for package in ("domain", "workflows", "wiring", "activities", "starter", "audit", "drills"):
        (tmp_path / package).mkdir()
    for module in ("worker.py", "furlough.py"):
        (tmp_path / module).write_text("pass\n")
    one = wheel("0.1.0", tmp_path)
    os.utime(tmp_path / "worker.py", (0, 0))
    (tmp_path / "domain" / "__pycache__").mkdir()
    (tmp_path / "domain" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert wheel("0.1.0", tmp_path) == one
    (tmp_path / "worker.py").write_text("raise SystemExit\n")
    assert wheel("0.1.0", tmp_path) != one


def test_the_wheel_says_truly_what_it_holds():
    name, content = wheel("0.1.0+abc")
    assert name.parts[0] == "0.1.0+abc"
    with ZipFile(BytesIO(content)) as zipped:
        (record,) = (each for each in zipped.namelist() if each.endswith("RECORD"))
        rows = {row[0]: row[1] for row in csv.reader(StringIO(zipped.read(record).decode()))}
        assert rows.keys() == set(zipped.namelist())
        for each in zipped.namelist():
            if each != record:
                digest = urlsafe_b64encode(sha256(zipped.read(each)).digest()).rstrip(b"=").decode()
                assert rows[each] == f"sha256={digest}"


def test_the_code_in_the_wheel_runs(tmp_path: Path):
    file = tmp_path / "furlough.whl"
    file.write_bytes(wheel("0.1.0")[1])
    says = "import domain.leave, audit.checks; print(domain.leave.__file__)"
    told = os.environ | {"PYTHONPATH": str(file)}
    ran = subprocess.run(
        [sys.executable, "-c", says], env=told, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith(str(file))


def test_a_worker_keeps_its_code_once(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    settings = Settings.load(home=tmp_path, mission="UNEX")
    for _ in range(2):
        nightly.keep_build(settings, "0.1.0+abc")
    assert len(list((settings.folder / "builds" / "0.1.0+abc").glob("*.whl"))) == 1
