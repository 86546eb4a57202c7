"""The whole story, through real processes and the real command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from activities.register import importing, lookups
from domain.garrison.order_text import order_of
from starter.demo_dates import EXAMPLES, examples, shift
from tests.starter.wait import alive

FURLOUGH = Path(sys.executable).parent / "furlough"


def processes_of(home: Path) -> list[int]:
    """Whoever was started with this folder in their command line or environment, and runs."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if folder.name.isdecimal() and str(home).encode() in told and alive(int(folder.name)):
            found.append(int(folder.name))
    return found


@pytest.mark.timeout(400)
def test_the_demo_leads_a_leave_through_every_step_proves_it_and_leaves_no_process(tmp_path: Path) -> None:
    told = {name: value for name, value in os.environ.items() if not name.startswith(("FURLOUGH_", "TEMPORAL_"))}
    told["FURLOUGH_HOME"] = str(tmp_path)
    ran = subprocess.run([FURLOUGH, "demo"], env=told, capture_output=True, text=True, check=False, timeout=380)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    steps = (
        *("now WAITING FOR A CHECK", "now WAITING FOR APPROVAL", "DCO-GHABATT-A", "barred by LO-040.1"),
        *(
            "exempt from LO-040.1",
            "seat booked",
            "now READY",
            "now AWAY",
            "extension until",
            "now SETTLED",
            "is CLOSED",
        ),
    )
    places = [ran.stdout.find(step) for step in steps]
    assert -1 not in places, dict(zip(steps, places, strict=True))
    assert [
        step for step in ("replay", "fold", "decide") if not re.search(rf"^  {step} +passed", ran.stdout, re.MULTILINE)
    ] == []
    assert "Temporal UI: http://127.0.0.1:" in ran.stdout
    assert processes_of(tmp_path) == []


DAYS = (
    date(2024, 2, 29),
    date(2026, 11, 23),
    date(2026, 11, 29),
    date(2026, 11, 30),
    date(2027, 7, 15),
    date(2031, 1, 1),
)


@pytest.mark.parametrize("today", DAYS)
def test_on_whatever_day_the_demo_runs_the_example_lies_around_it_and_is_whole(today: date, tmp_path: Path) -> None:
    source = examples(today, tmp_path)
    assert date(2026, 11, 23) <= today - shift(today) <= date(2026, 11, 29)
    bundle = importing.read(source / "mission")
    assert isinstance(bundle, importing.Bundle), bundle[:5]
    calendar = lookups.calendar("Asia/Beirut", today, today, "")
    orders = [order_of(file.read_text("utf-8"), calendar) for file in (source / "orders").glob("*.toml")]
    assert len(orders) == len(list((EXAMPLES / "orders").glob("*.toml")))
