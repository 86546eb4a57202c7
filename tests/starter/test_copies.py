"""Reading while the server is away, by the real commands: from a copy that says how old it is, or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from starter.courier import Courier
from starter.desk import at_desk
from tests.conftest import Furlough, Mission, Ran, ahead
from tests.starter.test_outages import CLERK, COMMANDER, Cut, asked, link
from tests.wiring.test_spool import no_file_beyond
from wiring import copies

__all__ = ["link"]

READS = (
    ("today",),
    ("inbox",),
    ("strength",),
    ("strength", "show", "--days", "20"),
    ("order", "list"),
)


@pytest.fixture
async def copied(furlough: Furlough) -> None:
    """A leave that waits for its commander, and a copy of NAQ made after it was asked for."""
    assert (await furlough("copy", *CLERK)).code == 0


def file(mission: Mission, base: str = "NAQ") -> Path:
    return copies.file_of(mission.settings.folder, base)


@pytest.mark.parametrize("words", READS)
async def test_what_is_read_daily_is_read_from_the_copy_as_it_was_read_from_the_server(
    furlough: Furlough, link: Cut, words: tuple[str, ...]
) -> None:
    leave = (await asked(furlough, "GHA-1011", 40))["leave_id"]
    try:
        assert (await furlough("copy", *CLERK)).code == 0
        there = await furlough(*words, "--json", *COMMANDER)
        link(False)
        away = await furlough(*words, "--json", *COMMANDER)
        assert (there.code, away.code) == (0, 0), away
        assert away.err.splitlines()[0].startswith("NO SERVER: as of ")
        assert "0 h 0 min old; 0 acts of yours wait in the spool" in away.err.splitlines()[0]
        assert timeless(away) == timeless(there)
    finally:
        link(True)
        await furlough("withdraw", leave, "--as", "GHA-1011", "--post", "none", "--base", "NAQ")


def timeless(ran: Ran) -> list[object]:
    """What was told, without the moment of which it is."""
    return [{k: v for k, v in told.items() if k not in ("at", "as_of")} for told in ran.documents]


async def test_a_leave_is_shown_from_the_copy_by_any_of_its_names_with_what_waits_told_first(
    furlough: Furlough, link: Cut
) -> None:
    leave = await asked(furlough, "GHA-1012", 45)
    assert (await furlough("copy", *CLERK)).code == 0
    there = await furlough("show", leave["leave_id"], "--json", *CLERK)
    link(False)
    assert (await furlough("approve", leave["leave_id"], *COMMANDER)).code == 3
    for name in (leave["leave_id"], leave["number"], leave["number"].rpartition("-")[2], "GHA-1012"):
        shown = await furlough("show", name, "--json", *CLERK)
        assert (shown.code, shown.documents) == (0, there.documents), name
        assert shown.err.splitlines()[0].endswith("; 0 acts of yours and 1 of others wait in the spool")
    number = leave["number"]
    for name in (number, str(int(number.rpartition("-")[2]))):
        kept = await furlough("attach", name, __file__, "--json", *CLERK)
        assert (kept.code, kept.documents[0]["leave_id"]) == (3, leave["leave_id"]), kept
    unknown = await furlough("show", "999999", *CLERK)
    assert (unknown.code, "newer, ended and other leaves are not in it" in unknown.err) == (4, True), unknown
    unsure = await furlough("approve", "GHA-1012", *COMMANDER)
    assert (unsure.code, "may have another open leave since the copy" in unsure.err) == (4, True), unsure
    for words in ((), ("--state", "waiting for approval"), ("--on", ahead(45)), ("--unit", "GHABATT-A"), ("--open",)):
        found = await furlough("find", *words, "--json", *COMMANDER)
        assert (found.code, leave["leave_id"] in found.out) == (0, True), (words, found)
    mine = await furlough("find", "--member", "GHA-1012", "--json", *COMMANDER)
    assert [row["leave_id"] for row in mine.documents] == [leave["leave_id"]], mine
    for words in (("--on", ahead(60)), ("--unit", "ITAENG"), ("--lane", "urgent"), ("--overdue",)):
        found = await furlough("find", *words, "--json", *COMMANDER)
        assert (found.code, leave["leave_id"] in found.out) == (0, False), (words, found)
    ended = await furlough("find", "--closed", *COMMANDER)
    assert (ended.code, "has no leaves that have ended" in ended.err) == (4, True), ended
    unknown = await furlough("show", "UNEX-01JE0000000000000000000000", *CLERK)
    assert (unknown.code, "is not in the copy of NAQ" in unknown.err) == (4, True)
    link(True)
    assert (await furlough("spool", "flush", *CLERK)).code == 0


@pytest.mark.parametrize("locked", [False, True])
async def test_a_file_of_a_register_that_is_gone_or_locked_keeps_no_act_and_no_reader_away(
    furlough: Furlough,
    link: Cut,
    mission: Mission,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    locked: bool,
) -> None:
    """The worker has its own way to it here: it judges as always, once the link is back."""
    leave = await asked(furlough, "GHA-1009" if locked else "GHA-1010", 60)
    assert (await furlough("copy", *CLERK)).code == 0
    elsewhere, holds = tmp_path / "disk" / "register.db", sqlite3.connect(":memory:")
    if locked:
        elsewhere.parent.mkdir()
        holds = sqlite3.connect(elsewhere, isolation_level=None)
        holds.execute("PRAGMA locking_mode=EXCLUSIVE")
        holds.execute("BEGIN EXCLUSIVE")
    monkeypatch.setenv("FURLOUGH_DATABASE", f"sqlite:///{elsewhere}")
    with closing(holds):
        link(False)
        kept = await furlough("approve", leave["leave_id"], "--json", *COMMANDER)
        assert (kept.code, kept.err.startswith("NO REGISTER: who is who as of ")) == (3, True), kept
        assert kept.documents[0]["known"].startswith("who speaks, and which post they hold: as the copy of ")
        read = await furlough("today", *COMMANDER)
        assert (read.code, "NO SERVER: as of" in read.err) == (0, True), read
        link(True)
    assert elsewhere.parent.exists() == locked, "nothing is begun where a disk is missing"
    monkeypatch.delenv("FURLOUGH_DATABASE")
    assert "1 recorded, 0 came back" in (await furlough("spool", "flush", *CLERK)).out


async def test_without_a_copy_or_a_base_the_server_is_told_missing(furlough: Furlough, link: Cut) -> None:
    link(False)
    none = await furlough("today", "JUB", "--as", "USA-1006", "--base", "JUB")
    assert (none.code, "there is no copy of JUB here" in none.err) == (4, True), none


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda whole: whole[: len(whole) // 2], "it was cut or changed"),
        (lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:], "it was cut or changed"),
        (lambda _: b"", "it was cut or changed"),
        (lambda _: b"x" * 500, "it was cut or changed"),
    ],
)
async def test_a_copy_that_was_cut_or_changed_is_told_left_and_not_read(
    furlough: Furlough,
    link: Cut,
    mission: Mission,
    copied: None,
    harm: Callable[[bytes], bytes],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = file(mission).read_bytes()
    file(mission).write_bytes(harm(whole))
    link(False)
    ran = await furlough("today", *CLERK)
    assert (ran.code, ran.out) == (4, "")
    assert told in ran.err
    assert "No server answers" in ran.err
    assert file(mission).read_bytes() == harm(whole)
    monkeypatch.chdir(tmp_path)
    empty = await furlough("forms", *CLERK)
    assert (empty.code, empty.err.startswith("EMPTY FORMS: ")) == (0, True), empty
    link(True)
    assert (await furlough("copy", *CLERK)).code == 0, "it is made anew when the link is back"
    assert file(mission).read_bytes() != harm(whole)


async def test_a_copy_for_which_there_is_no_room_is_told_and_the_one_before_stays(
    furlough: Furlough, mission: Mission, copied: None
) -> None:
    before = file(mission).read_bytes()
    with no_file_beyond(100):
        full = await furlough("copy", *CLERK)
    assert (full.code, "cannot be kept" in full.err, "free some room" in full.err) == (4, True, True), full
    assert file(mission).read_bytes() == before


async def test_a_copy_of_another_base_mission_or_build_is_not_read(
    furlough: Furlough, link: Cut, mission: Mission, copied: None
) -> None:
    folder = mission.settings.folder
    whole = copies.read(folder, "UNEX", "NAQ")
    assert whole is not None
    link(False)
    for changed, told in (
        ({"mission": "UNIFIL"}, "got one of NAQ of UNIFIL"),
        ({"form": 2}, "it is of another build"),
    ):
        copies.keep(folder, whole.model_copy(update=changed))
        ran = await furlough("inbox", *COMMANDER)
        assert (ran.code, told in ran.err) == (4, True), ran.err
    file(mission).rename(file(mission, "JUB"))
    ran = await furlough("today", "--as", "USA-1006", "--base", "JUB")
    assert (ran.code, "form" in ran.err or "got one of" in ran.err or "no copy" in ran.err) == (4, True)
    file(mission, "JUB").unlink()


async def test_a_copy_tells_its_age_and_a_clock_that_jumped_back(
    furlough: Furlough, link: Cut, mission: Mission, copied: None
) -> None:
    folder, now = mission.settings.folder, datetime.now(UTC)
    whole = copies.read(folder, "UNEX", "NAQ")
    assert whole is not None
    link(False)
    for made, told in ((now - timedelta(hours=5, minutes=40), "5 h 40 min old"), (now + timedelta(hours=2), "AHEAD")):
        copies.keep(folder, whole.model_copy(update={"at": made}))
        ran = await furlough("today", *CLERK)
        assert told in ran.err.splitlines()[0]


async def test_the_service_keeps_the_copy_and_asks_again_only_of_leaves_that_changed(
    furlough: Furlough, mission: Mission, monkeypatch: pytest.MonkeyPatch
) -> None:
    from starter import copying

    asked_of: list[str] = []
    from wiring.queries import query as real

    async def counted(client: object, workflow: str, name: str, kind: object) -> object:
        asked_of.append(f"{workflow} {name}")
        return await real(client, workflow, name, kind)  # type: ignore[arg-type]

    leave = (await asked(furlough, "GHA-1013", 50))["leave_id"]
    monkeypatch.setattr(copying, "query", counted)
    async with at_desk(online=False, person="USA-1006", post="G1-NAQ", base="NAQ") as desk:
        await Courier(desk, json=False).renew()
        assert f"{leave} journal" in asked_of
        asked_of.clear()
        courier = Courier(desk, json=False)
        await courier.renew()
        await courier.renew()  # its time has not come
    assert asked_of.count(f"{leave} face") == 1
    assert f"{leave} journal" not in asked_of
    assert file(mission).stat().st_mode & 0o777 == 0o600
    assert b"GHA" not in file(mission).read_bytes()


async def test_forms_name_who_is_at_the_gate_and_what_is_to_be_decided_with_and_without_a_link(
    furlough: Furlough, link: Cut, mission: Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    leave = await asked(furlough, "GHA-1014", 55)
    assert (await furlough("copy", *CLERK)).code == 0
    link(False)
    ran = await furlough("forms", "--json", *CLERK)
    assert ran.code == 0, ran.err
    told = ran.documents[0]
    written = tmp_path / Path(told["file"]).name
    page = written.read_text("utf-8")
    assert leave["number"] in page
    assert "Requests" in page
    assert "--paper SCAN" in page
    assert "confirm-travel LEAVE --out-flight FLIGHT" in page
    assert "deny LEAVE --reason WORDS --for NUMBER" in page
    assert (written.stat().st_mode & 0o777, told["decisions"] > 0) == (0o600, True)
    assert not any(name in json.dumps(page) for name in ("GHA-1014", "ordinary leave"))
    empty = await furlough("forms", "--as", "USA-1006", "--base", "JUB")
    assert (empty.code, empty.err.startswith("EMPTY FORMS: ")) == (0, True), empty
    monkeypatch.chdir("/proc")
    assert (await furlough("forms", *CLERK)).code == 2
