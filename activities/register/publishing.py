"""Orders for the whole mission are kept beside the register, so that a base which opens later has them too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.lookups import mission_orders
from domain.orders import Order


def publish_order(session: Session, order: Order) -> None:
    """Keeps one version of a mission-wide order; the same version again takes its place."""
    session.merge(t.MissionOrder(name=order.name, order=order.model_dump(mode="json")))


def rescind_order(session: Session, number: str, at: datetime) -> None:
    """Ends every version of an order at an instant, to the minute; one that would only have begun later never was."""
    until = at.replace(second=0, microsecond=0)
    for order in mission_orders(session):
        if order.number != number or (order.until is not None and order.until <= until):
            continue
        if order.since < until:
            publish_order(session, order.model_copy(update={"until": until}))
        else:
            session.delete(session.get_one(t.MissionOrder, order.name))
