"""The embedded server keeps what was recorded, whatever is killed and whenever."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from starter.server import OPENED_BY, EmbeddedServer
from tests.starter.wait import alive, children, command_of, until
from wiring.namespace import prepare
from wiring.running import Running
from wiring.trouble import Misset, NotStarted
from workflows.board import KEYS

OWNER = Path(__file__).parent / "owner.py"
ROOT = Path(__file__).parents[2]


def server_in(home: Path, **more: bool) -> EmbeddedServer:
    return EmbeddedServer(home, "UNIFIL", 0, 0, **more)


async def client_of(server: EmbeddedServer) -> Client:
    return await Client.connect(server.address, namespace="UNIFIL")


async def ask(client: Client) -> str:
    """Start a leave which no worker takes up yet."""
    known = TypedSearchAttributes([SearchAttributePair(KEYS["Base"], "NAQ")])
    handle = await client.start_workflow("Leave", id=f"UNIFIL-{uuid4()}", task_queue="leave", search_attributes=known)
    return handle.id


async def still_open(client: Client, leave: str) -> bool:
    return (await client.get_workflow_handle(leave).describe()).status is WorkflowExecutionStatus.RUNNING


@asynccontextmanager
async def owner_of(home: Path) -> AsyncIterator[Process]:
    """Another process that starts a server there; ready to start, not started."""
    owner = await asyncio.create_subprocess_exec(
        sys.executable, str(OWNER), str(home), stdout=PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert owner.stdout is not None
    assert await owner.stdout.readline() == b"ready\n"
    try:
        yield owner
    finally:
        if owner.returncode is None:
            owner.kill()
        await owner.wait()


async def killed(owner: Process) -> None:
    """Kill it as a power cut would, and see that nothing which it started outlives it."""
    started = children(owner.pid)
    owner.kill()
    await owner.wait()
    await until(lambda: not any(map(alive, started)), "the children have died with their owner")


async def test_namespace_has_retention_and_search_attributes_at_every_start(tmp_path: Path):
    for _ in range(2):
        async with server_in(tmp_path) as server:
            client = await client_of(server)
            told = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="UNIFIL"))
            assert told.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=90)
            known = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace="UNIFIL")
            )
            assert {name: int(key.indexed_value_type) for name, key in KEYS.items()} == dict(known.custom_attributes)
            ui = await asyncio.to_thread(urlopen, server.ui)
            assert ui.status == 200
            ui.close()


async def test_at_rest_one_file_holds_all_and_nothing_is_left_running(tmp_path: Path):
    async with server_in(tmp_path) as server:
        leave = await ask(await client_of(server))
        assert Running.read(server.folder) == Running(owner=os.getpid(), address=server.address, ui=server.ui)
    assert not alive(server.pid)
    assert Running.read(server.folder) is None
    assert [file.name for file in server.folder.glob("temporal.*")] == ["temporal.db"]
    copy = tmp_path / "copy" / "UNIFIL"
    copy.mkdir(parents=True)
    (copy / "temporal.db").write_bytes((server.folder / "temporal.db").read_bytes())
    async with server_in(tmp_path / "copy") as again:
        assert await still_open(await client_of(again), leave)


async def test_commits_are_forced_to_disk(home: Path):
    async with server_in(home) as server:
        assert "synchronous=2" in command_of(server.pid)
        with sqlite3.connect(server.folder / "temporal.db") as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        db.close()


def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else -1


AT_FIRST_START: dict[str, Callable[[Path], bool]] = {
    "before the file": lambda folder: (folder / "server.log").exists(),
    "with an empty file": lambda folder: size(folder / "temporal.making") >= 0,
    "amid the schema": lambda folder: size(folder / "temporal.making-wal") > 300_000,
    "after the schema": lambda folder: size(folder / "temporal.making-wal") > 2_000_000,
    "as the file gets its name": lambda folder: size(folder / "temporal.db") >= 0,
    "as the real server opens it": lambda folder: size(folder / "temporal.db-wal") >= 0,
}


OFTEN = ("with an empty file", "amid the schema", "as the file gets its name")


@pytest.mark.parametrize(
    "moment", [pytest.param(name, marks=[] if name in OFTEN else [pytest.mark.slow]) for name in AT_FIRST_START]
)
async def test_first_start_killed_at_any_moment_does_not_spoil_the_next(tmp_path: Path, moment: str):
    async with owner_of(tmp_path) as owner:
        await until(lambda: AT_FIRST_START[moment](tmp_path / "UNIFIL"), moment)
        await killed(owner)
    async with server_in(tmp_path) as server:
        client = await client_of(server)
        assert await still_open(client, await ask(client))
        assert not list(server.folder.glob("temporal.making*"))


TELLING = (8, 17, 22)
"""Tenths of a megabyte: half of the tables are made; all are, and nothing is in them; the namespace is entered."""


@pytest.mark.parametrize("steps", [TELLING, pytest.param(range(33), marks=pytest.mark.slow)])
@pytest.mark.timeout(1800)
async def test_first_start_killed_as_its_log_grows_does_not_spoil_the_next(tmp_path: Path, steps: Iterable[int]):
    """Every tenth of a megabyte that a first start writes is a moment at which it may be killed."""
    for step in steps:
        home = tmp_path / str(step)
        async with owner_of(home) as owner:
            log = home / "UNIFIL" / "temporal.making-wal"
            await until(lambda: size(log) >= step * 100_000 or size(log.with_name("temporal.db")) >= 0, "it grew")  # noqa: B023
            await killed(owner)
        async with server_in(home) as server:
            client = await client_of(server)
            assert await still_open(client, await ask(client)), f"killed at {step * 100} kB"


async def test_killed_server_keeps_what_it_acknowledged(home: Path):
    async with server_in(home) as server:
        leave = await ask(await client_of(server))
        os.kill(server.pid, signal.SIGKILL)
        assert await server.process.wait() == -signal.SIGKILL
    async with server_in(home) as again:
        client = await client_of(again)
        assert await still_open(client, leave)
        assert [found.id async for found in client.list_workflows("Base = 'NAQ'")] == [leave]


async def test_server_does_not_outlive_a_killed_owner(home: Path):
    """Else an orphan would hold the file, and the next start would find it locked."""
    async with owner_of(home) as owner:
        assert owner.stdout is not None
        said = await owner.stdout.readline()
        pid, running = int(said.removeprefix(b"up ")), Running.read(home / "UNIFIL")
        assert running is not None
        leave = await ask(await Client.connect(running.address, namespace="UNIFIL"))
        assert alive(pid)
        await killed(owner)
        assert not alive(pid)
    async with server_in(home) as server:
        assert await still_open(await client_of(server), leave)


async def test_port_in_use_is_named_and_nothing_is_left(home: Path, begun: Callable[[], list[int]]):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for ports in ((port, 0), (0, port)):
            with pytest.raises(NotStarted, match=f"Port {port} cannot be used"):
                await EmbeddedServer(home, "UNIFIL", *ports).__aenter__()
        assert begun() == []
        assert Running.read(home / "UNIFIL") is None
    async with EmbeddedServer(home, "UNIFIL", port, 0) as server:
        assert server.address == f"127.0.0.1:{port}"


async def test_second_server_of_a_mission_is_refused_and_the_first_goes_on(home: Path):
    async with server_in(home) as first:
        with pytest.raises(NotStarted, match="already") as refused:
            await server_in(home).__aenter__()
        assert str(os.getpid()) in refused.value.known
        assert first.address in refused.value.known
        assert await (await client_of(first)).service_client.check_health()
        assert Running.read(first.folder) is not None


async def test_folder_that_cannot_be_used_is_named(tmp_path: Path):
    (tmp_path / "UNIFIL").write_text("a file, no folder")
    with pytest.raises(NotStarted, match="cannot be used") as refused:
        await server_in(tmp_path).__aenter__()
    assert "FURLOUGH_HOME" in refused.value.helps


async def test_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("starter.server._LEAST_ROOM", 2**62)
    with pytest.raises(NotStarted, match="full"):
        await server_in(tmp_path).__aenter__()
    assert list((tmp_path / "UNIFIL").iterdir()) == []


async def test_spoilt_file_is_told_with_the_servers_words_and_kept(tmp_path: Path, begun: Callable[[], list[int]]):
    folder = tmp_path / "UNIFIL"
    folder.mkdir()
    (folder / "temporal.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(NotStarted) as refused:
        await server_in(tmp_path).__aenter__()
    assert "database" in refused.value.why
    assert "Traceback" not in str(refused.value)
    assert (folder / "temporal.db").read_bytes().startswith(b"no database")
    assert begun() == []


async def test_a_server_of_another_build_opens_a_copy_first_and_what_it_cannot_open_it_has_not_touched(
    home: Path, begun: Callable[[], list[int]]
):
    async with server_in(home) as server:
        file, note = server.folder / "temporal.db", server.folder / OPENED_BY
    build = note.read_text()
    for before in ("temporal version 0.0.1", None):  # none: a mission from before such a note was kept
        note.unlink() if before is None else note.write_text(before)
        async with server_in(home):
            assert (note.read_text(), list(file.parent.glob("*.trying*"))) == (build, [])
            assert "temporal.trying" in (file.parent / "server.before.log").read_text(), "another server had the copy"
    note.write_text("temporal version 0.0.1")
    file.write_bytes(spoilt := b"no database at all" * 1000)
    with pytest.raises(NotStarted, match="does not open a copy") as refused:
        await server_in(home).__aenter__()
    assert "opened last by temporal version 0.0.1" in refused.value.known
    assert (file.read_bytes(), note.read_text()) == (spoilt, "temporal version 0.0.1")
    assert begun() == []


async def test_attribute_of_another_type_is_refused(home: Path):
    """The server would keep the old type and not tell."""
    async with server_in(home) as server:
        client = await client_of(server)
        for mission in ("UNTSO", "UNDOF"):
            asked = RegisterNamespaceRequest(namespace=mission)
            asked.workflow_execution_retention_period.FromTimedelta(timedelta(days=1))
            await client.workflow_service.register_namespace(asked)
        await prepare(await Client.connect(server.address, namespace="UNTSO"))
        wrong = AddSearchAttributesRequest(
            namespace="UNDOF", search_attributes={"Base": IndexedValueType.INDEXED_VALUE_TYPE_INT}
        )
        other = await Client.connect(server.address, namespace="UNDOF")
        await added(client, wrong)
        with pytest.raises(Misset, match="Base"):
            await prepare(other)


async def added(client: Client, asked: AddSearchAttributesRequest) -> None:
    """A namespace just made is not known at once."""
    for _ in range(1000):
        try:
            await client.operator_service.add_search_attributes(asked)
            return
        except RPCError:
            await asyncio.sleep(0.02)
    raise AssertionError("the namespace was never known")


@workflow.defn
class Away:
    @workflow.run
    async def run(self) -> str:
        await workflow.sleep(timedelta(days=21))
        return "back"


async def test_time_skips_only_where_it_was_asked_for(home: Path):
    async with server_in(home, time_skipping=True) as server:
        skipper = TimeSkipper(await client_of(server))
        async with Worker(
            skipper.client, task_queue="leave", workflows=[Away], workflow_runner=UnsandboxedWorkflowRunner()
        ):
            assert await skipper.client.execute_workflow(Away.run, id="away", task_queue="leave") == "back"
    async with server_in(home) as plain:
        skipper = TimeSkipper(await client_of(plain))
        with pytest.raises(RPCError, match=r"(?i)time.skipping"):
            await skipper.client.start_workflow(Away.run, id="away-again", task_queue="leave")
