"""What somebody else wrote never speaks to the terminal of who reads it."""

from __future__ import annotations

import pytest

from wiring import console
from wiring.shown import shown

HIDES = "a\x1b[2Jb\x9b8m\u202ec\r\x7f"
PLAIN = r"a\u001b[2Jb\u009b8m\u202ec\u000d\u007f"


def test_what_people_write_stays_as_it_is():
    for text in ("Zürich, à\u00a0demain", "two\nlines\tand a tab", "\u06a9\u0647\u200c\u0647\u0627", "\U0001f600"):
        assert shown(text) == text


def test_characters_that_a_terminal_obeys_are_written_out():
    assert shown(HIDES) == PLAIN


def test_no_way_of_printing_lets_them_through(capsys: pytest.CaptureFixture[str]):
    table = console.table("what")
    table.add_row(HIDES)
    console.say(HIDES)
    console.say(table)
    console.note(HIDES)
    console.warn(HIDES)
    console.document({"what": HIDES})
    told = capsys.readouterr()
    assert [line.strip() for line in told.out.splitlines()] == [
        PLAIN,
        "what",
        PLAIN,
        f'{{"what": "{PLAIN}"}}'.replace("\\u000d", "\\r"),
    ]
    assert told.err.splitlines() == [PLAIN, PLAIN]
