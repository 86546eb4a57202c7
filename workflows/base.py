"""A base: its orders in force, the absences granted, the queue for places, the control numbers.

Decides alone for its base.
"""

from __future__ import annotations

from typing import get_args

from temporalio import workflow
from typing_extensions import TypeAliasType

with workflow.unsafe.imports_passed_through():
    from domain import garrison
    from domain.acts import BaseAct
    from domain.ids import base_workflow
    from workflows.entity import Entity, Start

SENT = {act.model_fields["kind"].default: act for act in get_args(get_args(BaseAct)[0])}

Said = TypeAliasType("Said", BaseAct)
"""What the door takes. The SDK strips `Annotated` from hints, and with it the discriminator; a named alias keeps it."""


@workflow.defn(name="BaseWorkflow")
class BaseWorkflow(Entity[garrison.Garrison]):
    """One per base; opened by the first act for it."""

    events = tuple[garrison.GarrisonEvent, ...]
    since_clock = "base-clock"

    @workflow.init
    def __init__(self, start: Start[garrison.Garrison]) -> None:
        super().__init__(garrison, start, garrison.GarrisonAnswers, base_workflow(start.of))
        for kind in SENT:
            workflow.set_update_handler(kind, self.act, validator=self.readable)

    @workflow.run
    async def run(self, start: Start[garrison.Garrison]) -> None:
        """Serve for good."""
        await self.serve()

    async def act(self, act: Said) -> garrison.GarrisonOutcome:
        """The one door."""
        return await self.take(act)
