"""What is wrong with a command line, where the library that reads it would speak of parameters and conversions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

from cyclopts.exceptions import CoercionError, CycloptsError, MissingArgumentError, UnusedCliTokensError

EXPECTED: Final[dict[Any, str]] = {
    int: "a whole number",
    float: "a number",
    bool: "yes or no",
    date: "a day, YYYY-MM-DD",
    Path: "the name of a file or folder",
}


def wrong(error: CycloptsError) -> str:
    """What cannot be meant, and what was expected."""
    if isinstance(error, CoercionError) and error.token is not None and error.token.value:
        expected = EXPECTED.get(error.target_type)
        said = f"{error.token.keyword or 'That'} {error.token.value[:40]!r} cannot be meant."
        if expected and error.msg is None:
            return f"{said}\nwhy    expected {expected}, got {error.token.value[:40]!r}"
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        name = error.argument.name if error.argument.index is None else error.argument.name.lstrip("-").upper()
        command = " ".join(("furlough", *(error.command_chain or ())))
        what = f"{name} is missing" if not error.keyword else f"{name} was said without its value"
        return f"{command}: {what}."
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        return f"It is not clear what {error.unused_tokens[0][:40]!r} is to mean here.\nwhy    the command takes less"
    return str(error).strip()
