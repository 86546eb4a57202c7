"""What the words of an order cannot mean: in its book, at its base, to the register. Whoever issues it."""

from __future__ import annotations

from domain.facts import Facts, Unknown
from domain.garrison import layers, orders, restrictions
from domain.garrison.orders import Book
from domain.garrison.sitting import Sitting
from domain.model import Code, Instant
from domain.orders import Order
from domain.refusal import Refusal
from domain.restrictions import Curfew, MovementWindow
from domain.words import some


def unwritable(order: Order, book: Book, facts: Facts) -> Refusal | None:
    """Why an order cannot be entered in a book, whoever issues it."""
    return orders.against(book, order) or _empty(order) or _nobody(order, _new_names(order, book, facts.unknown))


def unfit(order: Order, sitting: Sitting) -> Refusal | None:
    """What the words of an order cannot mean at this base, at this time."""
    base: Code = sitting.act.base
    if refusal := meaningless(order, sitting.now):
        return refusal
    if order.scope.bases and base not in order.scope.bases and not order.mission_wide:
        return Refusal(
            rule="order/scope",
            why=f"{order.name} says nothing about {base}",
            facts={"expected": base, "got": ", ".join(order.scope.bases)},
            helps="issue it at the bases which it names",
        )
    return layers.allowed_in_vain(sitting.state.book, order, base)


def meaningless(order: Order, now: Instant) -> Refusal | None:
    """What the words of an order can mean at no base, at this time: it is not published either."""
    if order.until and order.until < now - orders.MEMORY:
        return Refusal(
            rule="order/long-over",
            why=f"{order.name} was over more than {orders.MEMORY.days} days ago and can touch no leave any more",
            facts={"expected": f"until {now - orders.MEMORY} or later", "got": f"until {order.until}"},
            helps="attach the paper to the leaves which it concerned",
        )
    if any(isinstance(r, Curfew | MovementWindow) and r.from_ == r.until for r in order.restrictions):
        return Refusal(
            rule="order/hours",
            why="hours that end where they begin are none, or all: the order must say which",
            facts={"expected": "two different hours", "got": "the same hour twice"},
            helps="give two hours, or a stop of leave for whole days",
        )
    return None


def kept_names(order: Order, book: Book, unknown: tuple[Unknown, ...]) -> tuple[Code, ...]:
    """The names of nobody, any more, which an order has from the version before it."""
    versions = book.get(order.number, ())
    if not versions:
        return ()
    last = versions[-1].order
    scope = last.scope
    before = {*scope.bases, *scope.units, *scope.nations, *scope.except_nations, *scope.components, *last.key_posts}
    return tuple(one.name for one in unknown if one.what != "post" and one.name in before)


def _new_names(order: Order, book: Book, unknown: tuple[Unknown, ...]) -> tuple[Unknown, ...]:
    """The unknown names which an order has not from the version before it.

    A unit or a key post may have been dissolved since that was issued: this must not keep the order from being amended.
    Whoever is to exempt from it is there in any case.
    """
    kept = kept_names(order, book, unknown)
    return tuple(one for one in unknown if one.what == "post" or one.name not in kept)


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
    """A name which is mistyped would let an order touch nobody, keep nobody, or let nobody exempt from it."""
    if not unknown:
        return None
    said = ", ".join(f"no {one.what} {one.name}" for one in unknown)
    known = "; ".join(f"the {one.what} {_known(one)}" for one in unknown if one.known)
    return Refusal(
        rule="order/unknown-name",
        why=f"the register knows {said}, which {order.name} names",
        facts={"expected": known or "names of the register", "got": ", ".join(one.name for one in unknown)},
        helps="correct the name, or have the register import it first",
    )


def _known(one: Unknown) -> str:
    """The names that were perhaps meant, and where all are told; of components there are no others."""
    listed = one.what.removeprefix("key ")
    see = f"furlough register list {listed}s" if listed != "component" else "components"
    return some(one.known, len(one.known), see, of=one.of)
