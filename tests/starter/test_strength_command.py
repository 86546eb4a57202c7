"""Strength at the desk: who is away otherwise, taken in base by base, whole or not at all."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

import worker
from activities.register.database import migrate
from starter import app
from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.conftest import EXAMPLES, Furlough, Ran, ahead
from tests.starter.at_jub import ADMINISTRATOR, COMMANDER, asked
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings

HEAD = "service_number,first,last,reason,source\n"


async def _run(*words: object) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = await asyncio.to_thread(app.run, list(map(str, words)))
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
async def imported(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """A mission whose register was imported by the command, so that it can be imported anew."""
    home = tmp_path_factory.mktemp("imported")
    await started_before(home, "UNEX")
    async with EmbeddedServer(home, "UNEX", 0, 0) as server:
        settings = Settings.load(home=home, mission="UNEX", address=server.address)
        migrate(settings.database)
        client = await connect(settings, [FurloughPlugin()])
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FURLOUGH_HOME", str(home))
            patch.setenv("FURLOUGH_MISSION", "UNEX")
            async with worker.working(settings, client, "test"):
                ran = await _run("register", "import", EXAMPLES / "mission")
                assert ran.code == 0, ran
                yield settings


@pytest.fixture
def furlough(imported: Settings) -> Furlough:
    return _run


def listed(folder: Path, *rows: str) -> Path:
    file = folder / "away-at-jub.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    return file


async def absent(furlough: Furlough, base: str, unit: str, day: str) -> int:
    (shown,) = (await furlough("strength", base, "--days", "40", "--json")).documents
    return next(int(one["absent"]) for one in shown["days"] if (one["unit"], one["day"]) == (unit, day))


async def test_the_absences_of_a_base_are_set_shown_and_counted_and_other_bases_keep_theirs(
    furlough: Furlough, tmp_path: Path
) -> None:
    (before,) = (await furlough("strength", "NAQ", "--days", "60", "--json")).documents
    first, last = ahead(20), ahead(22)
    row = "IND-1009,{},{},{},{}"
    file = listed(
        tmp_path, row.format(first, last, "hospital", "ward list 7"), f"IND-1010,{first},{last},course,plan 3"
    )
    was = await absent(furlough, "JUB", "INDBATT-C", first)
    dry = await furlough("strength", "set", "JUB", file, "--dry-run", *ADMINISTRATOR)
    assert (dry.code, "dry run: nothing was changed" in dry.out) == (0, True), dry
    assert await absent(furlough, "JUB", "INDBATT-C", first) == was
    taken = await furlough("strength", "set", "JUB", file, *ADMINISTRATOR)
    assert (taken.code, "register version" in taken.out) == (0, True), taken
    assert [await absent(furlough, "JUB", "INDBATT-C", ahead(day)) for day in (19, 20, 22, 23)] == [0, 2, 2, 0]

    shown = await furlough("strength", "JUB", "--days", "40")
    assert f"INDBATT-C: 1, {first} to {last} (ward list 7)" in shown.out
    assert "away otherwise than on leave, as taken in 20" in shown.out
    assert "hospital" not in shown.out, "why somebody is away is nobody's business here"
    (after,) = (await furlough("strength", "NAQ", "--days", "60", "--json")).documents
    assert after["elsewhere"] == before["elsewhere"]

    again = await furlough("strength", "set", "JUB", file, *ADMINISTRATOR)
    assert (again.code, "already so" in again.out) == (0, True)
    nobody = await furlough("strength", "set", "JUB", listed(tmp_path), *ADMINISTRATOR)
    assert nobody.code == 0, nobody
    assert await absent(furlough, "JUB", "INDBATT-C", first) == 0


async def test_who_waits_for_a_place_gets_it_when_a_course_is_taken_off(furlough: Furlough, tmp_path: Path) -> None:
    """The base is told by the command; it would else not know before somebody else of the unit comes or goes."""
    course = listed(tmp_path, f"IND-1009,{ahead(39)},{ahead(46)},course,plan 3")
    assert (await furlough("strength", "set", "JUB", course, *ADMINISTRATOR)).code == 0
    number = await asked(furlough, "IND-1010", ahead(40), ahead(44))
    approved = await furlough("approve", number, *COMMANDER)
    assert (approved.code, "waits for: strength" in approved.out) == (0, True), approved
    taken = await furlough("strength", "set", "JUB", listed(tmp_path), *ADMINISTRATOR)
    assert (taken.code, "JUB has counted anew who is there" in taken.out) == (0, True), taken
    assert f"free to go: {number}" in taken.out


async def test_a_list_with_a_bad_line_is_told_line_by_line_and_nothing_of_it_is_taken(
    furlough: Furlough, tmp_path: Path
) -> None:
    file = listed(
        tmp_path,
        f"IND-1009,{ahead(50)},{ahead(52)},course,plan 3",
        f"IND-1010,soon,{ahead(52)},course,plan 3",
        f"NOBODY-1,{ahead(50)},{ahead(52)},course,plan 3",
        f"GHA-1005,{ahead(50)},{ahead(52)},course,plan 3",
        f"IND-1008,{ahead(52)},{ahead(50)},course,plan 3",
    )
    for dry_run, code in ((("--dry-run",), 7), ((), 5)):
        ran = await furlough("strength", "set", "JUB", file, *dry_run, *ADMINISTRATOR)
        assert ran.code == code, ran
        for line, why in (
            (3, "first: expected a day such as 2026-03-04, got 'soon'"),
            (4, "expected one of members.csv, got 'NOBODY-1'"),
            (5, "expected a member of JUB, got one of NAQ"),
            (6, "last: expected a day on or after first"),
        ):
            assert any(f"away-at-jub.csv line {line}, " in said and why in said for said in ran.err.splitlines()), (
                ran.err
            )
        assert "nothing was imported" in ran.err
    (shown,) = (await furlough("strength", "JUB", "--days", "60", "--json")).documents
    assert shown["elsewhere"] == []


async def test_what_is_no_list_at_all_is_told(furlough: Furlough, tmp_path: Path) -> None:
    gone = await furlough("strength", "set", "JUB", tmp_path / "none.csv", *ADMINISTRATOR)
    assert (gone.code, "cannot be taken in" in gone.err) == (2, True)
    odd = tmp_path / "odd.csv"
    odd.write_text("name,days\nx,3\n", "utf-8")
    ran = await furlough("strength", "set", "JUB", odd, *ADMINISTRATOR)
    assert (ran.code, "odd.csv" in ran.err) == (5, True), ran
    nowhere = await furlough("strength", "set", "NOWHERE", odd, *ADMINISTRATOR)
    assert (nowhere.code, "no base NOWHERE" in nowhere.err) == (2, True)


async def test_only_an_administrator_takes_absences_in(furlough: Furlough, tmp_path: Path) -> None:
    file = listed(tmp_path, f"IND-1009,{ahead(70)},{ahead(71)},course,plan 3")
    ran = await furlough("strength", "set", "JUB", file, "--as", "IND-1010", "--base", "JUB")
    assert ran.code == 5, ran
