"""What may stand in one cell of a file, and how it is read. Each reader raises ValueError with "expected .., got ..".

A register repeats itself (days of a rotation, units, nations), so that what was read once is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import available_timezones

from wiring import written

LONGEST = 200
_remembered = lru_cache(maxsize=65536)


def text(cell: str) -> str:
    """Something printable on one line, of at most 200 characters."""
    if len(cell) > LONGEST:
        raise ValueError(f"expected at most {LONGEST} characters, got {len(cell)}")
    if not cell.isprintable():
        raise ValueError(f"expected plain text on one line, got {cell!r}")
    return cell


def pattern(expected: str, form: str) -> Callable[[str], str]:
    """A reader of what has the form of a regular expression; `expected` is the same in words."""
    compiled = re.compile(form)

    @_remembered
    def read(cell: str) -> str:
        if not compiled.fullmatch(cell):
            raise ValueError(f"expected {expected}, got {cell[:LONGEST]!r}")
        return cell

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of a few words."""

    def read(cell: str) -> str:
        if cell not in words:
            raise ValueError(f"expected one of {', '.join(words)}, got {cell[:LONGEST]!r}")
        return cell

    return read


code = pattern("a code of letters, digits and . _ : / # @ + -", r"[A-Za-z0-9][A-Za-z0-9._:/#@+-]{0,99}")
base = pattern("a base's code of 2 to 10 capital letters and digits such as NAQ", r"[A-Z][A-Z0-9]{1,9}")
nation = pattern("a nation's three letters (ISO 3166-1 alpha-3) such as GHA", r"[A-Z]{3}")
mission = pattern("a mission's code of 2 to 16 capital letters and digits such as UNEX", r"[A-Z][A-Z0-9]{1,15}")
email = pattern("an address such as name@example.org", r"[^@\s]{1,64}@[^@\s]{1,135}")
service_number = pattern(
    "a service number of letters, digits and . _ : / # @ + - (m- and ten letters is a register id)",
    r"(?!m-[a-z2-7]{10}$)[A-Za-z0-9][A-Za-z0-9._:/#@+-]{0,99}",
)
_decimal = pattern("days such as 24 or 12.5 (at most two decimals)", r"-?\d{1,4}(\.\d{1,2})?")
_count = pattern("a whole number from 0 to 9999", r"\d{1,4}")


@_remembered
def day(cell: str) -> date:
    """A day as 2026-03-04."""
    try:
        return written.day(cell)
    except ValueError as no:
        raise ValueError(f"expected a day such as 2026-03-04, got {cell[:LONGEST]!r}") from no


@_remembered
def hour(cell: str) -> str:
    """An hour of the day, on a base's clock."""
    try:
        return f"{datetime.strptime(cell, '%H:%M'):%H:%M}"  # noqa: DTZ007 (an hour of any day has no zone)
    except ValueError as no:
        raise ValueError(f"expected an hour of the day such as 12:00, got {cell[:LONGEST]!r}") from no


def instant(cell: str) -> datetime:
    """An instant with its offset, to the minute; kept in UTC."""
    expected = "expected an instant with its offset such as 2026-03-04T06:41+02:00"
    try:
        at = written.time(cell)
    except ValueError as no:
        raise ValueError(f"{expected}, got {cell[:LONGEST]!r}") from no
    if at.tzinfo is None:
        raise ValueError(f"{expected}, got {cell!r} without an offset")
    if at.second or at.microsecond:
        raise ValueError(f"{expected}, got {cell!r} with seconds")
    try:
        return at.astimezone(UTC)
    except OverflowError as no:
        raise ValueError(f"{expected}, got {cell!r}") from no


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(cell: str) -> str:
    """The IANA name of a zone."""
    if cell not in _zones():
        raise ValueError(f"expected an IANA zone such as Asia/Beirut, got {cell[:LONGEST]!r}")
    return cell


def days(cell: str) -> Decimal:
    """A number of days, exact; below zero where more was taken than earned."""
    return Decimal(_decimal(cell))


def count(cell: str) -> int:
    """A whole number, not below zero."""
    return int(_count(cell))
