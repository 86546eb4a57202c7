"""What bases, accounts and the register have in common: they live for good, carry their state over, and have no clock.

A question carries `as_of`; whoever asks twice is known by the natural key of the question, so that no list of past
acts grows.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Generic

from temporalio import workflow

from domain.decider import Decider
from domain.model import Model
from workflows.process import Process, S

A_MONTH = timedelta(days=30)
"""An entity continues as new at least this often, so that new code takes it over between two runs."""


A_LONG_RUN = 500
"""Events after which an entity continues as new, sooner than the server suggests.

A worker which has forgotten it, or was just started, replays its whole run before it answers, and people wait for that.
"""


class Start(Model, Generic[S]):
    """How a run of an entity begins: which one it is, and the state carried over from the run before."""

    of: str
    state: S | None = None


class Entity(Process[S]):
    """A decider that is never over."""

    def __init__(self, decider: Decider, start: Start[S], decision: type[Any]) -> None:
        super().__init__(decider, start.state or decider.initial, decision)
        self.of = start.of
        self.month: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Live until the history has grown long or a month has passed, then go on as new with the same state.

        A cancel on the server is not heard: what all leaves rest on ends with its mission and not before.
        """
        self.month = asyncio.create_task(workflow.sleep(A_MONTH, summary="goes on as new"))
        life = asyncio.create_task(self.live())
        while not life.done():
            try:
                await asyncio.shield(life)
            except asyncio.CancelledError:
                workflow.logger.warning("an entity is not cancelled")
        workflow.continue_as_new(Start(of=self.of, state=self.state))

    def finished(self) -> bool:
        """Whether this run is over. An effect which the server still tries is wanted anew by the next run."""
        return self.tired and self.jobs.keys() <= self.lingering

    @property
    def tired(self) -> bool:
        """Whether this run has lasted long enough."""
        run = workflow.info()
        long = run.is_continue_as_new_suggested() or run.get_current_history_length() >= A_LONG_RUN
        return long or bool(self.month and self.month.done())

    async def wait(self, condition: Any) -> None:
        """Wait as a leave does, but not past the end of this run."""
        await workflow.wait_condition(lambda: condition() or self.finished())

    @workflow.query(name="state")
    def state_of(self) -> S:
        """The folded state."""
        return self.state

    @workflow.query(name="journal")
    def entries(self) -> list[Any]:
        """The journal of this run."""
        return self.journal
