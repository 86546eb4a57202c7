"""What runs inside a workflow knows no clock and no world but what was recorded: no sandbox watches it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSIDE = sorted(path for folder in ("domain", "workflows") for path in (ROOT / folder).rglob("*.py"))
CLOCKS = {"now", "today", "utcnow", "monotonic", "time_ns", "perf_counter", "uuid4", "uuid7", "getenv"}
WORLD = {"open", "input", "print", "exec", "eval", "hash", "id"}
"""`hash` and `id` differ from process to process."""


def asks_the_world(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of each call that would answer otherwise on replay, and of each clock that is handed on."""
    tree = ast.parse(text)
    imported = [name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names]
    days = {"date", "datetime"} | {
        name.asname for name in imported if name.asname and name.name in ("date", "datetime")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and ast.unparse(node.value).split(".")[-1] in days:
            yield node.lineno, ast.unparse(node)
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in WORLD:
            yield node.lineno, called.id
        if isinstance(called, ast.Attribute) and called.attr in CLOCKS:
            owner = ast.unparse(called.value)
            if owner != "workflow":  # Temporal's own clock is the history's
                yield node.lineno, f"{owner}.{called.attr}"


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_runs_inside_a_workflow_asks_no_clock_and_no_world(path: Path) -> None:
    """Replay must find the same answers; whatever else is asked has to be recorded by an activity."""
    assert list(asks_the_world(path.read_text())) == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "date.today()",
        "uuid.uuid4()",
        "open('x')",
        "hash('x')",
        "from domain.model import datetime\nat = datetime.utcnow()",
        "from domain.model import datetime as moment\nField(default_factory=moment.utcnow)",
        "clock = datetime.datetime.now",
    ],
)
def test_a_clock_or_the_world_would_be_found(text: str) -> None:
    """The check itself can fail; the history's own clock passes it."""
    assert list(asks_the_world(text))
    assert list(asks_the_world("workflow.now()")) == []
