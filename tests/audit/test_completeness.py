"""Whether all was sealed is told by the archive alone: a run that was left out, and a whole sealing that is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from audit.archive.leaves import NAMED, File, Seal
from audit.archive.sealed import object_name
from audit.archive.vault import Folder
from audit.archived import Archived
from audit.completeness import wholly
from audit.extracts import REGISTER, RUNS, Listed, listing, name_of
from domain.model import DAY
from tests.audit.archive.small import MISSION, NOW, Leaf, add, file, history, run

HOUR = timedelta(hours=1)


def extract(place: Folder, of: str, content: bytes, at: datetime = NOW) -> File:
    return file(place, content, name_of(of, at), "extract")


def listed(place: Folder, *names: str, at: datetime = NOW) -> File:
    return extract(place, RUNS, listing(Listed(f"UNEX-{name}", name) for name in names), at)


def ended(at: datetime = NOW, *, whole: bool = True) -> Seal:
    return Seal(began_at=at, ended_at=at, runs=0, open=0, whole=whole, build="test")


def told(place: Folder) -> list[tuple[str, str, str]]:
    return [(one.grade, one.of, one.what) for one in wholly(Archived(str(place.folder), MISSION)).findings]


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "archive")


def runs(place: Folder, *names: str) -> list[Leaf]:
    return [run(place, name, history(3)) for name in names]


def test_a_run_that_a_whole_sealing_left_out_is_named_however_many_older_ones_the_log_has(place: Folder):
    old, paper = [f"old{i}" for i in range(20)], extract(place, REGISTER, b"")
    first = [*runs(place, *old), listed(place, *old), paper, ended()]
    later = [listed(place, "new", "lost", "old1", at=NOW + DAY), extract(place, REGISTER, b"", NOW + DAY)]
    add(place, first, [*runs(place, "new"), *later, ended(NOW + DAY)])
    what = "the server listed its run lost to the sealing of 2026-03-05 06:41Z, and the log did not have it then"
    assert told(place) == [("found", "UNEX-lost", what)]


def test_a_run_that_came_after_a_sealing_proves_nothing_of_it(place: Folder):
    add(place, [listed(place, "late"), extract(place, REGISTER, b""), ended()], runs(place, "late"))
    assert [(grade, of) for grade, of, _ in told(place)] == [("found", "UNEX-late")]


@pytest.mark.parametrize(
    ("later", "grades"), [(8 * DAY, []), (8 * DAY + HOUR, ["unchecked"])], ids=["within its time", "overdue"]
)
def test_a_whole_sealing_is_overdue_after_eight_days_of_others(place: Folder, later: timedelta, grades: list[str]):
    whole: list[Leaf] = [listed(place), extract(place, REGISTER, b""), ended()]
    add(place, whole, [ended(NOW + later, whole=False)])
    assert [grade for grade, _, _ in told(place)] == grades
    assert all("sealed last at 2026-03-04 06:41Z, 8 days before" in what for _, _, what in told(place))


def test_without_a_whole_sealing_nothing_can_be_told(place: Folder):
    add(place, [*runs(place, "one"), ended(whole=False)])
    assert [(grade, "never sealed" in what) for grade, _, what in told(place)] == [("unchecked", True)]


def test_a_whole_sealing_without_its_extracts_leaves_that_unchecked(place: Folder):
    add(place, [ended()])
    assert [(grade, what.split()[1]) for grade, _, what in told(place)] == [
        ("unchecked", RUNS),
        ("unchecked", REGISTER),
    ]


@pytest.mark.parametrize("content", [b"id;run\n", b"id,run\nUNEX-a\n", b'id,run\n"UNEX', b"\xff\xfe"])
def test_a_list_that_cannot_be_read_is_found(place: Folder, content: bytes):
    add(place, [extract(place, RUNS, content), extract(place, REGISTER, b""), ended()])
    assert [(grade, "cannot be read" in what) for grade, _, what in told(place)] == [("found", True)]


def test_a_list_that_was_changed_is_found(place: Folder):
    changed = listed(place, "one")
    add(place, [changed, extract(place, REGISTER, b""), ended()])
    (place.folder / object_name(changed.sha256)).write_bytes(b"another")
    assert [(grade, "cannot be read" in what) for grade, _, what in told(place)] == [("found", True)]


def test_a_run_that_could_not_be_had_is_looked_for_and_not_found_for_ever(place: Folder):
    """What the server could not give one night and gives another is no lie; what it never gives is named."""

    def night(day: int, *unread: str, whole: bool = True) -> list[Leaf]:
        at = NOW + day * DAY
        seal = ended(at, whole=whole).model_copy(update={"unread": unread})
        return [*([listed(place, "one", "two", at=at), extract(place, REGISTER, b"", at)] if whole else []), seal]

    add(place, [*runs(place, "one"), *night(0, "two")])
    assert [(grade, of) for grade, of, _ in told(place)] == [("unchecked", "UNEX-two")]
    add(place, night(1, whole=False))  # it does not look at all there is
    assert [grade for grade, _, _ in told(place)] == ["unchecked"]
    add(place, night(2, "two"))
    assert [grade for grade, _, _ in told(place)] == ["unchecked"]
    add(place, [*runs(place, "two"), *night(3)])
    assert told(place) == []


def test_a_run_that_a_later_whole_sealing_neither_has_nor_names_is_found(place: Folder):
    sealing = ended().model_copy(update={"unread": ("two",)})
    later = NOW + DAY
    add(place, [listed(place, "two"), extract(place, REGISTER, b""), sealing])
    add(place, [listed(place, at=later), extract(place, REGISTER, b"", later), ended(later)])
    assert [(grade, of) for grade, of, _ in told(place)] == [("found", "UNEX-two")]


@pytest.mark.parametrize(("named", "grade"), [(NAMED - 1, "found"), (NAMED, "unchecked")])
def test_a_sealing_that_names_as_many_as_it_can_may_lack_more(place: Folder, named: int, grade: str):
    sealing = ended().model_copy(update={"unread": tuple(f"r{i}" for i in range(named))})
    add(place, [listed(place, "two"), extract(place, REGISTER, b""), sealing])
    assert [one for one, _, _ in told(place)] == [grade]
