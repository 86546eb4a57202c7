"""The order book of a base: every version it knows, and when each really holds.

At most one version of a number applies at any instant, and exactly one from the first effective minute of the number to
its end (doctrine: base orders). Therefore a new version ends those before it where it begins, and leaves no gap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from domain.acts import IssueOrder, RescindOrder
from domain.model import DAY, Code, Instant, Model, datetime, timedelta
from domain.orders import Order, ends_with
from domain.refusal import Refusal

MINUTE = timedelta(minutes=1)
RESCISSION = "rescission"
"""What ended a version that no other order ended."""
MEMORY = 60 * DAY
"""How long what has ended stays in a base's state. It stays in the journal for good."""


class Fell(Model):
    """What was decided before an order was entered that was in force already: a leave, or an order, and when."""

    what: Literal["cleared", "exempted", "overridden", "order issued"]
    of: Code
    at: Instant


class Edition(Model):
    """One version in the book. `end` is when it really ends: as it says itself, by the next version or a rescission.

    One that ends before it begins was never in force. `recorded_at` is when it was entered, which may be after it began
    (a verbal order): who signed out meanwhile has `departed`, `between` is what was decided. `rescinded_by` is the
    version of another order that ended it, or `rescission`. `irregular` names what is amiss with how it was entered.
    """

    order: Order
    end: Instant | None = None
    irregular: tuple[Code, ...] = ()
    recorded_at: Instant | None = None
    rescinded_by: Code | None = None
    departed: tuple[str, ...] = ()
    between: tuple[Fell, ...] = ()

    @property
    def name(self) -> str:
        """`LO-014.2`."""
        return self.order.name

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at an instant: half-open, [since, end)."""
        return self.order.since <= at and (self.end is None or at < self.end)

    @property
    def never(self) -> bool:
        """Whether it ended before it began: it was never in force, and never will be."""
        return self.end is not None and self.end <= self.order.since

    @property
    def said_before(self) -> bool:
        """Whether it was in force before it was entered: said first, and written down later."""
        return self.recorded_at is not None and said_before(self.order, self.recorded_at)

    def cut(self, at: datetime, by: Code | None = None) -> Edition:
        """The same version, over at an instant at the latest, where need be by an order or a rescission."""
        if self.end is not None and self.end <= at:
            return self
        return self.model_copy(update={"end": at, "rescinded_by": by or self.rescinded_by})


def said_before(order: Order, entered: datetime) -> bool:
    """Whether an order was in force before the minute in which it was entered."""
    return order.since < ends_with(entered)


Book = dict[Code, tuple[Edition, ...]]
"""Editions by number, versions ascending."""


def editions(book: Book) -> Iterator[Edition]:
    """All versions in the book, in the order of their names."""
    for number in sorted(book):
        yield from book[number]


def find(book: Book, name: str) -> Edition | None:
    """The version of that name: `LO-014.2`."""
    number = name.rpartition(".")[0]
    return next((e for e in book.get(number, ()) if e.name == name), None)


def issuer(book: Book, act: IssueOrder | RescindOrder) -> Code | None:
    """Whose the version is that an act would amend or end; None where there is none yet."""
    versions = book.get(act.order.number if isinstance(act, IssueOrder) else act.number, ())
    return versions[-1].order.issuer if versions else None


def issuers(book: Book, act: IssueOrder | RescindOrder) -> tuple[Code, ...]:
    """Whose the orders are that an order rescinds besides."""
    names = act.order.rescinds if isinstance(act, IssueOrder) else ()
    found = (find(book, name) for name in names)
    return tuple(sorted({edition.order.issuer for edition in found if edition}))


def in_force(book: Book, at: datetime) -> tuple[Edition, ...]:
    """The versions which hold at an instant: at most one of each number."""
    return tuple(e for e in editions(book) if e.holds(at))


def issued(book: Book, new: Edition) -> Book:
    """The book with one version more; those before it end where it begins, also where it begins before them.

    So do the orders which it rescinds; one that comes in after the order which rescinds it ends in the same way.
    """
    order = new.order
    for other in editions(book):
        if order.name in other.order.rescinds:
            new = new.cut(other.order.since, other.name)
    book = book | {order.number: (*(e.cut(order.since) for e in book.get(order.number, ())), new)}
    for name in order.rescinds:
        number = name.rpartition(".")[0]
        if number in book and number != order.number:
            book |= {number: tuple(e.cut(order.since, order.name) for e in book[number])}
    return book


def unmarked(book: Book, what: str, mark: Code, others: Collection[str] = ()) -> Book:
    """The book without a mark at a version, or at all of a number; but where it is marked for one of `others` too."""

    def clean(one: Edition) -> Edition:
        names = {one.name, one.order.number}
        named = what in names and mark in one.irregular and names.isdisjoint(others)
        return one.model_copy(update={"irregular": tuple(x for x in one.irregular if x != mark)}) if named else one

    return {number: tuple(clean(one) for one in versions) for number, versions in book.items()}


def rescinded(book: Book, number: str, at: datetime, irregular: tuple[Code, ...] = ()) -> Book:
    """The book with a number ended at an instant; versions that were to begin later never do.

    One which the next version had overtaken before it began was ended by that, and not by the rescission.
    """
    *before, last = (e if e.never else e.cut(at, RESCISSION) for e in book[number])
    marks = tuple(dict.fromkeys((*last.irregular, *irregular)))
    return book | {number: (*before, last.model_copy(update={"irregular": marks}))}


def forgotten(book: Book, names: Iterable[str]) -> Book:
    """The book without some versions."""
    gone = set(names)
    left = {number: tuple(e for e in versions if e.name not in gone) for number, versions in book.items()}
    return {number: versions for number, versions in left.items() if versions}


def last_of(book: Book, names: Iterable[str]) -> dict[Code, int]:
    """The last version of each number which is left with none when some versions are forgotten."""
    left = forgotten(book, names)
    return {number: versions[-1].order.version for number, versions in book.items() if number not in left}


def ended_before(book: Book, moment: datetime) -> tuple[str, ...]:
    """The versions which ended before a moment."""
    return tuple(e.name for e in editions(book) if e.end is not None and e.end < moment)


def against(book: Book, order: Order) -> Refusal | None:
    """Why a version cannot be entered: its number says otherwise. The same version twice is the desk's business."""
    versions = book.get(order.number, ())
    if not versions:
        # A base that opens late first hears of a mission order in the version that is now current.
        return None if order.version == 1 or order.mission_wide else _out_of_turn(order, 0)
    last = versions[-1].order
    if order.version != last.version + 1:
        return _out_of_turn(order, last.version)
    if order.mission_wide != last.mission_wide:
        return other_layer(last, order)
    end = versions[-1].end
    if end is not None and order.since > end:
        return _gap(order, end)
    return None


def other_layer(last: Order, order: Order) -> Refusal:
    """An order of the one layer that would change one of the other."""
    layer = {True: "mission", False: "base"}
    return Refusal(
        rule="order/layer",
        why="a base does not amend the mission's orders, nor the mission one of a base",
        facts={
            "expected": f"an order of the {layer[last.mission_wide]}",
            "got": f"one of the {layer[order.mission_wide]}",
        },
        helps="issue an order with a number of its own: all orders in force apply together",
    )


def _out_of_turn(order: Order, last: int) -> Refusal:
    return Refusal(
        rule="order/version",
        why=f"the versions of {order.number} follow each other without a gap",
        facts={"expected": f"version {last + 1}", "got": f"version {order.version}"},
        helps=f"issue it as {order.number}.{last + 1}",
    )


def _gap(order: Order, end: datetime) -> Refusal:
    facts = {"expected": f"since {end.isoformat()} or earlier", "got": f"since {order.since.isoformat()}"}
    if order.since - end <= MINUTE:
        return Refusal(
            rule="order/slip",
            why=f"for a minute before {order.name} nothing would hold, a likely slip",
            facts=facts,
            helps=f"give since {end.isoformat()}: intervals are half-open, 'until 0459' is stored as until 05:00",
        )
    return Refusal(
        rule="order/gap",
        why=f"{order.number} ended, and one version of a number holds without a gap from its first minute to its end",
        facts=facts,
        helps=f"give since {end.isoformat()}, or issue it under a new number",
    )
