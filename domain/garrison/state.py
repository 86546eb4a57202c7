"""What a base knows, and how each entry of its journal changes it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from domain.decider import Entry, State
from domain.garrison import orders
from domain.garrison.compact import pack, unpack
from domain.garrison.events import (
    Examined,
    Exempted,
    Forgotten,
    Freed,
    Numbered,
    Opened,
    OrderIssued,
    OrderRescinded,
    Overridden,
    Stands,
    ToldLeaves,
)
from domain.holdings import Place
from domain.model import Code, Instant, Model, date
from domain.orders import Verdict


class Line(Model):
    """What the base knows of one leave; `n` is its last wish, `told` the seq of the verdict which has reached it.

    A line outlives its place for a while, so that a late repeat of an old wish is known as such and the number is given once.
    """

    number: str = ""
    n: int = -1
    seen: date
    place: Place | None = None
    verdict: Verdict | None = None
    told: int = 0
    exempt: dict[Code, Instant | None] = {}
    overridden: bool = False

    @property
    def away(self) -> bool:
        """Signed out and not back: whatever orders say, validly away."""
        return self.place is not None and self.place.out_at is not None

    @property
    def granted(self) -> bool:
        """Its place is taken."""
        return self.place is not None and self.verdict is not None and self.verdict.granted

    @property
    def waiting(self) -> bool:
        """It has asked for a place and has none."""
        return self.place is not None and not self.granted


Ledger = Annotated[dict[str, Line], BeforeValidator(unpack), PlainSerializer(pack, return_type=dict[str, Any])]


class Garrison(State):
    """A base: its orders, the leaves it knows by leave id, and the last serial number of each year."""

    base: Code = ""
    book: orders.Book = {}
    leaves: Ledger = {}
    serials: dict[int, int] = {}


def evolve(state: Garrison, entry: Entry[Any]) -> Garrison:
    """The state after one more line of the journal."""
    return state.model_copy(update={"seq": entry.seq} | _change(state, entry))


def _change(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    leaves, seen = state.leaves, entry.recorded_at.date()

    def with_line(leave_id: str, **changes: Any) -> dict[str, Any]:
        known = leaves.get(leave_id) or Line(seen=seen)
        return {"leaves": leaves | {leave_id: known.model_copy(update={"seen": seen, **changes})}}

    match entry.event:
        case Opened(base=base):
            return {"base": base}
        case Numbered(leave_id=leave_id, number=number, year=year, serial=serial):
            serials = state.serials | {year: max(serial, state.serials.get(year, 0))}
            return with_line(leave_id, number=number) | {"serials": serials}
        case Stands(leave_id=leave_id, verdict=verdict, place=Place() as place):
            return with_line(leave_id, n=verdict.n, place=place, verdict=verdict, told=verdict.seq)
        case Freed(leave_id=leave_id, n=n):
            return with_line(leave_id, n=n, place=None, verdict=None)
        case Examined(verdicts=verdicts):
            judged = {key: leaves[key].model_copy(update={"verdict": v}) for key, v in verdicts.items()}
            return {"leaves": leaves | judged}
        case Exempted(leave_id=leave_id, order=order, until=until):
            return with_line(leave_id, exempt=leaves[leave_id].exempt | {order: until})
        case Overridden(leave_id=leave_id):
            return with_line(leave_id, overridden=True)
        case ToldLeaves(reached=reached, gone=gone):
            return {"leaves": leaves | _told(leaves, reached) | _struck(leaves, gone)}
        case OrderIssued(order=order):
            return {"book": orders.issued(state.book, order)}
        case OrderRescinded(number=number, at=at):
            return {"book": orders.rescinded(state.book, number, at)}
        case Forgotten(orders=names, leaves=ids):
            kept = {key: line for key, line in leaves.items() if key not in set(ids)}
            return {"book": orders.forgotten(state.book, names), "leaves": kept}
        case _:
            return {}


def _told(leaves: dict[str, Line], reached: dict[str, int]) -> dict[str, Line]:
    known = {key: seq for key, seq in reached.items() if key in leaves}
    return {key: leaves[key].model_copy(update={"told": max(seq, leaves[key].told)}) for key, seq in known.items()}


def _struck(leaves: dict[str, Line], gone: tuple[str, ...]) -> dict[str, Line]:
    return {key: leaves[key].model_copy(update={"place": None, "verdict": None}) for key in gone if key in leaves}
