"""The mission's register: each change of it is an entry, with the files' digests."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import register
    from domain.acts import Import
    from workflows.entity import Entity, Start


@workflow.defn(name="RegisterWorkflow")
class RegisterWorkflow(Entity[register.Register]):
    """One per mission. An administrator who makes himself deputy for an hour is seen."""

    events = tuple[register.RegisterEvent, ...]

    @workflow.init
    def __init__(self, start: Start[register.Register]) -> None:
        super().__init__(register, start, register.RegisterAnswers)

    @workflow.run
    async def run(self, start: Start[register.Register]) -> None:
        """Serve for good."""
        await self.serve()

    @workflow.update(name="import")
    async def act(self, act: Import) -> register.RegisterOutcome:
        """The one door."""
        return await self.take(act)
