"""Logs tell what broke and where, and nothing that a person wrote."""

import ast
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from wiring import logs


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator["Lines"]:
    root = logging.getLogger()
    level = root.level
    logs.set_up("json")
    yield Lines(capsys)
    root.setLevel(level)
    root.removeHandler(root.handlers[0])
    structlog.reset_defaults()


class Lines:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def text(self) -> str:
        return self.capsys.readouterr().err

    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


def break_down() -> None:
    raise ValueError("passport 123") from KeyError("my mother is ill")


@pytest.mark.parametrize("ours", [True, False])
def test_error_is_told_by_type_and_place_and_never_by_its_text(lines: Lines, ours: bool):
    log = structlog.get_logger("furlough") if ours else logging.getLogger("temporalio.worker")
    try:
        break_down()
    except ValueError:
        log.exception("it broke\nfuture: <Task exception=ValueError('passport 123')>")
    (line,) = lines.read()
    assert line["event"] == "it broke"
    assert line["error"][0].endswith(" in break_down")
    assert [told.partition(" ")[0] for told in line["error"]] == ["ValueError", "KeyError"]
    assert "passport" not in json.dumps(line)
    assert "mother" not in json.dumps(line)


def test_private_keys_are_withheld_at_any_depth(lines: Lines):
    structlog.get_logger("furlough").info(
        "acted", act="approve", detail={"family": "x"}, temporal={"name": "Ann", "run": "1"}
    )
    logging.getLogger("theirs").warning("told", extra={"service_number": "123", "attempt": 2})
    ours, theirs = lines.read()
    assert (ours["detail"], ours["temporal"], ours["act"]) == (
        "[withheld]",
        {"name": "[withheld]", "run": "1"},
        "approve",
    )
    assert (theirs["service_number"], theirs["attempt"]) == ("[withheld]", 2)


def test_long_values_are_cut(lines: Lines):
    logging.getLogger("temporalio.core").error("We expected to be able to fetch more events %s", "x" * 500_000)
    (line,) = lines.read()
    assert len(json.dumps(line)) < 2 * logs.LONGEST
    assert "characters more" in line["event"]


def test_error_as_a_value_is_told_by_its_type(lines: Lines):
    structlog.get_logger("furlough").warning("again", reason_of_it=ValueError("passport 123"))
    (line,) = lines.read()
    assert line["reason_of_it"] == "ValueError"


def test_line_that_cannot_be_told_stops_nothing_and_leaks_nothing(lines: Lines):
    with pytest.raises(TypeError):  # from the test runner's own handler, which comes after ours
        logging.getLogger("theirs").warning("%d", "passport 123")
    said = lines.text()
    assert "a log line of theirs was lost: TypeError" in said
    assert "passport" not in said


def test_console_shows_the_same_and_no_traceback(lines: Lines):
    logs.set_up("console")
    try:
        break_down()
    except ValueError:
        structlog.get_logger("furlough").exception("it broke")
    said = lines.text()
    assert "it broke" in said
    assert "break_down" in said
    assert "passport" not in said
    assert "Traceback" not in said


def test_nothing_that_is_logged_goes_by_a_name_whose_value_is_withheld():
    root = Path(logs.__file__).parents[1]
    files = [
        root / "worker.py",
        *(each for part in ("activities", "starter", "wiring") for each in (root / part).rglob("*.py")),
    ]
    told = [
        (file.name, word.arg)
        for file in files
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.")
        for word in call.keywords
    ]
    assert ("worker.py", "mission") in told
    assert [each for each in told if each[1] in logs.PRIVATE] == []
