"""What is irregular is told to people in sentences, wherever leaves are shown; documents keep the ids."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from starter import irregular, page
from starter.board import Absent, Today
from starter.index import Row
from tests.conftest import Furlough, ahead
from tests.starter.at_jub import GATE, asked, once

WHY = "it was not approved yet (path/approve); it was before the first day of the leave (travel/before-first-day)"


async def test_a_leave_with_an_irregular_mark_is_signed_and_told_of_on_board_page_and_in_find(
    furlough: Furlough, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = await asked(furlough, "IND-1006", ahead(50), ahead(52))
    gone = await furlough("sign-out", number, *GATE)
    assert f"IRREGULAR: {WHY}" in gone.out
    ran = await once(lambda: furlough("today", "JUB", *GATE), lambda ran: f"{number} !" in ran.out)
    assert f"{number} !" in ran.out
    assert f"{number}: {WHY}" in ran.out
    (board,) = (await furlough("today", "JUB", "--json", *GATE)).documents
    (marks,) = board["irregular"].values()
    assert marks[:2] == ["path/approve", "travel/before-first-day"]
    monkeypatch.chdir(tmp_path)
    assert (await furlough("today", "JUB", "--print", *GATE)).code == 0
    sheet = (tmp_path / f"today-JUB-{board['day']}.html").read_text("utf-8")
    assert f"{number}\N{NO-BREAK SPACE}!" in sheet, "both stand in one line"
    assert WHY in sheet
    found = await furlough("find", "--attention", "irregular", *GATE)
    (line,) = [line for line in found.out.splitlines() if line.startswith(f"{number} !")]
    assert "irregular" not in line, "the sign says it, and no post is called so"
    assert f"! {number}: {WHY}" in found.out


def test_the_page_for_the_gate_tells_of_no_check_whoever_has_printed_it() -> None:
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    row = Row(leave_id="L1", number="JUB-2026-000001", state="waiting for a check", attention=("irregular",))
    lists: dict[str, Any] = dict.fromkeys(("overdue", "due", "away", "waiting", "strength", "queue", "orders"), ())
    leaving = (Absent(row=row, who=""),)
    marked: dict[str, tuple[str, ...]] = {"L1": ("path/check",)}
    shown = Today(base="JUB", at=at, day=at.date(), leaving=leaving, irregular=marked, **lists)
    sheet = page.html(shown, UTC)
    assert "check" not in sheet
    assert "waiting for a decision" in sheet
    assert "JUB-2026-000001\N{NO-BREAK SPACE}!" in sheet


def test_of_more_leaves_than_are_asked_it_is_told_how_many_and_where_to_look() -> None:
    rows = [Row(leave_id=f"L{i}", attention=("irregular",)) for i in range(3)]
    told = list(irregular.legend([*rows, rows[0], Row(leave_id="L9")], {"L0": ("path/lift",)}))
    assert told == ["L0: it was suspended (path/lift)", "and 2 leaves more: furlough show tells why, one by one"]
