"""How the mission decides is counted over what an archive alone still has, too."""

from __future__ import annotations

import asyncio
from datetime import date

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from audit.archived import Archived
from audit.fairness import SERVER_ALONE, decisions
from audit.population import Unread, leaves
from domain.fairness import Case
from tests.conftest import Furlough, Mission, ahead
from wiring.queries import journal_of

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")
CMOV = ("--as", "ITA-1002", "--post", "CMOV", "--base", "NAQ")
SPAN = (date(2000, 1, 1), date(2099, 12, 31))


def alike(found: tuple[list[Case], int]) -> tuple[list[tuple[str, str, bool]], int]:
    """What was decided; how long it took, an archive tells to the moment at which a result was written."""
    return sorted((case.authority, case.groups["base"], case.granted) for case in found[0]), found[1]


async def test_what_has_left_the_server_is_counted_from_the_archive(mission: Mission, furlough: Furlough) -> None:
    """Each leave once: by the server while it is there, and by the archive when its retention is over."""
    days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY", "--travel", "road")
    asked = await furlough("request", "USA-1008", *days, "--json", *CLERK)
    assert asked.code == 0, asked
    leave = asked.documents[0]["leave_id"]
    assert (await furlough("approve", leave, *COMMANDER)).code == 0
    async with asyncio.timeout(30):
        while (await furlough("show", leave, "--json", *CLERK)).documents[0]["state"] != "booked":
            await asyncio.sleep(0.2)
    assert (await furlough("cancel", leave, "--reason", "Needed here", *COMMANDER)).code == 0
    ran = await furlough("audit", "seal", "--open", "--json")
    assert ran.code == 0, ran
    place = str(mission.settings.folder / "archive")
    before = list(await journal_of(mission.client, leave))
    record = Archived(place, mission.settings.code)
    sealed = {told.id: told.written async for told in leaves(record) if not isinstance(told, Unread)}
    assert [one.entry.event for one in sealed[leave]] == [entry.event for entry in before]
    everything = await decisions(mission.settings, None, None, *SPAN)
    assert alike(await decisions(mission.settings, place, mission.settings.code, *SPAN)) == alike(everything)
    gone = WorkflowExecution(workflow_id=leave)
    request = DeleteWorkflowExecutionRequest(namespace=mission.client.namespace, workflow_execution=gone)
    await mission.client.workflow_service.delete_workflow_execution(request)
    async with asyncio.timeout(120):  # the index lags behind
        while (await decisions(mission.settings, None, None, *SPAN))[1] == everything[1]:
            await asyncio.sleep(0.5)
    assert alike(await decisions(mission.settings, place, mission.settings.code, *SPAN)) == alike(everything)
    ran = await furlough("fairness", "--cross", "--archive", place, "--json", *CMOV)
    assert ran.code == 0, ran
    assert SERVER_ALONE not in ran.documents[0]["not_shown"]
    assert ran.documents[0]["crossed"]


async def test_an_archive_that_is_not_there_or_of_another_mission_is_told(furlough: Furlough) -> None:
    ran = await furlough("fairness", "--archive", "/nowhere/at/all", *CMOV)
    assert ran.code == 2
    assert "There is no archive" in ran.err
