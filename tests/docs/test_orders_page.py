"""Every rule of orders has a row with a function and a test that are there."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from domain.restrictions import Restriction
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "doctrine" / "orders.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if re.match(r"\| .*::.*::", line)
]


def functions(file: Path) -> set[str]:
    """The names of all functions of a file, those of classes too."""
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_row_names_a_function_and_a_test_that_are_there(row):
    for place in row[1:3]:
        file, _, name = place.strip("`").partition("::")
        assert name in functions(ROOT / file), place


def test_every_restriction_that_can_be_ordered_has_a_row():
    known = {kind.model_fields["rule"].default for kind in get_args(get_args(Restriction)[0])}
    assert known - {row[0].strip("`") for row in ROWS} <= {"degraded-communications"}, (
        "that one is a matter of decisions"
    )
