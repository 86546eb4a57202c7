"""A base tells its leaves what it has ruled of its own accord: by one activity, some at a time.

Thousands of signals out of one workflow would wedge it; and a leave may just be asking the base, so that this is
never done under the base's own turn.
"""

from __future__ import annotations

import asyncio

from temporalio import activity
from temporalio.client import Client

from domain.acts import Ruled
from domain.garrison import Tell
from domain.garrison.events import GarrisonEvent, ToldLeaves
from domain.model import timedelta
from domain.orders import Verdict
from wiring.deliver import Gone, deliver

AT_A_TIME = 16
WITHIN = timedelta(seconds=30)


class Telling:
    """Delivers verdicts to leaves."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @activity.defn(name="tell")
    async def tell(self, tell: Tell) -> tuple[GarrisonEvent, ...]:
        """Tell each leave; those that have ended are named, so that the base strikes them."""
        done: dict[str, bool] = dict(activity.info().heartbeat_details[0]) if activity.info().heartbeat_details else {}
        gate = asyncio.Semaphore(AT_A_TIME)

        async def one(leave_id: str, verdict: Verdict) -> None:
            async with gate:
                done[leave_id] = await self._told(tell, leave_id, verdict)
                activity.heartbeat(done)

        waiting = {leave_id: verdict for leave_id, verdict in tell.verdicts.items() if leave_id not in done}
        await asyncio.gather(*(one(leave_id, verdict) for leave_id, verdict in waiting.items()))
        reached = {leave_id: tell.verdicts[leave_id].seq for leave_id in done if leave_id in tell.verdicts}
        gone = tuple(sorted(leave_id for leave_id, open_ in done.items() if not open_))
        return (ToldLeaves(reached=reached, gone=gone, cites=(f"base/{tell.base}",)),)

    async def _told(self, tell: Tell, leave_id: str, verdict: Verdict) -> bool:
        """Whether the leave was there to be told."""
        act = Ruled(
            act_id=f"base-{tell.base}/{verdict.seq}",
            decided_by=f"base-{tell.base}",
            acted_at=tell.as_of,
            leave_id=leave_id,
            base=tell.base,
            verdict=verdict,
        )
        try:
            outcome = await deliver(self.client, act, within=WITHIN)
        except Gone:
            return False
        return outcome.refusal is None or "ended" not in outcome.refusal.facts
