"""Keeps a question from overtaking a decision, in a worker.

A question which the server hands over together with an act is answered while the decision on that act is still being
looked up beside the workflow, and the answer ends the workflow task. If the decision comes in between the question and
its answer, the SDK's core (seen with 1.35) writes it into that task and wakes the workflow only in the next one, after
acts which have come meanwhile. In a replay it is woken before them: the commands then stand in another order than in
the history, and the workflow is stuck for good.

So whatever was looked up beside a workflow is handed in only while no question to that run is open. The core puts a
question forward when an activation of the run was given back, and all runs stand in one queue: once it has handed over
anything that was put forward later, or nothing for a moment, no question is on its way.

Where that moment was too short, since the core waits for the server itself now and then, or a look-up ran out of time
while a question was open, it is found when the answer is to be given: then the workflow task is failed instead, nothing
of it is written, and the server hands over the same acts and questions once more. What is looked up for them then waits
for the question: a task that failed twice in a row would stand still until its time is over.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.bridge.worker import Worker as Core
from temporalio.worker import Worker

IDLE: Final = 0.002
"""Seconds for which the core has had nothing to hand over, after which no question is on its way any more."""

LONGEST: Final = 1.0
"""Seconds for which a look-up is held at most: a server that is away holds the answer to a question, too."""


def apart(worker: Worker) -> Worker:
    """The worker, whose questions and local activities keep out of each other's way."""
    _Apart(worker._bridge_worker)  # noqa: SLF001  (there is no public place between the core and its language)
    return worker


@dataclass
class _Run:
    """What is under way in one run. Its moments are counted, not timed."""

    asked: bool = False
    """Whether a question is being answered."""
    once_more: bool = False
    """Whether a question is to come again, since its task was failed."""
    giving: float = 0
    """The moment in which its last activation began to be given back."""
    given: float = 0
    """The moment in which it was back, and a question may have been put forward; endless until then."""
    waits: set[str] = field(default_factory=set)
    """The look-ups of which it still waits for word."""
    over: set[str] = field(default_factory=set)
    """Those of them which were handed in, or ran out of time."""
    held: list[Any] = field(default_factory=list)
    """What was looked up, and waits to be handed in."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever tells the core something whose order counts."""


class _Apart:
    """What stands between the core and the language."""

    def __init__(self, core: Core) -> None:
        self.runs: dict[str, _Run] = {}
        self.looked_up: dict[bytes, tuple[str, str]] = {}
        self.now = 0  # the moment
        self.heard = 0.0  # the moment up to which all that was put forward has been handed over
        self.polled: int | None = None  # the moment in which the core was asked for more, while it has nothing
        self.next_activation, self.activation_done = core.poll_workflow_activation, core.complete_workflow_activation
        self.next_task, self.task_done = core.poll_activity_task, core.complete_activity_task
        for name, mine in (
            ("poll_workflow_activation", self.activation),
            ("complete_workflow_activation", self.complete_activation),
            ("poll_activity_task", self.task),
            ("complete_activity_task", self.complete_task),
        ):
            setattr(core, name, mine)

    def _tick(self) -> int:
        self.now += 1
        return self.now

    async def activation(self) -> Any:
        self.polled = self._tick()
        found = await self.next_activation()
        self.polled = None
        run = self.runs.setdefault(found.run_id, _Run())
        self.heard = max(self.heard, run.giving)  # the core put this forward after it was given the one before
        for job in found.jobs:
            if job.HasField("resolve_activity"):
                run.waits.discard(str(job.resolve_activity.seq))
                run.over.discard(str(job.resolve_activity.seq))
            elif job.HasField("query_workflow"):
                run.asked = True
                run.once_more = False
            elif job.HasField("remove_from_cache"):
                del self.runs[found.run_id]
                if run.once_more:
                    self.runs[found.run_id] = _Run(once_more=True)
        return found

    async def complete_activation(self, done: Any) -> None:
        run = self.runs.get(done.run_id, _Run())
        async with run.turn:
            if not run.asked:
                await self._hand_in(run)  # nothing is safer: the workflow is told of it before any question
            answer, overtaken = run.asked, bool(run.over)
            run.giving = self._tick()
            if not answer:
                run.given = inf
        if answer and overtaken:
            run.once_more = True
            done = _not_now(done)
        try:
            await self.activation_done(done)
        finally:
            if answer:
                run.asked = False  # the core puts no question forward after it, before it has work again
            else:
                run.given = self._tick()

    async def task(self) -> Any:
        found = await self.next_task()
        if found.HasField("start") and found.start.is_local:
            run = found.start.workflow_execution.run_id
            self.looked_up[found.task_token] = run, found.start.activity_id
            self.runs.setdefault(run, _Run()).waits.add(found.start.activity_id)
        elif found.task_token in self.looked_up:
            self._over(found.task_token)  # the core itself ended it: out of time
        return found

    async def complete_task(self, done: Any) -> None:
        if done.task_token not in self.looked_up:
            return await self.task_done(done)
        run = self.runs.setdefault(self.looked_up[done.task_token][0], _Run())
        run.held.append(done)
        until = time.monotonic() + LONGEST
        while done in run.held:
            await self._quiet(run, until)
            async with run.turn:
                if self._is_quiet(run) or time.monotonic() >= until:
                    await self._hand_in(run)
                    run.once_more = False
        return None

    async def _quiet(self, run: _Run, until: float) -> None:
        """Waits until no question to it is open or on its way, or what was held for it has gone."""
        while run.held and not self._is_quiet(run) and time.monotonic() < until:
            polled, now = self.polled, self.now
            await asyncio.sleep(IDLE)
            if polled and polled == self.polled:
                self.heard = max(self.heard, now)

    def _is_quiet(self, run: _Run) -> bool:
        return not run.asked and not run.once_more and run.given <= self.heard

    async def _hand_in(self, run: _Run) -> None:
        while run.held:
            done = run.held.pop()
            self._over(done.task_token)
            del self.looked_up[done.task_token]
            await self.task_done(done)

    def _over(self, token: bytes) -> None:
        """A look-up is over, of which the run has still to be told."""
        run, number = self.looked_up[token]
        if (told := self.runs.get(run)) and number in told.waits:
            told.over.add(number)


def _not_now(done: Any) -> WorkflowActivationCompletion:
    """In place of an answer: the workflow task is to be handed over once more."""
    again = WorkflowActivationCompletion(run_id=done.run_id)
    again.failed.failure.message = "a question met a decision that had just been made: both are handed over once more"
    return again
