"""Orders for the whole mission are kept beside the register, so that a base which opens later has them too.

Such a base takes them over unasked: therefore nothing is kept which the bases' own rules would refuse.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.register import tables as t
from domain.acts import IssueOrder, RescindOrder
from domain.garrison import orders
from domain.garrison.publishing import Grounds, ends, unpublishable
from domain.model import datetime
from domain.orders import Order, ends_with
from domain.refusal import Refusal
from domain.restrictions import DegradedCommunications

_RESCINDED = "rescinded"
"""Beside the words of a mission-wide order: the instant at which it was ended before its time."""


def publish(session: Session, act: IssueOrder | RescindOrder, on: Grounds) -> Refusal | None:
    """Keeps an order, or its end, once: or why it is refused, and then nothing is changed."""
    if refusal := unpublishable(act, on):
        return refusal
    book = mission_book(session)
    if isinstance(act, RescindOrder):
        if ends(act, book):
            _end(session, book[act.number], ends_with(act.at or act.acted_at))
    elif orders.find(book, act.order.name) is None:
        session.add(t.MissionOrder(name=act.order.name, order=act.order.model_dump(mode="json")))
        for name in act.order.rescinds:
            _end(session, book[name.rpartition(".")[0]], act.order.since)
    return None


def _end(session: Session, versions: tuple[orders.Edition, ...], at: datetime) -> None:
    for edition in versions:
        if edition.end is None or at < edition.end:
            row = session.get_one(t.MissionOrder, edition.name)
            words: dict[str, Any] = row.order
            row.order = words | {_RESCINDED: at.isoformat()}


def mission_book(session: Session) -> orders.Book:
    """Every version of every order for the whole mission as it was issued, with the end which it really has.

    The versions of a number are kept apart by their own words and by rescissions alone: which of them holds at an
    instant, a base tells.
    """
    book: orders.Book = {}
    for row in session.scalars(select(t.MissionOrder.order)):
        words = dict(row)
        ended = words.pop(_RESCINDED, None)
        order = Order.model_validate(words)
        edition = orders.Edition(order=order, end=order.until)
        edition = edition.cut(datetime.fromisoformat(ended)) if ended else edition
        versions = (*book.get(order.number, ()), edition)
        book[order.number] = tuple(sorted(versions, key=lambda e: e.order.version))
    return book


def mission_orders(session: Session) -> tuple[Order, ...]:
    """The mission's orders, by number and version, as a base that opens now takes them over; none that never began."""
    began = (e for e in orders.editions(mission_book(session)) if e.end is None or e.order.since < e.end)
    return tuple(e.order.model_copy(update={"until": e.end}) for e in began)


def degraded(session: Session, base: str, at: datetime) -> tuple[str, ...]:
    """The mission's orders on degraded communications at a base which were in force at an instant."""
    return tuple(
        e.name
        for e in orders.in_force(mission_book(session), at)
        if any(isinstance(rule, DegradedCommunications) for rule in e.order.restrictions)
        and (not e.order.scope.bases or base in e.order.scope.bases)
    )
