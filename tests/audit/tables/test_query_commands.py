"""`furlough audit query`, `report` and `export` by the real commands, over the mission's own archive."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from audit.tables.reports import REPORTS
from tests.conftest import Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")


@pytest.fixture(scope="module")
def played() -> dict[str, str]:
    return {}


@pytest.fixture
async def leave(furlough: Furlough, played: dict[str, str]) -> str:
    """A leave that was asked for, refused an act, and approved; sealed."""
    if not played:
        days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY", "--travel", "road")
        asked = await furlough("request", "USA-1008", *days, "--json", *CLERK)
        assert asked.code == 0, asked
        played["id"] = asked.documents[0]["leave_id"]
        assert (await furlough("approve", played["id"], *CLERK)).code == 5
        assert (await furlough("approve", played["id"], *COMMANDER)).code == 0
        assert (await furlough("audit", "seal", "--open")).code == 0
    return played["id"]


async def test_a_query_brings_the_index_up_and_answers(
    leave: str, mission: Mission, furlough: Furlough, tmp_path: Path
) -> None:
    ran = await furlough("audit", "query", "SELECT leave_id, base, state, leave_kind FROM leaves", "--json")
    assert ran.code == 0, ran
    (row,) = ran.documents
    assert (row["leave_id"], row["base"], row["leave_kind"]) == (leave, "NAQ", "ordinary")
    (folder,) = (mission.settings.folder / "index").iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    ran = await furlough(
        "audit", "query", "SELECT kind, cites FROM entries WHERE kind = 'refused'", "--csv", tmp_path / "x.csv"
    )
    assert (ran.code, ran.out) == (0, ""), ran
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert [each["kind"] for each in csv.DictReader(file)] == ["refused"]
    ran = await furlough("audit", "query", "SELECT * FROM leaves", "--index", tmp_path / "index")
    assert (ran.code, leave in ran.out, (tmp_path / "index" / "about.json").exists()) == (0, True, True), ran


@pytest.mark.parametrize("name", REPORTS)
async def test_each_report_is_a_table_documents_and_a_chart(
    leave: str, furlough: Furlough, tmp_path: Path, name: str
) -> None:
    ran = await furlough("audit", "report", name, "--chart", tmp_path / "chart.svg")
    assert (ran.code, REPORTS[name].says in ran.out) == (0, True), ran  # type: ignore[index]
    ET.parse(tmp_path / "chart.svg")
    ran = await furlough("audit", "report", name, "--json")
    assert ran.code == 0, ran
    if name == "decisions":
        assert {row["authority"] for row in ran.documents} == {"CO-USLOG"}
    ran = await furlough("audit", "report", name, "--sql")
    again = await furlough("audit", "query", ran.out, "--json")
    assert again.code == 0, again


async def test_the_export_is_a_log_of_the_leave(leave: str, furlough: Furlough, tmp_path: Path) -> None:
    ran = await furlough("audit", "export", "-o", tmp_path / "log.json")
    assert (ran.code, "OCEL 2.0" in ran.out) == (0, True), ran
    log = json.loads((tmp_path / "log.json").read_text("utf-8"))
    assert {event["relationships"][0]["objectId"] for event in log["events"]} == {leave}
    assert (tmp_path / "log.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("query", "DELETE FROM leaves"), "is only read"),
        (("query", "SELECT * FROM read_text('/etc/passwd')"), "has no answer"),
        (("query", "SELECT length(repeat('x', 2000000000))"), "takes more memory or disk than it may"),
        (("query", "SELECT 1", "--seconds", "0"), "in no time"),
        (("query", "SELECT 1", "--archive", "/nowhere"), "There is no archive"),
        (("query", "SELECT 1", "--index", "/etc"), "is no index"),
        (("query", "SELECT 1", "--csv", "/nowhere/x.csv"), "cannot be written"),
        (("report", "waits", "--chart", "/nowhere/x.svg"), "cannot be written"),
        (("export", "-o", "/nowhere/x.json"), "cannot be written"),
        (("report", "weather"), "weather"),
    ],
)
async def test_what_cannot_be_meant_is_told(leave: str, furlough: Furlough, words: tuple[str, ...], told: str) -> None:
    ran = await furlough("audit", *words)
    assert (ran.code, told in ran.err) == (2, True), ran
