"""CSV files become a bundle of lines, or every bad line is told. Nothing is looked up, and nothing is guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from activities.register.checking import BadLine, across
from activities.register.sheets import SHEETS, Key, Line, Lines, Sheet
from wiring.plainly import plainly

LARGEST = 25 * 1024 * 1024
"""Bytes of one file; the detail store keeps no larger one."""

MOST_ZEROS = 20
"""Lines with a zero byte; with more of them a file is no text."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that are good in themselves: their contents by name, and their lines by sheet and key."""

    files: Mapping[str, bytes]
    sheets: Mapping[str, Lines]

    @property
    def digests(self) -> dict[str, str]:
        """The files' SHA-256 by name: what an import is known by."""
        return {name: sha256(content).hexdigest() for name, content in sorted(self.files.items())}


@dataclass(frozen=True, slots=True)
class Draft:
    """Files as far as they can be read: good lines by sheet, `broken` ones by sheet, and what is wrong with those.

    A broken line has None in each cell that cannot be read. `named` are the keys of broken lines, as they are written.
    """

    files: Mapping[str, bytes]
    sheets: Mapping[str, Lines]
    broken: Mapping[str, Sequence[Line]]
    named: Mapping[str, Collection[str]]
    told: Sequence[BadLine]

    def bundle(self) -> Bundle | tuple[BadLine, ...]:
        """The files, where all is good in itself and goes together; else all bad lines."""
        bad = (*self.told, *across(self.sheets, self.named, self.broken))
        return in_order(bad) if bad else Bundle(files=self.files, sheets=self.sheets)


def draft(path: Path) -> Draft:
    """A folder of CSV files, or one of them; a folder's other files are left alone."""
    try:
        found = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        files = {file.name: file.read_bytes() for file in found}
    except OSError as no:
        return _nothing(BadLine(str(path), 0, "", f"expected a folder or a file to read, got: {plainly(no)}"))
    if not files:
        return _nothing(BadLine(str(path), 0, "", f"expected {_known()}, got no CSV file"))
    return drafted(files)


def drafted(files: Mapping[str, bytes]) -> Draft:
    """The same for contents by name, as the detail store has kept them."""
    readers: dict[str, _Reader] = {}
    told: list[BadLine] = []
    for file, content in files.items():
        sheet = next((sheet for sheet in SHEETS.values() if sheet.file == file), None)
        if sheet is None:
            told.append(BadLine(file, 0, "", f"expected {_known()}, got a file of another name"))
            continue
        readers[sheet.name] = reader = _Reader(sheet)
        reader.read(content)
        told += reader.bad
    readable = {name: readers[name] for name in SHEETS if name in readers and readers[name].readable}
    return Draft(
        files=dict(files),
        sheets={name: reader.lines for name, reader in readable.items()},
        broken={name: reader.broken for name, reader in readable.items()},
        named={name: reader.named for name, reader in readers.items()},
        told=told,
    )


def read(path: Path) -> Bundle | tuple[BadLine, ...]:
    """A folder of CSV files, or one of them. All bad lines, if there is one."""
    return draft(path).bundle()


def parse(files: Mapping[str, bytes]) -> Bundle | tuple[BadLine, ...]:
    """The same for contents by name."""
    return drafted(files).bundle()


def in_order(bad: Iterable[BadLine]) -> tuple[BadLine, ...]:
    """Bad lines as they stand in their files."""
    return tuple(sorted(bad, key=lambda line: (line.file, line.line)))


def _nothing(told: BadLine) -> Draft:
    return Draft(files={}, sheets={}, broken={}, named={}, told=(told,))


def _known() -> str:
    return f"one of {', '.join(sheet.file for sheet in SHEETS.values())}"


class _Reader:
    """Reads one file. `named` are the keys of bad lines; `readable` says whether all lines could be told apart."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.lines: dict[Key, Line] = {}
        self.bad: list[BadLine] = []
        self.broken: list[Line] = []
        self.named: set[str] = set()
        self.readable = False

    def read(self, content: bytes) -> None:
        text = self._text(content)
        if text is None:
            return
        rows = self._rows(text)
        _, header = next(rows, (1, []))
        places = self._places(header)
        if places is None:
            return
        self.readable = True
        for number, cells in rows:
            if len(cells) != len(header):
                self._tell(number, "", f"expected {len(header)} columns, got {len(cells)}")
                self.named.update(cell.strip() for cell in cells[places[0] : places[0] + 1])
            else:
                self._line(number, [cells[place].strip() for place in places])

    def _tell(self, number: int, column: str, reason: str) -> None:
        self.bad.append(BadLine(self.sheet.file, number, column, reason))

    def _text(self, content: bytes) -> str | None:
        """The file as text: UTF-8, with or without a byte order mark."""
        if len(content) > LARGEST:
            self._tell(0, "", f"expected at most {LARGEST:,} bytes, got {len(content):,}")
        elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
            self._tell(1, "", "expected UTF-8, got UTF-16: save the file as CSV UTF-8")
        elif self._zeros(content):
            try:
                return content.replace(b"\0", b" ").decode("utf-8-sig")
            except UnicodeDecodeError as no:
                number = content.count(b"\n", 0, no.start) + 1
                got = f"expected UTF-8, got the byte 0x{no.object[no.start]:02x}: save the file as CSV UTF-8"
                self._tell(number, "", got)
        return None

    def _zeros(self, content: bytes) -> bool:
        """Tell of each line with a zero byte, and whether others can be read: not in a file that is full of them."""
        lines = [number for number, line in enumerate(content.split(b"\n"), 1) if b"\0" in line]
        binary = lines[:1] == [1] or len(lines) > MOST_ZEROS
        for number in lines[:1] if binary else lines:
            self._tell(number, "", "expected text, got a zero byte: a binary file?")
        return not binary

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """The lines that say something, each with the number of the file's line where it begins."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        number = 1
        try:
            for cells in reader:
                if cells:
                    yield number, cells
                number = reader.line_num + 1
        except csv.Error as no:
            self.readable = False
            self._tell(number, "", f"expected cells parted by commas, quoted whole or not at all, got: {no}")

    def _places(self, header: list[str]) -> list[int] | None:
        """Where each column stands; the order is free."""
        names = [name.strip() for name in header]
        expected = self.sheet.header
        odd = [f"no column {name}" for name in expected if name not in names]
        odd += [f"an unknown column {name[:40]!r}" for name in names if name not in expected][:5]
        odd += [f"the column {name} twice" for name in expected if names.count(name) > 1]
        if odd:
            self._tell(1, "", f"expected the header {','.join(expected)}, got {', '.join(odd)}")
            return None
        return [names.index(name) for name in expected]

    def _line(self, number: int, cells: list[str]) -> None:
        values: list[Any] = []
        good = True
        for column, cell in zip(self.sheet.columns, cells, strict=True):
            try:
                if cell:
                    values.append(column.read(cell))
                elif column.blank:
                    values.append(column.nothing)
                else:
                    raise ValueError("expected a value, got nothing")  # noqa: TRY301 (told like any other)
            except ValueError as no:
                good = False
                values.append(None)
                self._tell(number, column.name, str(no))
        line = Line(self.sheet.file, number, tuple(values))
        if good:
            self._keep(line)
        else:
            self.broken.append(line)
            self.named.add(cells[0])

    def _keep(self, line: Line) -> None:
        row = self.sheet.row(line)
        no = self.sheet.check(row)
        key = self.sheet.key_of(row)
        if no:
            self._tell(line.number, *no)
            self.broken.append(line)
            self.named.add(line.values[0])
        elif key in self.lines:
            got = ", ".join(str(part) for part in key)
            self.broken.append(line)
            self._tell(
                line.number, self.sheet.key[0], f"expected each once, got {got} again (line {self.lines[key].number})"
            )
        else:
            self.lines[key] = line
