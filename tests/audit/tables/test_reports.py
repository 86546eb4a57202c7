"""Each ready report over rows that are made for it, at its edges; and its chart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from audit.tables.asking import answer, asked
from audit.tables.charts import MOST, chart, scale
from audit.tables.keeping import About, Index, _compressed
from audit.tables.reports import REPORTS, Name
from audit.tables.rows import TABLES


def index(folder: Path, **tables: list[dict[str, Any]]) -> Index:
    """An index of these rows."""
    part = folder / "parts" / "0-1"
    part.mkdir(parents=True)
    for name in TABLES:
        lines = [json.dumps({"leaf": 1, "run": "r", **row}) + "\n" for row in tables.get(name, [])]
        (part / f"{name}.json").write_text("".join(lines))
    _compressed(part)
    return Index(folder, About(origin="x", key="x"))


def told(made: Index, name: Name) -> list[dict[str, Any]]:
    with asked(made) as connection:
        found = answer(connection, REPORTS[name].sql)
        return [dict(zip(found.titles, row, strict=True)) for row in found.rows]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_over_nothing_is_empty_and_draws(tmp_path: Path, name: Name):
    assert told(index(tmp_path), name) == []
    with asked(Index(tmp_path, About(origin="x", key="x"))) as connection:
        titles = answer(connection, REPORTS[name].sql).titles
    ET.fromstring(chart(REPORTS[name], titles, []))


@pytest.mark.parametrize(
    ("in_at", "ended", "late"),
    [
        ("2026-03-30 23:59:59", None, None),
        ("2026-03-31 00:00:00", None, 0.0),
        ("2026-03-31 06:00:00", "settled", 6.0),
        (None, None, 12.0),
        (None, "not-returned", None),
    ],
)
def test_late_is_who_was_not_back_when_the_day_was_over(
    tmp_path: Path, in_at: str | None, ended: str | None, late: float | None
):
    row = {"leave_id": "L", "out_at": "2026-03-20 06:00:00", "due_back": "2026-03-31 00:00:00", "in_at": in_at}
    made = index(tmp_path, leaves=[row | {"ended": ended, "sealed_at": "2026-03-31 12:00:00"}])
    assert [one["hours_late"] for one in told(made, "late-returns")] == ([] if late is None else [late])


def test_consents_are_counted_by_post_kind_order_and_ground(tmp_path: Path):
    one = {"base": "NAQ", "kind": "exempted", "order_version": "LO-1.1", "ground": "humanitarian", "post": "FC"}
    other = one | {"post": "DFC", "for_post": "FC", "leave_id": "M"}
    override = {"base": "NAQ", "kind": "overridden", "post": "NCC-GHA", "leave_id": "L"}
    made = index(tmp_path, consents=[one | {"leave_id": "L"}, one | {"leave_id": "L"}, other, override])
    found = [(row["authority"], row["kind"], row["consents"], row["leaves"]) for row in told(made, "overrides")]
    assert found == [("FC", "exempted", 3, 2), ("NCC-GHA", "overridden", 1, 1)]
    decided = [(row["authority"], row["decision"], row["decisions"]) for row in told(made, "decisions")]
    assert decided == [("FC", "exempted", 3), ("NCC-GHA", "overridden", 1)]


def test_somebody_with_two_leaves_on_one_day_is_away_once(tmp_path: Path):
    leaves = [{"leave_id": each, "member": "m-1", "base": "NAQ", "sealed_at": "2026-01-01 00:00:00"} for each in "LM"]
    days = [{"leave_id": each, "day": "2026-03-23", "counted": True} for each in "LM"]
    assert [row["away"] for row in told(index(tmp_path, leaves=leaves, days=days), "absences")] == [1]


def test_a_chart_has_a_bar_for_each_label_escapes_it_and_tells_what_it_leaves_out():
    rows = [("FC<&>", "approved", 3), ("FC<&>", "approved", 2), *((f"P{i}", "x", 1) for i in range(MOST))]
    drawn = chart(REPORTS["decisions"], ("authority", "decision", "decisions"), rows)
    root = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}rect")) == MOST
    texts = [each.text for each in root.iter(f"{space}text")]
    assert ("FC<&> · approved" in texts, "5" in texts) == (True, True)
    assert "1 more are not drawn" in (texts[0] or "")
    assert "script" not in drawn


def test_days_stand_side_by_side_from_the_first_to_the_last():
    rows = [("2026-03-23", "NAQ", 4), ("2026-03-23", "FLY", 1), ("2026-03-26", "NAQ", 2)]
    root = ET.fromstring(chart(REPORTS["absences"], ("day", "base", "away"), rows))
    bars = [float(each.get("height", 0)) for each in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert bars[1:3] == [0, 0], "a day on which nobody was away has its place"
    assert bars[0] / bars[3] == pytest.approx(2.5, rel=0.01)
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[1:] == ["0", "1", "2", "3", "4", "5", "2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26"]


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (0, [0, 1]),
        (0.4, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (23, [0, 5, 10, 15, 20, 25]),
        (51, [0, 20, 40, 60]),
        (480, [0, 100, 200, 300, 400, 500]),
    ],
)
def test_a_scale_has_few_round_marks_and_reaches_over_all(most: float, marks: list[float]):
    assert scale(most) == marks
