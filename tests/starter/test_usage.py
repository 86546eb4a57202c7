"""A command line that cannot be meant is told in words: what, why, and where to look."""

from __future__ import annotations

import subprocess
import sys

import pytest

from starter.app import run
from starter.saying import to_seal
from wiring.trouble import Misset


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("account show GHA-1008 --on tomorrow", ("--on 'tomorrow' cannot be meant.", "a day, YYYY-MM-DD")),
        ("find --most lots", ("--most 'lots' cannot be meant.", "a whole number")),
        ("show", ("furlough show: LEAVE is missing.",)),
        ("order rescind LO-1", ("furlough order rescind: --reason is missing.",)),
        ("order rescind LO-1 --reason", ("--reason was said without its value.",)),
        ("today NAQ JUB", ("It is not clear what 'JUB' is to mean here.",)),
        ("request X --kind ordinray", ("expected one of ordinary, emergency", "did you mean ordinary?")),
        ("account show GHA-1008 --on 20261224", ("--on '20261224' cannot be meant.", "expected a day, YYYY-MM-DD")),
        ("find --most 0", ("--most '0' cannot be meant.", "expected 1 to 100000, got '0'")),
        ("find --lnae urgent", ("There is no flag --lnae here.", "did you mean --lane?")),
        ("find --most 5 --most 6", ("--most was said more than once.",)),
        ("order isue", ("There is no command 'furlough order isue'.", "did you mean issue?")),
        ("audit check --as", ("furlough audit check: --as was said without its value.",)),
        ("rules check", ("furlough rules check: FILE is missing.", "expected furlough rules check FILE")),
    ],
)
def test_what_cannot_be_meant_is_told_in_words_and_where_to_look(
    line: str, told: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line.split()) == 2
    said = capsys.readouterr().err
    assert all(each in said for each in told), said
    assert "\nnext   furlough " in said
    assert not any(word in said for word in ("convert", "Must be", "Unknown", "Invalid"))
    assert "parameter" not in said


@pytest.mark.parametrize(
    ("text", "why"),
    [("x" * 2001, "at most 2000 characters, got 2001"), ("\x00\x01", "control characters"), (" ", "got none")],
)
def test_what_is_to_be_sealed_is_words_of_a_person_and_no_file(text: str, why: str) -> None:
    with pytest.raises(Misset) as told:
        to_seal(text, "reason")
    assert why in str(told.value)


def test_a_page_of_help_whose_reader_has_seen_enough_is_no_failure() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "starter", "order", "issue", "--help"], stdout=subprocess.PIPE
    ) as page:
        assert page.stdout is not None
        page.stdout.close()
        assert page.wait(30) == 0
