"""Days of flights on which more of a unit are away than may be.

A seat is booked once the place is taken, and flights move: nobody is refused for it, and nobody overrides the strength
either. So the verdict is marked, tells the day, and cites what is exceeded (doctrine: strength). The mark
falls on who exceeds it, and goes once nothing is exceeded any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from domain.calendar import days
from domain.garrison.strength import Limit, Roll
from domain.holdings import Place
from domain.model import Code, date
from domain.orders import Verdict

FLIGHTS: Final = "strength/flights"
"""The mark of a place by whose days of flights a limit is exceeded."""


def held_days(place: Place | None, unit: Code) -> frozenset[date]:
    """The days of a place in a unit: those asked for, and those of its flights."""
    if place is None or place.unit != unit:
        return frozenset()
    return frozenset((*days(place.first, place.last), *place.travels))


def is_marked(verdict: Verdict | None) -> bool:
    """Whether a place bears the mark of its flights, which goes once they exceed nothing any more."""
    return verdict is not None and FLIGHTS in verdict.irregular


def flown_over(verdict: Verdict, unit: Code, limits: Iterable[Limit], roll: Roll, flights: Collection[date]) -> Verdict:
    """The verdict with its mark and, of each limit, the first of these days of flights on which it is exceeded.

    `roll` has the absence itself.
    """
    over = [(limit, day) for limit in limits if (day := next((d for d in flights if _exceeded(limit, d, roll)), None))]
    if not over:
        return verdict
    why = tuple(f"{limit.told(unit, day, roll)}; it is a day of the flights" for limit, day in over)
    cites = dict.fromkeys((*verdict.cites, *(limit.cites for limit, _ in over), FLIGHTS))
    told = {"irregular": (*verdict.irregular, FLIGHTS), "warns": (*verdict.warns, *why), "cites": tuple(cites)}
    return verdict.model_copy(update=told)


def _exceeded(limit: Limit, day: date, roll: Roll) -> bool:
    most = limit.most(day)
    return most is not None and limit.absent(day, roll) > most
