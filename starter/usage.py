"""What is wrong with a command line, where the library that reads it would speak of parameters and conversions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from cyclopts.exceptions import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
    ValidationError,
)
from cyclopts.validators import Number

EXPECTED: Final[dict[Any, str]] = {
    int: "a whole number",
    float: "a number",
    bool: "yes or no",
    date: "a day, YYYY-MM-DD",
    Path: "the name of a file or folder",
}


def wrong(error: CycloptsError) -> str:
    """What cannot be meant, what was expected, and what to type."""
    command = " ".join(("furlough", *(error.command_chain or ())))
    told = _in_words(error, command) or (str(error).strip(), "")
    return "\n".join((*filter(None, told), f"next   {command} --help"))


def _in_words(error: CycloptsError, command: str) -> tuple[str, ...]:
    """The rows which tell it; none where nothing better is known than what the library says."""
    match error:
        case CoercionError(token=token) if token is not None and token.value and (what := _expected(error)):
            return _said(token.keyword or _name(error), token.value, what, _words(error))
        case ValidationError() if error.argument is not None and error.argument.tokens:
            token = error.argument.tokens[0]
            return _said(token.keyword or _name(error), token.value, _bounds(error) or error.exception_message)
        case MissingArgumentError() if error.argument is not None:
            name = _name(error)
            what = f"{name} is missing" if not error.keyword else f"{name} was said without its value"
            typed = f"{command} {name if name.isupper() else f'{name} ...'}"
            return f"{command}: {what}.", f"why    expected {typed}"
        case UnknownOptionError(token=token):
            flag = (token.keyword or token.value).partition("=")[0]
            flags = {name for one in error.argument_collection if one.parse for name in one.names}
            return f"There is no flag {flag[:40]} here.", f"why    expected a flag of {command}{_near(flag, flags)}"
        case RepeatArgumentError(token=token):
            return f"{token.keyword or token.value} was said more than once.", "why    expected it once"
        case UnknownCommandError() if error.unused_tokens and error.app is not None:
            word = error.unused_tokens[0]
            known = [name for name in error.app if not name.startswith("-")]
            expected = f"why    expected one of {', '.join(known)}{_near(word, known)}"
            return f"There is no command {f'{command} {word[:40]}'!r}.", expected
        case UnusedCliTokensError() if error.unused_tokens:
            word = error.unused_tokens[0][:40]
            return f"It is not clear what {word!r} is to mean here.", "why    the command takes less"
    return ()


def _said(name: str, value: str, expected: str, words: Iterable[str] = ()) -> tuple[str, str]:
    return f"{name} {value[:40]!r} cannot be meant.", f"why    {expected}, got {value[:40]!r}{_near(value, words)}"


def _name(error: CycloptsError) -> str:
    """What people know an argument by: its flag or, of one that is said by its place, its name in capitals."""
    if error.argument is None:
        return "That"
    return error.argument.name if error.argument.index is None else error.argument.name.lstrip("-").upper()


def _expected(error: CoercionError) -> str:
    """What was expected in the place of a word; empty where nobody has words for it."""
    if words := _words(error):
        return f"expected one of {', '.join(words)}"
    bare = next((kind for kind in (error.target_type, *get_args(error.target_type)) if kind in EXPECTED), None)
    return f"expected {EXPECTED[bare]}" if bare else ""


def _words(error: CoercionError) -> list[str]:
    """The words among which one is chosen, where it is so."""
    return [word for word in get_args(error.target_type) if isinstance(word, str)]


def _bounds(error: ValidationError) -> str:
    """Between which numbers a number was expected."""
    assert error.argument  # noqa: S101  (asked for an error of an argument)
    validators = error.argument.parameter.validator
    for each in validators if isinstance(validators, tuple) else ():
        if isinstance(each, Number):
            least, most = each.gte, each.lte
            return f"expected {least} or more" if most is None else f"expected {least} to {most}"
    return ""


def _near(word: str, words: Iterable[str]) -> str:
    """What was perhaps meant."""
    bare = {each.lstrip("-"): each for each in words}
    near = get_close_matches(word.lstrip("-"), bare, n=1, cutoff=0.7)
    return f"; did you mean {bare[near[0]]}?" if near else ""
