"""Orders end before their time: by a rescission, by an amendment, or by another order. Never in the past."""

from __future__ import annotations

from domain.acts import IssueOrder, RescindOrder
from domain.facts import Facts
from domain.garrison import orders, powers
from domain.garrison.events import OrderRescinded
from domain.garrison.orders import Book, Edition
from domain.garrison.sitting import Sitting
from domain.model import Code, datetime, timedelta
from domain.once import AlreadySo
from domain.orders import Order, ends_with
from domain.refusal import Refusal

SLACK = timedelta(minutes=15)
"""How far before it was said a rescission may end an order: clocks differ, and a desk says "from 0800" at 0805."""


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
        sitting.say(OrderRescinded(number=act.number, at=at, reason=act.reason, cites=cites, **sitting.recorded))
        sitting.examine(sitting.state.units, order=last.name)


def may_rescind(act: RescindOrder, last: Edition, facts: Facts) -> Refusal | None:
    """Why a number, whose last version is given, cannot be ended: whose it is, or when."""
    at = ends_with(act.at or act.acted_at)
    return powers.may_change(act, last.order, facts) or _ended(act, last, at) or _past(act.number, last, act, at)


def may_end(act: IssueOrder, book: Book, facts: Facts) -> Refusal | None:
    """Why an order cannot end what it would end: what held of its own number until now, or others which it names.

    Those are not the last version, over, or another's. A base which opened late may not know what the mission rescinds;
    that the mission knows it was seen to before.
    """
    if refusal := _cut_short(act, book):
        return refusal
    for name in act.order.rescinds:
        versions = book.get(name.rpartition(".")[0], ())
        if versions:
            refusal = _ends(act, name, versions[-1], facts)
        else:
            refusal = None if act.order.mission_wide else _no_version(act.order, name, "no version of it")
        if refusal:
            return refusal
    return None


def _ends(act: IssueOrder, name: Code, last: Edition, facts: Facts) -> Refusal | None:
    order, at = act.order, act.order.since
    if last.name != name:
        return _no_version(order, name, last.name)
    if last.order.mission_wide != order.mission_wide:
        return orders.other_layer(last.order, order)
    if last.end is not None and last.end <= at:
        return None if last.end == at else _over(name, last.end, at)
    return powers.may_end(act, last.order, facts) or _past(name, last, act, at)


def _cut_short(act: IssueOrder, book: Book) -> Refusal | None:
    """An amendment may say later what held from earlier on, and not that nothing of its number did any more."""
    order, versions = act.order, book.get(act.order.number, ())
    if order.until is None or not versions:
        return None
    last = versions[-1]
    return None if last.end is not None and last.end <= order.until else _past(last.name, last, act, order.until)


def _no_version(order: Order, name: Code, known: str) -> Refusal:
    return Refusal(
        rule="order/unknown",
        why=f"{order.name} rescinds {name}, which is not the last version of an order in the book",
        facts={"expected": known, "got": name},
        helps="name the last version of the number: furlough order list BASE",
    )


def _unknown(act: RescindOrder, sitting: Sitting) -> Refusal:
    known = ", ".join(sorted(sitting.state.book)) or "no order"
    return Refusal(
        rule="order/unknown",
        why=f"{act.base} has no order {act.number} in its book",
        facts={"expected": known, "got": act.number},
        helps="orders that ended more than 60 days ago are in the journal only",
    )


def _ended(act: RescindOrder, last: Edition, at: datetime) -> Refusal | None:
    return None if last.end is None or at < last.end else _over(act.number, last.end, at)


def _over(what: Code, end: datetime, at: datetime) -> Refusal:
    return Refusal(
        rule="order/ended",
        why=f"{what} is over by then",
        facts={"expected": f"before {end.isoformat()}", "got": at.isoformat()},
        helps="nothing is left to rescind",
    )


def _past(what: Code, last: Edition, act: IssueOrder | RescindOrder, at: datetime) -> Refusal | None:
    """What held has held: leaves were suspended by it, and who went against it is marked for good."""
    if at >= act.acted_at - SLACK:
        return None
    stood = "has not begun" if last.order.since > act.acted_at else "held until now"
    return Refusal(
        rule="order/past",
        why=f"{what} {stood}, and an order cannot be ended in the past",
        facts={"expected": f"{act.acted_at.isoformat()} or later", "got": at.isoformat()},
        helps="end it from now on; whom it barred wrongly is exempted from it",
    )
