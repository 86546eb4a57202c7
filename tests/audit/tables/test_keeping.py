"""The index is made of an archive alone, part by part, and says the same however it was brought up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.history.v1 import History

from audit.archive.vault import Folder
from audit.archived import Archived
from audit.tables import keeping, reading
from audit.tables.asking import answer, asked
from audit.tables.keeping import Index, brought_up
from audit.tables.rows import TABLES
from bench.copies import seal
from tests.audit.archive.small import add, run
from tests.audit.test_replay import edited, kept
from wiring.trouble import Misset

SETTLED = kept("leave-settled")


def told(index: Index) -> dict[str, list[tuple[Any, ...]]]:
    """All that the index says."""
    with asked(index) as connection:
        return {name: sorted(answer(connection, f"FROM {name}").rows, key=repr) for name in TABLES}


async def up(place: Path, folder: Path) -> Index:
    return await brought_up(Archived(str(place), None), folder)


async def test_the_rows_of_a_leave_are_those_of_its_record(tmp_path: Path):
    seal(Folder(tmp_path / "a"), SETTLED, 2)
    tables = told(await up(tmp_path / "a", tmp_path / "index"))
    assert {name: len(rows) for name, rows in tables.items()} == {
        "leaves": 2,
        "entries": 2 * 18,
        "days": 2 * 5,
        "waits": 2 * 3,
        "consents": 0,
        "orders": 0,
    }
    leave = dict(zip(TABLES["leaves"], tables["leaves"][1], strict=True))
    assert (leave["number"], leave["base"], leave["state"]) == ("FLY-2026-000002", "FLY", "closed")
    assert (leave["charged"], leave["out_at"] < leave["in_at"] < leave["due_back"]) == (5, True)


async def test_what_was_brought_up_bit_by_bit_says_the_same_as_what_was_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    place = tmp_path / "a"
    monkeypatch.setattr(keeping, "STRETCH", 3)
    seen: list[int] = []
    for start in (0, 4, 8):
        seal(Folder(place), SETTLED, 4, start=start)
        await brought_up(Archived(str(place), None), tmp_path / "bits", lambda at, _: seen.append(at))
    assert len(seen) == len(set(seen)) == 12, "no run is read twice"
    monkeypatch.setattr(keeping, "STRETCH", 4096)
    assert told(await up(place, tmp_path / "bits")) == told(await up(place, tmp_path / "once"))


async def test_many_are_read_by_several_processes_and_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seal(Folder(tmp_path / "a"), SETTLED, 20)
    alone = told(await up(tmp_path / "a", tmp_path / "alone"))
    monkeypatch.setattr(reading, "FEW", 3)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert told(await up(tmp_path / "a", tmp_path / "together")) == alone


@pytest.mark.parametrize("few", [0, 100])
async def test_a_sealed_file_that_is_gone_is_told_whoever_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
):
    place = tmp_path / "a"
    seal(Folder(place), SETTLED, 5)
    next(path for path in (place / "object").rglob("*") if path.is_file()).unlink()
    monkeypatch.setattr(reading, "FEW", few)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with pytest.raises(Misset, match="cannot be read to its end"):
        await up(place, tmp_path / "index")
    assert not list((tmp_path / "index").glob("parts/*"))


def cut(whole: History, events: int) -> History:
    return History(events=whole.events[:events])


async def test_of_a_leave_that_was_sealed_twice_the_later_sealing_counts(tmp_path: Path):
    vault = Folder(tmp_path / "a")
    asked_ = next(
        e.event_id for e in SETTLED.events if e.HasField("workflow_execution_update_completed_event_attributes")
    )
    add(vault, [run(vault, "one", cut(SETTLED, asked_))])
    first = told(await up(tmp_path / "a", tmp_path / "index"))
    add(vault, [run(vault, "one", SETTLED)])
    second = told(await up(tmp_path / "a", tmp_path / "index"))
    assert [len(tables["leaves"]) for tables in (first, second)] == [1, 1]
    assert len(first["entries"]) < len(second["entries"]) == 18
    assert second == told(await up(tmp_path / "a", tmp_path / "anew"))


async def test_exemptions_and_orders_come_from_bases(tmp_path: Path):
    vault = Folder(tmp_path / "a")
    add(vault, [run(vault, "base", kept("base")).model_copy(update={"id": "base-NAQ"})])
    tables = told(await up(tmp_path / "a", tmp_path / "index"))
    assert tables["orders"]
    assert {row[0] for row in tables["orders"]} == {"NAQ"}


async def test_a_run_that_cannot_be_read_is_told_and_stops_no_other(tmp_path: Path):
    vault = Folder(tmp_path / "a")
    broken = edited(kept("leave-denied"), b'"kind":"asked"', b'"kind":"never"')
    add(vault, [run(vault, "bad", broken), run(vault, "good", SETTLED)])
    index = await up(tmp_path / "a", tmp_path / "index")
    assert list(index.about.unread) == ["bad"]
    assert len(told(index)["leaves"]) == 1
    assert list((await up(tmp_path / "a", tmp_path / "index")).about.unread) == ["bad"]


async def test_who_was_killed_leaves_nothing_that_is_counted_twice(tmp_path: Path):
    """Killed after a part had its name, and before the first file told of it; and while one lay aside."""
    place, folder = tmp_path / "a", tmp_path / "index"
    seal(Folder(place), SETTLED, 3)
    await up(place, folder)
    before = (folder / "about.json").read_bytes()
    seal(Folder(place), SETTLED, 3, start=3)
    await up(place, folder)
    (folder / "about.json").write_bytes(before)
    (folder / ".part-x").mkdir()
    seal(Folder(place), SETTLED, 3, start=6)
    assert told(await up(place, folder)) == told(await up(place, tmp_path / "anew"))
    assert not (folder / ".part-x").exists()


async def test_an_index_of_another_archive_or_of_nothing_is_told(tmp_path: Path):
    seal(Folder(tmp_path / "a"), SETTLED, 2)
    seal(Folder(tmp_path / "b"), SETTLED, 3)
    await up(tmp_path / "a", tmp_path / "index")
    with pytest.raises(Misset, match="is not of this archive"):
        await up(tmp_path / "b", tmp_path / "index")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")
    with pytest.raises(Misset, match="is no index"):
        await up(tmp_path / "a", tmp_path / "mine")
    (tmp_path / "index" / "about.json").write_text('{"format": "furlough-index/9"}')
    with pytest.raises(Misset, match="cannot be read"):
        await up(tmp_path / "a", tmp_path / "index")
    assert (tmp_path / "mine" / "letter").read_text() == "dear"


async def test_an_archive_that_was_laid_back_is_told(tmp_path: Path):
    place = tmp_path / "a"
    seal(Folder(place), SETTLED, 2)
    shutil.copytree(place, tmp_path / "before")
    seal(Folder(place), SETTLED, 2, start=2)
    await up(place, tmp_path / "index")
    with pytest.raises(Misset, match="is not of this archive"):
        await up(tmp_path / "before", tmp_path / "index")


async def test_the_index_has_no_name_and_no_text_of_people(tmp_path: Path):
    """Columns are codes, times, numbers; and lie where their owner alone reads them."""
    seal(Folder(tmp_path / "a"), kept("leave-denied"), 1)
    index = await up(tmp_path / "a", tmp_path / "index")
    everything = repr(told(index))
    assert "reason" not in everything
    assert "family" not in everything
    assert index.folder.stat().st_mode & 0o077 == 0
