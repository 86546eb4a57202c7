"""`furlough up`: server, register and worker begin together, end together, and come back after a crash."""

import asyncio
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from temporalio.client import WorkflowExecutionStatus

from starter.mission import running
from starter.server import EmbeddedServer
from tests.starter.wait import alive, children, command_of, until
from wiring.connect import connect
from wiring.running import Running
from wiring.settings import Address, Settings
from wiring.trouble import NotReached, NotStarted

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
TINY = (sys.executable, str(HERE / "tiny_worker.py"))


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return Settings.load(home=home, mission="UNIFIL")


@asynccontextmanager
async def up(home: Path) -> AsyncIterator[Process]:
    """The command, in a process of its own, up."""
    told = os.environ | {"FURLOUGH_HOME": str(home), "FURLOUGH_MISSION": "UNIFIL", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "up_tiny.py"), env=told, stdout=PIPE, stderr=PIPE, limit=2**20
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            while b"is up" not in (line := await process.stdout.readline()):
                assert line, (await process.communicate())[1].decode()
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_mission_is_healthy_when_it_is_up_and_gone_when_it_ends(
    settings: Settings, begun: Callable[[], list[int]]
):
    async with running(settings, 0, 0, worker=TINY) as mission:
        for address, shown in ((f"{mission.health}/health", "polling"), (f"{mission.metrics}/metrics", "temporal_")):
            answer = await asyncio.to_thread(urlopen, f"http://{address}")
            with answer:
                assert shown in answer.read().decode()
        assert (await connect(settings)).namespace == "UNIFIL", "commands find the running server by themselves"
        with sqlite3.connect(settings.folder / "register.db") as register:
            assert register.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        register.close()
        pids = begun()
        assert {mission.server.pid, mission.worker.pid} <= set(pids)
    assert not any(map(alive, pids))
    with pytest.raises(NotReached):
        await connect(settings)


async def test_what_a_mission_keeps_is_its_owners_alone_whatever_the_umask_was(settings: Settings):
    """The database and the logs tell of every leave; whoever else has an account on the machine reads none of them."""
    settings.folder.chmod(0o755)
    before = os.umask(0o022)
    try:
        async with running(settings, 0, 0, worker=TINY):
            modes = {file.name: file.stat().st_mode & 0o777 for file in settings.folder.iterdir()}
            assert {"temporal.db", "temporal.db-wal", "server.log", "worker.log", "register.db"} <= set(modes)
            assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}
            assert settings.folder.stat().st_mode & 0o777 == 0o700, "one which was there before, too"
    finally:
        os.umask(before)


async def test_worker_that_cannot_work_is_told_with_its_words_and_nothing_is_left(
    settings: Settings, begun: Callable[[], list[int]]
):
    with pytest.raises(NotStarted, match="worker") as refused:
        await running(settings, 0, 0, worker=(*TINY, "fail")).__aenter__()
    assert "this worker cannot work" in refused.value.why
    assert begun() == []


async def test_worker_whose_rules_cannot_be_read_says_which_file_is_to_be_mended(settings: Settings, tmp_path: Path):
    (tmp_path / "mine.toml").write_bytes(b"pack = \xff")
    rules = settings.model_copy(update={"rules": tmp_path, "health": Address("", 0), "metrics": Address("", 0)})
    async with EmbeddedServer(settings.home, "UNIFIL", 0, 0) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", "worker", "--mission", "UNIFIL"),
            env=rules.environment() | {"TEMPORAL_ADDRESS": server.address},
            stderr=PIPE,
        )
        _, said = await process.communicate()
    told = said.decode()
    assert process.returncode == 2, told
    assert f"{tmp_path / 'mine.toml'}: expected a readable file in UTF-8" in told
    assert "bug" not in told


@pytest.mark.parametrize("part", ["server", "worker"])
async def test_part_that_dies_is_named_and_all_ends(settings: Settings, part: str, begun: Callable[[], list[int]]):
    async with running(settings, 0, 0, worker=TINY) as mission:
        os.kill(mission.server.pid if part == "server" else mission.worker.pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            trouble = await mission.broken()
    assert trouble.what == f"The {part} of UNIFIL ended by itself."
    assert trouble.why == "it was killed by signal 9 (SIGKILL)"
    assert trouble.code == 1
    assert begun() == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_ends_all_in_order(home: Path, ending: signal.Signals):
    async with up(home) as process:
        started = children(process.pid)
        assert len(started) == 2
        process.send_signal(ending)
        process.send_signal(signal.SIGINT)  # an impatient second one makes the end no less orderly
        said, wrong = await process.communicate()
        assert process.returncode == 0, wrong.decode()
        assert "ended in order" in said.decode()
        assert wrong == b""
    assert not any(map(alive, started))
    assert [file.name for file in (home / "UNIFIL").glob("temporal.*")] == ["temporal.db"]


async def test_after_kill_the_next_up_goes_on(home: Path, settings: Settings):
    async with up(home) as process:
        first = Running.read(home / "UNIFIL")
        asked = await (await connect(settings)).start_workflow("Leave", id="UNIFIL-1", task_queue="elsewhere")
        started = children(process.pid)
        process.kill()
        await process.wait()
        await until(lambda: not any(map(alive, started)), "server and worker have died with their owner")
    async with up(home) as process:
        second = Running.read(home / "UNIFIL")
        assert first
        assert second
        assert first.owner != second.owner
        found = await (await connect(settings)).get_workflow_handle(asked.id).describe()
        assert found.status is WorkflowExecutionStatus.RUNNING
        process.send_signal(signal.SIGINT)
        await process.communicate()
        assert process.returncode == 0


async def test_worker_that_dies_ends_the_command_with_one_clear_message(home: Path):
    async with up(home) as process:
        started = children(process.pid)
        log = (home / "UNIFIL" / "worker.log").resolve()
        worker = next(pid for pid in started if TINY[1] in command_of(pid))
        os.kill(worker, signal.SIGKILL)
        _, wrong = await process.communicate()
        assert process.returncode == 1
        assert "The worker of UNIFIL ended by itself." in wrong.decode()
        assert str(log) in wrong.decode()
        assert "Traceback" not in wrong.decode()
    assert not any(map(alive, started))
