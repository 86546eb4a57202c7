"""Each rule with a number of a pack has a table of edges under its id, and a page of `docs/doctrine/` tells a test."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from activities.packs import texts
from domain.packs import read
from domain.packs.reading import Leaf
from domain.packs.vocabulary import TERMS
from tests.docs.blocks import ROOT

TABLE = (ROOT / "docs" / "doctrine.md").read_text("utf-8")
PAGE = "\n".join(page.read_text("utf-8") for page in sorted((ROOT / "docs" / "doctrine").glob("*.md")))
_ID = r"[a-z-]+/(?:[a-z-]+|<deadline>)"
_TERM = r"(?:kinds|accrual|carry_over|counting|clearing|travel|back|records|late)[\w.*-]*"
_NUMBER = r"\d+(?:[.:]\d+)?"
TABLES = ("pytest.mark.parametrize", "given")
"""What makes a test a table of edges, or a property over all of them."""
EACH_TERM = ("silence/<deadline>",)
"""Rules that stand for several, each of which rests on a term of its own."""
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


class Mark(NamedTuple):
    """A test that is marked with a rule, whether it is a table, and the one term of the rule that it tries, if told."""

    rule: str
    test: str
    table: bool
    term: str | None


@cache
def marks() -> tuple[Mark, ...]:
    """Every rule by which a test is marked; tests are named `tests/file.py::test_name`."""
    files = (ROOT / "tests").rglob("test_*.py")
    return tuple(mark for file in files for mark in marks_in(file.read_text("utf-8"), str(file.relative_to(ROOT))))


def marks_in(text: str, file: str) -> Iterator[Mark]:
    """The marks of one file."""
    if "mark.rule(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = [(ast.unparse(d.func), d) for d in node.decorator_list if isinstance(d, ast.Call)]
            table = any(name in TABLES for name, _ in calls)
            for mark in (call for name, call in calls if name == "pytest.mark.rule"):
                terms = [ast.literal_eval(word.value) for word in mark.keywords if word.arg == "term"]
                for rule in mark.args:
                    yield Mark(ast.literal_eval(rule), f"{file}::{node.name}", table, next(iter(terms), None))


def marked() -> dict[str, set[str]]:
    """The tests that are marked with a rule, by rule."""
    found = defaultdict(set)
    for mark in marks():
        found[mark.rule].add(mark.test)
    return found


def untabled(found: Iterable[Mark]) -> list[str]:
    """The rules with numbers that have no table of their own; of a rule that stands for several, its terms."""
    tables = {(mark.rule, term) for mark in found if mark.table for term in (mark.term, None)}
    wanted: list[tuple[str, str | None]] = [(rule, None) for rule in numbered()]
    wanted += [(rule, term) for rule in EACH_TERM for term in numbered()[rule]]
    return sorted(f"{rule} {term or ''}".strip() for rule, term in wanted if (rule, term) not in tables)


def rows() -> dict[str, tuple[str, str, str]]:
    """The page's table: function, test and source by rule."""
    found = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and (rule := re.fullmatch(f"`({_ID})`", cells[1])):
            found[rule[1]] = (cells[2].strip("`"), cells[3].strip("`"), cells[4])
    return found


def leaves() -> Iterator[tuple[str, Leaf]]:
    """What the packs that come along say of a term, of whatever kind of leave."""
    for name in texts():
        for path, leaf in read(texts(), name).leaves.items():
            yield re.sub(r"^kinds\.[\w-]+\.", "kinds.*.", path), leaf


def marks_of_packs() -> dict[str, set[str]]:
    """The trust marks of each term."""
    found: dict[str, set[str]] = defaultdict(set)
    for term, leaf in leaves():
        found[term].add(leaf.source.trust)
    return found


def numbers_of_packs() -> dict[str, set[str]]:
    """The numbers of each term, and those in the words of its source."""
    found: dict[str, set[str]] = defaultdict(set)
    for term, leaf in leaves():
        found[term] |= set(re.findall(_NUMBER, f"{leaf.value} {leaf.source.source}"))
    return found


def test_there_are_rules_with_numbers():
    assert len(numbered()) > 30


def test_every_rule_with_a_number_of_a_pack_has_a_table_of_edges_under_its_id_and_each_deadline_one_for_its_term():
    assert untabled(marks()) == []


def test_a_rule_without_a_table_and_a_deadline_without_one_for_its_term_are_found():
    text = """
@pytest.mark.rule("account/gap")
def test_one():
    pass

@pytest.mark.rule("ask/notice", "silence/<deadline>", term="travel.answer_hours")
@pytest.mark.parametrize("x", [1])
async def test_two(x):
    pass
"""
    found = untabled(marks_in(text, "file.py"))
    assert {"account/gap", "silence/<deadline> kinds.*.no_show_hours"} <= set(found)
    assert {"ask/notice", "silence/<deadline>", "silence/<deadline> travel.answer_hours"}.isdisjoint(found)


def test_a_term_of_a_mark_is_one_of_its_rule():
    assert [mark for mark in marks() if mark.term and mark.term not in numbered()[mark.rule]] == []


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


def test_every_number_of_a_row_is_one_which_a_pack_or_its_source_has_for_a_term_of_the_row():
    given = numbers_of_packs()
    stale = []
    for rule, (_, _, source) in rows().items():
        held = set().union(*(given.get(term, set()) for term in re.findall(f"`({_TERM})`", source)))
        if strange := set(re.findall(_NUMBER, re.sub("`[^`]*`", "", source))) - held:
            stale.append((rule, strange))
    assert stale == []


def test_terms_on_the_page_are_terms_of_packs():
    generic = {re.sub(r"^kinds\.[\w-]+\.", "kinds.*.", path) for path in TERMS} | {"kinds"}
    assert set(re.findall(f"`({_TERM})`", "".join(source for _, _, source in rows().values()))) <= generic
