"""A member's leave account. No two requests hold the same day, nor together more than the balance allows."""

from __future__ import annotations

from typing import get_args

from temporalio import workflow
from typing_extensions import TypeAliasType

with workflow.unsafe.imports_passed_through():
    from domain import account
    from domain.acts import MemberAct
    from domain.ids import member_workflow
    from workflows import board
    from workflows.entity import Entity, Start

SENT = {act.model_fields["kind"].default: act for act in get_args(get_args(MemberAct)[0])}

Said = TypeAliasType("Said", MemberAct)
"""What the door takes. The SDK strips `Annotated` from hints, and with it the discriminator; a named alias keeps it."""


@workflow.defn(name="MemberWorkflow")
class MemberWorkflow(Entity[account.Account]):
    """One per member and mission; opened by the first leave."""

    events = tuple[account.AccountEvent, ...]

    @workflow.init
    def __init__(self, start: Start[account.Account]) -> None:
        super().__init__(account, start, account.AccountAnswers, member_workflow(start.of))
        self.shown: tuple[str, ...] = ()
        for kind in SENT:
            workflow.set_update_handler(kind, self.act, validator=self.readable)

    @workflow.run
    async def run(self, start: Start[account.Account]) -> None:
        """Serve for good."""
        await self.serve()

    def show(self) -> None:
        """Tell the server's index whether something waits for a countersignature, or to be looked at; not whose."""
        now: tuple[str, ...] = (board.COUNTERSIGN,) if self.state.unsigned else ()
        if account.to_look_at(self.state) and workflow.patched("what arrives after the end is in the index"):
            now = (*now, board.AFTER_END)
        if now != self.shown:
            board.attend(now)
        self.shown = now

    async def act(self, act: Said) -> account.AccountOutcome:
        """The one door."""
        return await self.take(act)
