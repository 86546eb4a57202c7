"""A mission's record goes into its archive by one command, and is verified by another one without the server."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.testing import TimeSkipper

from audit.archive.index import leaves_of
from audit.archive.leaves import File, Run, Seal, read
from audit.archive.sealed import history_of, object_name, opened
from audit.archive.vault import Folder
from tests.conftest import Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture
async def leaves(furlough: Furlough, told: list[str], tmp_path: Path) -> list[str]:
    """A leave that has ended and one that is open, with a paper."""
    if not told:
        for first, member in ((40, "USA-1008"), (60, "USA-1009")):
            days = ("--first", ahead(first), "--last", ahead(first + 4), "--destination", "BEY")
            asked = await furlough("request", member, *days, "--json", *CLERK)
            assert asked.code == 0, asked
            told.append(asked.documents[0]["leave_id"])
        paper = tmp_path / "letter.txt"
        paper.write_text("a letter")
        assert (await furlough("attach", told[1], paper, *CLERK)).code == 0
        assert (await furlough("approve", told[0], *COMMANDER)).code == 0
        assert (await furlough("cancel", told[0], "--reason", "Needed here", *COMMANDER)).code == 0
    return told


def sealed(mission: Mission) -> list[Run | File | Seal]:
    place = Folder(mission.settings.folder / "archive")
    size = int(place.read("checkpoint").decode().splitlines()[1])
    return [read(leaf) for leaf in leaves_of(place, size)]


async def test_a_mission_is_sealed_and_its_archive_is_whole(
    mission: Mission, furlough: Furlough, leaves: list[str]
) -> None:
    async with asyncio.timeout(30):  # visibility lags behind the leave's end by a moment
        while True:
            ran = await furlough("audit", "seal", "--open", "--json")
            assert ran.code == 0, ran
            found = sealed(mission)
            if any(isinstance(leaf, Run) and leaf.id == leaves[0] and leaf.closed for leaf in found):
                break
            await asyncio.sleep(0.2)
    runs = {leaf.id: leaf for leaf in found if isinstance(leaf, Run)}
    assert {"base-NAQ", *leaves} <= runs.keys()
    assert (runs[leaves[0]].closed, runs[leaves[0]].ended, runs[leaves[1]].closed) == (True, "COMPLETED", False)
    assert runs[leaves[1]].builds == ("test",)
    what = [leaf.what for leaf in found if isinstance(leaf, File)]
    assert {"pack", "evidence"} <= set(what)
    assert isinstance(found[-1], Seal)
    ran = await furlough("audit", "verify", "--json")
    assert (ran.code, ran.documents[0]["whole"], ran.documents[0]["findings"]) == (0, True, [])
    assert ran.documents[0]["leaves"] == len(found)


async def test_an_open_leave_is_cut_where_the_server_has_stored_it(
    mission: Mission, furlough: Furlough, leaves: list[str]
) -> None:
    assert (await furlough("audit", "seal", "--open")).code == 0
    place = Folder(mission.settings.folder / "archive")
    run = [leaf for leaf in sealed(mission) if isinstance(leaf, Run) and leaf.id == leaves[1]][-1]
    kept = history_of(opened(place.read(object_name(run.sha256)))).events
    handle = mission.client.get_workflow_handle(leaves[1])
    assert len(kept) == run.events == (await handle.describe()).history_length
    stored = (await handle.fetch_history()).events
    assert [event.event_id for event in kept] == [event.event_id for event in stored[: run.events]]


async def test_what_is_sealed_is_not_sealed_again_and_what_is_new_extends_it(
    mission: Mission, furlough: Furlough, leaves: list[str], tmp_path: Path
) -> None:
    assert (await furlough("audit", "seal", "--open")).code == 0
    before = sealed(mission)
    old = tmp_path / "checkpoint"
    old.write_bytes((mission.settings.folder / "archive" / "checkpoint").read_bytes())
    again = await furlough("audit", "seal", "--open", "--json")
    assert (again.documents[0]["runs"], again.documents[0]["files"], len(sealed(mission))) == (0, 0, len(before) + 3)
    assert (await furlough("withdraw", leaves[1], "--as", "USA-1009", "--base", "NAQ")).code == 0
    grown = await furlough("audit", "seal", "--open", "--json")
    assert grown.documents[0]["runs"] >= 1
    assert sealed(mission)[: len(before)] == before
    ran = await furlough("audit", "verify", "--since", old, "--json")
    assert (ran.code, ran.documents[0]["since"], ran.documents[0]["findings"]) == (0, len(before), [])
    assert (ran.documents[0]["whole"], 0 < ran.documents[0]["unread"] < len(before)) == (False, True)
    ran = await furlough("audit", "verify", "--since", old)
    assert (ran.code, "whole" in ran.out, "without --since all are read" in ran.out) == (0, False, True)
    stray = mission.settings.folder / "archive" / "stray"
    stray.write_bytes(b"")
    ran = await furlough("audit", "verify", "--since", old)
    stray.unlink()
    assert (ran.code, "FOUND SOMETHING: 1" in ran.out, "NOT READ" in ran.out) == (7, True, True), ran
    old.write_bytes(old.read_bytes()[:-20])
    assert (await furlough("audit", "verify", "--since", old)).code == 2


async def test_a_changed_archive_is_told_with_exit_code_7(
    mission: Mission, furlough: Furlough, leaves: list[str], tmp_path: Path
) -> None:
    assert (await furlough("audit", "seal")).code == 0
    run = next(leaf for leaf in sealed(mission) if isinstance(leaf, Run))
    file = mission.settings.folder / "archive" / object_name(run.sha256)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        ran = await furlough("audit", "verify")
        assert ran.code == 7
        assert f"{object_name(run.sha256)}" in ran.out
        assert run.run in ran.out
    finally:
        file.write_bytes(content)
    assert (await furlough("audit", "verify")).code == 0
    lost = tmp_path / "without-its-log"
    shutil.copytree(mission.settings.folder / "archive", lost, ignore=shutil.ignore_patterns("check*", "tile", "batch"))
    ran = await furlough("audit", "verify", lost)
    assert (ran.code, "NOT PROVED" in ran.out, "no log names them" in ran.out) == (6, True, True)


async def test_the_key_is_its_owners_alone_and_is_told_to_auditors_by_its_public_half(
    mission: Mission, furlough: Furlough, leaves: list[str], tmp_path: Path
) -> None:
    assert (await furlough("audit", "seal")).code == 0
    file = mission.settings.folder / "archive.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    public = (await furlough("audit", "key")).out.strip()
    assert (await furlough("audit", "verify", "--key", public)).code == 0
    other = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    ran = await furlough("audit", "verify", "--key", other)
    assert (ran.code, "it names another key than was given" in ran.out) == (7, True)
    ran = await furlough("audit", "verify", "--key", public[:-4])
    assert (ran.code, "The key cannot be read" in ran.err) == (2, True)
    file.chmod(0o644)
    try:
        ran = await furlough("audit", "seal")
        assert (ran.code, "not kept secret" in ran.err) == (2, True)
    finally:
        file.chmod(0o600)
    hidden = file.rename(tmp_path / "archive.key")
    try:
        ran = await furlough("audit", "seal")
        assert (ran.code, "cannot be read" in ran.err) == (2, True)
    finally:
        hidden.rename(file)


async def test_two_sealings_at_once_share_the_work(mission: Mission, furlough: Furlough, leaves: list[str]) -> None:
    ran = await asyncio.gather(*(_in_a_process(mission) for _ in range(2)))
    assert [code for code, _ in ran] == [0, 0], ran
    found = [leaf for leaf in sealed(mission) if isinstance(leaf, Run | File)]
    kinds = [leaf.model_dump(exclude={"sealed_at"}).__repr__() for leaf in found]
    assert len(kinds) == len(set(kinds))
    assert (await furlough("audit", "verify")).code == 0


async def _in_a_process(mission: Mission) -> tuple[int | None, bytes]:
    import sys

    root = Path(__file__).parent.parent.parent
    told = mission.settings.environment() | {"TEMPORAL_ADDRESS": str(mission.settings.address), "PYTHONPATH": str(root)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", "audit", "seal", "--open"),
        env=os.environ | told,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out


async def test_an_archive_that_was_laid_back_is_not_gone_on_with(
    mission: Mission, furlough: Furlough, leaves: list[str], tmp_path: Path
) -> None:
    assert (await furlough("audit", "seal")).code == 0
    place = mission.settings.folder / "archive"
    away = place.rename(tmp_path / "archive")
    try:
        ran = await furlough("audit", "seal")
        assert (ran.code, "There is no archive" in ran.err) == (7, True)
        assert not place.exists()
    finally:
        away.rename(place)


async def test_where_there_is_no_archive_it_is_told(furlough: Furlough, tmp_path: Path) -> None:
    ran = await furlough("audit", "verify", tmp_path)
    assert (ran.code, "There is no archive" in ran.err) == (2, True)
    sample = ("sample", "--seed", 1, "--size", 1, "-o", tmp_path / "s")
    for one in (("query", "SELECT 1"), sample, ("capsule", "UNEX-a", "-o", tmp_path / "c")):
        ran = await furlough("audit", *one, "--archive", tmp_path)
        assert (ran.code, "--archive PLACE" in ran.err) == (2, True), ran
        assert not re.search("--capsule|--server", ran.err), "no flag is named that is not there"
    ran = await furlough("audit", "crossfoot", "--archive", tmp_path)
    assert "or the server: --server" in ran.err, ran


async def test_the_archive_of_another_mission_is_told(furlough: Furlough, leaves: list[str], mission: Mission) -> None:
    assert (await furlough("audit", "seal")).code == 0
    place = mission.settings.folder / "archive"
    ran = await furlough("audit", "verify", place, "--mission", "UNMO")
    assert (ran.code, "expected the archive of UNMO, got that of UNEX" in ran.err) == (2, True)


async def test_the_worker_seals_by_schedule(mission: Mission, furlough: Furlough, leaves: list[str]) -> None:
    import worker

    await worker.nightly(mission.client)
    handle = mission.client.get_schedule_handle("seal-weekly")
    await handle.trigger()
    async with asyncio.timeout(30):
        while not (await handle.describe()).info.recent_actions:
            await asyncio.sleep(0.1)
    action = (await handle.describe()).info.recent_actions[0].action
    done = await mission.client.get_workflow_handle(action.workflow_id).result()  # type: ignore[attr-defined]
    assert done["size"] == len(sealed(mission))
    assert (await furlough("audit", "verify")).code == 0


async def test_a_leave_is_taken_out_in_a_capsule_and_shown(
    mission: Mission, furlough: Furlough, leaves: list[str], tmp_path: Path
) -> None:
    assert (await furlough("audit", "seal", "--open")).code == 0
    file = tmp_path / "leave.zip"
    assert (await furlough("audit", "capsule", leaves[1], "-o", file)).code == 0
    public = (await furlough("audit", "key")).out.strip()
    (tmp_path / "key.txt").write_text(public)
    assert (await furlough("audit", "open", file, "--key", public)).code == 0
    shown = await furlough("audit", "open", file, "--key", tmp_path / "key.txt", "--json")
    assert (shown.code, shown.documents[0]["whole"]) == (0, True)
    slip = await furlough("audit", "open", file, "--key", "keys.txt")
    assert (slip.code, "The key cannot be read" in slip.err, slip.out) == (2, True, ""), slip
    kinds = {entry.get("what", entry.get("id")) for entry in shown.documents[0]["entries"]}
    assert {leaves[1], "evidence", "pack"} <= kinds
    assert leaves[0] not in kinds
    assert f"LeaveWorkflow {leaves[1]}" in (await furlough("audit", "open", file)).out
    file.write_bytes(file.read_bytes()[:-40])
    assert (await furlough("audit", "open", file)).code == 7
    ran = await furlough("audit", "capsule", "UNEX-nobody", "-o", tmp_path / "none.zip")
    assert (ran.code, "has nothing of UNEX-nobody" in ran.err, (tmp_path / "none.zip").exists()) == (2, True, False)


async def test_an_entry_is_proved_by_itself(
    mission: Mission, furlough: Furlough, leaves: list[str], tmp_path: Path
) -> None:
    assert (await furlough("audit", "seal", "--open")).code == 0
    key = tmp_path / "key.txt"
    key.write_text((await furlough("audit", "key")).out)
    each = dict(enumerate(sealed(mission)))
    last = max(i for i, leaf in each.items() if isinstance(leaf, Run) and leaf.id == leaves[1])
    file = tmp_path / "leave.tlog-proof"
    ran = await furlough("audit", "prove", leaves[1], "-o", file, "--key", key)
    assert (ran.code, f"entry {last} of {len(each)}, LeaveWorkflow {leaves[1]}" in ran.out) == (0, True), ran
    shown = await furlough("audit", "open", file, "--key", key, "--json")
    assert (shown.code, shown.documents[0]["proved"], shown.documents[0]["entry"]) == (0, True, last)
    assert (await furlough("audit", "open", file, key, "--key", key)).code == 7
    assert (await furlough("audit", "open", file)).code == 2
    letter = next(i for i, leaf in each.items() if isinstance(leaf, File) and leaf.what == "evidence")
    assert (await furlough("audit", "prove", "--entry", letter, "-o", tmp_path / "p")).code == 0
    beside = ("audit", "open", tmp_path / "p", tmp_path / "a-copy.txt", "--key", key)
    assert (await furlough(*beside)).code == 2
    (tmp_path / "a-copy.txt").write_text("a letter")
    assert (await furlough(*beside)).code == 0
    for words in ((leaves[0], "-o", file), ("-o", tmp_path / "q"), ("--entry", len(each), "-o", tmp_path / "q")):
        assert (await furlough("audit", "prove", *words)).code == 2, words


async def test_a_base_that_was_set_back_over_its_runs_leaves_an_archive_that_is_whole(
    mission: Mission, furlough: Furlough, leaves: list[str]
) -> None:
    """It went on as new; then its second run is set back, and after that its first one, which has ended."""
    handle = mission.client.get_workflow_handle("base-NAQ")

    async def newest() -> str:
        return (await handle.describe()).run_id

    async def moved(since: str) -> str:
        async with asyncio.timeout(60):
            while (run := await newest()) == since:
                await asyncio.sleep(0.1)
        return run

    async def set_back(run: str) -> str:
        past = await mission.client.get_workflow_handle("base-NAQ", run_id=run).fetch_history()
        done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        request = ResetWorkflowExecutionRequest(
            namespace="UNEX",
            workflow_execution=WorkflowExecution(workflow_id="base-NAQ", run_id=run),
            workflow_task_finish_event_id=next(event.event_id for event in past.events if event.event_type == done),
            reason="after the runbook",
            request_id=run,
        )
        return (await mission.client.workflow_service.reset_workflow_execution(request)).run_id

    first = await newest()
    await TimeSkipper(mission.client).fast_forward(handle, timedelta(days=31))
    second = await moved(first)
    assert (await furlough("audit", "seal", "--open")).code == 0
    third = await set_back(second)
    assert (await furlough("audit", "seal", "--open")).code == 0
    fourth = await set_back(first)
    assert (await furlough("audit", "seal", "--open")).code == 0
    runs = {leaf.run: leaf for leaf in sealed(mission) if isinstance(leaf, Run) and leaf.id == "base-NAQ"}
    assert ({first, second, third, fourth} - runs.keys(), runs[third].previous, runs[first].next) == (
        set(),
        first,
        second,
    )
    ran = await furlough("audit", "verify")
    assert ran.code == 0, ran
