"""What processes answer: asked again for some seconds while nobody is there to answer."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from activities.register.database import migrate
from starter.server import EmbeddedServer
from tests.begun import started_before
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.queries import PATIENCE, query
from wiring.settings import Settings
from wiring.trouble import NotReached

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def unattended(tmp_path: Path) -> AsyncIterator[Client]:
    """A mission whose register has been opened, and which no worker serves."""
    await started_before(tmp_path, "UNEX")
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        settings = Settings.load(home=tmp_path, mission="UNEX", address=server.address)
        client = await connect(settings, [FurloughPlugin()])
        await client.start_workflow("RegisterWorkflow", {"of": "register"}, id="register", task_queue="leave")
        yield client


async def test_a_worker_that_only_just_begins_answers_what_was_asked_before(unattended: Client) -> None:
    asked = asyncio.create_task(query(unattended, "register", "journal", list, timedelta(seconds=60)))
    early, _ = await asyncio.wait({asked}, timeout=1.2)
    assert not early
    async with Worker(unattended, task_queue="leave"):
        assert await asked == []


async def test_where_nobody_answers_that_is_told_within_the_patience(unattended: Client) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    with pytest.raises(NotReached) as told:
        await query(unattended, "register", "journal", list, timedelta(seconds=2))
    assert 1.5 < clock() - began < PATIENCE.total_seconds()
    assert "no worker answered within 2 s" in told.value.why
    assert "furlough worker" in told.value.helps
    assert "an act that was sent before may have been recorded" in told.value.known


@workflow.defn
class Torn:
    """Goes no further than its first task."""

    @workflow.run
    async def run(self) -> None:
        raise RuntimeError("a bug")


async def test_what_no_worker_can_go_on_with_is_told_as_stuck_and_not_as_without_a_worker(unattended: Client) -> None:
    await unattended.start_workflow("Torn", id="base-NAQ", task_queue="torn")
    async with Worker(unattended, task_queue="torn", workflows=[Torn]):
        with pytest.raises(NotReached) as told:
            await query(unattended, "base-NAQ", "state", object)
    assert told.value.what == "base-NAQ is stuck."
    assert "runbooks" in told.value.helps


@workflow.defn(sandboxed=False)
class Slow:
    """Fails over the first question as the SDK lets one fail that takes too long on a machine with too much to do."""

    asked = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.query
    def state(self) -> int:
        Slow.asked += 1
        if Slow.asked == 1:
            raise RuntimeError("[TMPRL1101] Potential deadlock detected: workflow didn't yield within 2 second(s).")
        return Slow.asked


async def test_who_was_too_slow_over_a_question_is_asked_again(unattended: Client) -> None:
    await unattended.start_workflow("Slow", id="base-NAQ", task_queue="slow")
    async with Worker(unattended, task_queue="slow", workflows=[Slow]):
        assert await query(unattended, "base-NAQ", "state", int) == 2


async def test_what_is_not_there_is_told_at_once(unattended: Client) -> None:
    assert await query(unattended, "member-m-aaaaaaaaaa", "state", object) is None


@pytest.mark.slow
async def test_a_worker_that_was_killed_keeps_no_answer_from_who_asks(
    unattended: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server still waits for it, and turns to the next one within the patience of who asks."""
    monkeypatch.setenv("FURLOUGH_HOME", str(tmp_path))
    monkeypatch.setenv("TEMPORAL_ADDRESS", unattended.service_client.config.target_host)
    for listens in ("FURLOUGH_HEALTH", "FURLOUGH_METRICS"):
        monkeypatch.setenv(listens, "127.0.0.1:0")
    migrate(f"sqlite:///{tmp_path / 'UNEX' / 'register.db'}")
    command = (sys.executable, "-m", "starter", "worker", "--mission", "UNEX")
    for _ in range(2):
        worker = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL, cwd=ROOT)
        try:
            assert await query(unattended, "register", "journal", list) == []
        finally:
            worker.kill()
            await worker.wait()
