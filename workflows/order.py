"""A mission-wide order on its way: published, then carried to each base until all have it.

What has no authority is not published, and reaches nobody. Each base decides for itself.
"""

from __future__ import annotations

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.acts import IssueOrder, RescindOrder
    from domain.carrying import Carried, Errand, Published, Spread
    from workflows.patience import kept


@workflow.defn(name="OrderWorkflow")
class OrderWorkflow:
    """One per version of a mission-wide order, and one for its end."""

    def __init__(self) -> None:
        self.carried: list[Carried] = []

    @workflow.run
    async def run(self, act: IssueOrder | RescindOrder) -> Spread:
        """Publish it first: a base that opens afterwards finds it in the register, all others are listed by then."""
        published = await kept("publish-order", act, Published, "publish the order")
        if published.refusal:
            return Spread(of=act.act_id, refusal=published.refusal)
        after = published.versions if isinstance(act, RescindOrder) else ()
        await asyncio.gather(*(self.carry(Errand(act=act, base=base, after=after)) for base in published.bases))
        return Spread(of=act.act_id, carried=tuple(self.carried))

    async def carry(self, errand: Errand) -> None:
        """Bring it to one base, for as long as it takes."""
        self.carried.append(await kept("carry-order", errand, Carried, f"carry the order to {errand.base}"))

    @workflow.query(name="carried")
    def progress(self) -> list[Carried]:
        """Which bases have it."""
        return self.carried
