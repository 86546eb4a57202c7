"""Each rule with a number of a pack has a test under its id, and a page of `docs/doctrine/` tells which."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from activities.packs import texts
from domain.packs import read
from domain.packs.vocabulary import TERMS
from tests.docs.blocks import ROOT

TABLE = (ROOT / "docs" / "doctrine.md").read_text("utf-8")
PAGE = "\n".join(page.read_text("utf-8") for page in sorted((ROOT / "docs" / "doctrine").glob("*.md")))
_ID = r"[a-z-]+/(?:[a-z-]+|<deadline>)"
_TERM = r"(?:kinds|accrual|carry_over|counting|clearing|travel|back|records|late)[\w.*-]*"
SAME_DESK = {"authority/officer", "authority/confirm", "authority/attest"}
"""Cited by one row with `authority/approve`; the number (how much a commander may grant) is that one's alone."""


def numbered() -> dict[str, set[str]]:
    """Every rule of the table of rules that rests on terms of a pack, with those terms."""
    found: dict[str, set[str]] = {}
    for line in TABLE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and (terms := set(re.findall(f"`({_TERM})`", cells[4]))):
            found |= dict.fromkeys(re.findall(f"`({_ID})`", cells[1]), terms)
    return {rule: terms for rule, terms in found.items() if rule not in SAME_DESK}


def marked() -> dict[str, set[str]]:
    """The tests that are marked with a rule: `tests/file.py::test_name` by rule."""
    found = defaultdict(set)
    for file in (ROOT / "tests").rglob("test_*.py"):
        for test, rule in _marks(file):
            found[rule].add(f"{file.relative_to(ROOT)}::{test}")
    return found


def _marks(file: Path) -> Iterator[tuple[str, str]]:
    text = file.read_text("utf-8")
    if "mark.rule(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                    yield from ((node.name, str(ast.literal_eval(arg))) for arg in mark.args)


def rows() -> dict[str, tuple[str, str, str]]:
    """The page's table: function, test and source by rule."""
    found = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and (rule := re.fullmatch(f"`({_ID})`", cells[1])):
            found[rule[1]] = (cells[2].strip("`"), cells[3].strip("`"), cells[4])
    return found


def marks_of_packs() -> dict[str, set[str]]:
    """The trust marks which the packs that come along have for a term, of whatever kind of leave."""
    found: dict[str, set[str]] = {}
    for name in texts():
        for path, leaf in read(texts(), name).leaves.items():
            found.setdefault(re.sub(r"^kinds\.[\w-]+\.", "kinds.*.", path), set()).add(leaf.source.trust)
    return found


def test_there_are_rules_with_numbers():
    assert len(numbered()) > 30


def test_every_rule_with_a_number_of_a_pack_has_a_test_under_its_id():
    assert sorted(numbered().keys() - marked().keys()) == []


def test_no_test_is_marked_with_a_rule_that_is_not_on_the_table():
    assert sorted(rule for rule in marked() if f"`{rule}`" not in TABLE) == []


def test_every_rule_with_a_number_has_a_row_with_a_test_that_is_marked_with_it():
    known, tests = rows(), marked()
    assert sorted(numbered().keys() ^ known.keys()) == []
    assert [rule for rule, (_, test, _) in known.items() if test not in tests[rule]] == []


def test_every_function_of_a_row_is_there():
    missing = []
    for rule, (function, _, _) in rows().items():
        file, _, name = function.partition("::")
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        if name not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}:
            missing.append((rule, function))
    assert missing == []


def test_every_row_names_the_terms_of_its_rule_and_their_sources():
    for rule, (_, _, source) in rows().items():
        assert numbered()[rule] <= set(re.findall(f"`({_TERM})`", source)) | {"kinds"}, rule
        assert re.search(r"\[[ABCD]\]", source), rule


def test_every_mark_of_a_row_is_one_which_a_pack_has_for_a_term_of_the_row():
    """A row that outlived a change of the packs shows: so does one which says that no pack sets a term."""
    given = marks_of_packs()
    stale = []
    for rule, (_, _, source) in rows().items():
        held = set().union(*(given.get(term, set()) for term in re.findall(f"`({_TERM})`", source)))
        if not set(re.findall(r"\[([ABCD])\]", source)) <= held or ("no pack" in source and held):
            stale.append((rule, source, held))
    assert stale == []


def test_terms_on_the_page_are_terms_of_packs():
    generic = {re.sub(r"^kinds\.[\w-]+\.", "kinds.*.", path) for path in TERMS} | {"kinds"}
    assert set(re.findall(f"`({_TERM})`", "".join(source for _, _, source in rows().values()))) <= generic
