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


CLOCK = "account-clock"
"""The name of the change by which accounts have deadlines."""
ARRIVED = "account-arrived"
"""The name of the change by which the index tells what arrived after a leave's end."""


@workflow.defn(name="MemberWorkflow")
class MemberWorkflow(Entity[account.Account]):
    """One per member and mission; opened by the first leave."""

    events = tuple[account.AccountEvent, ...]
    since_clock = CLOCK

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
        """Tell the server's index that something here waits: to be signed, posted, or looked at; not of whom."""
        unposted = any(line.unposted for line in self.state.lines.values()) and workflow.patched(CLOCK)
        arrived = account.to_look_at(self.state) and workflow.patched(ARRIVED)
        words = {board.COUNTERSIGN: self.state.unsigned, board.UNPOSTED: unposted, board.AFTER_END: arrived}
        now = tuple(word for word, waits in words.items() if waits)
        if now != self.shown:
            board.attend(now)
        self.shown = now

    async def act(self, act: Said) -> account.AccountOutcome:
        """The one door."""
        return await self.take(act)
