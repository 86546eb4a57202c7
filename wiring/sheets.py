"""Lines of work for one act: leaves named at the command, on standard input, or on a sheet with more columns.

A sheet is a CSV file in UTF-8 with a header; commas or semicolons. One bad line stops no other, so that a line which
cannot be meant is kept as such and told in its turn.
"""

from __future__ import annotations

import asyncio
import codecs
import csv
import io
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from wiring.handles import spread
from wiring.plainly import plainly
from wiring.trouble import Misset

if TYPE_CHECKING:
    from _csv import Reader as CsvReader  # the module csv does not name it before Python 3.13

A = TypeVar("A")

DIFFER: Final = 6
"""The exit code where several were asked and results differ."""

LARGEST: Final = 50 * 2**20
"""Bytes of one sheet."""


STDIN: Final = Path("-")
"""The sheet which is read from standard input."""


class Line(NamedTuple):
    """One line: the leave or member as it was called, and what its further columns say. `bad` tells why it is none.

    `number` counts the lines of its file, from 1; 0 where it comes from none.
    """

    said: str
    fields: dict[str, str]
    where: str = ""
    bad: str = ""
    number: int = 0


def named(words: Sequence[str], meant: Callable[[str], str] = lambda _: "") -> Iterator[Line]:
    """The leaves named at the command; `-` stands for those on standard input.

    Of a word that looks like a flag, `meant` tells what was perhaps meant.

    Raises:
        Misset: a range cannot be meant; a word is a flag which the command does not have.
    """
    for word in words:
        if word.startswith("-") and word != "-":
            raise Misset(
                f"There is no flag {word[:40]} here.",
                why="expected leaves, or flags which this command has",
                known="nothing was changed",
                helps=meant(word) or "--help tells the flags of the command",
            )
        told = decoded(sys.stdin.buffer.read(LARGEST + 1), "standard input") if word == "-" else word
        yield from (Line(each, {}) for each in spread([told]))


def read(file: Path, key: str, columns: Sequence[str], flag: str = "--sheet") -> tuple[Line, ...]:
    """The lines of a sheet, `-` of standard input, each called by its column `key`; `flag` named the file.

    Raises:
        Misset: the file cannot be read, or its header is none or has not these columns.
    """
    try:
        with nullcontext(sys.stdin.buffer) if file == STDIN else file.open("rb") as opened:
            text = decoded(opened.read(LARGEST + 1), called(file))
    except OSError as error:
        raise Misset(
            f"The sheet {file} cannot be read.",
            why=plainly(error),
            helps=f"{flag} FILE.csv" if flag.startswith("--") else "name a CSV file that is there",
        ) from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        titles = next(rows, [])
    except csv.Error as error:
        raise Misset(
            f"The sheet {file} cannot be read.", why=f"its first line is no CSV: {error}", helps="mend its first line"
        ) from error
    return tuple(_lines(rows, _header(titles, file, key, columns), key, called(file)))


def called(file: Path) -> str:
    """What a sheet is called where its lines are told."""
    return "standard input" if file == STDIN else file.name


def decoded(content: bytes, name: str) -> str:
    """Text out of what was read.

    Raises:
        Misset: it is too large, or no text in UTF-8.
    """
    if len(content) > LARGEST:
        raise Misset(f"{name} is too large.", why=f"expected at most {LARGEST >> 20} MB", helps="split it")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Misset(
            f"{name} is no text in UTF-8.",
            why="expected UTF-8, got UTF-16",
            helps="save it as CSV UTF-8, or: iconv -f utf-16 -t utf-8 FILE > NEW",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Misset(
            f"{name} is no text in UTF-8.",
            why=f"expected UTF-8, got byte 0x{content[error.start]:02x} in line {line}",
            helps="save it as CSV UTF-8, or: iconv -f windows-1252 -t utf-8 FILE > NEW",
        ) from error
    if "\0" in text:
        raise Misset(f"{name} is no text.", why="expected a CSV file, got a binary one", helps="save it as CSV UTF-8")
    return text


async def answers(
    work: Iterable[Line],
    answer: Callable[[Line], Awaitable[A]],
    at_once: int,
    done: Callable[[], object] = lambda: None,
) -> AsyncGenerator[A, None]:
    """The answers to all lines in their order, several under way at once; lines of one leave keep their turn."""
    room, last, tasks = asyncio.Semaphore(at_once), dict[str, asyncio.Task[A]](), []

    async def one(line: Line, before: asyncio.Task[A] | None) -> A:
        if before:
            await asyncio.wait([before])
        async with room:
            told = await answer(line)
            done()
            return told

    for line in work:
        last[line.said] = task = asyncio.ensure_future(one(line, last.get(line.said)))
        tasks.append(task)
    try:
        for task in tasks:
            await asyncio.wait({task})  # not the task itself: an interrupt is ours, and no answer of this line
            yield task.result()
    finally:
        for task in tasks:
            task.cancel()


def exit_code(codes: Iterable[int]) -> int:
    """One code where all lines ended alike, 6 where results differ."""
    each = set(codes)
    return each.pop() if len(each) == 1 else DIFFER if each else 0


def _header(row: list[str], file: Path, key: str, columns: Sequence[str]) -> list[str]:
    header = [name.strip().lower().replace("-", "_").replace(" ", "_") for name in row]
    unknown = [name for name in header if name not in {key, *columns}]
    if key in header and not unknown and len(set(header)) == len(header):
        return header
    expected = f"{key}, and any of {', '.join(columns)}" if columns else f"{key} alone"
    problem = "a column twice" if not unknown else f"unknown: {', '.join(unknown)}"
    raise Misset(
        f"The sheet {file} has not the right columns.",
        why=f"expected {expected}; " + (problem if key in header else f"no column {key!r}"),
        known=f"its first line: {', '.join(header)[:200]}",
        helps="mend its first line",
    )


def _lines(rows: CsvReader, header: list[str], key: str, name: str) -> Iterator[Line]:
    """Each line that says something, with the line of the file where it begins: a cell may hold line ends."""
    while True:
        number = rows.line_num + 1
        where = f"{name} line {number}"
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Line("", {}, where, f"it is no CSV: {error}", number)
            continue
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if len(cells) != len(header):
            yield Line(cells[0], {}, where, f"expected {len(header)} cells, got {len(cells)}", number)
            continue
        fields = {column: cell for column, cell in zip(header, cells, strict=True) if cell}
        said = fields.pop(key, "")
        yield Line(said, fields, where, "" if said else f"expected a {key}, got nothing", number)
