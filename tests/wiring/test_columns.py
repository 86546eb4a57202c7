"""Tables on terminals of any width: every word stays whole, and nothing of a line is lost."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from wiring import console
from wiring.columns import fitted

TITLES = ("by", "leave", "who", "wants", "type")
ROW = ("2026-11-25 07:22 JUB", "JUB-2026-000003", "CPT I. Finch", "approval, asked twice", "furlough approve 3")


def drawn(width: int, *rows: tuple[str, ...], titles: tuple[str, ...] = TITLES) -> list[str]:
    """The lines which a terminal of this width is sent."""
    told = io.StringIO()
    terminal = Console(file=told, width=width, markup=False, highlight=False)
    table = console.table(*titles)
    for row in rows:
        table.add_row(*row)
    for part in fitted(table, width):
        terminal.print(part, soft_wrap=True)
    return told.getvalue().splitlines()


@given(st.integers(20, 240))
def test_no_word_is_broken_or_lost_however_narrow_the_terminal_is(width: int) -> None:
    lines = drawn(width, ROW, ROW)
    told = " ".join(lines).split()
    for word in " ".join(ROW).split():
        assert told.count(word) >= 2, (width, word)
    assert "…" not in "".join(lines)


def test_a_wide_terminal_has_a_line_a_row_and_a_narrow_one_a_block() -> None:
    assert len(drawn(200, ROW, ROW)) == 3
    narrow = drawn(40, ROW)
    assert narrow[1] == "leave  JUB-2026-000003"
    assert len(narrow) == len(ROW) + 1


def test_between_them_columns_share_the_room_and_no_line_is_too_long() -> None:
    lines = drawn(70, ROW)
    assert all(len(line) <= 70 for line in lines)
    assert lines[0].split() == list(TITLES)


def test_a_row_without_titles_is_a_line_and_what_is_empty_takes_no_room() -> None:
    assert drawn(20, ("2026-12-23", "1 x 2", "", "counting/charged"), titles=("", "", "", "")) == [
        "2026-12-23  1 x 2  counting/charged"
    ]
