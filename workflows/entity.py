"""What bases, accounts and the register have in common: they live for good, carry their state over, and have no clock.

A question carries `as_of`; whoever asks twice is known by the natural key of the question, so that no list of past
acts grows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Generic

from temporalio import workflow

from domain.decider import Decider
from domain.model import Model
from workflows.process import Process, S

A_MONTH = timedelta(days=30)
"""An entity continues as new at least this often, so that new code takes it over between two runs."""


class Start(Model, Generic[S]):
    """How a run of an entity begins: which one it is, and the state carried over from the run before."""

    of: str
    state: S | None = None


class Entity(Process[S]):
    """A decider that is never over."""

    def __init__(self, decider: Decider, start: Start[S], decision: type[Any]) -> None:
        super().__init__(decider, start.state or decider.initial, decision)
        self.of, self.tired = start.of, False

    async def serve(self) -> None:
        """Live until the history has grown long or a month has passed, then go on as new with the same state."""
        await self.live()
        workflow.continue_as_new(Start(of=self.of, state=self.state))

    def finished(self) -> bool:
        """Whether this run may end, so that the next goes on."""
        return not self.jobs and (self.tired or workflow.info().is_continue_as_new_suggested())

    async def wait(self, condition: Any) -> None:
        """Wait as a leave does, but not for longer than a month, nor past a long history."""
        suggested = workflow.info().is_continue_as_new_suggested
        try:
            await workflow.wait_condition(
                lambda: condition() or suggested(), timeout=A_MONTH, timeout_summary="goes on as new"
            )
        except TimeoutError:
            self.tired = True
