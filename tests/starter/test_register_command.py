"""The register at the desk: imports whole or not at all, into a mission that knows nobody yet."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

import worker
from activities.register import outbox
from activities.register import tables as t
from activities.register.database import engine, migrate, writing
from starter import app
from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.conftest import EXAMPLES, Furlough, Mission, Ran
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings

ADMIN = ("--as", "IRL-1004", "--post", "ADMIN")


@pytest.fixture(scope="module")
async def empty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """A mission without a register."""
    home = tmp_path_factory.mktemp("empty")
    await started_before(home, "UNEX")
    async with EmbeddedServer(home, "UNEX", 0, 0) as server:
        settings = Settings.load(home=home, mission="UNEX", address=server.address)
        migrate(settings.database)
        client = await connect(settings, [FurloughPlugin()])
        async with worker.working(settings, client, "test"):
            yield settings


@pytest.fixture
def register(empty: Settings, monkeypatch: pytest.MonkeyPatch) -> Furlough:
    monkeypatch.setenv("FURLOUGH_HOME", str(empty.home))
    monkeypatch.setenv("FURLOUGH_MISSION", "UNEX")

    async def run(*words: object) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = await asyncio.to_thread(app.run, ["register", *map(str, words)])
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The example with one member moved to another rank, and one flight fewer."""
    folder = tmp_path / "mission"
    shutil.copytree(EXAMPLES / "mission", folder)
    members = (folder / "members.csv").read_text("utf-8")
    (folder / "members.csv").write_text(members.replace(",SGT,GHA,", ",SSGT,GHA,", 1), "utf-8")
    flights = (folder / "flights.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "flights.csv").write_text("".join(flights[:-1]), "utf-8")
    return folder


async def test_an_import_is_shown_before_taken_in_once_and_changed_only_by_an_administrator(
    register: Furlough, changed: Path
) -> None:
    dry = await register("import", EXAMPLES / "mission", "--dry-run")
    assert dry.code == 0, dry
    assert "nothing was changed" in dry.out
    assert "register version 0" in (await register("show")).out

    first = await register("import", EXAMPLES / "mission")
    assert first.code == 0, first
    assert "register version 1" in first.out
    again = await register("import", EXAMPLES / "mission")
    assert (again.code, "already so" in again.out) == (0, True)

    seen = await register("import", changed, "--dry-run")
    assert "rank SGT -> SSGT" in seen.out
    assert "removed" in seen.out
    refused = await register("import", changed, "--as", "GHA-1008")
    assert (refused.code, "register/administrator" in refused.err) == (5, True)
    assert "register version 1" in (await register("show")).out
    taken = await register("import", changed, *ADMIN)
    assert taken.code == 0, taken
    assert "register version 2" in (await register("show")).out


async def test_an_import_which_is_not_taken_in_yet_is_told_as_recorded_and_waited_for_when_it_is_said_again(
    empty: Settings, register: Furlough, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bases.csv"
    file.write_text((EXAMPLES / "mission" / file.name).read_text("utf-8").replace("Naqal", "Naqal Camp"), "utf-8")
    assert (await register("import", EXAMPLES / "mission", *ADMIN)).code == 0
    source = engine(empty.database)
    with monkeypatch.context() as soon, writing(source):  # whoever else wants to write waits
        soon.setattr("starter.register._TAKEN_IN", timedelta(seconds=0.5))
        ran = await register("import", file, *ADMIN)
    source.dispose()
    assert ran.code == 4, ran
    assert "not taken in yet" in ran.err
    assert "the import is recorded as version" in ran.err
    again = await register("import", file, *ADMIN)
    assert (again.code, "already so" in again.out) == (0, True), again


async def test_every_bad_line_is_told_and_then_nothing_is_imported(register: Furlough, changed: Path) -> None:
    before = (await register("show", "--json")).documents
    file = changed / "members.csv"
    lines = file.read_text("utf-8").splitlines()
    lines[3], lines[9] = lines[3].replace("IND,", "India,").replace("observer", "army"), lines[9] + ",too,many"
    file.write_text("\n".join(lines), "utf-8")
    for flags, code in ((("--dry-run",), 7), (ADMIN, 5)):
        ran = await register("import", changed, *flags)
        assert ran.code == code, ran
        assert "members.csv line 4" in ran.err
        assert "members.csv line 10" in ran.err
        assert "2 lines are bad, 3 faults" in ran.err
        assert "nothing was imported" in ran.err
    assert (await register("show", "--json")).documents == before


async def test_one_file_is_looked_at_beside_what_the_register_has(furlough: Furlough, tmp_path: Path) -> None:
    """Bad cells and links to tables that are not in the file are told in one go."""
    file = tmp_path / "absences.csv"
    file.write_text("service_number,first,last,reason,source\nXXX-1,2026-12-05,yesterday,course,plan\n")
    ran = await furlough("register", "import", file, "--dry-run")
    assert ran.code == 7
    assert [line.split(":")[0] for line in ran.err.splitlines()] == [
        "absences.csv line 2, last",
        "absences.csv line 2, service_number",
        "1 line is bad, 2 faults; nothing was imported. Mend the file and import it again.",
    ]


@pytest.mark.parametrize("content", [b"\xff\xfes\x00e\x00", b"a\x00b", b"caf\xe9,x\n"])
async def test_a_file_in_another_encoding_is_told_as_one_bad_line(
    register: Furlough, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(content)
    ran = await register("import", file, "--dry-run")
    assert (ran.code, "members.csv line 1" in ran.err) == (2, True)


async def test_a_folder_that_is_not_there_is_wrong_usage(register: Furlough, tmp_path: Path) -> None:
    ran = await register("import", tmp_path / "none")
    assert (ran.code, "There is no" in ran.err) == (2, True)


async def test_a_post_tells_its_holder_its_deputy_and_to_whom_it_reports(furlough: Furlough) -> None:
    ran = await furlough("register", "post", "CO-GHABATT-A")
    assert ran.code == 0, ran
    assert "deputy" in ran.out
    assert "DCO-GHABATT-A" in ran.out
    assert "NCC-GHA" in ran.out
    unknown = await furlough("register", "post", "CO-NOWHERE")
    assert (unknown.code, "CO-NOWHERE" in unknown.err) == (2, True)


async def test_files_of_another_mission_and_packs_that_nobody_has_are_told(register: Furlough, changed: Path) -> None:
    settings, members = changed / "settings.csv", changed / "members.csv"
    settings.write_text(settings.read_text("utf-8").replace("mission,UNEX", "mission,UNXX"), "utf-8")
    lines = members.read_text("utf-8").splitlines()
    lines[3] = ",".join([*lines[3].split(",")[:-1], "nosuchpack"])
    members.write_text("\n".join(lines), "utf-8")
    ran = await register("import", changed, "--dry-run")
    assert ran.code == 7, ran
    assert "settings.csv line 2, value: expected UNEX, the mission of this desk, got UNXX" in ran.err
    assert "members.csv line 4, pack: expected one of " in ran.err
    assert "2 lines are bad" in ran.err


@pytest.mark.rule("account/no-purse")
async def test_a_balance_of_a_purse_which_the_pack_of_the_member_lacks_is_a_bad_line(
    register: Furlough, changed: Path
) -> None:
    """Alone, beside the register's members; together with them; and beside another bad line."""
    balances = changed / "balances.csv"
    balances.write_text(balances.read_text("utf-8") + "GHA-1011,cto,4,2026-10-31,roster\n", "utf-8")
    told = "purse: expected annual, the purses of contingent@1"
    for what in (balances, changed):
        ran = await register("import", what, "--dry-run")
        assert ran.code == 7, ran
        assert told in ran.err
        assert "account/no-purse" in ran.err
        assert "1 line is bad" in ran.err
    settings = changed / "settings.csv"
    settings.write_text(settings.read_text("utf-8").replace("mission,UNEX", "mission,UNXX"), "utf-8")
    ran = await register("import", changed, "--dry-run")
    assert ran.code == 7, ran
    assert told in ran.err
    assert "2 lines are bad" in ran.err


async def test_the_codes_which_the_register_knows_are_listed_whole(furlough: Furlough) -> None:
    posts = await furlough("register", "list", "posts", "--json")
    assert len(posts.documents) == 67
    here = await furlough("register", "list", "posts", "--base", "JUB")
    assert ("MOV-JUB" in here.out, "MOV-NAQ" in here.out) == (True, False)
    assert "Asia/Beirut" in (await furlough("register", "list", "bases")).out
    assert (await furlough("register", "list", "ranks")).code == 2


async def test_of_many_changed_rows_all_are_told_where_that_is_asked_for(register: Furlough, changed: Path) -> None:
    assert (await register("import", EXAMPLES / "mission", *ADMIN)).code in (0, 5)
    file = changed / "flights.csv"
    few = file.read_text("utf-8").splitlines(keepends=True)[:-40]
    file.write_text("".join(few), "utf-8")
    seen = await register("import", file, "--dry-run")
    assert "more rows changed or removed; --all tells each" in seen.out
    all_ = await register("import", file, "--dry-run", "--all")
    assert all_.out.count(": removed") >= 40
    assert "more rows" not in all_.out


async def test_what_was_not_mailed_is_told_with_the_register_by_why(furlough: Furlough, mission: Mission) -> None:
    now = datetime.now(UTC)
    for seq, said_at, why in ((1, now, None), (2, now, outbox.NOBODY), (3, now - timedelta(days=6), outbox.NOBODY)):
        row = {"leave_id": "UNEX-A", "seq": seq, "recipient": "CO-A", "subject": "-", "body": "-", "tries": 1}
        with writing(mission.source) as session:
            session.add(t.Outgoing(**row, created_at=said_at, next_try_at=now + timedelta(days=1), last_error=why))
    try:
        told = (await furlough("register", "show", "--json", *ADMIN)).documents[0]["notices"]
        said = (await furlough("register", "show", *ADMIN)).out
    finally:
        with writing(mission.source) as session:
            session.execute(delete(t.Outgoing).where(t.Outgoing.leave_id == "UNEX-A"))
    assert told == {"waiting": 1, "nobody": 1, "expired": 1}
    assert "not mailed: 1 waiting, 1 to nobody (no address, or nobody holds the post), 1 expired" in said
