"""Tables on terminals of any width: no word is broken, since half a handle is none; too narrow, a line is a block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from wiring.shown import shown

BETWEEN: Final = 2
"""Blanks between two columns."""


def fitted(table: Table, width: int) -> Iterator[RenderableType]:
    """A table whose columns share a width, the longest word of each in one piece; else its rows as blocks of lines."""
    cells = [[_text(column.header), *map(_text, column.cells)] for column in table.columns]
    least = [max(_longest(text) for text in column) for column in cells]
    room = width - BETWEEN * (len(cells) - 1) - sum(least)
    if room < 0:
        yield from _blocks(cells)
        return
    wanted = {i: max(map(_widest, column)) - least[i] for i, column in enumerate(cells)}
    for left, i in zip(range(len(wanted), 0, -1), sorted(wanted, key=lambda i: wanted[i]), strict=True):
        more = min(wanted[i], room // left)
        table.columns[i].width = least[i] + more
        room -= more
    yield table


def _blocks(cells: list[list[Text]]) -> Iterator[Text]:
    """Each row as lines of `title  cell`, without what is empty; rows that have no titles stand in one line each."""
    titles = [column[0].plain.replace("\n", " ") for column in cells]
    label = max(map(cell_len, titles))
    for row in zip(*(column[1:] for column in cells), strict=True):
        told = [(title, cell) for title, cell in zip(titles, row, strict=True) if cell.plain.strip()]
        if not label:
            yield Text("  ").join(cell for _, cell in told)
            continue
        yield from (Text.assemble((f"{title:<{label}}  ", "dim"), cell) for title, cell in told)
        yield Text("")


def _text(cell: object) -> Text:
    return cell if isinstance(cell, Text) else Text(shown(str(cell)))


def _longest(text: Text) -> int:
    return max(map(cell_len, text.plain.split()), default=0)


def _widest(text: Text) -> int:
    return max(map(cell_len, text.plain.splitlines()), default=0)
