"""What is sealed with each whole sealing though it is nobody's history: what the server then listed, and the register.

The list of runs tells later whether the sealing left one out; what the register's database keeps for leaves (seats,
papers, notices) is laid beside them without that database. An extract is a file of the log, named by the moment at
which its sealing began; it stands directly before the `Seal` of that sealing, since they are added in one batch.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final, NamedTuple

from domain.model import Instant

RUNS: Final = "runs.csv"
REGISTER: Final = "register.csv"

_RUNS: Final = ("id", "run")


class Listed(NamedTuple):
    """A run of a process, as the server listed it."""

    id: str
    run: str


class NoExtract(Exception):
    """Bytes that are no extract of this form."""


def name_of(file: str, began: Instant) -> str:
    """The name of an extract of the sealing that began then: `2026-11-22T04:00:07.123456Z/runs.csv`."""
    return f"{began:%Y-%m-%dT%H:%M:%S.%fZ}/{file}"


def kind_of(name: str) -> str:
    """Which extract a name is of: RUNS, REGISTER, or what nobody knows yet."""
    return name.rpartition("/")[2]


def listing(runs: Iterable[Listed]) -> bytes:
    """All runs that a server listed, in the one form: each once, sorted."""
    return table(_RUNS, sorted(set(runs)))


def listed(content: bytes) -> Iterator[Listed]:
    """The runs of a list. Raises NoExtract."""
    return (Listed(id_, run) for id_, run in rows(_RUNS, content))


def table(titles: Iterable[str], of_: Iterable[Iterable[object]]) -> bytes:
    """Rows as CSV with a header."""
    text = StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow(titles)
    written.writerows(of_)
    return text.getvalue().encode("utf-8", "backslashreplace")


def rows(titles: tuple[str, ...], content: bytes) -> Iterator[list[str]]:
    """The rows of such a table. Raises NoExtract."""
    try:
        each = csv.reader(StringIO(content.decode(), newline=""), strict=True)
        if (got := next(each, [])) != list(titles):
            raise NoExtract(f"expected the columns {','.join(titles)}, got {','.join(got)[:80]}")
        for row in each:
            if len(row) != len(titles):
                raise NoExtract(f"expected {len(titles)} columns in line {each.line_num}, got {len(row)}")
            yield row
    except (UnicodeDecodeError, csv.Error) as error:
        raise NoExtract(f"expected a table, got other bytes ({error})") from error
