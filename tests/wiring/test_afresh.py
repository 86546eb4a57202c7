"""A question that waited for a worker leaves a history which replays: by the real server."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import PollWorkflowTaskQueueRequest
from temporalio.client import Client
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.starter.wait import until
from wiring.afresh import afresh

RUNNER = UnsandboxedWorkflowRunner()
ROUNDS = 20
"""In about one of two the new worker hears of the question before the task."""

SOON = timedelta(seconds=2)
"""After which a task that nobody answers is given to another worker."""

tokens: dict[str, bytes] = {}


@activity.defn(name="effect")
async def effect() -> str:
    """It ends when the test says so."""
    tokens[str(activity.info().workflow_id)] = activity.info().task_token
    activity.raise_complete_async()


@workflow.defn
class Waiting:
    """What an effect leads to, and what an act leads to, are different commands."""

    def __init__(self) -> None:
        self.said = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("effect", schedule_to_close_timeout=timedelta(seconds=60))
        workflow.upsert_memo({"effect": "there"})
        await workflow.wait_condition(lambda: self.said > 1)

    @workflow.update
    async def act(self) -> None:
        await workflow.sleep(0.01)
        self.said += 1

    @workflow.query
    def state(self) -> int:
        return self.said


@asynccontextmanager
async def _working(client: Client, forgotten: list[str]) -> AsyncIterator[None]:
    worker = Worker(client, task_queue="waiting", workflows=[Waiting], activities=[effect], workflow_runner=RUNNER)
    core = worker._bridge_worker
    forget = core.request_workflow_eviction

    def seen(run_id: str) -> None:
        forgotten.append(run_id)
        forget(run_id)

    core.request_workflow_eviction = seen  # type: ignore[method-assign]
    async with afresh(worker):
        yield


async def test_a_run_that_went_on_for_a_question_is_played_anew_for_its_task(tmp_path: Path) -> None:
    """Asked while no worker was there; an effect ended, an act was said, and a worker came. One in two was torn."""
    await started_before(tmp_path, "UNEX")
    forgotten: list[str] = []
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        client = await Client.connect(server.address, namespace="UNEX")
        for name in map("waiting-{}".format, range(ROUNDS)):
            async with _working(client, forgotten):
                run = await client.start_workflow(Waiting.run, id=name, task_queue="waiting")
                await until(functools.partial(tokens.get, name), "the effect has begun")
            asked = asyncio.create_task(run.query(Waiting.state))
            await asyncio.wait([asked], timeout=0.3)
            await client.get_async_activity_handle(task_token=tokens[name]).complete("done")
            said = asyncio.create_task(run.execute_update(Waiting.act))
            await asyncio.wait([asked, said], timeout=0.3)
            async with _working(client, forgotten):
                await asyncio.gather(asked, said)
                await run.execute_update(Waiting.act)
            await Replayer(workflows=[Waiting], workflow_runner=RUNNER).replay_workflow(await run.fetch_history())
            if forgotten:
                break
    assert forgotten, "in no round was the question there before the task"


async def test_a_run_whose_task_another_worker_had_begun_is_played_anew_too(tmp_path: Path) -> None:
    """A worker took the task, and was killed; the question still waits, and another worker comes."""
    await started_before(tmp_path, "UNEX")
    forgotten: list[str] = []
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        client = await Client.connect(server.address, namespace="UNEX")
        for name in map("killed-{}".format, range(2 * ROUNDS)):
            async with _working(client, forgotten):
                run = await client.start_workflow(Waiting.run, id=name, task_queue="waiting", task_timeout=SOON)
                await until(functools.partial(tokens.get, name), "the effect has begun")
            asked = asyncio.create_task(run.query(Waiting.state))
            await asyncio.wait([asked], timeout=0.3)
            await client.get_async_activity_handle(task_token=tokens[name]).complete("done")
            if not await _taken(client):
                asked.cancel()
                continue
            said = asyncio.create_task(run.execute_update(Waiting.act))
            await asyncio.wait([asked, said], timeout=0.3)
            async with _working(client, forgotten):
                await asyncio.gather(asked, said)
                await run.execute_update(Waiting.act)
            await Replayer(workflows=[Waiting], workflow_runner=RUNNER).replay_workflow(await run.fetch_history())
            if forgotten:
                break
    assert forgotten, "in no round was the question there before the task"


async def _taken(client: Client) -> bool:
    """Somebody takes the workflow task, and answers no more. False where they got the question."""
    polled = PollWorkflowTaskQueueRequest(namespace="UNEX", task_queue=TaskQueue(name="waiting"), identity="lost")
    task = await client.workflow_service.poll_workflow_task_queue(polled)
    return not task.HasField("query")
