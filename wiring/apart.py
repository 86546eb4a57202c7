"""Keeps a question from overtaking a decision, in a worker.

A question which the server hands over together with an act is answered while the decision on that act is still being
looked up beside the workflow, and the answer ends the workflow task. If the decision comes in at just that moment, the
SDK's core (seen with 1.35) writes it into that task and wakes the workflow only in the next one, after acts which have
come meanwhile. In a replay it is woken before them: the commands then stand in another order than in the history, and
the workflow is stuck for good.

So whatever was looked up beside a workflow is handed in only while no question to that run is being answered. A
question of which nobody here knew yet, or a look-up that ran out of time while one was being answered, is found when
the answer is to be given: then the workflow task is failed instead, nothing of it is written, and the server hands over
the same acts and questions once more.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.bridge.worker import Worker as Core
from temporalio.worker import Worker

SETTLED: Final = 0.005
"""Seconds since a local activity began after which a question that came with it has mostly been handed over too."""

IDLE: Final = 0.001
"""Seconds for which the core has had nothing to hand over, after which no question waits in its queue any more."""

QUEUED: Final = 0.05
"""Seconds for which a look-up waits for that at most: a worker that is always busy must not stand still."""

LONGEST: Final = 1.0
"""Seconds for which a look-up is held at most: a server that is away holds the answer to a question, too."""


def apart(worker: Worker) -> Worker:
    """The worker, whose questions and local activities keep out of each other's way."""
    _Apart(worker._bridge_worker)  # noqa: SLF001  (there is no public place between the core and its language)
    return worker


@dataclass
class _Run:
    """What is under way in one run: its question, the look-ups of which it still waits for word, and which are over."""

    answered: asyncio.Event | None = None
    waits: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)


class _Apart:
    """What stands between the core and the language: which runs are asked just now, and what began when."""

    def __init__(self, core: Core) -> None:
        self.runs: dict[str, _Run] = {}
        self.begun: dict[bytes, tuple[str, str, float]] = {}
        self.idle_since: float | None = None
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
        self.idle_since = time.monotonic()
        found = await self.next_activation()
        self.idle_since = None
        run = self.runs.setdefault(found.run_id, _Run())
        for job in found.jobs:
            if job.HasField("resolve_activity"):
                run.waits.discard(str(job.resolve_activity.seq))
                run.over.discard(str(job.resolve_activity.seq))
            elif job.HasField("query_workflow"):
                run.answered = asyncio.Event()
            elif job.HasField("remove_from_cache"):
                del self.runs[found.run_id]
        return found

    async def complete_activation(self, done: Any) -> None:
        run = self.runs.get(done.run_id, _Run())
        answers, overtaken = run.answered, bool(run.over)  # a next question may be here before this one's word is taken
        try:
            await self.activation_done(_not_now(done) if answers and overtaken else done)
        finally:
            if answers:
                answers.set()
            if run.answered is answers:
                run.answered = None

    async def task(self) -> Any:
        found = await self.next_task()
        if found.HasField("start") and found.start.is_local:
            run = found.start.workflow_execution.run_id
            self.begun[found.task_token] = run, found.start.activity_id, time.monotonic()
            self.runs.setdefault(run, _Run()).waits.add(found.start.activity_id)
        elif found.task_token in self.begun:
            self._over(found.task_token)  # the core itself ended it: out of time
        return found

    async def complete_task(self, done: Any) -> None:
        if done.task_token in self.begun:
            run, _, since = self.begun[done.task_token]
            await asyncio.sleep(max(0.0, since + SETTLED - time.monotonic()))
            until = time.monotonic() + QUEUED
            while not self._idle() and time.monotonic() < until:  # noqa: ASYNC110  (the core tells nobody when)
                await asyncio.sleep(IDLE)
            if (asked := self.runs.get(run)) and asked.answered:
                with suppress(TimeoutError):
                    await asyncio.wait_for(asked.answered.wait(), LONGEST)
            self._over(done.task_token)
            del self.begun[done.task_token]
        await self.task_done(done)

    def _idle(self) -> bool:
        return self.idle_since is not None and time.monotonic() - self.idle_since >= IDLE

    def _over(self, token: bytes) -> None:
        """A look-up is over, of which the run has still to be told."""
        run, number, _ = self.begun[token]
        if (told := self.runs.get(run)) and number in told.waits:
            told.over.add(number)


def _not_now(done: Any) -> WorkflowActivationCompletion:
    """In place of an answer: the workflow task is to be handed over once more."""
    again = WorkflowActivationCompletion(run_id=done.run_id)
    again.failed.failure.message = "a question met a decision that had just been made: both are handed over once more"
    return again
