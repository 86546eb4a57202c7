"""Questions to an entity that is at work leave a history which replays: by the real server."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from starter.server import EmbeddedServer
from tests.begun import started_before
from wiring.apart import apart

RUNNER = UnsandboxedWorkflowRunner()
ACTS, SECONDS, ASKERS = 120, 4.0, 4


@activity.defn
def look_up(number: int) -> int:
    """As long as a look-up in the register takes."""
    time.sleep((1, 5, 20, 30)[number % 4] / 1000)
    return number


@workflow.defn
class Ledger:
    """One act at a time, each decided beside it, as our entities do."""

    def __init__(self) -> None:
        self.turn, self.taken = asyncio.Lock(), 0

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.taken == ACTS)

    @workflow.update
    async def act(self, number: int) -> int:
        async with self.turn:
            found = await workflow.execute_local_activity(look_up, number, start_to_close_timeout=timedelta(seconds=2))
            self.taken += 1
        return found

    @workflow.query
    def state(self) -> int:
        return self.taken


def torn(history: History) -> int:
    """How many decisions stand in another task than what they led to, with an act taken in between."""
    decided: bool | None = None
    between, found = 0, 0
    for event in history.events:
        if event.HasField("marker_recorded_event_attributes"):
            decided, between = True, 0
        elif event.HasField("workflow_task_started_event_attributes") and decided:
            between = 1
        elif event.HasField("workflow_execution_update_accepted_event_attributes") and between:
            between = 2
        elif event.HasField("workflow_execution_update_completed_event_attributes"):
            found += between == 2
            decided, between = None, 0
    return found


async def _round(client: Client, name: str) -> History:
    ledger: WorkflowHandle[Ledger, None] = await client.start_workflow(Ledger.run, id=name, task_queue="ledgers")
    chance, over = random.Random(name), asyncio.Event()

    async def say(number: int) -> None:
        await asyncio.sleep(chance.random() * SECONDS)
        assert await ledger.execute_update(Ledger.act, number) == number

    async def ask() -> None:
        while not over.is_set():
            await ledger.query(Ledger.state)
            await asyncio.sleep(chance.random() / 100)

    asking = [asyncio.create_task(ask()) for _ in range(ASKERS)]
    await asyncio.gather(*map(say, range(ACTS)))
    over.set()
    await asyncio.gather(*asking)
    history = await ledger.fetch_history()
    await Replayer(workflows=[Ledger], workflow_runner=RUNNER).replay_workflow(history)
    return History(events=history.events)


async def _rounds(folder: Path, rounds: int, late: float = 0.0) -> AsyncGenerator[History]:
    """What each round left behind, by a worker that learns of one question in three so many seconds `late`."""
    await started_before(folder, "UNEX")
    async with EmbeddedServer(folder, "UNEX", 0, 0) as server:
        client = await Client.connect(server.address, namespace="UNEX")
        with ThreadPoolExecutor(16) as threads:
            worker = Worker(
                client,
                task_queue="ledgers",
                workflows=[Ledger],
                activities=[look_up],
                activity_executor=threads,
                workflow_runner=RUNNER,
            )
            core = worker._bridge_worker
            handed, questions = core.poll_workflow_activation, itertools.count()

            async def later() -> Any:
                found = await handed()
                if any(job.HasField("query_workflow") for job in found.jobs) and next(questions) % 3 == 2:
                    await asyncio.sleep(late)
                return found

            core.poll_workflow_activation = later  # type: ignore[method-assign]
            async with apart(worker):
                for i in range(rounds):
                    yield await _round(client, f"ledger-{i}")


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
async def test_what_is_asked_while_acts_are_decided_leaves_a_history_that_replays(tmp_path: Path, rounds: int) -> None:
    """Without keeping them apart, one such history in two cannot be replayed on a busy machine."""
    async for history in _rounds(tmp_path, rounds):
        assert torn(history) == 0


async def test_a_question_that_was_learned_of_too_late_has_its_task_handed_over_once_more(tmp_path: Path) -> None:
    """A busy machine hands a question over after the decision that it must not overtake."""
    seen = False
    async with aclosing(_rounds(tmp_path, 10, late=0.03)) as left:
        async for history in left:
            assert torn(history) == 0
            failed = (e.workflow_task_failed_event_attributes.failure.message for e in history.events)
            if seen := any("handed over once more" in message for message in failed):
                break
    assert seen
