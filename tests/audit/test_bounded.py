"""Code of somebody else is given so much time, memory and room for an answer, and is then ended and told."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from temporalio.api.history.v1 import History

from audit import bounded
from audit.archive.sealed import Broken
from audit.bounded import Bounded, OutOfBounds
from audit.that_day import Laid, checks_then, end_all
from tests.audit.archive.small import history

ECHO = "import sys\nfor line in sys.stdin: print(line.strip()[::-1], flush=True)"


def program(code: str, folder: Path, seconds: float = 30) -> Bounded:
    return Bounded([sys.executable, "-c", code], folder, {"PATH": os.environ["PATH"]}, seconds)


def test_it_answers_line_by_line_however_long_the_question(tmp_path: Path):
    one = program(ECHO, tmp_path)
    assert one.ask(b"abc") == b"cba"
    assert one.ask(b"ab" * 200_000) == b"ba" * 200_000
    one.close()


@pytest.mark.parametrize(
    "code",
    ["while True: pass", "import sys; sys.stdin.readline(); sys.stdin.close(); import time; time.sleep(60)"],
    ids=["reads nothing", "answers nothing"],
)
def test_one_that_hangs_is_ended_in_time(code: str, tmp_path: Path):
    one, began = program(code, tmp_path, 0.3), time.monotonic()
    with pytest.raises(OutOfBounds, match=r"no answer within 0\.3 seconds"):
        one.ask(b"x" * 300_000)
    assert time.monotonic() - began < 10


def test_an_answer_without_an_end_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bounded, "ANSWER", 2**20)
    with pytest.raises(OutOfBounds, match="longer than"):
        program("import sys\nwhile True: sys.stdout.write('x' * 65536)", tmp_path).ask(b"x")


@pytest.mark.timeout(30)
def test_what_it_has_begun_ends_with_it(tmp_path: Path):
    """A child that keeps the pipe open keeps the asker not waiting, and lives no longer: its other pipe ends."""
    os.mkfifo(tmp_path / "held")
    child = f"held = open('held', 'wb')\n{ECHO}"
    one = program(f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {child!r}])", tmp_path)
    with (tmp_path / "held").open("rb") as held:
        assert one.ask(b"abc") == b"cba"
        one.close()
        assert held.read() == b""


def test_what_stands_before_the_modules_of_python_in_a_builds_folder_is_not_run_before_the_bounds(tmp_path: Path):
    """Not at all, that is: a build has no such files, and its folder comes onto the path when all bounds are set."""
    for name in ("sitecustomize", "usercustomize", "resource", "json", "asyncio"):
        (tmp_path / f"{name}.py").write_text(f"open('ran-{name}', 'w')\n")
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "__init__.py").write_text("open('ran-audit', 'w')\nraise SystemExit")
    with pytest.raises(Broken):
        checks_then("UNEX-1", History(events=history(3).events), Laid("0.1.0+x", tmp_path, seconds=20))
    assert [path.name for path in tmp_path.glob("ran-*")] == ["ran-audit"]
    end_all()


BUILDS = {
    "hangs": ("while True: pass", "it gave no answer within 2 seconds"),
    "swells": ("held = bytes(5 * 2**30)\nwhile True: pass", "its code does not run here"),
    "ends": ("raise SystemExit", "its code does not run here"),
    "asks for keys": ("import os\nwhile 'AWS_SECRET_ACCESS_KEY' in os.environ: pass", "its code does not run here"),
}


@pytest.mark.parametrize("what", BUILDS)
def test_the_code_of_a_build_is_bounded_and_what_became_of_it_is_told(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    code, told = BUILDS[what]
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "__init__.py").write_text(code)
    past, laid = History(events=history(3).events), Laid("0.1.0+x", tmp_path, seconds=2)
    with pytest.raises(Broken, match=told):
        checks_then("UNEX-1", past, laid)
    began = time.monotonic()
    with pytest.raises(Broken, match="not asked again" if what == "hangs" else told):
        checks_then("UNEX-2", past, laid)
    assert what != "hangs" or time.monotonic() - began < 1
    end_all()
