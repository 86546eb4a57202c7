"""Orders are issued, amended and rescinded. Every leave that a change touches is examined in the same decision."""

from __future__ import annotations

from domain.acts import IssueOrder, RescindOrder
from domain.facts import Facts, Unknown
from domain.garrison import orders, powers, restrictions
from domain.garrison.barring import Span
from domain.garrison.events import AlreadySo, OrderIssued, OrderRescinded
from domain.garrison.orders import Book, Edition
from domain.garrison.sitting import Sitting
from domain.model import Code, datetime, timedelta
from domain.orders import Order, ends_with
from domain.refusal import Refusal
from domain.restrictions import Curfew, MovementWindow

SLACK = timedelta(minutes=15)
"""How far before it was said a rescission may end an order: clocks differ, and a desk says "from 0800" at 0805."""


def issue_order(act: IssueOrder, sitting: Sitting) -> None:
    """A version enters the book; the same once more is so already, another text under its name is not taken."""
    order, book = act.order, sitting.state.book
    if known := orders.find(book, order.name):
        if refusal := rewritten(order, known.order):
            sitting.refuse(refusal)
        else:
            sitting.say(AlreadySo(what=f"{order.name} was issued", cites=(order.name,)))
        return
    if refusal := may_issue(act, book, sitting.facts) or unfit(order, sitting):
        sitting.refuse(refusal)
    else:
        enter_order(order, sitting)


def enter_order(order: Order, sitting: Sitting) -> None:
    """The version is in force in the book from now on, and every leave of the base is examined under it."""
    cites = (order.name, "authority/order")
    beside, departed = _beside(order, sitting), _departed(order, sitting)
    sitting.say(OrderIssued(order=order, beside=beside, departed=departed, cites=cites, irregular=sitting.unsigned))
    sitting.examine(sitting.state.units, order=order.name)


def may_issue(act: IssueOrder, book: Book, facts: Facts) -> Refusal | None:
    """Why an order cannot be entered in a book: whose it is, what its number says already, or that it says nothing.

    Who amends has authority over the version before it too: nobody voids another's order by taking up its number, but
    a superior of its issuer, whose own order it then is.
    """
    refusal = powers.may_issue(act, facts) or orders.against(book, act.order)
    if refusal is None and act.order.number in book:
        refusal = powers.may_change(act, book[act.order.number][-1].order, facts)
    return refusal or unwritable(act.order, book, facts)


def unwritable(order: Order, book: Book, facts: Facts) -> Refusal | None:
    """Why an order cannot be entered in a book, whoever issues it."""
    return orders.against(book, order) or _empty(order) or _nobody(order, facts.unknown)


def _empty(order: Order) -> Refusal | None:
    """An order which restricts nothing looks as if it held."""
    if all(restrictions.restricts(rule) for rule in order.restrictions):
        return None
    return Refusal(
        rule="order/nothing",
        why=f"{order.name} restricts nothing: of every unit 0 stay in any case",
        facts={"expected": "a percentage or a number above 0", "got": "a minimum strength of 0"},
        helps="say how many stay; to end an order, rescind it",
    )


def _nobody(order: Order, unknown: tuple[Unknown, ...]) -> Refusal | None:
    """A name which is mistyped would let an order touch nobody, or let nobody exempt from it."""
    if not unknown:
        return None
    said = ", ".join(f"no {one.what} {one.name}" for one in unknown)
    known = "; ".join(f"the {one.what} {', '.join(one.known)}" for one in unknown if one.known)
    return Refusal(
        rule="order/unknown-name",
        why=f"the register knows {said}, which {order.name} names",
        facts={"expected": known or "names of the register", "got": ", ".join(one.name for one in unknown)},
        helps="correct the name, or have the register import it first",
    )


def may_rescind(act: RescindOrder, last: Edition, facts: Facts) -> Refusal | None:
    """Why a number, whose last version is given, cannot be ended: whose it is, or when."""
    at = ends_with(act.at or act.acted_at)
    return powers.may_change(act, last.order, facts) or _ended(act, last, at) or _past(act, at)


def rewritten(order: Order, known: Order) -> Refusal | None:
    """Why a version cannot be issued which is in the book already: its text is another. None for the same once more."""
    if order == known or _taken_over(order, known):
        return None
    other = [name for name in Order.model_fields if getattr(order, name) != getattr(known, name)]
    return Refusal(
        rule="order/version",
        why=f"{order.name} is in the book with another content, and what was issued is not rewritten",
        facts={"expected": f"{known.name} as issued", "got": f"other {', '.join(other)}"},
        helps="amend it with the next version",
    )


def _taken_over(order: Order, known: Order) -> bool:
    """Whether a base that opened late has the version as it stood then: rescinded since it was issued."""
    ends_earlier = known.until is not None and (order.until is None or known.until < order.until)
    return order.mission_wide and ends_earlier and order == known.model_copy(update={"until": order.until})


def unfit(order: Order, sitting: Sitting) -> Refusal | None:
    """What the words of an order cannot mean at this base, at this time."""
    base: Code = sitting.act.base
    if order.until and order.until < sitting.now - orders.MEMORY:
        return Refusal(
            rule="order/long-over",
            why=f"{order.name} was over more than {orders.MEMORY.days} days ago and can touch no leave any more",
            facts={"expected": f"until {sitting.now - orders.MEMORY} or later", "got": f"until {order.until}"},
            helps="attach the paper to the leaves which it concerned",
        )
    if order.scope.bases and base not in order.scope.bases and not order.mission_wide:
        return Refusal(
            rule="order/scope",
            why=f"{order.name} says nothing about {base}",
            facts={"expected": base, "got": ", ".join(order.scope.bases)},
            helps="issue it at the bases which it names",
        )
    if any(isinstance(r, Curfew | MovementWindow) and r.from_ == r.until for r in order.restrictions):
        return Refusal(
            rule="order/hours",
            why="hours that end where they begin are none, or all: the order must say which",
            facts={"expected": "two different hours", "got": "the same hour twice"},
            helps="give two hours, or a stop of leave for whole days",
        )
    return None


def _beside(order: Order, sitting: Sitting) -> tuple[str, ...]:
    """Orders of the other layer that restrict in the same way at the same time: no order weakens another."""
    kinds, span = {r.rule for r in order.restrictions}, Span(order.since, order.until)
    return tuple(
        e.name
        for e in orders.editions(sitting.state.book)
        if e.order.mission_wide != order.mission_wide
        and kinds & {r.rule for r in e.order.restrictions}
        and _in_force(e)
        and span.meets(Span(e.order.since, e.end))
    )


def _in_force(edition: Edition) -> bool:
    return edition.end is None or edition.order.since < edition.end


def _departed(order: Order, sitting: Sitting) -> tuple[str, ...]:
    """Who signed out under a verbal order before it was entered."""
    span = Span(order.since, order.until)
    return tuple(
        key
        for key, line in sorted(sitting.state.asking().items())
        if (out_at := line.wish.out_at)
        and span.holds(out_at)
        and restrictions.touches(order.scope, sitting.act.base, line.wish)
    )


def rescind_order(act: RescindOrder, sitting: Sitting) -> None:
    """A number ends before its time, with the minute in which that was said: orders hold to the minute."""
    versions = sitting.state.book.get(act.number)
    if not versions:
        sitting.refuse(_unknown(act, sitting))
        return
    last, at = versions[-1], ends_with(act.at or act.acted_at)
    if last.end == at:
        sitting.say(AlreadySo(what=f"{act.number} ends at {at.isoformat()}", cites=(last.name,)))
    elif refusal := may_rescind(act, last, sitting.facts):
        sitting.refuse(refusal)
    else:
        cites = (last.name, "authority/order")
        sitting.say(
            OrderRescinded(number=act.number, at=at, reason=act.reason, cites=cites, irregular=sitting.unsigned)
        )
        sitting.examine(sitting.state.units, order=last.name)


def _unknown(act: RescindOrder, sitting: Sitting) -> Refusal:
    known = ", ".join(sorted(sitting.state.book)) or "no order"
    return Refusal(
        rule="order/unknown",
        why=f"{act.base} has no order {act.number} in its book",
        facts={"expected": known, "got": act.number},
        helps="orders that ended more than 60 days ago are in the journal only",
    )


def _ended(act: RescindOrder, last: Edition, at: datetime) -> Refusal | None:
    if last.end is None or at < last.end:
        return None
    return Refusal(
        rule="order/ended",
        why=f"{act.number} is over by then",
        facts={"expected": f"before {last.end.isoformat()}", "got": at.isoformat()},
        helps="nothing is left to rescind",
    )


def _past(act: RescindOrder, at: datetime) -> Refusal | None:
    """What held has held: leaves were suspended by it, and who went against it is marked for good."""
    if at >= act.acted_at - SLACK:
        return None
    return Refusal(
        rule="order/past",
        why=f"{act.number} held until now, and an order cannot be ended in the past",
        facts={"expected": f"{act.acted_at.isoformat()} or later", "got": at.isoformat()},
        helps="end it from now on; whom it barred wrongly is exempted from it",
    )
