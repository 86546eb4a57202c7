"""The mission's register: each change of it is an entry, with the files' digests."""

from __future__ import annotations

from typing import get_args

from temporalio import workflow
from typing_extensions import TypeAliasType

with workflow.unsafe.imports_passed_through():
    from domain import register
    from domain.acts import RegisterAct
    from domain.ids import REGISTER
    from workflows.entity import Entity, Start


SENT = {act.model_fields["kind"].default: act for act in get_args(get_args(RegisterAct)[0])}

Said = TypeAliasType("Said", RegisterAct)
"""What the door takes. The SDK strips `Annotated` from hints, and with it the discriminator; a named alias keeps it."""


@workflow.defn(name="RegisterWorkflow")
class RegisterWorkflow(Entity[register.Register]):
    """One per mission. An administrator who makes himself deputy for an hour is seen."""

    events = tuple[register.RegisterEvent, ...]
    since_clock = "register-clock"

    @workflow.init
    def __init__(self, start: Start[register.Register]) -> None:
        super().__init__(register, start, register.RegisterAnswers, REGISTER)
        for kind in SENT:
            workflow.set_update_handler(kind, self.act, validator=self.at_home)

    @workflow.run
    async def run(self, start: Start[register.Register]) -> None:
        """Serve for good."""
        await self.serve()

    async def act(self, act: Said) -> register.RegisterOutcome:
        """The one door."""
        return await self.take(act)
