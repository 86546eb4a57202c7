"""What stands behind the word `irregular` on a board: the index knows the word, and the leave itself knows why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from domain import marks
from domain.leave import Leave, discreet
from starter import index, readers
from starter.desk import Desk
from starter.index import Row
from wiring import console
from wiring.trouble import NotReached

WORD: Final = "irregular"
MOST: Final = 40
"""Leaves of one board which are asked why."""
SIGN: Final = "!"
"""What stands behind the number of such a leave."""


async def of(desk: Desk, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The marks of the first leaves among these that bear any, by leave id; of those that do not answer nothing.

    They are told as the leave itself is, discreetly to whom its kind does not concern.
    """
    marked = [row.leave_id for row in rows if WORD in row.attention]
    try:
        known = await index.states(desk.answers, marked[:MOST])
    except NotReached:  # the board is worth having without a worker
        return {}
    return {leave_id: told for leave_id, s in known.items() if (told := _told(desk, s))}


def _told(desk: Desk, s: Leave) -> tuple[str, ...]:
    concerned = readers.of_leave(desk, s, s.whose.base, s.whose.id)
    return s.irregular if concerned else discreet.marks(s.irregular)


def called(row: Row) -> str:
    """A leave as a board names it: `NAQ-2026-000412 !` where something about it is irregular."""
    return f"{row.called} {SIGN}" if WORD in row.attention else row.called


def legend(rows: Sequence[Row], known: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Line by line why leaves of a board are irregular; of how many more that is not told, and where it is."""
    marked = list(dict.fromkeys(row for row in rows if WORD in row.attention))
    told = [row for row in marked if row.leave_id in known]
    yield from (f"{row.called}: {marks.all_told(known[row.leave_id])}" for row in told)
    if more := len(marked) - len(told):
        yield f"and {console.number(more, 'leave')} more: furlough show tells why, one by one"
