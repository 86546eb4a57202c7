"""The printed forms: room for what is written by hand, and below it commands which there are."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.leave.path import STATES
from starter.app import commands
from starter.forms import DECISIONS, GATE, TYPED, Known, html
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
