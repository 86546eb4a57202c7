"""A mission's record goes into its archive by one command, and is verified by another one without the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from pathlib import Path

import pytest

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
    assert (again.documents[0]["runs"], again.documents[0]["files"], len(sealed(mission))) == (0, 0, len(before) + 1)
    assert (await furlough("withdraw", leaves[1], "--as", "USA-1009", "--base", "NAQ")).code == 0
    grown = await furlough("audit", "seal", "--open", "--json")
    assert grown.documents[0]["runs"] >= 1
    assert sealed(mission)[: len(before)] == before
    ran = await furlough("audit", "verify", "--since", old, "--json")
    assert (ran.code, ran.documents[0]["since"], ran.documents[0]["findings"]) == (0, len(before), [])
    assert (ran.documents[0]["whole"], 0 < ran.documents[0]["unread"] < len(before)) == (False, True)
    ran = await furlough("audit", "verify", "--since", old)
    assert (ran.code, "whole" in ran.out, "without --since all are read" in ran.out) == (0, False, True)


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
