"""What commands print, and what they do when nobody reads on."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from wiring import console

SAYING = """
import sys
from starter import app
from wiring import console
def commands():
    def run(*_, **__):
        for _ in range(100_000):
            console.say("a line that is read by nobody " * 20)
    return run
app.commands = commands
sys.exit(app.run(["--help"]))
"""


def test_who_has_read_enough_of_the_output_is_no_failure() -> None:
    with subprocess.Popen([sys.executable, "-c", SAYING], stdout=subprocess.PIPE) as saying:
        assert saying.stdout is not None
        saying.stdout.readline()
        saying.stdout.close()
        assert saying.wait(30) == 0


@pytest.mark.parametrize("said", ["2026-03-04T04:41:00+00:00", "2026-03-04 04:41Z", "2026-03-04T06:41+02:00"])
def test_instants_in_a_sentence_are_told_on_the_clock_of_the_base(said: str) -> None:
    told = console.on_clock(f"LO-021 ends at {said}, from 2026-03-05 on", ZoneInfo("Asia/Beirut"))
    assert told == "LO-021 ends at 2026-03-04 06:41, from 2026-03-05 on"


@pytest.mark.parametrize(("count", "told"), [(1, "1 day"), (2, "2 days"), (0, "0 days"), (Decimal("0.5"), "0.5 days")])
def test_one_is_told_as_one(count: Decimal | int, told: str) -> None:
    assert console.number(count, "day") == told
