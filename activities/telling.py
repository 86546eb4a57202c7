"""A base tells its leaves what it has ruled of its own accord: by one activity, some at a time.

Thousands of signals out of one workflow would wedge it; and a leave may just be asking the base, so that this is
never done under the base's own turn.
"""

from __future__ import annotations

import asyncio

from temporalio import activity
from temporalio.client import Client

from activities.waiting import while_working
from domain.acts import Ruled, Told
from domain.garrison import Garrison, Tell
from domain.garrison.events import GarrisonEvent, ToldLeaves
from domain.garrison.telling import owed
from domain.ids import base_workflow
from domain.model import Code, timedelta
from domain.orders import Verdict
from wiring.deliver import Gone, deliver
from wiring.queries import query

AT_A_TIME = 16
WITHIN = timedelta(seconds=20)

Done = dict[str, tuple[int, bool]]
"""By leave: the seq of the verdict which it was told, and whether the server still has it to be told anything."""


class Telling:
    """Delivers verdicts to leaves."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @activity.defn(name="tell")
    async def tell(self, tell: Tell) -> tuple[GarrisonEvent, ...]:
        """Tell each leave its newest verdict; those which the server has no more are named: the base strikes them.

        One that has ended and still runs gives its place back by itself.

        Raises:
            NotDelivered: some could not be told now. All others were, and each new try tells what was ruled since.
        """
        again = activity.info().attempt > 1
        done: Done = {k: (seq, open_) for k, (seq, open_) in self._told_before().items()}
        verdicts = await self._owed(tell) if again else tell.verdicts
        gate = asyncio.Semaphore(AT_A_TIME)

        async def one(leave_id: str, verdict: Verdict) -> None:
            async with gate:
                done[leave_id] = (verdict.seq, await self._told(tell.base, leave_id, verdict))
                activity.heartbeat(done)

        waiting = {k: verdict for k, verdict in verdicts.items() if done.get(k, (-1,))[0] < verdict.seq}
        failed = [
            found
            for found in await asyncio.gather(*(one(*each) for each in waiting.items()), return_exceptions=True)
            if found is not None
        ]
        if failed:
            raise failed[0]
        reached = {leave_id: seq for leave_id, (seq, _) in done.items()}
        gone = tuple(sorted(leave_id for leave_id, (_, open_) in done.items() if not open_))
        if not gone:
            return (ToldLeaves(reached=reached, cites=("base/newest-word",)),)
        # What they held is free, and who waits for it is to be served: that is for the base to decide.
        told = Told(
            act_id=f"base-{tell.base}/told/{tell.n}",
            decided_by=base_workflow(tell.base),
            acted_at=tell.as_of,
            base=tell.base,
            reached=reached,
            gone=gone,
        )
        await while_working(deliver(self.client, told, within=WITHIN))
        return ()

    def _told_before(self) -> Done:
        details = activity.info().heartbeat_details
        return dict(details[0]) if details else {}

    async def _owed(self, tell: Tell) -> dict[str, Verdict]:
        """All that is to be told by now: one that cannot be reached must not keep later verdicts from the others."""
        return owed(await query(self.client, base_workflow(tell.base), "state", Garrison))

    async def _told(self, base: Code, leave_id: str, verdict: Verdict) -> bool:
        """Whether the leave was there to be told."""
        act = Ruled(
            act_id=f"base-{base}/{verdict.seq}",
            decided_by=base_workflow(base),
            acted_at=activity.info().current_attempt_scheduled_time,
            leave_id=leave_id,
            base=base,
            verdict=verdict,
        )
        try:
            await while_working(deliver(self.client, act, within=WITHIN))
        except Gone:
            return False
        return True
