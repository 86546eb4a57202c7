"""Each trace of a leave has its counterpart; a leave that is deleted before it was sealed is named by its traces."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.service import RPCError

from activities.register import tables as t
from activities.register.database import writing
from audit.archive.index import index
from audit.archive.vault import Folder
from tests.audit.archive.small import end, history, new, run
from tests.conftest import Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")


async def asked(furlough: Furlough, member: str, first: int, *words: str) -> dict[str, str]:
    days = ("--first", ahead(first), "--last", ahead(first + 4), "--destination", "BEY", *words)
    ran = await furlough("request", member, *days, "--json", *CLERK)
    assert ran.code == 0, ran
    return {"id": ran.documents[0]["leave_id"], "number": ran.documents[0]["number"]}


async def found(furlough: Furlough, *words: object) -> tuple[int, dict[str, list[str]]]:
    """What was found, by of what; notes apart."""
    ran = await furlough("audit", "crossfoot", *words, "--json")
    told: dict[str, list[str]] = {}
    for one in ran.documents:
        if one["grade"] == "found":
            told.setdefault(one["of"], []).append(one["what"])
    assert all("names its key itself" in line for line in ran.err.splitlines())
    return ran.code, told


async def booked(furlough: Furlough, leave: str) -> None:
    async with asyncio.timeout(30):
        while (await furlough("show", leave, "--json", *CLERK)).documents[0]["state"] != "booked":
            await asyncio.sleep(0.2)


async def deleted(mission: Mission, leave: str) -> None:
    execution = WorkflowExecution(workflow_id=leave)
    request = DeleteWorkflowExecutionRequest(namespace="UNEX", workflow_execution=execution)
    await mission.client.workflow_service.delete_workflow_execution(request)
    async with asyncio.timeout(60):
        while (await mission.client.count_workflows(f"WorkflowId = '{leave}'")).count:
            await asyncio.sleep(0.2)
    with pytest.raises(RPCError):
        await mission.client.get_workflow_handle(leave).describe()


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, str]]:
    return {}


@pytest.fixture
async def leaves(furlough: Furlough, told: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """One that was cancelled with its seats, one that is booked, one that was denied."""
    if not told:
        told["cancelled"] = await asked(furlough, "USA-1008", 40)
        told["booked"] = await asked(furlough, "USA-1009", 50)
        told["denied"] = await asked(furlough, "USA-1007", 60)
        for name in ("cancelled", "booked"):
            assert (await furlough("approve", told[name]["id"], *COMMANDER)).code == 0
            await booked(furlough, told[name]["id"])
        assert (await furlough("cancel", told["cancelled"]["id"], "--reason", "Needed", *COMMANDER)).code == 0
        assert (await furlough("deny", told["denied"]["id"], "--reason", "Needed", *COMMANDER)).code == 0
        assert (await furlough("audit", "seal", "--open")).code == 0
    return told


async def test_of_a_whole_record_each_trace_has_its_counterpart(
    furlough: Furlough, leaves: dict[str, dict[str, str]]
) -> None:
    assert await found(furlough) == (0, {})
    assert await found(furlough, "--server") == (0, {})


async def test_what_the_database_has_no_more_is_told(
    mission: Mission, furlough: Furlough, leaves: dict[str, dict[str, str]]
) -> None:
    """A seat taken away by hand, and a wish that nobody knows."""
    one = leaves["booked"]["id"]
    with writing(mission.source) as session:
        session.execute(update(t.Seat).where(t.Seat.leave_id == one).values(state="given-back"))
    code, told = await found(furlough, "--server")
    assert (code, [what for what in told[one] if "a seat" in what and "otherwise" in what] != []) == (7, True), told
    with writing(mission.source) as session:
        session.execute(update(t.Seat).where(t.Seat.leave_id == one).values(state="held"))
        session.execute(delete(t.Outgoing).where(t.Outgoing.leave_id == one, t.Outgoing.seq == 1))
        session.add(t.Wish(leave_id="UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D", what="seat", n=3))
    code, told = await found(furlough, "--server")
    with writing(mission.source) as session:
        session.execute(delete(t.Wish).where(t.Wish.leave_id == "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D"))
    assert "it was deleted" in told["UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D"][0]


async def test_a_leave_deleted_before_its_first_sealing_is_named(
    mission: Mission, furlough: Furlough, leaves: dict[str, dict[str, str]]
) -> None:
    """Live; and by the archive as soon as all was sealed again, which has no byte of it."""
    gone = await asked(furlough, "USA-1005", 70)
    await deleted(mission, gone["id"])
    async with asyncio.timeout(60):  # within the very second in which a sealing begins nothing is said of a leave
        while (await furlough("audit", "seal", "--open")).code == 0 and gone["id"] not in (await found(furlough))[1]:
            await asyncio.sleep(0.2)
    for words in ((), ("--server",)):
        code, told = await found(furlough, *words)
        assert code == 7
        assert "it was deleted" in told[gone["id"]][0]
        assert "known to base-NAQ (number), member-" in told[gone["id"]][0]
        assert f"number {gone['number']} since" in told[gone["id"]][0]


async def test_a_leave_that_came_after_all_was_sealed_is_no_finding(
    furlough: Furlough, leaves: dict[str, dict[str, str]]
) -> None:
    """Its base is sealed each night, itself once a week."""
    _, before = await found(furlough)
    new = await asked(furlough, "USA-1004", 80)
    assert (await furlough("audit", "seal")).code == 0
    code, after = await found(furlough)
    assert (new["id"] in after, after.keys() == before.keys()) == (False, True)
    ran = await furlough("audit", "crossfoot")
    assert f"{new['id']}  known to base-NAQ (number)" in ran.err
    assert ran.code == code


async def test_a_leave_deleted_after_it_was_sealed_open_is_named(
    mission: Mission, furlough: Furlough, leaves: dict[str, dict[str, str]]
) -> None:
    gone = await asked(furlough, "USA-1002", 90)
    assert (await furlough("audit", "seal", "--open")).code == 0
    await deleted(mission, gone["id"])
    _, told = await found(furlough, "--server")
    assert [what for what in told[gone["id"]] if "was open when it was sealed last" in what]


async def test_a_sealing_that_left_runs_out_is_told(furlough: Furlough, tmp_path: Path) -> None:
    """The server had told the sealer of three runs; two are there."""
    place = Folder(tmp_path / "archive")
    two = [run(place, name, history(2)) for name in ("one", "two")]
    new(place).append([*two, end(3)], index(place, 0))
    code, told = await found(furlough, "--archive", place.folder)
    assert (code, told["sealing of 2026-03-04 06:41Z"]) == (7, ["the server listed 3 runs, and the log then had 2"])


async def test_a_capsule_is_no_whole_record(
    furlough: Furlough, leaves: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    to = tmp_path / "one.zip"
    assert (await furlough("audit", "capsule", leaves["denied"]["number"], "-o", to)).code == 0
    ran = await furlough("audit", "crossfoot", "--capsule", to)
    assert (ran.code, "cannot be cross-footed" in ran.err) == (2, True)
