"""Whatever the library finds wrong with a value is told to people in words of their own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from domain.model import Code, Instant, Model, Moment, Sha256, Text
from domain.wrong import BOUNDS, FORMS, expected

RAW = re.compile(r"[Ii]nput should|String should|should have|should be|valid |pattern|regex|_type|_parsing")


class Pair(Model):
    """A model of which everything can be wrong."""

    word: Annotated[str, Field(min_length=1, max_length=3)]
    other: int


def refuse(value: str) -> str:
    raise ValueError(f"expected a colour, got {value}")


@pytest.mark.parametrize(
    ("shape", "value", "words"),
    [
        (Code, "LO 50", "at most 100 letters, digits and . _ : / # @ + -, with a letter or digit first"),
        (Sha256, "x", "a SHA-256 digest of 64 digits and letters a to f"),
        (Text, "x" * 2001, "at most 2000 characters"),
        (Annotated[str, Field(min_length=1)], "", "some words"),
        (Annotated[str, Field(min_length=3)], "a", "at least 3 characters"),
        (Moment, datetime(1999, 1, 1, tzinfo=UTC), "2000-01-01 or later"),
        (Instant, "2026-01-01T00:00", "a time with its distance from UTC"),
        (Instant, "soon", "a time, YYYY-MM-DD HH:MM"),
        (date, "2026-13-01", "a day, YYYY-MM-DD"),
        (time, "25:00", "a time of the day, HH:MM"),
        (Annotated[int, Field(ge=1)], 0, "1 or more"),
        (Annotated[int, Field(le=9)], 10, "9 at most"),
        (Annotated[Decimal, Field(gt=0)], 0, "more than 0"),
        (Annotated[Decimal, Field(lt=3)], 3, "less than 3"),
        (int, "many", "a whole number"),
        (Decimal, "many", "a number"),
        (bool, "perhaps", "true or false"),
        (str, 3, "a text"),
        (Literal["road", "flight"], "train", "one of 'road', 'flight'"),
        (tuple[int, ...], 3, "a list"),
        (Annotated[tuple[int, ...], Field(min_length=1)], (), "at least 1 of them"),
        (dict[str, int], 3, "a table of names and values"),
        (Annotated[str, AfterValidator(refuse)], "loud", "a colour, got loud"),
    ],
)
def test_what_was_expected_is_told_in_words(shape: Any, value: object, words: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(shape).validate_python(value)
    (told,) = wrong.value.errors()
    assert expected(told) == words


def test_of_a_whole_model_each_fault_is_told() -> None:
    with pytest.raises(ValidationError) as wrong:
        Pair.model_validate({"word": "", "more": 1})
    assert [expected(told) for told in wrong.value.errors()] == ["some words", "a value", "no such name"]


@pytest.mark.parametrize("kind", sorted(get_args(ErrorType)))
def test_no_kind_of_fault_is_told_in_the_words_of_the_library(kind: str) -> None:
    """Whichever the library knows: without a text of its own an unlikely one is told as another value expected."""
    bounds = {"ge": 1, "gt": 1, "le": 1, "lt": 1, "min_length": 2, "max_length": 3, "pattern": "x", "error": "wrong"}
    ctx: dict[str, Any] = bounds | {"expected": "'a' or 'b'", "expected_tags": "'a', 'b'"}
    told = expected({"type": kind, "loc": (), "msg": "Input should be valid", "input": 1, "ctx": ctx})
    assert told
    assert not RAW.search(told)


def test_the_words_are_for_faults_which_the_library_knows() -> None:
    known = set(get_args(ErrorType))
    assert known >= BOUNDS.keys()
    assert {kind.partition("_")[0] for kind in known} >= FORMS.keys() - {"path"}
