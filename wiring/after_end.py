"""An act that finds its leave ended: recorded before, and only its answer was lost; or it comes late.

An observation that comes late, as one that lay in a spool over a long outage, stands all the same. It is told to the
account of the leave's member, which outlives all leaves and is where days of a closed leave are put right. Whoever sent
it has its outcome from there.
"""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Any

from temporalio.client import Client

from domain.account import as_heard
from domain.acts import Act, Observation
from domain.decider import Outcome
from domain.leave.events import Asked
from domain.once import reused
from wiring.addresses import addressee
from wiring.deliver import A_TRY, ANSWER, Ended, NotDelivered, deliver, told_journal, told_said


async def delivered(client: Client, act: Act, *, within: timedelta = ANSWER) -> Outcome[Any]:
    """As `deliver`, but an act which the leave recorded before it ended is answered as it was then.

    Another act under the id of one that it recorded is refused.
    And what is seen or heard of a leave that has ended is recorded in its member's account.

    Raises:
        NotDelivered, Undecided: as `deliver`.
        Gone: a decision finds the leave ended without it; or the server knows no such leave, or not whose it was.
    """
    until = monotonic() + within.total_seconds()
    try:
        return await deliver(client, act, within=within)
    except Ended:
        journal = await told_journal(client, addressee(act), _left(until))
        if before := tuple(entry for entry in journal if entry.act_id == act.act_id):  # its answer was lost
            said = (await told_said(client, addressee(act), _left(until))).get(act.act_id)
            if said != (act.kind, act.decided_by):  # type: ignore[attr-defined]  # every act which can be sent has one
                return Outcome[Any](entries=(), refused=reused(act))
            return Outcome[Any](entries=before)
        asked = next((entry.event for entry in journal if isinstance(entry.event, Asked)), None)
        if asked is None or not isinstance(act, Observation):  # it was never opened: of nobody
            raise
        return await deliver(client, as_heard(act, asked.member.id), within=_left(until))


def _left(until: float) -> timedelta:
    """The time that is left. Raises NotDelivered where there is none; sent again the act comes to the same."""
    left = timedelta(seconds=until - monotonic())
    if left <= A_TRY:
        raise NotDelivered("No outcome came in time.", why="its leave has ended, and its account was not asked yet")
    return left
