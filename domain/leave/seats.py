"""A leave that has lost its seat, mechanically: what is kept of the journey, and what is sought anew."""

from __future__ import annotations

from typing import Any

from domain.decider import Event
from domain.holdings import Seat
from domain.leave.answers import GaveBack, Lacks, Took
from domain.leave.events import SeatLost
from domain.leave.state import JOURNEYS, Leave
from domain.model import Code


def legs(s: Leave, event: Event) -> dict[str, Any]:
    """The flights on which it has a seat, as far as an answer changes them.

    Whoever is away and gets no seat for another day has no way home by then: the flight that was booked is left.
    """
    match event:
        case Took(spec=Seat(), n=n, legs=booked) if n >= s.seat_lost:
            return {"legs": booked}
        case Lacks(spec=Seat(), n=n) if n >= s.seat_lost and s.out_at:
            return {"legs": tuple(leg for leg in s.legs if leg.leg == "out")}
        case Lacks(spec=Seat() as spec, n=n) if n >= s.seat_lost and s.chart >= JOURNEYS and _other_days(s, spec):
            return {"legs": (), "seatless": True}
        case GaveBack(what="seat") if not s.out_at:  # what was flown was flown
            return {"legs": ()}
        case _:
            return {}


def _other_days(s: Leave, spec: Seat) -> bool:
    """Whether a wish was for other days than those of the seat that is held: that one is of no use any more."""
    had = s.held.get("seat")
    return isinstance(had, Seat) and (had.out_day, had.back_day) != (spec.out_day, spec.back_day)


def lost(s: Leave, x: SeatLost, seq: int) -> dict[str, Any]:
    """The leave without its seat: looked for anew, on any flight but one from which it was taken off."""
    named: dict[str, Code | None] = {"out_flight": s.out_flight, "back_flight": s.back_flight}
    change: dict[str, Any] = {leg: None for leg, flight in named.items() if flight == x.flight}
    change["legs"] = tuple(leg for leg in s.legs if leg.flight != x.flight)
    change |= {
        "again": (*s.again, "seat"),
        "seat_lost": seq,
        "lacks": {k: v for k, v in s.lacks.items() if k != "seat"},
    }
    if x.off:
        change["off_flights"] = (*s.off_flights, x.flight)
    if not s.out_at:
        change |= {"seatless": True, "confirmed": False}
    return change
