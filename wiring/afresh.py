"""Lets a worker forget a run which a question took beyond its last workflow task.

A question that nobody answers waits for a worker. What has come meanwhile (an activity ended, a timer fired) is handed
over with it, though its own workflow task has not begun: the SDK's core (seen with 1.35) wakes the workflow for all of
that, to answer. When the task comes, with an act beside it, the workflow has gone on already, and takes the act last. A
replay takes the act first: the commands then stand in another order than in the history, and the workflow is stuck for
good. It takes a worker that ended just as it was asked, and another one that begins.

So a run that has gone on without a task is given up with the answer, and the task is played from the history. Where
another worker had begun that task and was killed, nothing tells a run that has gone on for a question from one that had
a task of its own and was asked then. So a fetched run is given up in either case, until it has had one task after the
other: from then on the server brings its tasks here, and no other worker begins one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from temporalio.bridge.worker import Worker as Core
from temporalio.worker import Worker


def afresh(worker: Worker) -> Worker:
    """The worker, which goes on with no run that is ahead of its tasks."""
    _Afresh(worker._bridge_worker)  # noqa: SLF001  (there is no public place between the core and its language)
    return worker


DIRECT: Final = "legacy_query"
"""The core's name of a question that no workflow task brings."""


@dataclass
class _Run:
    """How far a run has come: events seen, and the beginning of the task which they belong to.

    It `went_on` by something that is no replay since it was asked or fetched. It is `ahead` where it did so without a
    task, and `ours` once that cannot have been.
    """

    events: int
    task: tuple[int, int]
    ours: bool
    went_on: bool = False
    ahead: bool = False


class _Afresh:
    def __init__(self, core: Core) -> None:
        self.runs: dict[str, _Run] = {}
        self.core, self.next_activation = core, core.poll_workflow_activation
        setattr(core, "poll_workflow_activation", self.activation)  # noqa: B010  (a method of the instance alone)

    async def activation(self) -> Any:
        found = await self.next_activation()
        jobs = {job.WhichOneof("variant") for job in found.jobs}
        if "remove_from_cache" in jobs:
            self.runs.pop(found.run_id, None)
        elif "query_workflow" not in jobs:
            self._gone_on(found)
        elif run := self.runs.get(found.run_id):
            direct = any(job.query_workflow.query_id == DIRECT for job in found.jobs)
            if run.ahead or (direct and run.went_on and not run.ours):
                self.core.request_workflow_eviction(found.run_id)
            run.went_on &= not direct
        return found

    def _gone_on(self, found: Any) -> None:
        """Events without a task: all activations of one task bear the moment in which it began."""
        events, task = found.history_length, (found.timestamp.seconds, found.timestamp.nanos)
        run = self.runs.setdefault(found.run_id, _Run(events, task, ours=not found.is_replaying))
        run.ahead |= events > run.events and task == run.task
        run.ours |= run.went_on and task != run.task
        run.events, run.task, run.went_on = events, task, not found.is_replaying
