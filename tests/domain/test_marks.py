"""Whatever may mark an entry as irregular has a sentence for people: found by reading where marks come from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from domain import marks
from domain.garrison.strength import STRENGTH
from domain.leave.deciding import POSSIBLE
from domain.leave.path import AT, PATH, SHOWN

DOMAIN = Path(marks.__file__).parent
ID = re.compile(r"[a-z]+(?:-[a-z]+)*/[a-z]+(?:-[a-z]+)*")


class Place(NamedTuple):
    """A piece of code, and the function (or module) in which its names mean something."""

    code: ast.AST
    scope: ast.AST


@cache
def modules() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(file.read_text("utf-8")) for file in sorted(DOMAIN.rglob("*.py")))


@cache
def functions() -> dict[str, tuple[ast.FunctionDef, ...]]:
    """All functions of the domain, by name."""
    found: dict[str, tuple[ast.FunctionDef, ...]] = {}
    for node in (node for module in modules() for node in ast.walk(module)):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = (*found.get(node.name, ()), node)
    return found


@cache
def homes() -> dict[ast.AST, ast.Module]:
    """In which module a function stands."""
    return {node: module for module in modules() for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}


@cache
def assigned(name: str, scope: ast.AST) -> list[Place]:
    """What a name is given in a function; else what a constant of that name is, there or in any other module."""
    home = homes().get(scope)
    for nodes in (ast.walk(scope), home.body if home else (), (node for module in modules() for node in module.body)):
        given = [n.value for n in nodes if isinstance(n, ast.Assign | ast.AnnAssign) and n.value and name in stored(n)]
        if given:
            return [Place(value, scope) for value in given]
    return []


def stored(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


@cache
def given_by(name: str) -> list[Place]:
    """What functions of that name return, where that may be marks."""
    return [
        Place(node.value, function)
        for function in functions().get(name, ())
        if function.returns and re.match(r"tuple\[.*(str|Code), \.\.\.", ast.unparse(function.returns))
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value
    ]


def ids(place: Place, seen: set[str]) -> Iterator[str]:
    """Every rule id to which a piece of code can come."""
    code = place.code
    if isinstance(code, ast.Constant) and isinstance(code.value, str) and ID.fullmatch(code.value):
        yield code.value
    if name := {ast.Name: "id", ast.Attribute: "attr"}.get(type(code)):
        called = getattr(code, name)
        if called not in seen:
            seen.add(called)
            local = assigned(called, place.scope) if isinstance(code, ast.Name) else []
            yield from (each for value in (*local, *given_by(called)) for each in ids(value, seen))
    for child in parts(code):
        yield from ids(Place(child, place.scope), seen)


def parts(code: ast.AST) -> list[ast.AST]:
    """What of a piece of code may come out of it: no condition; of what a domain function is given, only constants."""
    if isinstance(code, ast.comprehension):
        return [code.iter]
    if isinstance(code, ast.IfExp):
        return [code.body, code.orelse]
    if not isinstance(code, ast.Call):
        return list(ast.iter_child_nodes(code))
    name = getattr(code.func, "id", getattr(code.func, "attr", ""))
    return [code.func, *(arg for arg in code.args if name not in functions() or constant(arg))]


def constant(arg: ast.AST) -> bool:
    """A text, or the name of one."""
    return isinstance(arg, ast.Constant) or (isinstance(arg, ast.Name) and arg.id.isupper())


def marked() -> Iterator[Place]:
    """Every piece of code that is given to `irregular`."""
    for function in (each for same in functions().values() for each in same):
        for node in ast.walk(function):
            if isinstance(node, ast.keyword) and node.arg == "irregular":
                yield Place(node.value, function)
            elif isinstance(node, ast.Dict):
                entries = zip(node.keys, node.values, strict=True)
                yield from (Place(v, function) for k, v in entries if ast.unparse(k or v) == "'irregular'")


def may_mark() -> set[str]:
    """Every id that may mark an entry.

    Beside those which the code marks with by name: the step at which somebody left too early, the act that was seen out
    of its time, and what a hold of days would have been refused for.
    """
    early = {f"path/{SHOWN.get(step.name, step.name)}" for step in PATH[: AT["sign-out"]]}
    untimely = {
        f"path/{act.model_fields['kind'].default}"
        for act, during in POSSIBLE.items()
        if act.said == "observation" and during.steps != range(len(PATH) + 1)
    }
    limits = "".join((DOMAIN / "account" / name).read_text("utf-8") for name in ("limits.py", "counters.py"))
    return {
        *(each for place in marked() for each in ids(place, set())),
        *early,
        *untimely,
        *re.findall(f'rule="({ID.pattern})"', limits),
        STRENGTH,
    }


def test_every_rule_that_may_mark_an_entry_has_a_sentence_and_no_other_rule_has():
    """The strictness in both directions keeps the reading of the code honest: it misses none that is there."""
    assert may_mark() == set(marks.SAID)


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("path/lift", "it was suspended (path/lift)"),
        ("LO-014.2", "an order stood against it (LO-014.2)"),
        ("strength", "the strength of the unit left no place for it (strength)"),
    ],
)
def test_a_mark_is_told_as_a_sentence_and_its_id(mark, told):
    assert marks.told(mark) == told


def test_several_marks_are_told_once_each_and_none_says_nothing():
    assert marks.aside(("path/lift", "LO-1.1", "path/lift")) == (
        ", irregular: it was suspended (path/lift); an order stood against it (LO-1.1)"
    )
    assert marks.aside(()) == ""
