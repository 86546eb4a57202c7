"""A leave that has lost its seat, mechanically: what is kept of the journey, and what is sought anew."""

from __future__ import annotations

from typing import Any

from domain.leave.events import SeatLost
from domain.leave.state import Leave
from domain.model import Code


def lost(s: Leave, x: SeatLost, seq: int) -> dict[str, Any]:
    """The leave without its seat: looked for anew, on any flight but one from which it was taken off."""
    named: dict[str, Code | None] = {"out_flight": s.out_flight, "back_flight": s.back_flight}
    change: dict[str, Any] = {leg: None for leg, flight in named.items() if flight == x.flight}
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
