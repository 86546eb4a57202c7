"""Flights move and are cancelled, and passengers are taken off: the leave looks for another seat, no fault of anyone.

Before the sign-out the seat is gone at once and the journey is confirmed anew; whoever is away keeps looking for a way
back. When movement control was first asked stands as it was: nobody is late because a flight was.
"""

from __future__ import annotations

from domain.acts import FlightChanged, Unbook
from domain.decider import refused
from domain.facts import Facts
from domain.leave.asking import already
from domain.leave.capacities import granted
from domain.leave.deciding import Events, during
from domain.leave.events import SeatLost
from domain.leave.path import AT, here
from domain.leave.state import Leave
from domain.model import Instant
from domain.refusal import Refusal


@during("hold", "end")
def flight_changed(act: FlightChanged, s: Leave, _: Facts, __: Instant) -> Events:
    """The register tells that a flight was changed on which the leave has a seat."""
    if not _flies(s):
        return already("a flight was changed on which this leave has no seat any more", s, "movement/flight")
    return (SeatLost(flight=act.flight, why=act.why, cites=("movement/flight",)),)


@during("book", "sign-in")
def unbook(act: Unbook, s: Leave, f: Facts, now: Instant) -> Events:
    """Movement control takes one passenger off a manifest; never to come back on that flight."""
    extra = granted(act, s, f, "confirm", now)
    if isinstance(extra, Refusal):
        return refused(act, extra)
    if not _flies(s):
        facts = {"expected": "a journey by flight", "got": s.asked.travel}
        why = "the leave has no seat that could be taken away"
        return refused(act, Refusal(rule="movement/manifest", why=why, facts=facts, helps="furlough flight manifest"))
    if act.flight in s.off_flights:
        return already(f"taken off {act.flight} already", s, "decision/further-answer")
    if refusal := _not_on(act, s):
        return refused(act, refusal)
    return (SeatLost(flight=act.flight, why="taken off", off=True, cites=("movement/manifest",)), *extra)


def _not_on(act: Unbook, s: Leave) -> Refusal | None:
    """Why nobody is taken off a flight: a slip in its number would undo the seats and the confirmation of another."""
    flown = [leg.flight for leg in s.legs if leg.leg == "out"] if s.out_at else []
    seats = [leg.flight for leg in s.legs if leg.flight not in flown]
    if act.flight in seats:
        return None
    was = "has flown already" if act.flight in flown else "has no seat on this flight"
    return Refusal(
        rule="movement/manifest",
        why=f"the member {was}",
        facts={"expected": " or ".join(seats) or "no flight: there is no seat", "got": act.flight},
        helps="furlough show LEAVE tells its seats, furlough flight manifest FLIGHT who is on a flight",
    )


def _flies(s: Leave) -> bool:
    return s.asked.travel == "flight" and AT["book"] <= here(s) < AT["settle"]
