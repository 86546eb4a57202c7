"""What the units of systemd run: each line as it stands there, killed without a warning, begun again, and ended."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from starter import app
from starter.ports import LOCAL, chosen
from starter.server import EmbeddedServer
from tests.starter.wait import alive, children, command_of, until

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0
"""Seconds for a start on a machine that is busy."""


class Unit:
    """A unit of systemd and its process, begun as systemd begins it: by its line, with its variables and no others."""

    def __init__(self, file: Path, log: Path) -> None:
        said = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
        assert said["Restart"] == "always"
        self.line = [word.replace("%%", "%") for word in shlex.split(said["ExecStart"])]
        variables = Path(said["EnvironmentFile"].replace("%%", "%")).read_text()
        told = dict(word.split("=", 1) for word in shlex.split(variables))
        self.told = {"PATH": os.defpath, "HOME": "/", "PYTHONPATH": str(ROOT)} | told
        self.patience, self.log = float(said["TimeoutStopSec"]), log
        self.whole = said.get("KillMode", "control-group") == "control-group"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.log.open("wb") as log:
            process = subprocess.Popen(self.line, env=self.told, cwd="/", stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Ask it to end as systemd does: its first process, or all of them in the same instant."""
        for pid in (process.pid, *(children(process.pid) if self.whole else ())):
            os.kill(pid, signal.SIGTERM)

    @property
    def well(self) -> bool:
        """Whether its worker polls, as its health endpoint tells."""
        try:
            with urlopen(f"http://{self.told['FURLOUGH_HEALTH']}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    def says(self, what: str) -> bool:
        return what in self.log.read_text()


@pytest.fixture
def install(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Unit]:
    """Installs a unit of a mission, on ports of its own."""
    for name in ("HEALTH", "METRICS"):
        monkeypatch.setenv(f"FURLOUGH_{name}", f"{LOCAL}:{chosen(0, '--port')}")
    monkeypatch.setenv("FURLOUGH_HOME", str(home))
    monkeypatch.setenv("FURLOUGH_MISSION", "UNIFIL")

    def installed(part: str, *words: str) -> Unit:
        assert app.run(["service", "install", part, *words, "--folder", str(tmp_path / "units")]) == 0
        return Unit(tmp_path / "units" / f"furlough-unifil-{part}.service", tmp_path / f"{part}.log")

    return installed


async def lives_again_and_ends(unit: Unit, goes: Callable[[], bool]) -> None:
    """It is well, is killed, is well again by the same line, and ends in order when it is asked to."""
    with unit.running() as process:
        await until(goes, f"it is well: {unit.log.read_text()}", PATIENCE)
        parts = children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        await until(lambda: not any(map(alive, parts)), "nothing of it is left")
    with unit.running() as process:
        await until(goes, f"it is well again: {unit.log.read_text()}", PATIENCE)
        parts = children(process.pid)
        workers = [pid for pid in parts if "worker" in command_of(pid)]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)  # as one that has much to hand in
        unit.end(process)
        if workers:
            await stays(lambda: all(map(alive, parts)), "a worker hands in what it holds to a server that is there")
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        assert process.wait(unit.patience) == 0, unit.log.read_text()
        assert not any(map(alive, parts))


async def stays(condition: Callable[[], object], what: str, seconds: float = 3.0) -> None:
    """It goes on to hold for so long."""
    with suppress(AssertionError):
        await until(lambda: not condition(), what, seconds)
    assert condition(), what


async def test_the_unit_of_a_mission_runs_on_its_port_lives_again_and_ends_in_order(
    install: Callable[..., Unit],
) -> None:
    port = str(chosen(0, "--port"))
    unit = install("up", "--port", port, "--ui-port", "0")
    assert unit.line[1:] == ["up", "--port", port, "--ui-port", "0"]
    await lives_again_and_ends(unit, lambda: unit.says("UNIFIL is up") and unit.well)
    assert f"{LOCAL}:{port}" in unit.log.read_text()
    assert "ended in order" in unit.log.read_text()


async def test_the_units_of_worker_and_spool_live_again_and_end_in_order(
    home: Path, install: Callable[..., Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with EmbeddedServer(home, "UNIFIL", 0, 0) as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        worker, spool = install("worker"), install("spool")
        await lives_again_and_ends(worker, lambda: worker.well)
        await lives_again_and_ends(spool, lambda: spool.says("idle"))
