"""The printed forms: room for what is written by hand, and below it commands which there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.leave.path import STATES
from starter.app import commands
from starter.forms import DECISIONS, GATE, LINES, TYPED, Known, html, in_turn
from starter.index import Row

NOW = datetime(2026, 12, 20, 6, 12, tzinfo=UTC)
ROOM = 273
"""Millimetres across a sheet of A4 on its side, within the margins."""


def page(state: str) -> str:
    row = Row(leave_id="UNEX-1", number="NAQ-2026-000412", state=state, attention=("awaiting:CO-NAQ",), act_by=NOW)
    return html(Known(base="NAQ", at=NOW, gate=(row,), decisions=(row,)), ZoneInfo("Asia/Beirut"))


@pytest.mark.parametrize("columns", [DECISIONS, GATE])
def test_columns_fill_the_sheet_and_those_written_by_hand_have_most_of_it(columns: dict[str, int]) -> None:
    by_hand = {name: width for name, width in columns.items() if list(columns).index(name) >= 5}
    assert sum(columns.values()) == ROOM
    assert sum(by_hand.values()) > ROOM / 2
    assert all(width >= 20 for name, width in by_hand.items() if name != "yes / no")


def test_each_decision_has_its_decider_time_and_signature_and_the_known_cells_stand_left_of_them() -> None:
    shown = page("booked")
    assert {"decided by: number, post", "at (day, time)", "signature"} <= set(DECISIONS)
    line = re.findall(r"<tr><td>NAQ-2026-000412</td>(.*?)</tr>", shown)[0]
    cells = re.findall(r"<td>(.*?)</td>", line)
    assert cells == ["", "journey", "CO-NAQ", "2026-12-20 08:12", *[""] * 5]


@pytest.mark.parametrize("state", [STATES["attest"], STATES["approve"], STATES["confirm"]])
def test_whose_turn_it_is_and_until_when_stand_there_where_all_leaves_wait_for_the_same(state: str) -> None:
    """Of a check and of an approval they would tell which it is."""
    shown = page(state)
    assert ("CO-NAQ" in shown) is (state == STATES["confirm"])
    assert list(DECISIONS).index("whose turn") == 3
    line = re.findall(r"<tr><td>NAQ-2026-000412</td>(.*?)</tr>", shown)[0]
    turn, by = re.findall(r"<td>(.*?)</td>", line)[2:4]
    assert (turn, by) == (("CO-NAQ", "2026-12-20 08:12") if state == STATES["confirm"] else ("", ""))


def test_an_emergency_stands_where_its_number_puts_it() -> None:
    rows = [Row(leave_id=f"UNEX-{n}", number=f"NAQ-2026-00000{n}", state=STATES["attest"]) for n in (1, 2)]
    rows[1] = rows[1].model_copy(update={"lane": "urgent", "act_by": NOW})
    assert sorted(rows, key=in_turn) == rows


@pytest.mark.parametrize(("known", "pages"), [(0, 1), (9, 1), (10, 2), (24, 2), (25, 3)])
def test_empty_lines_fill_the_last_page_so_that_no_foot_stands_on_one_of_its_own(known: int, pages: int) -> None:
    row = Row(leave_id="UNEX-1", number="NAQ-2026-000412", state="away")
    gate = html(Known(base="NAQ", at=NOW, gate=(row,) * known), ZoneInfo("Asia/Beirut")).partition("Gate")[2]
    lines, _, foot = gate.partition("<tbody>")[2].partition("</tbody>")
    assert lines.count("<tr>") == pages * LINES
    assert foot.startswith("<tfoot>"), "on each page"


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no browser is installed here")
@pytest.mark.parametrize(("known", "pages"), [(9, 3), (10, 5)])
def test_a_browser_prints_each_sheet_on_as_many_pages_as_it_has_full_ones(
    known: int, pages: int, tmp_path: Path
) -> None:
    row = Row(leave_id="UNEX-1", number="NAQ-2026-000412", unit="GHABATT-A", state="booked", act_by=NOW)
    file, printed = tmp_path / "forms.html", tmp_path / "forms.pdf"
    file.write_text(html(Known(base="NAQ", at=NOW, gate=(row,) * known, decisions=(row,) * known), ZoneInfo("UTC")))
    printing = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}"]
    subprocess.run(
        [*printing, "--no-pdf-header-footer", f"--print-to-pdf={printed}", file.as_uri()],
        check=True,
        capture_output=True,
    )
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == pages


@pytest.mark.parametrize("step", ["attest", "approve"])
def test_no_sheet_tells_a_check_from_an_approval(step: str) -> None:
    shown = page(STATES[step])
    assert STATES[step] not in shown
    assert "attestation" not in shown
    assert "<td>decision</td>" in shown


@pytest.mark.parametrize("typed", [typed for lines in TYPED.values() for _, typed in lines if "--" in typed])
def test_what_is_to_be_typed_later_has_only_flags_which_the_command_takes(typed: str) -> None:
    taken = {
        name
        for argument in commands()[typed.partition(" ")[0]].assemble_argument_collection()
        for name in argument.names
    }
    assert set(re.findall(r"--[a-z-]+", typed)) <= taken
    assert {"--reason"} <= taken or not typed.startswith("deny"), "a no has its reason"
