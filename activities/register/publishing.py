"""Orders for the whole mission are kept beside the register, so that a base which opens later has them too."""

from __future__ import annotations

from sqlalchemy.orm import Session

from activities.register import tables as t
from domain.orders import Order


def publish_order(session: Session, order: Order) -> None:
    """Keeps one version of a mission-wide order; the same version again (rescinded, say) takes its place."""
    session.merge(t.MissionOrder(name=order.name, order=order.model_dump(mode="json")))
