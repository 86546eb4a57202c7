"""Seats, papers and notices as they were sealed, beside what leaves say of them, both ways and without any server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from audit.archive.leaves import Run
from audit.archive.runs import told
from audit.archive.sealed import history_bytes
from audit.archive.vault import Folder
from audit.archived import Archived
from audit.balancing import Balance, Seen
from audit.crossfoot import of_archive
from audit.extracts import REGISTER, RUNS, Listed, NoExtract, listing, name_of, table
from audit.paperwork import _TITLES, UNWISHED, Line, lay, lines
from audit.traces import BACK, DATABASE, HELD, NOTICE, PAPER, Trace, _nothing_held, held, of_leave, on_paper
from domain.model import DAY
from tests.audit.archive.small import MISSION, add, file, laid
from tests.audit.test_completeness import ended

LEAVE = "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D"
GONE = "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8E"
PLAYED = Path(__file__).parents[1] / "histories" / "leave-settled.json"

FIRST, LAST = date(2026, 12, 13), date(2026, 12, 17)

Rows = dict[tuple[str, str, int], Line]


@pytest.fixture(scope="module")
def played() -> History:
    return History(events=WorkflowHistory.from_json("x", PLAYED.read_text()).events)


@pytest.fixture
async def said(played: History) -> list[Trace]:
    return [trace for trace in await of_leave(LEAVE, played) if trace.keeper == DATABASE]


def as_kept(said: Sequence[Trace]) -> Rows:
    """What the database has of a leave that says this: its newest wishes."""
    kept = Rows()
    for one in said:
        for older in [key for key in kept if key[:2] == one.key[:2]]:
            del kept[older]
        kept[one.key] = Line(*one.key, HELD if one.value not in ("", BACK) else BACK)
    return kept


def written(rows: Rows) -> bytes:
    return table(_TITLES, ((*one[:-1], f"{one.at:%Y-%m-%dT%H:%M:%S.%f%z}" if one.at else "") for one in rows.values()))


async def found(to: Path, played: History, *each: Rows, grade: str = "found") -> list[tuple[str, str]]:
    """What crossfooting an archive finds of the database, in which it was sealed so often, day by day."""
    place, first = Folder(to / "archive"), played.events[-1].event_time.ToDatetime(UTC).replace(microsecond=0) + DAY
    described = laid(place, history_bytes(played.events)) | told(played)._asdict()
    leaves = [Run(id=LEAVE, run="r", **described)]
    for i, rows in enumerate(each):
        at = first + i * DAY
        runs = file(place, listing([Listed(LEAVE, "r")]), name_of(RUNS, at), "extract")
        add(place, [*leaves, runs, file(place, written(rows), name_of(REGISTER, at), "extract"), ended(at)])
        leaves = []
    balance = await of_archive(Archived(str(place.folder), MISSION))
    return [(one.of, one.what) for one in balance.findings() if one.grade == grade and DATABASE in one.what]


async def test_what_the_database_had_and_a_leave_says_go_together(tmp_path: Path, played: History, said: list[Trace]):
    assert {trace.what for trace in said} == {PAPER, "seat"}
    assert await found(tmp_path, played, as_kept(said)) == []


async def test_each_line_that_is_missing_is_found(tmp_path: Path, played: History, said: list[Trace]):
    for i, gone in enumerate(as_kept(said)):
        rows = as_kept(said)
        del rows[gone]
        assert LEAVE in {of for of, _ in await found(tmp_path / str(i), played, rows)}, gone


Changed = Callable[[Line], Line]
CHANGES: dict[str, tuple[str, Changed]] = {
    "a seat held that was given back": ("seat", lambda line: line._replace(state=HELD)),
    "a paper under another number": (PAPER, lambda line: line._replace(state=HELD, number="NAQ-2026-000999")),
    "a wish which the leave never made": ("seat", lambda line: line._replace(n=line.n + 7)),
}


@pytest.mark.parametrize(("what", "change"), CHANGES.values(), ids=CHANGES)
async def test_what_the_database_says_otherwise_is_found(
    tmp_path: Path, played: History, said: list[Trace], what: str, change: Changed
):
    rows = as_kept(said)
    key = next(key for key in rows if key[1] == what)
    rows[key] = change(rows[key])
    assert LEAVE in {of for of, _ in await found(tmp_path, played, rows)}


async def test_a_notice_that_was_told_again_under_another_line_is_no_finding(
    tmp_path: Path, played: History, said: list[Trace]
):
    """A worker that was killed does so: nobody is accused of it, and it is told."""
    one = Line(LEAVE, NOTICE, 9, at=played.events[-1].event_time.ToDatetime(UTC))
    rows = as_kept(said) | {(LEAVE, NOTICE, 9): one}
    assert await found(tmp_path / "found", played, rows) == []
    ((of, what),) = await found(tmp_path / "told", played, rows, grade="note")
    assert (of, "a worker that was killed tells the same once more under another line" in what) == (LEAVE, True)


async def test_a_leave_that_nobody_else_knows_of_is_named_with_the_number_on_its_paper(
    tmp_path: Path, played: History, said: list[Trace]
):
    """A wish has no time: the leave stood there when all was sealed the time before, and so before this sealing."""
    rows = as_kept(said) | {(GONE, PAPER, 3): Line(GONE, PAPER, 3, HELD, "NAQ-2026-000007")}
    assert GONE not in {of for of, _ in await found(tmp_path / "one", played, rows)}
    told = dict(await found(tmp_path / "two", played, rows, rows))
    assert told[GONE].startswith(f"known to {DATABASE} ({PAPER}), number NAQ-2026-000007 since ")
    assert told[GONE].endswith("it was deleted")


async def test_a_leave_of_which_nothing_but_a_notice_is_left_is_named_at_once(
    tmp_path: Path, played: History, said: list[Trace]
):
    at = datetime(2026, 1, 2, tzinfo=UTC)
    told = dict(await found(tmp_path, played, as_kept(said) | {(GONE, NOTICE, 1): Line(GONE, NOTICE, 1, at=at)}))
    assert "(notice) since 2026-01-02 00:00Z, and there is no history of it" in told[GONE]


HOLDS: dict[str, tuple[str, str, str, bool]] = {
    "the same flights": ("seat", held("out A", "back B"), "", True),
    "another flight": ("seat", held("out A", "back C"), "", False),
    "one flight more than it knows of": ("seat", held("out A", "back B", "out C"), "", False),
    "none any more": ("seat", BACK, "", False),
    "an extract of before, which does not tell flights": ("seat", HELD, "", True),
    "a paper of the same days": (PAPER, held(on_paper("NAQ-2026-000007", FIRST, LAST)), "NAQ-2026-000007", True),
    "a paper of a day more": (PAPER, held(on_paper("NAQ-2026-000007", FIRST, LAST + DAY)), "NAQ-2026-000007", False),
    "a paper by an extract of before": (PAPER, HELD, "NAQ-2026-000007", True),
    "another paper by an extract of before": (PAPER, HELD, "NAQ-2026-000008", False),
    "a seat for who was refused one": ("refused", held("out A"), "", False),
}


@pytest.mark.parametrize(("what", "state", "number", "same"), HOLDS.values(), ids=HOLDS)
def test_what_is_held_is_held_as_the_leave_says(what: str, state: str, number: str, same: bool):
    """A seat by its flights, a paper by its number and days."""
    at, says = datetime(2026, 3, 1, tzinfo=UTC), "NAQ-2026-000007" if what == PAPER else ""
    value = {"seat": held("back B", "out A"), PAPER: held(on_paper(says, FIRST, LAST)), "refused": BACK}[what]
    balance = Balance(leaves={LEAVE: Seen(at, "")})
    balance.said[LEAVE, what, 5].append(Trace(LEAVE, what, 5, DATABASE, at, value, says))
    lay(balance, at + DAY, written({(LEAVE, what, 5): Line(LEAVE, what, 5, state, number)}))
    assert [one.of for one in balance.findings() if "otherwise" in one.what] == ([] if same else [LEAVE])


def test_a_refusal_leaves_nothing_held_unless_something_was(said: list[Trace]):
    at = said[0].at
    refused = Trace(LEAVE, "seat", 9, DATABASE, at)
    assert _nothing_held(refused, []).value == BACK
    assert _nothing_held(refused, [Trace(LEAVE, "seat", 3, DATABASE, at, held("out A"))]).value == ""


@pytest.mark.parametrize("of", [LEAVE, GONE], ids=["of a leave of the record", "of a leave nobody knows"])
async def test_what_lies_there_without_a_wish_is_named_at_once(
    tmp_path: Path, played: History, said: list[Trace], of: str
):
    rows = as_kept(said)
    for key in [key for key in rows if key[1] == "seat"]:
        del rows[key]
    rows[of, "seat", UNWISHED] = Line(of, "seat", UNWISHED, held("out A"))
    told = [what for leave, what in await found(tmp_path, played, rows) if leave == of]
    assert [what for what in told if "has a seat of it, for which there was no wish" in what], told


@pytest.mark.parametrize("row", ["L,seat,x,held,,", "L,notice,1,,,yesterday", "L,notice,1,,,2026-03-04T06:41:00", "L"])
def test_a_line_of_another_form_is_refused(row: str):
    with pytest.raises(NoExtract):
        list(lines(f"{','.join(_TITLES)}\n{row}\n".encode()))
