"""A mission-wide order on its way: published, then carried to each base until all have it.

What has no authority is not published, and reaches nobody. Each base decides for itself.

What the server gives up (somebody has failed it there, or its time is over) ends no order: it is tried again after a
pause. Both steps change nothing where they are done twice.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.acts import IssueOrder, RescindOrder
    from domain.carrying import Carried, Errand, Published, Spread
    from workflows.patience import kept
    from workflows.process import pause

R = TypeVar("R")


@workflow.defn(name="OrderWorkflow")
class OrderWorkflow:
    """One per version of a mission-wide order, and one for its end."""

    def __init__(self) -> None:
        self.carried: list[Carried] = []

    @workflow.run
    async def run(self, act: IssueOrder | RescindOrder) -> Spread:
        """Publish it first: a base that opens afterwards finds it in the register, all others are listed by then."""
        published = await until_done("publish-order", act, Published, "publish the order")
        if published.refusal:
            return Spread(of=act.act_id, refusal=published.refusal)
        after = published.versions if isinstance(act, RescindOrder) else ()
        await asyncio.gather(*(self.carry(Errand(act=act, base=base, after=after)) for base in published.bases))
        return Spread(of=act.act_id, carried=tuple(self.carried))

    async def carry(self, errand: Errand) -> None:
        """Bring it to one base, for as long as it takes."""
        done = await until_done("carry-order", errand, Carried, f"carry the order to {errand.base}")
        self.carried.append(done)

    @workflow.query(name="carried")
    def progress(self) -> list[Carried]:
        """Which bases have it."""
        return self.carried


async def until_done(name: str, arg: Any, result: type[R], summary: str) -> R:
    """What a step answers, however often it is given up; its failures and the pauses stand in the history."""
    tries = 0
    while True:
        try:
            return await kept(name, arg, result, summary)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            why = type(error.cause or error).__name__
            await workflow.sleep(pause(tries), summary=f"{name} was given up ({why}); it is tried again")
            tries += 1
