"""Orders are issued and amended. Every leave that a change touches is examined in the same decision."""

from __future__ import annotations

from collections.abc import Mapping

from domain.acts import IssueOrder
from domain.facts import Facts
from domain.garrison import layers, orders, powers, verbal
from domain.garrison.events import OrderIssued
from domain.garrison.limits import unattainable
from domain.garrison.orders import Book
from domain.garrison.rescinding import may_end
from domain.garrison.sitting import Sitting
from domain.garrison.wording import kept_names, unfit, unwritable
from domain.model import Code
from domain.once import AlreadySo
from domain.orders import Order
from domain.refusal import Refusal


def issue_order(act: IssueOrder, sitting: Sitting) -> None:
    """A version enters the book; the same once more is so already, another text under its name is not taken."""
    order, book = act.order, sitting.state.book
    if known := orders.find(book, order.name):
        if refusal := rewritten(order, known.order):
            sitting.refuse(refusal)
        else:
            sitting.say(AlreadySo(what=f"{order.name} was issued", cites=(order.name,)))
        return
    spent = {number: last for number, last in sitting.state.spent.items() if number not in book}
    if order.mission_wide and order.version <= spent.get(order.number, 0):
        sitting.say(AlreadySo(what=f"{order.name} was issued, and ended long ago", cites=(order.name,)))
    elif refusal := may_issue(act, book, sitting.facts, spent) or unfit(order, sitting):
        sitting.refuse(refusal)
    else:
        enter_order(order, sitting)


def enter_order(order: Order, sitting: Sitting) -> None:
    """The version is in force in the book from now on, and every leave of the base is examined under it."""
    cites = (order.name, "authority/order")
    book, base = sitting.state.book, sitting.act.base
    sitting.say(
        OrderIssued(
            order=order,
            beside=tuple(edition.name for edition in layers.beside(book, order)),
            without_effect=layers.without_effect(book, order, base),
            departed=verbal.departed(order, sitting),
            between=tuple(verbal.between(order, sitting)),
            unattainable=tuple(unattainable(order, sitting.facts.strength, sitting.day(order.since))),
            kept=kept_names(order, book, sitting.facts.unknown),
            cites=cites,
            **sitting.recorded,
        )
    )
    sitting.examine(sitting.state.units, order=order.name)


def may_issue(act: IssueOrder, book: Book, facts: Facts, spent: Mapping[Code, int] = {}) -> Refusal | None:
    """Why an order cannot be entered in a book: whose it is, what its number says already, or that it says nothing.

    Who amends has authority over the version before it too: nobody voids another's order by taking up its number, but
    a superior of its issuer, whose own order it then is. `spent` has the last version of each number which has left the
    book.
    """
    refusal = powers.may_issue(act, facts) or _spent(act.order, spent) or orders.against(book, act.order)
    if refusal is None and act.order.number in book:
        refusal = powers.may_change(act, book[act.order.number][-1].order, facts)
    return refusal or unwritable(act.order, book, facts) or may_end(act, book, facts)


def _spent(order: Order, spent: Mapping[Code, int]) -> Refusal | None:
    """The mission keeps the texts of its own numbers for good, and goes on with them."""
    if order.number not in spent or order.mission_wide:
        return None
    return Refusal(
        rule="order/version",
        why=f"{order.number} ended long ago, and one number is one order for good",
        facts={
            "expected": "a number that was never given",
            "got": f"{order.name} after {order.number}.{spent[order.number]}",
        },
        helps="issue it under a new number",
    )


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
