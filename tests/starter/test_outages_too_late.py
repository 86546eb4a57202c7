"""What was seen during an outage, and arrives when its leave has ended meanwhile: it is recorded all the same."""

from __future__ import annotations

from datetime import UTC, datetime

from ulid import ULID

from domain.acts import Withdraw
from domain.leave import Leave
from tests.conftest import Furlough, Mission, ahead
from tests.starter.test_outages import CLERK, COMMANDER, GATE, Cut, asked, link, spool
from wiring.deliver import deliver
from wiring.queries import query
from wiring.spool import Spool

__all__ = ["link", "spool"]


async def test_a_sign_out_kept_in_the_spool_is_recorded_although_its_leave_has_ended(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    leave = (await asked(furlough, "GHA-1012", 18))["leave_id"]
    link(False)
    kept = await furlough("sign-out", leave, "--at", f"{ahead(-1)} 08:00", *GATE)
    assert kept.code == 3, kept
    state = await query(mission.client, leave, "state", Leave)
    who = {"decided_by": state.asked.member, "acted_at": datetime.now(UTC)}
    await deliver(mission.client, Withdraw(act_id=str(ULID()), leave_id=leave, **who))
    await mission.client.get_workflow_handle(leave).result()
    link(True)
    shown = await furlough("show", leave, *CLERK)
    assert f"from the spool: recorded sign-out {leave}" in shown.err
    assert "AFTER END  sign out of" in shown.out
    assert spool.shelved("returned") == []
    account = await furlough("account", "show", "GHA-1012", *COMMANDER)
    assert "arrived after the end" in account.out
    (one,) = (await furlough("account", "show", "GHA-1012", "--json", *COMMANDER)).documents[0]["heard"][leave]
    assert one["kind"] == "sign-out"
