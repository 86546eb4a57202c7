"""Who is served first where a unit has room for some of those who ask, and not for all: by the mission's setting.

Each rule gives a leave its turn; a smaller one comes first. The same turn decides whom an order lets keep a place, and
leaves of one turn are told apart by their ids, so that every base answers alike at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.facts import QueueRule
from domain.holdings import Place

Turn = tuple[Any, ...]


def asked_first(place: Place) -> Turn:
    """Who asked first: by when it was said, which may be long before it was recorded. Our default [D]."""
    return (place.asked_at,)


def emergencies_first(place: Place) -> Turn:
    """Emergencies, and then all others, those too which lengthen an emergency; among each who asked first."""
    return (not place.emergency, place.asked_at)


RULES: dict[QueueRule, Callable[[Place], Turn]] = {"asked-first": asked_first, "emergencies-first": emergencies_first}


def turn(rule: QueueRule, leave_id: str, place: Place) -> Turn:
    """The turn of a leave."""
    return (*RULES[rule](place), leave_id)
