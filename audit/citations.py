"""What a decision cites, resolved: rules by id, packs by version and hash, orders by version, and what is sealed.

The hash in a pack's name is computed anew from the pack texts that lie in the record, so that it is seen whether the
sealed text says what the decision rested on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final, NamedTuple

from pydantic import ValidationError

from audit.archive.leaves import File
from audit.entries import stamp
from audit.sources import Source
from domain.orders import Order
from domain.packs import PackError, read, together

PACK: Final = re.compile(r"(?P<nation>[a-z0-9-]+@\d+)(\+(?P<mission>[a-z0-9-]+@\d+))?#(?P<hash>[0-9a-f]{8})")
ORDER: Final = re.compile(r"(?P<number>[A-Za-z0-9-]+)\.(?P<version>\d+)")


class Cited(NamedTuple):
    """One citation: what it is (`rule`, `pack`, `order`), what is known of it, the log's entry where it is sealed."""

    name: str
    what: str
    says: str
    leaf: int | None = None
    sha256: str = ""


class Sealed(NamedTuple):
    """A pack or an order as it lies in the record."""

    leaf: int
    file: File
    text: str


class Texts:
    """The packs and orders of a record, in the order in which they were sealed."""

    def __init__(self, packs: Iterable[Sealed], orders: Iterable[Sealed]) -> None:
        self.packs = tuple(packs)
        self.orders = {one.file.name.rpartition("/")[2]: one for one in orders}
        self._found: dict[str, Cited] = {}

    def told(self, cites: Iterable[str]) -> Iterator[Cited]:
        """Each citation, with what is known of it."""
        for cite in cites:
            if cite not in self._found:
                self._found[cite] = self._told(cite)
            yield self._found[cite]

    def _told(self, cite: str) -> Cited:
        if found := PACK.fullmatch(cite):
            return self._pack(cite, found)
        if ORDER.fullmatch(cite):
            return self._order(cite)
        return Cited(cite, "rule", f"rule {cite}")

    def _pack(self, cite: str, found: re.Match[str]) -> Cited:
        names = " and ".join(filter(None, (found["nation"], found["mission"]))).replace("@", ", version ")
        says = f"pack {names}, hash {found['hash']}"
        known: dict[str, str] = {}
        for one in self.packs:
            known[PurePath(one.file.name).stem] = one.text
            if _named(known, found) == cite:
                told = f"{says}; the text sealed as entry {one.leaf} and before says the same"
                return Cited(cite, "pack", told, one.leaf, one.file.content)
        unknown = "no text in this record gives this hash" if self.packs else "its text is not in this record"
        return Cited(cite, "pack", f"{says}; {unknown}")

    def _order(self, cite: str) -> Cited:
        sealed = self.orders.get(cite)
        if sealed is None:
            return Cited(cite, "order", f"order {cite}; its text is not in this record")
        try:
            order = Order.model_validate_json(sealed.text)
        except ValidationError:
            return Cited(cite, "order", f"order {cite}; entry {sealed.leaf} is no order", sealed.leaf)
        until = f" until {stamp(order.until)}" if order.until else ""
        says = f"order {cite}: {order.title}, by {order.issuer}, since {stamp(order.since)}{until}"
        return Cited(cite, "order", f"{says}; sealed as entry {sealed.leaf}", sealed.leaf, sealed.file.content)


def _named(texts: dict[str, str], found: re.Match[str]) -> str:
    """What these texts would be cited as; nothing where they lack one, or cannot be used."""
    try:
        nation = read(texts, found["nation"])
        return together(nation, read(texts, found["mission"]) if found["mission"] else None).name
    except PackError:
        return ""


def texts(record: Source) -> Texts:
    """The packs and orders that are sealed in a record. Raises as `Source.runs`."""
    return Texts(_sealed(record, "pack"), _sealed(record, "order"))


def _sealed(record: Source, what: str) -> Iterator[Sealed]:
    for leaf, file, content in record.files(what):
        yield Sealed(leaf, file, content.decode("utf-8", "replace"))
