"""What a value should have been, in words: what the library that checks values says of it means nothing to people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from pydantic_core import ErrorDetails

from domain.model import Code, Sha256, datetime

PATTERNS: Final[dict[str, str]] = {
    get_args(Code)[1].pattern: "at most 100 letters, digits and . _ : / # @ + -, with a letter or digit first",
    get_args(Sha256)[1].pattern: "a SHA-256 digest of 64 digits and letters a to f",
}
BOUNDS: Final = {
    "greater_than_equal": ("ge", "{} or more", "{} or later"),
    "greater_than": ("gt", "more than {}", "later than {}"),
    "less_than_equal": ("le", "{} at most", "{} or before"),
    "less_than": ("lt", "less than {}", "before {}"),
}
"""By type of error: under which name it tells the bound, and the words for numbers and for times."""
FORMS: Final = {
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite": "a number",
    "multiple": "a number",
    "bool": "true or false",
    "date": "a day, YYYY-MM-DD",
    "datetime": "a time, YYYY-MM-DD HH:MM",
    "timezone": "a time with its distance from UTC",
    "time": "a time of the day, HH:MM",
    "string": "a text",
    "bytes": "a text",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen": "a list",
    "iterable": "a list",
    "dict": "a table of names and values",
    "mapping": "a table of names and values",
    "model": "a table of names and values",
    "none": "nothing",
    "url": "an address",
    "path": "the name of a file",
    "json": "a JSON document",
    "extra": "no such name",
}
"""By the first word of the type of error."""


def expected(wrong: ErrorDetails, patterns: Mapping[str, str] = {}) -> str:
    """What was expected in the place of a wrong value: `some words`, `2000-01-01 or later`, `a whole number`.

    `patterns` tells of forms of the asker's own what they are in words.
    """
    kind, told = wrong["type"], wrong.get("ctx", {})
    if kind in BOUNDS:
        name, of_numbers, of_times = BOUNDS[kind]
        bound = told[name]
        at = _instant(bound)
        return of_times.format(f"{at:%Y-%m-%d}") if at else of_numbers.format(bound)
    match kind:
        case "missing":
            return "a value"
        case "string_pattern_mismatch":
            return (PATTERNS | dict(patterns)).get(str(told["pattern"]), "a text of another form")
        case "string_too_short":
            least = told["min_length"]
            return "some words" if least == 1 else f"at least {least} characters"
        case "string_too_long":
            return f"at most {told['max_length']} characters"
        case "too_short":
            return f"at least {told['min_length']} of them"
        case "too_long":
            return f"at most {told['max_length']} of them"
        case "literal_error" | "enum" | "union_tag_invalid":
            return f"one of {str(told.get('expected', told.get('expected_tags'))).replace(' or ', ', ')}"
        case "value_error" | "assertion_error":
            return str(told["error"]).removeprefix("expected ")
    return FORMS.get(kind.partition("_")[0], "another value")


def place_in_toml(error: ValueError) -> str:
    """Where a text is no TOML: `line 3, column 9`, `end of document`."""
    found = re.search(r"\(at (.+)\)$", str(error))
    return found[1] if found else "some place"


def _instant(bound: object) -> datetime | None:
    """A bound that is a time; the library gives it as a text."""
    if isinstance(bound, datetime):
        return bound
    try:
        return datetime.fromisoformat(bound) if isinstance(bound, str) else None
    except ValueError:
        return None
