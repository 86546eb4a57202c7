"""What commands print, and what they do when nobody reads on."""

from __future__ import annotations

import subprocess
import sys

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
