"""`furlough audit tests` and `sample` by the real command, over each record and over populations of copies."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from audit.archive.vault import Folder
from audit.attributes import ATTRIBUTES
from bench.copies import seal
from tests.audit.archive.small import add, run
from tests.conftest import Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")
KEPT = Path(__file__).parents[1] / "histories"


def kept(name: str) -> History:
    return History(events=WorkflowHistory.from_json("x", (KEPT / f"{name}.json").read_text()).events)


@pytest.fixture(scope="module")
def played() -> dict[str, str]:
    return {}


@pytest.fixture
async def leave(furlough: Furlough, played: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A leave that was approved by a clerk's hand from paper, without the paper; sealed, and its capsule."""
    if not played:
        days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY", "--travel", "road")
        asked = await furlough("request", "USA-1008", *days, "--json", *CLERK)
        assert asked.code == 0, asked
        played["id"], played["number"] = asked.documents[0]["leave_id"], asked.documents[0]["number"]
        approve = ("approve", played["number"], "--for", "USA-1003", "--for-post", "CO-USLOG", "--medium", "paper")
        ran = await furlough(*approve, *CLERK)
        assert ran.code == 0, ran
        assert (await furlough("audit", "seal", "--open")).code == 0
        played["capsule"] = str(tmp_path_factory.mktemp("capsule") / "one.zip")
        assert (await furlough("audit", "capsule", played["id"], "-o", played["capsule"])).code == 0
    return played


@pytest.mark.parametrize("record", ["archive", "capsule", "server"])
async def test_each_record_tells_the_same_exceptions(
    leave: dict[str, str], mission: Mission, furlough: Furlough, record: str
) -> None:
    where = {
        "archive": ("--archive", str(mission.settings.folder / "archive")),
        "capsule": ("--capsule", leave["capsule"]),
        "server": ("--server", "--as", "FRA-1003"),
    }[record]
    ran = await furlough("audit", "tests", "--json", *where)
    assert ran.code == 7, ran
    one, summary = ran.documents
    assert (one["leave_id"], one["number"]) == (leave["id"], leave["number"])
    answers = {each["name"]: each["answer"] for each in one["attributes"]}
    assert list(answers) == list(ATTRIBUTES)
    assert {name for name, answer in answers.items() if answer == "exception"} == {"evidence attached"}
    assert (summary["leaves"], summary["untested"]) == (1, 0)
    assert summary["attributes"]["by an entitled post"] == {"pass": 1, "exception": 0, "not_applicable": 0}


async def test_people_read_exceptions_a_table_and_flags(leave: dict[str, str], furlough: Furlough) -> None:
    ran = await furlough("audit", "tests", "--deciders", 1)
    assert ran.code == 7, ran
    assert f"{leave['number']}  evidence attached: " in ran.out
    assert "flag   one recorder for many deciders: " in ran.out
    assert "1 leave tested, 1 with exceptions, 0 not tested" in ran.out


async def test_a_record_without_exceptions_ends_well_and_bulk_is_flagged(furlough: Furlough, tmp_path: Path) -> None:
    seal(Folder(tmp_path / "archive"), kept("leave-settled"), 12)
    ran = await furlough("audit", "tests", "--archive", tmp_path / "archive", "--json", "--every")
    assert ran.code == 0, ran
    *leaves, summary = ran.documents
    assert (len(leaves), summary["leaves"]) == (12, 12)
    assert {flag["flag"] for flag in summary["flags"]} == {"decisions in bulk"}


async def test_a_leave_that_cannot_be_read_stops_no_other(furlough: Furlough, tmp_path: Path) -> None:
    place = tmp_path / "archive"
    seal(Folder(place), kept("leave-settled"), 3)
    broken = kept("leave-denied")
    markers = [event for event in broken.events if event.HasField("marker_recorded_event_attributes")]
    for event in markers:
        for payload in event.marker_recorded_event_attributes.details["result"].payloads:
            payload.data = payload.data.replace(b'"kind":"asked"', b'"kind":"never"')
    seal(Folder(place), broken, 1, start=3)
    ran = await furlough("audit", "tests", "--archive", place)
    assert (ran.code, "NOT TESTED  UNEX-" in ran.err, "3 leaves tested" in ran.out) == (6, True, True), ran


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of twelve leaves, which ended in two ways at two bases."""
    place = tmp_path_factory.mktemp("sealed") / "archive"
    seal(Folder(place), kept("leave-settled"), 9)
    seal(Folder(place), kept("leave-denied"), 3, start=9)
    return place


async def test_the_same_seed_draws_the_same_sample_with_capsules_and_a_worksheet(
    sealed: Path, furlough: Furlough, tmp_path: Path
) -> None:
    words = ("audit", "sample", "--archive", sealed, "--seed", 7, "--size", 4, "--by", "base,kind")
    one, two = tmp_path / "one", tmp_path / "two"
    ran = await furlough(*words, "-o", one, "--json")
    assert ran.code == 0, ran
    assert (await furlough(*words, "-o", two)).code == 0
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert [path.read_bytes() for path in (one / file for file in files)] == [
        path.read_bytes() for path in (two / file for file in files)
    ]
    (told,) = ran.documents
    assert (told["population"], [each["drawn"] for each in told["strata"]]) == (12, [1, 3])
    with (one / "worksheet.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["leave_id"] for row in rows] == [each["leave_id"] for each in told["drawn"]]
    assert {row["finding"] for row in rows} == {""}
    assert {row["not own"] for row in rows} == {"pass"}
    assert sorted(row["base"] == "FLY" for row in rows) == [False, *[True] * 3]
    for row in rows:
        assert (await furlough("audit", "open", one / row["capsule"])).code == 0
    with ZipFile(one / rows[0]["capsule"]) as zipped:
        assert f"pages/{rows[0]['leave_id']}.html" in zipped.namelist()
    assert one.stat().st_mode & 0o077 == 0


async def test_a_sample_larger_than_the_population_is_all_of_it_and_nothing_is_overwritten(
    sealed: Path, furlough: Furlough, tmp_path: Path
) -> None:
    words = ("audit", "sample", "--archive", sealed, "--seed", 1, "--size", 13, "-o", tmp_path / "all")
    ran = await furlough(*words)
    assert (ran.code, "12 leaves of 12" in ran.out) == (0, True), ran
    before = (tmp_path / "all" / "worksheet.csv").read_bytes()
    ran = await furlough(*words)
    assert (ran.code, "is there already" in ran.err) == (2, True), ran
    assert (tmp_path / "all" / "worksheet.csv").read_bytes() == before


async def test_a_leave_whose_id_is_a_path_is_drawn_and_written_nowhere_else(furlough: Furlough, tmp_path: Path) -> None:
    place, victim = Folder(tmp_path / "archive"), tmp_path / "victim"
    victim.mkdir()
    (victim / "mine.zip").write_text("mine")
    hostile = ["../../../victim/mine", str(victim / "mine"), "..", "a/b", "UNEX-\x1b[2J", "x" * 300]
    past = kept("leave-settled")
    add(place, [run(place, str(n), past).model_copy(update={"id": id_}) for n, id_ in enumerate(hostile)])
    ran = await furlough("audit", "sample", "--archive", place.folder, "--seed", 7, "-o", tmp_path / "work" / "out")
    assert (ran.code, "6 leaves of 6" in ran.out) == (0, True), ran
    assert [path.name for path in victim.iterdir()] == ["mine.zip"]
    assert (victim / "mine.zip").read_text() == "mine"
    assert {path.name for path in victim.parent.iterdir()} == {"archive", "victim", "work"}
    with (tmp_path / "work" / "out" / "worksheet.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["leave_id"] for row in rows} == set(hostile)
    assert all(re.fullmatch(r"capsules/[0-9a-f]{64}\.zip", row["capsule"]) for row in rows)
    assert (await furlough("audit", "open", tmp_path / "work" / "out" / rows[0]["capsule"])).code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--seed", "1", "--by", "rank"), "is not divided by rank"),
        (("--seed", "1", "--size", "0"), "A sample of none"),
        (("--seed", "seven"), "seven"),
    ],
)
async def test_a_sample_that_cannot_be_drawn_is_told_and_leaves_nothing(
    sealed: Path, furlough: Furlough, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ran = await furlough("audit", "sample", "--archive", sealed, "-o", tmp_path / "none", *words)
    assert (ran.code, told in ran.err, (tmp_path / "none").exists()) == (2, True, False), ran


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--archive", "/nowhere"), "There is no archive"),
        (("--capsule", "/nowhere.zip"), "is not whole"),
        (("--server",), "is for auditors"),
        (("--bulk", "0"), "A threshold is too small"),
        (("--late-hours", "-1"), "A threshold is too small"),
    ],
)
async def test_what_cannot_be_meant_is_told(furlough: Furlough, words: tuple[str, ...], told: str) -> None:
    ran = await furlough("audit", "tests", *words)
    assert (ran.code, told in ran.err, ran.out) == (2, True, ""), ran
