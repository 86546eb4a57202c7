"""Each trace of a leave has its counterpart; a leave that is deleted before it was sealed is named by its traces."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
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


async def test_a_seat_or_paper_that_no_leave_wished_for_and_one_on_another_flight_are_told(
    mission: Mission, furlough: Furlough, leaves: dict[str, dict[str, str]]
) -> None:
    """What is forged into the database without a wish; and a seat that is held, yet moved; at once by the server."""
    one, none, gone = leaves["booked"]["id"], leaves["denied"]["id"], "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D"
    days = {"first": date(2027, 1, 1), "last": date(2027, 1, 9)}
    with writing(mission.source) as session:
        seats = {seat.leg: seat.flight for seat in session.scalars(select(t.Seat).where(t.Seat.leave_id == one))}
        moved = update(t.Seat).where(t.Seat.leave_id == one, t.Seat.leg == "back")
        session.execute(moved.values(flight=seats["out"]))
        session.add(t.Seat(leave_id=none, leg="out", flight=seats["out"], n=5, state="held"))
        issued = {"n": 3, "issued_at": datetime(2026, 1, 1, tzinfo=UTC)}
        session.add(t.Paper(leave_id=gone, serial=1, number="NAQ-2026-000088", **days, **issued))
    code, told = await found(furlough, "--server")
    with writing(mission.source) as session:
        session.execute(moved.values(flight=seats["back"]))
        session.execute(delete(t.Seat).where(t.Seat.leave_id == none))
        session.execute(delete(t.Paper).where(t.Paper.leave_id == gone))
    assert (code, set(told)) == (7, {one, none, gone}), told
    assert ["a seat was answered otherwise than register's database" in what for what in told[one]] == [True]
    assert ["has a seat of it, for which there was no wish" in what for what in told[none]] == [True]
    assert ["a paper of it, number NAQ-2026-000088, for which there was no" in what for what in told[gone]] == [True]
    assert await found(furlough, "--server") == (0, {})


async def test_seats_papers_and_notices_are_compared_with_the_server_away(
    mission: Mission,
    furlough: Furlough,
    leaves: dict[str, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From a copy of the archive, on a machine which has neither the register nor a server: as it was then sealed."""
    one, gone = leaves["booked"]["id"], "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D"
    notice = {"recipient": "m", "subject": "s", "body": "b", "tries": 0}
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    with writing(mission.source) as session:
        session.execute(update(t.Seat).where(t.Seat.leave_id == one).values(state="given-back"))
        notice |= {"created_at": long_ago, "next_try_at": long_ago, "sent_at": long_ago}
        session.add(t.Outgoing(leave_id=gone, seq=1, **notice))
    assert (await furlough("audit", "seal", "--open")).code == 0
    with writing(mission.source) as session:
        session.execute(update(t.Seat).where(t.Seat.leave_id == one).values(state="held"))
        session.execute(delete(t.Outgoing).where(t.Outgoing.leave_id == gone))
    copy = tmp_path / "copy"
    shutil.copytree(mission.settings.folder / "archive", copy)
    with monkeypatch.context() as away:
        away.setenv("FURLOUGH_HOME", str(tmp_path / "nowhere"))
        away.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
        code, told = await found(furlough, "--archive", copy)
    assert (code, set(told)) == (7, {one, gone}), told
    assert ["a seat was answered otherwise than register's database has it" in what for what in told[one]] == [True]
    assert "register's database (notice) since 2026-01-01 00:00Z, and there is no history of it" in told[gone][0]
    assert (await furlough("audit", "seal", "--open")).code == 0
    assert await found(furlough) == (0, {})


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


async def test_an_archive_in_which_all_was_never_sealed_is_not_told_to_be_whole(
    furlough: Furlough, tmp_path: Path
) -> None:
    """So with each leave that was deleted, which then is but a note."""
    place = Folder(tmp_path / "archive")
    nightly = end(2).model_copy(update={"whole": False})
    new(place).append([*(run(place, name, history(2)) for name in ("one", "two")), nightly], index(place, 0))
    assert await found(furlough, "--archive", place.folder) == (6, {})
    ran = await furlough("audit", "crossfoot", "--archive", place.folder)
    assert "NOT CHECKED  archive: open leaves and accounts were never sealed" in ran.err
    assert ran.out.endswith("nothing was found, and NOT all could be checked\n")


async def test_a_capsule_is_no_whole_record(
    furlough: Furlough, leaves: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    to = tmp_path / "one.zip"
    assert (await furlough("audit", "capsule", leaves["denied"]["number"], "-o", to)).code == 0
    ran = await furlough("audit", "crossfoot", "--capsule", to)
    assert (ran.code, "cannot be cross-footed" in ran.err) == (2, True)
