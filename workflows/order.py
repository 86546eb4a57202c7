"""A mission-wide order on its way: published, then carried to each base until all have it.

Each base decides for itself.
"""

from __future__ import annotations

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.acts import IssueOrder, RescindOrder
    from domain.carrying import Carried, Errand
    from workflows.patience import kept


@workflow.defn(name="OrderWorkflow")
class OrderWorkflow:
    """One per version of a mission-wide order, and one for its end."""

    def __init__(self) -> None:
        self.carried: list[Carried] = []

    @workflow.run
    async def run(self, act: IssueOrder | RescindOrder) -> list[Carried]:
        """Publish it first: a base that opens afterwards finds it in the register, all others are listed by then."""
        bases = await kept("publish-order", act, list[str], "publish the order")
        await asyncio.gather(*(self.carry(act, base) for base in bases))
        return self.carried

    async def carry(self, act: IssueOrder | RescindOrder, base: str) -> None:
        """Bring it to one base, for as long as it takes."""
        errand = Errand(act=act, base=base)
        self.carried.append(await kept("carry-order", errand, Carried, f"carry the order to {base}"))

    @workflow.query(name="carried")
    def progress(self) -> list[Carried]:
        """Which bases have it."""
        return self.carried
