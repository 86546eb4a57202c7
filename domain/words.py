"""Numbers in sentences for people."""

from __future__ import annotations

from collections.abc import Sequence

from domain.model import Decimal


def plain(number: int | Decimal, sign: str = "") -> str:
    """A number without zeros that say nothing: 18 and not 18.0; with `sign` "+" also 18 is told as +18."""
    return f"{(Decimal(number) + 0).normalize():{sign}f}"


def counted(number: int | Decimal, noun: str, nouns: str = "") -> str:
    """A number with what it counts: "1 leave", "3 leaves", "0.5 days"; `nouns` where several are not called so."""
    return f"{plain(number)} {noun if number == 1 else nouns or f'{noun}s'}"


OTHERWISE_CALLED = {
    "rr": "R&R leave",
    "cto": "compensatory time off",
    "pass": "pass",
    "emergency-absence": "emergency leave of absence",
    "administrative": "administrative absence",
    "special": "special leave without pay",
}
"""Kinds of leave that people call otherwise than by the word which the record has, and `leave`."""


def called(kind: str) -> str:
    """A kind of leave as people call it: "ordinary leave", "R&R leave", "pass"."""
    return OTHERWISE_CALLED.get(kind, f"{kind} leave")


def some(names: Sequence[str], most: int, see: str, of: int = 0) -> str:
    """The first of several names, how many more there are, and where to see all: "A, B and 3 more (furlough find)".

    `of` is how many there are where not all of them are given.
    """
    more = max(of, len(names)) - len(names[:most])
    return ", ".join(names[:most]) + (f" and {more} more ({see})" if more > 0 else "")
