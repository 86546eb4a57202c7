"""`furlough reconcile`: the nightly walk over the ledgers, now: what a terminated leave still holds goes back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from domain.reconciling import Walked
from domain.words import counted
from starter.desk import at_desk
from starter.flags import HERE, How
from wiring import console
from wiring.deliver import QUEUE, NotDelivered

LONG: Final = timedelta(minutes=5)
WALK: Final = "reconcile-now"


async def reconcile(
    *,
    timeout: float = LONG.total_seconds(),  # noqa: ASYNC109 (a flag of the command)
    how: How = HERE,
) -> int:
    """Walk over bases, accounts, seats and papers now, and give back what belongs to leaves that are gone.

    Args:
        timeout: Seconds to wait for the end of the walk; it goes on without us.
    """
    async with at_desk(**how.settings) as desk:
        try:
            async with asyncio.timeout(timeout):
                with console.progress() as bar:
                    bar.add_task("walking over the ledgers", total=None)
                    walked = await walk(desk.client)
        except (TimeoutError, RPCError) as error:
            raise NotDelivered(
                "The walk has not ended yet.",
                why=f"no end within {timeout:g} s" if isinstance(error, TimeoutError) else error.message,
                known="it goes on by itself as soon as a worker runs; walked again, it changes nothing twice",
                helps="is a worker running? furlough up, or furlough worker --mission CODE",
            ) from error
        if how.json:
            console.document(walked)
            return 0
        gone = len(walked.given_back) or "none"
        console.say(f"{counted(walked.leaves, 'leave')} with something held; {gone} of them gone from the server")
        for leave_id in walked.given_back:
            console.say(f"  {leave_id}: all it held was given back")
        for name in walked.unreached:
            console.warn(f"  {name}: NOT REACHED; the next walk comes to it again")
    return 0


async def walk(client: Client) -> Walked:
    """One walk; one that is under way already is joined."""
    handle = await client.start_workflow(
        "ReconcileWorkflow",
        id=WALK,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        result_type=Walked,
    )
    walked: Walked = await handle.result()
    return walked
