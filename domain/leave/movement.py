"""Movement control: the journey asked for in time, confirmed, and what is waived (doctrine: travel).

A request that comes too late, and a manifest that has closed, bar a journey. In the lane of emergencies they bar
nothing: they are warned of, and it is said who may waive them; whoever confirms the journey then does.
"""

from __future__ import annotations

from domain.acts import ConfirmTravel
from domain.decider import refused
from domain.facts import Facts
from domain.holdings import Leg
from domain.leave.asking import already, security_late
from domain.leave.capacities import granted
from domain.leave.deciding import Events, during
from domain.leave.events import TravelConfirmed
from domain.leave.ladders import reached
from domain.leave.state import Leave
from domain.model import DAY, HOUR, Decimal, Instant
from domain.refusal import Refusal
from domain.words import counted

LATE = "travel/late-request"


@during("book", "sign-in")
def confirm_travel(act: ConfirmTravel, s: Leave, f: Facts, now: Instant) -> Events:
    """Movement control confirms the journey, on other flights if it names them; naming flights again changes them.

    One that was asked for too late it confirms only where it says why it waives that. Of who is away it names the
    flight home, and no other.
    """
    extra = granted(act, s, f, "confirm", now)
    if isinstance(extra, Refusal):
        return refused(act, extra)
    if refusal := _flightless(act, s) or _away(act, s) or _late(act, s, now):
        return refused(act, refusal)
    if s.confirmed and not (act.out_flight or act.back_flight):
        return already("the journey is confirmed already", s, "decision/further-answer")
    named = TravelConfirmed(
        by=act.decided_by,
        out_flight=act.out_flight,
        back_flight=act.back_flight,
        waived=act.waive,
        cites=("authority/confirm", *((LATE, s.rules.pack) if late_request(s) else ())),
    )
    return (named, *extra)


def _flightless(act: ConfirmTravel, s: Leave) -> Refusal | None:
    """Flights are named for who flies alone: for any other journey no seat would ever be looked for."""
    named = ", ".join(filter(None, (act.out_flight, act.back_flight)))
    if not named or s.asked.travel == "flight":
        return None
    return Refusal(
        rule="travel/seat",
        why="a flight was named for a journey which is not made by flight",
        facts={"expected": "no flight", "got": named, "travel": s.asked.travel},
        helps="confirm the journey without a flight",
    )


def _away(act: ConfirmTravel, s: Leave) -> Refusal | None:
    """Of a journey that was begun nothing is open any more but the way home."""
    if not s.out_at or (act.back_flight and not act.out_flight):
        return None
    return Refusal(
        rule="movement/way-home",
        why="the member has left: only the flight home can still be another one",
        facts={"expected": "a flight home", "got": act.out_flight or "none"},
        helps="furlough confirm-travel LEAVE --back-flight FLIGHT",
    )


def urgent(s: Leave) -> bool:
    """Whether it travels in the lane of emergencies, where rules of time warn and do not bar."""
    return s.rules.urgent(s.asked.leave_kind)


def _late(act: ConfirmTravel, s: Leave, now: Instant) -> Refusal | None:
    """In the normal lane a late request is barred, but where movement control waives it and says why."""
    late = late_request(s)
    if not late or urgent(s) or act.waive or s.confirmed or s.out_at:
        return None
    earliest = now + s.rules.travel.request_hours * HOUR  # other dates are asked for anew
    first = s.days.day(earliest)
    first += DAY * (s.days.instant(first) < earliest)
    return Refusal(
        rule=LATE,
        why=late,
        facts={"expected": f"a first day of {first} or later", "got": str(s.first_day)},
        helps=f"{_waivers(s)} may waive it: --waive WHY; or later dates: furlough correct --first {first}",
    )


def late_request(s: Leave) -> str:
    """What is told of a journey which movement control was asked for later than the terms want (doctrine: travel)."""
    wanted, asked = s.rules.travel.request_hours * HOUR, s.movement_asked_at
    departs = s.days.instant(s.first_day)
    if asked is None or asked + wanted <= departs:
        return ""
    before = max((departs - asked) // HOUR, 0)
    return f"movement control was asked {before} h before the first day; it wants {wanted // HOUR} h"


def told_late(s: Leave) -> str:
    """The late request as it is warned of: with who may waive it, until somebody has confirmed the journey.

    The same in both lanes, since it is read by anybody: a reason is taken in both, and wanted in the normal one.
    """
    late = late_request(s)
    if not late or s.confirmed:
        return late
    return f"{late}; {_waivers(s)} may waive it, by confirming the journey: furlough confirm-travel --waive WHY"


def closed_manifests(s: Leave) -> str:
    """What is told of seats that were taken after the manifest had closed, and who may waive that."""
    closed = [f"the manifest of {leg.flight} closed at {leg.closed:%Y-%m-%d %H:%M}Z" for leg in s.legs if leg.closed]
    if not closed or s.confirmed:
        return ""
    return f"{', '.join(closed)}; {_waivers(s)} may waive it, by confirming the journey"


def told_unclear(s: Leave) -> str:
    """What is told of an emergency too late for its security clearance, and who may waive that."""
    late = security_late(s.rules, s.asked, s.days.day(s.asked.acted_at), s.first_day)
    if not late or s.confirmed:
        return ""
    officers = " or ".join(reached(s, "officer")) or "the clearance officer"
    return f"{late}; {officers} may waive it"


def told_travels(s: Leave) -> str:
    """What is told of flights which have the member away on other days than were asked for."""
    if not s.travels:
        return ""
    flights = " and ".join(
        f"{leg.flight} ({'departs' if leg.leg == 'out' else 'arrives'} {s.days.day(_moment(leg))})"
        for leg in s.legs
        if s.days.day(_moment(leg)) in s.travels
    )
    many = f"{counted(Decimal(len(s.travels)), 'day')} beside {s.first_day} to {s.last_day}"
    held = "not held by the account" if "days" in s.lacks else "held and counted too"
    return f"flight {flights}: away on {many}, {held}"


def _moment(leg: Leg) -> Instant:
    return leg.departs if leg.leg == "out" else leg.arrives


def _waivers(s: Leave) -> str:
    """The posts of movement control which this leave has, in the order of their turn."""
    return " or ".join(reached(s, "confirm")) or "movement control"
