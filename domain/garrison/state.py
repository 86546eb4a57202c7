"""What a base knows, and how each entry of its journal changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from domain import once
from domain.acts import Sealed
from domain.backdating import counts_from
from domain.capacities import EXEMPTION, OVERRIDING
from domain.decider import Entry, Event, State
from domain.evidence import EVIDENCE
from domain.garrison import events as e
from domain.garrison import orders
from domain.garrison.compact import pack, unpack
from domain.garrison.papers import Bare, PaperLaid, lacking
from domain.holdings import Place
from domain.model import Code, Instant, Model, Sha256, date
from domain.orders import Second, Verdict
from domain.signing import RULE, EntryLapsed, EntrySigned, Recorded, Unsigned, lapsed, waiting


class Line(Model):
    """What the base knows of one leave; `n` is its last wish, `told` the seq of the verdict which has reached it.

    A line outlives its place for a while, so that a late repeat of an old wish is known as such. Its number is given
    once; what waits for long before it asks for a place brings it along. `exempted` tells when, by order version, and
    `consented` who exempted or overrode, by capacity; `seconds` who of them had decided before. `barred_since` is since
    when each post is waited for which may exempt. `was` is the place, as the gate saw it, of one who is back: an order
    may be said to have held then.
    """

    number: str = ""
    n: int = -1
    seen: date
    place: Place | None = None
    verdict: Verdict | None = None
    granted_at: Instant | None = None
    told: int = 0
    exempt: dict[Code, Instant | None] = {}
    exempted: dict[Code, Instant] = {}
    because: dict[Code, Sealed] = {}
    overridden: bool = False
    overridden_at: Instant | None = None
    consented: dict[str, Code] = {}
    seconds: tuple[Second, ...] = ()
    barred_since: dict[Code, Instant] = {}
    was: Place | None = None

    @property
    def wish(self) -> Place:
        """The place asked for. Raises LookupError where none is."""
        if self.place is None:
            raise LookupError("this leave has asked for no place")
        return self.place

    @property
    def away(self) -> bool:
        """Signed out and not back: whatever orders say, validly away."""
        return self.place is not None and self.place.out_at is not None

    @property
    def granted(self) -> bool:
        """Its place is taken."""
        return self.place is not None and self.verdict is not None and self.verdict.granted


OPENED = "base/opened"
"""The rule by which a base that opens takes over the orders of the mission."""

Ledger = Annotated[dict[str, Line], BeforeValidator(unpack), PlainSerializer(pack, return_type=dict[str, Any])]
"""Lines by leave id; written small (`compact.py`)."""


class Apart(Model):
    """Who is back from a leave and in quarantine, from day to day, both in."""

    unit: Code
    member: Code
    first: date
    last: date


class Garrison(State):
    """A base, nameless until the first act: its orders, the leaves it knows, the last serial number of each year.

    `quarantined` are members who are back and still absent for strength, by leave.
    """

    base: Code | None = None
    book: orders.Book = {}
    spent: dict[Code, int] = {}
    """The last version of each number that has left the book: its name stays that of one text for good."""
    leaves: Ledger = {}
    serials: dict[int, int] = {}
    quarantined: dict[str, Apart] = {}
    said: once.Acts = {}
    """When each decision of people was recorded, by act: said once more, it undoes nothing that was said since."""
    aside: dict[Sha256, Instant] = {}
    """Files of spools that were set aside, and when it was told: told again, it is known as told."""
    unsigned: dict[str, Unsigned] = {}
    """What waits for its countersignature, by act; past its time it stands, as an exception for audit."""
    lapsed: dict[str, Unsigned] = {}
    """Of what time has said that its countersignature is missing; one that was said before may still arrive."""
    bare: dict[str, Bare] = {}
    """What was recorded without its evidence, by act."""

    def asking(self, unit: Code | None = None) -> dict[str, Line]:
        """The leaves that have a place or wait for one, of a unit or of all."""
        return {key: x for key, x in self.leaves.items() if x.place and unit in (None, x.place.unit)}

    @property
    def units(self) -> frozenset[Code]:
        """The units of those leaves."""
        return frozenset(x.wish.unit for x in self.asking().values())


def evolve(state: Garrison, entry: Entry[Any]) -> Garrison:
    """The state after one more line of the journal."""
    changed = _of_leave(state, entry) or _of_many(state, entry) or _of_orders(state, entry)
    changed |= _of_signatures(state.model_copy(update=changed), entry)
    changed |= _of_papers(state.model_copy(update=changed), entry)
    return state.model_copy(update={"seq": entry.seq} | changed | _of_outages(state, entry) | _of_acts(state, entry))


def _of_leave(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    """What changes in the line of one leave."""

    def line(leave_id: str, **changes: Any) -> dict[str, Any]:
        seen = entry.recorded_at.date()
        known = state.leaves.get(leave_id) or Line(seen=seen)
        return {"leaves": state.leaves | {leave_id: known.model_copy(update={"seen": seen, **changes})}}

    match entry.event:
        case e.Numbered(leave_id=leave_id, number=number, year=year, serial=serial):
            if leave_id in state.leaves and state.leaves[leave_id].number == number:
                return {}
            serials = state.serials | {year: max(serial, state.serials.get(year, 0))}
            return line(leave_id, number=number) | {"serials": serials}
        case e.Stands(leave_id=leave_id, verdict=verdict, place=Place() as place):
            brought: dict[str, Any] = {"number": place.number} if place.number else {}
            wished = place.model_copy(update={"number": ""})  # in the line it stands once
            brought["was"] = None
            out = place.out_at is not None
            brought["granted_at"] = _granted_at(state.leaves.get(leave_id), verdict, entry, out=out)
            brought["barred_since"] = _barred_since(state.leaves.get(leave_id), verdict, entry)
            return line(leave_id, n=verdict.n, place=wished, verdict=verdict, told=verdict.seq, **brought)
        case e.Freed(leave_id=leave_id, n=n, how="back"):
            return line(leave_id, n=n, place=None, verdict=None, was=state.leaves[leave_id].place)
        case e.Freed(leave_id=leave_id, n=n):
            return line(leave_id, n=n, place=None, verdict=None, granted_at=None)
        case e.Quarantined(leave_id=leave_id) as x:
            apart = Apart(unit=x.unit, member=x.member, first=x.first, last=x.last)
            return {"quarantined": state.quarantined | {leave_id: apart}}
        case e.Exempted(leave_id=leave_id, order=order, until=until) as x:
            known = state.leaves[leave_id]
            when: dict[str, Any] = {"exempted": known.exempted | {order: counts_from(entry)}}
            when["because"] = known.because | {order: x.reason}
            when["consented"] = known.consented | {f"{EXEMPTION} from {order}": entry.by}
            when["seconds"] = (*known.seconds, *filter(None, (x.second,)))
            return line(leave_id, exempt=known.exempt | {order: until}, **when)
        case e.Overridden(leave_id=leave_id) as x:
            known = state.leaves[leave_id]
            consented = known.consented | {OVERRIDING: entry.by}
            seconds = (*known.seconds, *filter(None, (x.second,)))
            when = {"overridden_at": counts_from(entry), "consented": consented, "seconds": seconds}
            return line(leave_id, overridden=True, **when)
        case _:
            return {}


def _granted_at(line: Line | None, verdict: Verdict, entry: Entry[Any], *, out: bool = False) -> Instant | None:
    """Since when a leave has its place; who is out has what was granted before, if anything was."""
    if out:
        return line.granted_at if line else None
    if not verdict.granted:
        return None
    return line.granted_at if line and line.granted and line.granted_at else entry.recorded_at


def _barred_since(line: Line | None, verdict: Verdict, entry: Entry[Any]) -> dict[Code, Instant]:
    """Since when each post is waited for that may exempt the leave from what bars it."""
    before = line.barred_since if line else {}
    return {block.etp: before.get(block.etp, entry.recorded_at) for block in verdict.blocks if block.etp}


def _of_many(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    """What changes in many lines at once."""
    known = state.leaves
    match entry.event:
        case e.Examined(verdicts=verdicts):
            lines = {
                key: known[key].model_copy(
                    update={
                        "verdict": verdict,
                        "granted_at": _granted_at(known[key], verdict, entry),
                        "barred_since": _barred_since(known[key], verdict, entry),
                    }
                )
                for key, verdict in verdicts.items()
            }
        case e.ToldLeaves(reached=reached, gone=gone):
            told = {key: max(seq, known[key].told) for key, seq in reached.items() if key in known}
            lines = {key: known[key].model_copy(update={"told": seq}) for key, seq in told.items()}
            struck = {"place": None, "verdict": None}
            lines |= {key: known[key].model_copy(update=struck) for key in gone if key in known}
        case e.Forgotten(leaves=gone, orders=names) if gone:
            return {
                "leaves": {key: line for key, line in known.items() if key not in set(gone)},
                **_without_orders(state, names),
                "quarantined": {key: one for key, one in state.quarantined.items() if key not in set(gone)},
            }
        case _:
            return {}
    return {"leaves": known | lines}


def _of_orders(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    """What changes in the base and its book of orders."""
    event = entry.event
    match event:
        case e.Opened(base=base):
            return {"base": base}
        case e.OrderIssued(order=order):
            # When the mission recorded an order which a base takes over as it opens, the base does not know.
            recorded_at = None if OPENED in event.cites else entry.recorded_at
            new = orders.Edition(
                order=order,
                end=order.until,
                irregular=event.irregular,
                recorded_at=recorded_at,
                departed=event.departed,
                between=event.between,
            )
            return {"book": orders.issued(state.book, new)}
        case e.OrderRescinded(number=number, at=at):
            return {"book": orders.rescinded(state.book, number, at, event.irregular)}
        case e.Forgotten(orders=names):
            return _without_orders(state, names)
        case _:
            return {}


def _without_orders(state: Garrison, names: tuple[Code, ...]) -> dict[str, Any]:
    spent = state.spent | orders.last_of(state.book, names)
    return {"book": orders.forgotten(state.book, names), "spent": spent}


def _of_signatures(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    """What waits for a countersignature, and what has it; an order that has it in time is marked no more."""
    match entry.event:
        case Recorded() as told:
            return {"unsigned": waiting(state.unsigned, entry, _about(told))}
        case EntrySigned(what=what, irregular=late):
            left = waiting(state.unsigned, entry, what)
            others = {one.what for one in left.values()}
            book = state.book if late else orders.unmarked(state.book, what, RULE, others)
            return {"unsigned": left, "lapsed": lapsed(state.lapsed, state.unsigned, entry), "book": book}
        case EntryLapsed():
            over = lapsed(state.lapsed, state.unsigned, entry)
            return {"unsigned": waiting(state.unsigned, entry, ""), "lapsed": over}
        case e.Forgotten(unsigned=gone) if gone:
            return {"unsigned": {act: one for act, one in state.unsigned.items() if act not in gone}}
        case _:
            return {}


def _of_acts(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    """Which decisions of people were recorded. What a base took over as it opened was nobody's act here."""
    kind = DECISIONS.get(type(entry.event))
    if not kind or OPENED in entry.event.cites or not entry.act_id:
        return {}
    return {"said": once.known(state.said, entry, kind)}


DECISIONS: Mapping[type[Event], str] = {
    e.OrderIssued: "issue-order",
    e.OrderRescinded: "rescind-order",
    e.Exempted: "exempt",
    e.Overridden: "override",
}
"""What people decide at a base, and the kind of act in which they say it."""


def _of_papers(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    """What lacks its paper, and what has it; an order is marked no more once nothing that was said of it lacks one."""
    match entry.event:
        case Recorded() as told:
            line = state.leaves.get(getattr(told, "leave_id", ""))
            member = line.place.member if line and line.place else None
            return {"bare": lacking(state.bare, entry, _about(told), member)}
        case PaperLaid(what=what):
            left = lacking(state.bare, entry, what)
            others = {one.what for one in left.values()}
            return {"bare": left, "book": orders.unmarked(state.book, what, EVIDENCE, others)}
        case e.Forgotten(bare=gone) if gone:
            return {"bare": {act: one for act, one in state.bare.items() if act not in gone}}
        case _:
            return {}


def _about(told: Recorded) -> str:
    match told:
        case e.OrderIssued(order=order):
            return order.name
        case e.OrderRescinded(number=number):
            return number
        case e.Exempted(leave_id=leave_id, order=order_name):
            return f"exemption of {leave_id} from {order_name}"
        case _:
            return f"{OVERRIDING} for {getattr(told, 'leave_id', '')}"


def _of_outages(state: Garrison, entry: Entry[Any]) -> dict[str, Any]:
    """What changes in what is known of files set aside, and in the numbers that are given."""
    match entry.event:
        case e.ActSetAside(file=file):
            return {"aside": state.aside | {file: entry.recorded_at}}
        case e.NumbersVoided(year=year, last=last):
            return {"serials": state.serials | {year: max(last, state.serials.get(year, 0))}}
        case e.Forgotten(aside=gone) if gone:
            return {"aside": {file: at for file, at in state.aside.items() if file not in gone}}
        case _:
            return {}
