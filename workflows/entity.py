"""What bases, accounts and the register have in common: they live for good, carry their state over, judge by no clock.

A question carries `as_of`; whoever asks twice is known by the natural key of the question. What has none, as what
people decide at a base, is known by its act for a year (`domain/once.py`), so that no list of past acts grows for good.
Time speaks to them of what nobody else would end: a countersignature that does not come, and to an account of more
(`domain/signing.py`, `domain/account/deadlines.py`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Generic

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from domain.acts import Act
from domain.decider import Decider, Outcome, Questions, Undecided
from domain.leave import misaddressed
from domain.model import Model
from domain.once import reused
from workflows.own_id import end_elsewhere, refuse_elsewhere
from workflows.patience import at_once
from workflows.process import Process, S, broken, refuse_early, undecided

A_MONTH = timedelta(days=30)
"""An entity continues as new at least this often, so that new code takes it over between two runs."""


A_LONG_RUN, LONGEST_RUN = 1_000, 4_000
"""Events after which an entity continues as new, sooner than the server suggests: once nothing is under way, or anyway.

A worker which has forgotten it, or was just started, replays its whole run before it answers, and people wait for that.
An effect which the server keeps begins anew in the next run.
"""


class Start(Model, Generic[S]):
    """How a run of an entity begins: which one it is, and the state carried over from the run before."""

    of: str
    state: S | None = None


TOGETHER = 50
"""Acts put to one decision at most; those for which its time is too short are put to the next."""


@dataclass(eq=False)
class Asked:
    """An act that waits for its decision, and why there was none."""

    act: Act
    failure: ApplicationError | None = None


class Entity(Process[S]):
    """A decider that is never over.

    `since_clock` names the change by which those of its kind have deadlines.
    """

    since_clock: ClassVar[str]

    def __init__(self, decider: Decider, start: Start[S], answers: type[Any], own: str) -> None:
        """`answers` is the type in which recorded answers are read, `own` the workflow id of the one that it is."""
        super().__init__(decider, start.state or decider.initial, answers)
        self.of, self.own = start.of, own
        self.waiting: list[Asked] = []
        self.month: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Live until the history has grown long or a month has passed, then go on as new with the same state.

        A cancel on the server is not heard: what all leaves rest on ends with its mission and not before.

        Raises:
            ApplicationError: type `Refusal`, where it was started under the id of another one.
        """
        end_elsewhere(self.own)
        self.month = asyncio.create_task(workflow.sleep(A_MONTH, summary="goes on as new"))
        life = asyncio.create_task(self.live())
        while not life.done():
            try:
                await asyncio.shield(life)
            except asyncio.CancelledError:
                workflow.logger.warning("an entity is not cancelled")
        workflow.continue_as_new(Start(of=self.of, state=self.state))

    async def take(self, act: Act) -> Outcome[Any]:
        """Decide an act, and with it whatever else has come in: a crowd waits for one decision and not for each other.

        Raises:
            ApplicationError: as `undecided`; or a `Refusal`, where another act was said under this id.
        """
        saying: tuple[str, str] = act.kind, act.decided_by  # type: ignore[attr-defined]  # every act has a kind
        if self.said.setdefault(act.act_id, saying) != saying:
            refuse_early(reused(act))
        asked = Asked(act)
        self.waiting.append(asked)
        async with self.turn:
            if asked in self.waiting:
                batch, self.waiting = self.waiting[:TOGETHER], self.waiting[TOGETHER:]
                await self.answer(batch)
        if asked.failure:
            raise asked.failure
        entries = tuple(e for e in self.journal if e.act_id == act.act_id)
        return Outcome(entries=entries, said=self.said.get(act.act_id))

    def readable(self, act: Act) -> None:
        """Refuse, without a trace, what is for another one, or comes under another act's name."""
        self.at_home(act)
        update = workflow.current_update_info()
        refuse_early(misaddressed(act, update.name if update else "", self.of))

    def at_home(self, _act: Act) -> None:
        """Refuse, without a trace, whatever is said to it under the id of another one."""
        refuse_elsewhere(self.own)

    async def answer(self, batch: list[Asked]) -> None:
        """Have acts decided one after the other; what breaks fails its act alone."""
        kinds = Counter(str(asked.act.kind) for asked in batch)  # type: ignore[attr-defined]  # every act has one
        summary = ", ".join(kind if n == 1 else f"{n} {kind}" for kind, n in kinds.items())
        acts = tuple(asked.act for asked in batch)
        questions = Questions[Any, Any](acts=acts, state=self.state, now=workflow.now())
        try:
            answers = await at_once(f"decide-{self.decider.name}", questions, self.decision, summary)
        except FailureError as error:
            for asked in batch:
                asked.failure = undecided(error)
            return
        self.waiting = batch[len(answers) :] + self.waiting
        for asked, answer in zip(batch, answers, strict=False):
            if isinstance(answer, Undecided):
                asked.failure = broken(answer.fault)
            else:
                self.record(answer.events, asked.act)
        self.wished.clear()

    def set_clock(self) -> None:
        """Wait for the first deadline; runs of before there were any go on without until they continue as new."""
        if self.clock or (self.decider.due(self.state) and workflow.patched(self.since_clock)):
            super().set_clock()

    def finished(self) -> bool:
        """Whether this run is over. An effect which the server still tries is waited for, though not for ever."""
        if not self.tired:
            return False
        return not self.jobs or (self.exhausted and not self.busy)

    @property
    def tired(self) -> bool:
        """Whether this run has lasted long enough."""
        long = self.exhausted or workflow.info().get_current_history_length() >= A_LONG_RUN
        return long or bool(self.month and self.month.done())

    @property
    def exhausted(self) -> bool:
        """Whether this run must end, whatever is under way."""
        run = workflow.info()
        return run.is_continue_as_new_suggested() or run.get_current_history_length() >= LONGEST_RUN

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
