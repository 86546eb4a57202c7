"""A pack as people read it: each term in words with its source, and in which terms two packs differ."""

from __future__ import annotations

from typing import NamedTuple

from domain.model import Decimal
from domain.packs.reading import Pack
from domain.packs.vocabulary import TERMS, Trust
from domain.words import counted, plain


class Row(NamedTuple):
    """One term of a pack as it is shown: where it comes from, its trust mark, and the pack which says so."""

    path: str
    value: str
    source: str
    trust: Trust
    pack: str


class Difference(NamedTuple):
    """One term on which two packs differ: in its value, or only in its source or mark. None: that pack is silent."""

    path: str
    one: Row | None
    other: Row | None

    @property
    def in_value(self) -> bool:
        """Whether it makes a difference to a leave."""
        return (self.one and self.one.value) != (self.other and self.other.value)


def show(pack: Pack) -> tuple[Row, ...]:
    """Every term of a pack with its source, in the order of the vocabulary."""
    return tuple(
        Row(path, _words(leaf.value, _empty(path)), leaf.source.source, leaf.source.trust, leaf.source.pack)
        for path, leaf in pack.leaves.items()
    )


def differences(one: Pack, other: Pack) -> tuple[Difference, ...]:
    """The terms on which two packs differ, in the order of the vocabulary; which pack says a number does not matter."""
    left, right = ({row.path: row for row in show(pack)} for pack in (one, other))
    return tuple(
        Difference(path, left.get(path), right.get(path))
        for path in TERMS
        if _said(left.get(path)) != _said(right.get(path))
    )


def _said(row: Row | None) -> tuple[str, str, str] | None:
    return row and (row.value, row.source, row.trust)


def _empty(path: str) -> str:
    return "nobody" if path.endswith(".family") else "none"


def _words(value: object, empty: str) -> str:
    """A value in words; `empty` for a list with nothing in it."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(map(_each, value)) or empty
        case _:
            return str(value)


def _each(value: object) -> str:
    """One of several values; a line of the table of part months as the days served and what they earn."""
    match value:
        case (int() as served, Decimal() as earned):
            return f"up to {counted(served, 'day')} {plain(earned)}"
        case _:
            return str(value)
