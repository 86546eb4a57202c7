"""What was seen during an outage, and arrives when its leave has ended meanwhile: it is recorded all the same."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from ulid import ULID

from domain.acts import Withdraw
from domain.leave import Leave
from starter.arrived import LOOK
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
    await waits_until_somebody_has_looked(furlough, leave, one["act"])


async def waits_until_somebody_has_looked(furlough: Furlough, leave: str, act: str) -> None:
    """In the inbox of who may put the days right, and of nobody else; the story of the leave has it all."""

    async def inbox(who: tuple[str, ...]) -> list[Any]:
        found = (await furlough("inbox", "--json", *who)).documents
        return [one for one in found if one.get("leave") == leave and one["what"] == LOOK]

    (task,) = await shown(lambda: inbox(COMMANDER))
    assert [each["act"] for each in task["arrived"]] == [act]
    assert task["arrived"][0]["look_by"]
    said = " ".join((await furlough("inbox", *COMMANDER)).out.split())
    assert re.search(rf"{LOOK} by [^:]+ [\d:]+[^:]*: sign out arrived after the end of", said), said
    assert await inbox(CLERK) == []
    _, *typed = shlex.split(task["type"].replace("...", "nothing"))
    done = await furlough(*typed[: typed.index("--post")], *COMMANDER)
    assert done.code == 0, done
    assert "what arrived after its end was looked at" in done.out
    assert await inbox(COMMANDER) == [], "the account itself is asked"
    told = await furlough("audit", "timeline", leave, "--server", "--as", "FRA-1003")
    assert "after its end, in the account of the member" in told.out
    assert "sign out, kept in the account" in told.out
    assert "the charge stays 0 days" in told.out
    assert "looked at" in (await furlough("show", leave, *CLERK)).out


async def shown(ask: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
    """What is found once the index, a moment behind, has it."""
    async with asyncio.timeout(20):
        while not (found := await ask()):
            index_is_behind = 0.1
            await asyncio.sleep(index_is_behind)
    return found


async def test_what_is_seen_of_a_leave_before_its_request_arrives_waits_for_it_and_holds_up_nothing(
    furlough: Furlough, link: Cut, spool: Spool
) -> None:
    """The request lies in the spool of another desk, whose link is down; the gate's link is up."""
    link(False)
    dates = ("--first", ahead(60), "--last", ahead(62), "--destination", "BEY", "--travel", "none")
    leave = (await furlough("request", "ITA-1007", *dates, "--json", *CLERK)).documents[0]["leave_id"]
    (asking,) = spool.waiting()
    elsewhere = (spool.folder / str(asking)).rename(spool.folder.parent / "elsewhere")
    link(True)
    kept = await furlough("sign-out", leave, "--json", *GATE)
    assert (kept.code, kept.documents[0]["result"]) == (3, "spooled"), kept
    assert (await furlough("spool", "flush", *GATE)).code == 3
    assert spool.shelved("returned") == [], "an observation is never refused"
    (seen,) = spool.waiting()
    elsewhere.rename(spool.folder / str(asking._replace(number=seen.number + 1)))
    assert (await furlough("spool", "flush", *GATE)).code == 3, "the request, which comes after it, does not wait"
    assert spool.waiting() == [seen]
    assert (await furlough("spool", "flush", *GATE)).code == 0
    assert spool.waiting() == []
    shown = await furlough("show", leave, "--json", *CLERK)
    assert "sign-out" in str(shown.documents)
