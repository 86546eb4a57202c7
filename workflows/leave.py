"""One leave, from the request to the settled end.

The process itself reads in `domain/leave/path.py`; here it is kept alive.
"""

from __future__ import annotations

import asyncio
from typing import Any, get_args

from temporalio import workflow
from typing_extensions import TypeAliasType

with workflow.unsafe.imports_passed_through():
    from domain import leave
    from domain.acts import Ask, Cancel, LeaveAct
    from domain.decider import Entry
    from domain.once import reused
    from workflows import board
    from workflows.own_id import end_elsewhere, refuse_elsewhere
    from workflows.process import Process, refuse_early

ACTS: tuple[type[Any], ...] = get_args(get_args(LeaveAct)[0])
SENT = {act.model_fields["kind"].default: act for act in ACTS if act.__name__ != "Lapse"}
"""What may be sent to a leave, by update name: all its acts but what time says."""

Said = TypeAliasType("Said", LeaveAct)
"""What the door takes. The SDK strips `Annotated` from hints, and with it the discriminator; a named alias keeps it."""


@workflow.defn(name="LeaveWorkflow")
class LeaveWorkflow(Process[leave.Leave]):
    """Started with the member's request; ends by itself, whatever fails, and gives back all it held."""

    events = tuple[leave.LeaveEvent, ...]

    @workflow.init
    def __init__(self, ask: Ask) -> None:
        super().__init__(leave, leave.initial, leave.LeaveDecision)
        self.leave_id, self.asked_by = ask.leave_id, ask.act_id
        self.shown: dict[str, Any] = {}
        for kind in SENT:  # "approve", "withdraw" ...: the history and the stock command line read well
            workflow.set_update_handler(kind, self.act, validator=self.readable)

    @workflow.run
    async def run(self, ask: Ask) -> str:
        """The whole life of the leave.

        A cancel on the server becomes the act `cancel`: a running leave is never torn off.

        Raises:
            ApplicationError: type `Refusal`, where the request is that of another leave than this.
        """
        end_elsewhere(self.leave_id)
        life = asyncio.create_task(self.life(ask))
        while not life.done():
            try:
                await asyncio.shield(life)
            except asyncio.CancelledError:
                await self.insist(self.cancelled())
        return self.state.ended or ""

    async def life(self, ask: Ask) -> None:
        """Take the request, which nobody may be there to say again; then live."""
        await self.insist(ask)
        await self.live()

    async def act(self, act: Said) -> leave.LeaveOutcome:
        """The one door: every act of a person comes in here, under its own name.

        The request with which the leave was started is being taken already, however long the register takes.
        """
        if act.act_id == self.asked_by:
            await workflow.wait_condition(lambda: act.act_id in self.acts)
        return await self.take(act)

    def readable(self, act: Said) -> None:
        """Refuse, without a trace, what is not for this leave or comes at a step where it is not possible."""
        update = workflow.current_update_info()
        name = update.name if update else ""
        refuse_elsewhere(self.leave_id)
        refuse_early(leave.misaddressed(act, name, self.leave_id))
        refuse_early(leave.impersonates(act, self.state))
        if act.act_id not in self.acts:
            refuse_early(leave.possible(act, self.state))
        elif self.said[act.act_id] != (act.kind, act.decided_by):
            refuse_early(reused(act))

    @workflow.query(name="state")
    def state_of(self) -> leave.Leave:
        """The folded state."""
        return self.state

    @workflow.query(name="journal")
    def entries(self) -> list[Entry[leave.LeaveEvent]]:
        """The journal so far."""
        return self.journal

    @workflow.query(name="said")
    def acts_said(self) -> dict[str, tuple[str, str]]:
        """The kind of each act so far and who decided it, by its id."""
        return self.said

    @workflow.query(name="face")
    def faced(self) -> leave.Face:
        """Where it stands, whom it waits for, by when, and why; busy while effects are under way."""
        return leave.face(self.state).model_copy(update={"busy": self.busy})

    @workflow.query(name="next_acts")
    def next_acts(self, post: str) -> list[str]:
        """What a post may say to this leave now, as far as the path and its ladder tell."""
        return leave.next_acts(self.state, post)

    def show(self) -> None:
        """Bring search attributes and the page of the Temporal UI up to date."""
        self.shown = board.show(leave.face(self.state), self.shown)

    def cancelled(self) -> Cancel:
        """What a cancel on the Temporal server says."""
        return Cancel(
            act_id=f"cancel@{workflow.now():%Y-%m-%dT%H:%M:%S.%f}",
            decided_by="server",
            acted_at=workflow.now(),
            leave_id=self.leave_id,
            reason="cancelled on the Temporal server",
        )
