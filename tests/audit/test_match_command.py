"""`furlough audit match` by the real command: sheets of each form, beside an archive of four leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.archive.vault import Folder
from audit.journals import of_jobs
from audit.match import Sheet, _span, _told, ours
from audit.matching import Said, matched
from audit.replaying import Job
from bench.copies import copies, seal
from domain.account import Account, Correction, Line
from domain.leave import Leave
from domain.model import Decimal, timedelta
from tests.audit.test_replay import kept
from tests.conftest import Furlough
from tests.domain.leave.life import LAST, Life

MANY = 4


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sealed") / "archive"
    seal(Folder(place), kept("leave-settled"), MANY)
    return place


@pytest.fixture(scope="module")
async def states() -> list[Leave]:
    """What the record says of each of them."""
    found = []
    for one in copies(kept("leave-settled"), MANY):
        told = await of_jobs(one.id, [Job(one.id, one.run, content=one.content)], replayed=False)
        found.append(told.folded(told.written))
    return found


def sheet(folder: Path, *lines: str) -> Path:
    file = folder / "sheet.csv"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return file


async def test_what_the_gate_wrote_and_the_record_lacks_and_the_other_way_round(
    sealed: Path, states: list[Leave], furlough: Furlough, tmp_path: Path
) -> None:
    lines = [
        f"{s.number},{way},{at.isoformat()},x"
        for s in states[1:]
        for way, at in (("out", s.out_at), ("in", s.in_at))
        if at
    ]
    file = sheet(
        tmp_path, "leave,way,at,name", *lines, f"FLY-2026-000999,out,{states[0].out_at},x", "412,out,2026-01-01,x"
    )
    ran = await furlough("audit", "match", file, "--archive", sealed, "--json")
    assert ran.code == 7, ran
    bad, one, *ours, summary = ran.documents
    assert (bad["bad"], bad["why"].startswith("leave: expected a leave id")) == ("sheet.csv line 9", True)
    assert (one["odd"], one["of"], one["where"]) == ("not-in-the-record", "FLY-2026-000999", "sheet.csv line 8")
    assert {(each["odd"], each["what"], each["of"]) for each in ours} == {
        ("not-in-the-sheet", way, states[0].asked.leave_id) for way in ("out", "in")
    }
    assert (summary["form"], summary["pairs"], summary["bad_lines"]) == ("gate", 2 * (MANY - 1), 1)


async def test_what_the_pay_office_charged_otherwise_is_told(
    sealed: Path, states: list[Leave], furlough: Furlough, tmp_path: Path
) -> None:
    lines = [f"{s.number};{s.charged}" for s in states[1:]]
    ran = await furlough(
        "audit", "match", sheet(tmp_path, "leave;days", f"{states[0].number};99", *lines), "--archive", sealed
    )
    told = f"DIFFERS  sheet.csv line 2: {states[0].number} 99 days; the record: "
    assert (ran.code, told in ran.out, f"{MANY - 1} with a partner, 1 differs" in ran.out) == (
        7,
        True,
        True,
    ), ran
    ran = await furlough(
        "audit", "match", sheet(tmp_path, "leave;days", f"{states[0].number};5", *lines), "--archive", sealed
    )
    assert (ran.code, f"{MANY} with a partner" in ran.out) == (0, True), ran
    ran = await furlough("audit", "match", sheet(tmp_path, "leave;days", *lines), "--archive", sealed)
    assert ran.code == 7, ran
    named = f"NOT IN THE SHEET  {states[0].number} ({states[0].asked.leave_id}): "
    (line,) = (line for line in ran.out.splitlines() if line.startswith(named))
    assert line.count(states[0].asked.leave_id) == 1, "it is named once"
    ran = await furlough("audit", "match", sheet(tmp_path, "leave;days", *lines), "--archive", sealed, "--base", "NAQ")
    assert ran.out.count("NOT IN THE RECORD") == MANY - 1, ran


def test_a_manifest_is_expected_to_name_whoever_flew_and_nobody_else():
    flew, stays = Life().until("sign-in"), Life().until("confirm")
    stays.say("withdraw", "member")
    known = [ours(one, life.state, None) for one, life in (("L-flew", flew), ("L-stays", stays))]
    line = Said("m-member", "UN-1", None, None, "line 2")
    read = Sheet("manifest", "member", [line], [])
    told = list(_told(known, read, _span(read, None, None)))
    assert [(one.of, one.what) for one in told] == [("m-member", "UN-1")]
    assert matched(read.lines, told, timedelta(0)) == (1, [])


def test_what_the_account_has_corrected_counts_as_charged():
    life = Life().until("sign-in")
    life.sign_in()
    correction = Correction(act_id="x", days=Decimal(2), on=LAST)
    line = Line(n=1, days=life.state.held["days"], corrections=(correction,))
    assert life.state.charged is not None
    assert ours("L", life.state, None).charged == life.state.charged
    assert ours("L", life.state, Account(lines={"L": line})).charged == life.state.charged - 2


async def test_a_manifest_that_names_who_has_no_seat_is_odd(
    sealed: Path, states: list[Leave], furlough: Furlough, tmp_path: Path
) -> None:
    file = sheet(
        tmp_path, "member,flight", f"{states[0].whose.id},UN-9", "m-nobody,UN-9", "USA-1008,UN-9", "nobody,UN-9"
    )
    ran = await furlough("audit", "match", file, "--archive", sealed, "--json")
    assert ran.code == 7, ran
    bad, *odd, summary = ran.documents
    assert (bad["bad"], "knows nobody by 'nobody'" in bad["why"]) == ("sheet.csv line 5", True)
    assert [one["odd"] for one in odd] == ["not-in-the-record"] * 3
    assert [one["of"] for one in odd][:2] == [states[0].whose.id, "m-nobody"]
    assert (summary["form"], summary["pairs"]) == ("manifest", 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("leave,rank", "is of no form that can be matched"),
        ("leave,flight,days", "is of no form that can be matched"),
        ("way,at", "is of no form that can be matched"),
        ("leave,leave,way,at", "has not the right columns"),
        ("leave,flight\n\0", "is no text"),
    ],
)
async def test_a_sheet_that_cannot_be_meant_is_told(
    sealed: Path, furlough: Furlough, tmp_path: Path, text: str, told: str
) -> None:
    ran = await furlough("audit", "match", sheet(tmp_path, text), "--archive", sealed)
    assert (ran.code, told in ran.err, ran.out) == (2, True, ""), ran


async def test_a_sheet_that_is_not_there_and_days_that_cannot_be_meant_are_told(
    sealed: Path, furlough: Furlough
) -> None:
    ran = await furlough("audit", "match", "/nowhere.csv", "--archive", sealed)
    assert (ran.code, "cannot be read" in ran.err) == (2, True), ran
    ran = await furlough("audit", "match", "/nowhere.csv", "--archive", sealed, "--since", "March")
    assert (ran.code, "is no day" in ran.err) == (2, True), ran
