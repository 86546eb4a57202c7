"""A sheet is read line by line; what cannot be read is told with its file and line, and nothing else is harmed."""

from pathlib import Path

import pytest

from wiring.sheets import Line, read
from wiring.trouble import Misset


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "gate.csv"


@pytest.mark.parametrize("header", ['leave,"at', 'leave,"at" x'], ids=["a quote that never ends", "a word behind one"])
def test_a_header_that_is_no_csv_is_the_sheet_s_fault_and_no_bug(sheet: Path, header: str):
    sheet.write_text(f"{header}\n412,08:00\n")
    with pytest.raises(Misset, match="cannot be read") as told:
        read(sheet, "leave", ("at",))
    assert "its first line is no CSV" in told.value.why
    assert told.value.code == 2


def test_a_line_is_told_by_its_place_in_the_file_also_below_a_cell_of_several_lines(sheet: Path):
    sheet.write_text('leave,reason\n412,"at the\nairport\nof JUB"\n\n413,late,twice\n414,\n')
    assert read(sheet, "leave", ("reason",)) == (
        Line("412", {"reason": "at the\nairport\nof JUB"}, "gate.csv line 2", number=2),
        Line("413", {}, "gate.csv line 6", "expected 2 cells, got 3", 6),
        Line("414", {}, "gate.csv line 7", number=7),
    )


def test_a_bad_line_stops_no_other(sheet: Path):
    sheet.write_text('leave;at\r\n412;"08:00" x\r\n413;08:05\r\n')
    bad, good = read(sheet, "leave", ("at",))
    assert (bad.where, bad.said) == ("gate.csv line 2", "")
    assert bad.bad.startswith("it is no CSV")
    assert good == Line("413", {"at": "08:05"}, "gate.csv line 3", number=3)
