"""Keeps a question from overtaking a decision, in a worker.

A question which the server hands over together with an act is answered while the decision on that act is still being
looked up beside the workflow, and the answer ends the workflow task. If the decision comes in at just that moment, the
SDK's core (seen with 1.35) writes it into that task and wakes the workflow only in the next one, after acts which have
come meanwhile. In a replay it is woken before them: the commands then stand in another order than in the history, and
the workflow is stuck for good. So whatever was looked up beside a workflow is handed in only while no question to that
run is being answered.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

from temporalio.bridge.worker import Worker as Core
from temporalio.worker import Worker

SETTLED: Final = 0.005
"""Seconds since a local activity began after which a question that came with it has surely been handed over too."""

LONGEST: Final = 1.0
"""Seconds for which an answer is held at most: a server that is away holds the answer to a question, too."""


def apart(worker: Worker) -> Worker:
    """The worker, whose questions and local activities keep out of each other's way."""
    _Apart(worker._bridge_worker)  # noqa: SLF001  (there is no public place between the core and its language)
    return worker


class _Apart:
    """What stands between the core and the language: which runs are asked just now, and what began when."""

    def __init__(self, core: Core) -> None:
        self.asked: dict[str, asyncio.Event] = {}
        self.begun: dict[bytes, tuple[str, float]] = {}
        self.next_activation, self.activation_done = core.poll_workflow_activation, core.complete_workflow_activation
        self.next_task, self.task_done = core.poll_activity_task, core.complete_activity_task
        for name, mine in (
            ("poll_workflow_activation", self.activation),
            ("complete_workflow_activation", self.complete_activation),
            ("poll_activity_task", self.task),
            ("complete_activity_task", self.complete_task),
        ):
            setattr(core, name, mine)

    async def activation(self) -> Any:
        found = await self.next_activation()
        if any(job.HasField("query_workflow") for job in found.jobs):
            self.asked[found.run_id] = asyncio.Event()
        return found

    async def complete_activation(self, done: Any) -> None:
        try:
            await self.activation_done(done)
        finally:
            if answered := self.asked.pop(done.run_id, None):
                answered.set()

    async def task(self) -> Any:
        found = await self.next_task()
        if found.HasField("start") and found.start.is_local:
            self.begun[found.task_token] = found.start.workflow_execution.run_id, time.monotonic()
        return found

    async def complete_task(self, done: Any) -> None:
        run, since = self.begun.pop(done.task_token, ("", 0.0))
        if run:
            await asyncio.sleep(max(0.0, since + SETTLED - time.monotonic()))
            if answered := self.asked.get(run):
                with suppress(TimeoutError):
                    await asyncio.wait_for(answered.wait(), LONGEST)
        await self.task_done(done)
