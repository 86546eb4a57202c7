"""Seats on flights of the mission: one setter, which never sells a seat twice.

Who decides on a flight holds its row: on SQLite there is one writer at a time, on PostgreSQL the flights looked at are
locked, always in the order of their names, so that no two wait for each other. Seats are counted, no number is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.lookups import base_zone, day_at
from activities.register.wishes import newest
from domain import holdings
from domain.model import DAY, Code, Instant, Model
from domain.refusal import Refusal

Leg = Literal["out", "back"]
_SOLD = t.Seat.state != "given-back"


class Booking(Model):
    """A leave's seat on one leg. `state`: held, or flown once the journey was made. `closed`: its manifest's close."""

    leg: Leg
    flight: Code
    origin: Code
    destination: Code
    departs: Instant
    arrives: Instant
    state: Literal["held", "flown"]
    closed: Instant


class _Journey(NamedTuple):
    """One leg as it is wished for."""

    leg: Leg
    origin: str
    destination: str
    days: tuple[date, ...]
    named: str | None
    zone: str
    as_of: datetime
    not_on: tuple[str, ...] = ()
    urgent: bool = False


def set_seat(session: Session, want: holdings.Want) -> tuple[Booking, ...] | Refusal:
    """Both seats of a leave's journey become what its `n`-th wish says; an older wish is answered with what there is.

    A flight out leaves on `out_day` or, failing that, on the day before: a later one would eat days of leave. A flight
    back leaves on `back_day` or on the day after it: an earlier one would cut the leave short. Who was recalled flies
    back on `back_day` or on a day before it, from `back_from` on. Days are the base's days
    of departure; of a day's flights the first with a free seat is taken. Nobody is put on a flight whose manifest has
    closed, unless movement control names it, who may open the manifest again, or it is an emergency.

    A seat that still fits is kept, and one that was left is free at once. If a leg finds no seat, none is taken anew;
    but a flight that goes on no day any more which is wanted is left all the same. What has departed is never booked
    anew. The refusal names what was tried and the next flight with a free seat.
    """
    if not newest(session, want):
        return bookings(session, want.leave_id)
    if want.spec is None:
        _give_back(session, want, "flown" if want.told == "flown" else "given-back")
        return bookings(session, want.leave_id)
    if not isinstance(want.spec, holdings.Seat):
        raise TypeError(f"expected a wish for seats, got one for {want.what}")
    return _book(session, want, want.spec)


def bookings(session: Session, leave_id: str) -> tuple[Booking, ...]:
    """The seats of a leave, out before back; none that were given back."""
    rows = session.execute(
        select(t.Seat, t.Flight)
        .join(t.Flight, t.Flight.flight == t.Seat.flight)
        .where(t.Seat.leave_id == leave_id, _SOLD)
        .order_by(t.Seat.leg.desc())
    )
    return tuple(
        Booking.model_validate(
            {
                "leg": seat.leg,
                "flight": flight.flight,
                "origin": flight.origin,
                "destination": flight.destination,
                "departs": flight.departs,
                "arrives": flight.arrives,
                "state": seat.state,
                "closed": flight.manifest_closes,
            }
        )
        for seat, flight in rows
    )


class Flight(NamedTuple):
    """What a passenger relies on: from where to where a flight goes, when, and whether it was cancelled."""

    origin: str
    destination: str
    departs: datetime
    arrives: datetime
    cancelled_at: datetime | None


Flown = dict[str, Flight]
"""Flights by name."""


def booked_flights(session: Session) -> Flown:
    """The flights on which somebody has a seat."""
    flies = (t.Flight.origin, t.Flight.destination, t.Flight.departs, t.Flight.arrives, t.Flight.cancelled_at)
    held = select(t.Flight.flight, *flies).join(t.Seat, t.Seat.flight == t.Flight.flight)
    rows = session.execute(held.where(t.Seat.state == "held").distinct())
    return {row.flight: Flight(*(row[1:])) for row in rows}


def changed_flights(before: Flown, after: Flown) -> tuple[str, ...]:
    """Those that fly otherwise or not at all. Cancelled ones are always told: who was told already changes nothing."""
    return tuple(sorted(name for name, flown in after.items() if flown.cancelled_at or before.get(name) != flown))


def sold(session: Session, flights: Iterable[str]) -> Counter[str]:
    """How many seats leaves hold on flights."""
    held = select(t.Seat.flight, func.count()).where(t.Seat.flight.in_(list(flights)), t.Seat.state == "held")
    return Counter(dict(session.execute(held.group_by(t.Seat.flight)).all()))


def _give_back(session: Session, want: holdings.Want, state: str, *legs: Leg) -> None:
    held = update(t.Seat).where(t.Seat.leave_id == want.leave_id, t.Seat.state == "held")
    held = held.where(t.Seat.leg.in_(legs)) if legs else held
    session.execute(held.values(state=state, n=want.n))


def _book(session: Session, want: holdings.Want, spec: holdings.Seat) -> tuple[Booking, ...] | Refusal:
    zone = base_zone(session, spec.base)
    if zone is None:
        return Refusal(
            rule="movement/base",
            why=f"The register knows no base {spec.base}.",
            facts={"expected": "a base of the register", "got": spec.base},
            helps="furlough register import, with bases.csv",
        )
    out = (spec.out_day, spec.out_day - DAY)
    back: tuple[date, ...] = (spec.back_day, spec.back_day + DAY)
    if spec.back_from is not None:  # recalled: back by then, and rather as late as that allows than not at all
        early = max((spec.back_day - spec.back_from).days, 0)
        back = tuple(spec.back_day - i * DAY for i in range(early + 1))
    told = (zone, want.as_of, spec.not_on, spec.urgent)
    journeys = (
        _Journey("out", spec.base, spec.destination, out, spec.out_flight, *told),
        _Journey("back", spec.destination, spec.base, back, spec.back_flight, *told),
    )
    had = {booking.leg: booking for booking in bookings(session, want.leave_id)}
    flights = _locked(session, journeys, [booking.flight for booking in had.values()])
    taken = _taken(session, flights, want.leave_id)
    chosen: dict[Leg, str] = {}
    for journey in journeys:
        found = _choose(journey, flights, taken, had.get(journey.leg))
        if found is None:
            left = [j.leg for j in journeys if j.leg in had and not _still_flies(j, had[j.leg], flights)]
            if left:
                _give_back(session, want, "given-back", *left)
            return _refusal(session, journey, flights, taken)
        chosen[journey.leg] = found
    for leg, flight in chosen.items():
        if leg not in had or had[leg].flight != flight:
            session.merge(t.Seat(leave_id=want.leave_id, leg=leg, flight=flight, n=want.n, state="held"))
    session.flush()
    return bookings(session, want.leave_id)


def _locked(session: Session, journeys: Sequence[_Journey], had: Sequence[str]) -> list[t.Flight]:
    """Every flight that may come into question; until the transaction ends nobody else books one of them."""
    chosen: list[ColumnElement[bool]] = [
        t.Flight.flight.in_([*had, *(journey.named for journey in journeys if journey.named)])
    ]
    for journey in journeys:
        # No zone is further from UTC than 14 hours; the days of the zone itself are looked at afterwards.
        since, until = min(journey.days) - DAY, max(journey.days) + 2 * DAY
        span = t.Flight.departs.between(_midnight(since, UTC), _midnight(until, UTC))
        chosen.append(_on_route(journey) & span)
    query = select(t.Flight).where(or_(*chosen)).order_by(t.Flight.flight).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _taken(session: Session, flights: Iterable[t.Flight], but_for: str) -> Counter[str]:
    """How many seats other leaves have, by flight."""
    counted = (
        select(t.Seat.flight, func.count())
        .where(t.Seat.flight.in_([flight.flight for flight in flights]), t.Seat.leave_id != but_for, _SOLD)
        .group_by(t.Seat.flight)
    )
    return Counter(dict(session.execute(counted).all()))


def _choose(journey: _Journey, flights: Sequence[t.Flight], taken: Counter[str], had: Booking | None) -> str | None:
    """The flight for one leg: the one it has, as long as that fits, else the first that fits and has a free seat."""
    flies = had is not None and not any(f.flight == had.flight and f.cancelled_at for f in flights)
    if had and flies and (had.state == "flown" or had.departs <= journey.as_of):
        return had.flight
    fitting = [flight for flight in flights if _fits(journey, flight)]
    if had and any(flight.flight == had.flight for flight in fitting):
        return had.flight
    fitting.sort(
        key=lambda flight: (
            flight.manifest_closes <= journey.as_of,
            journey.days.index(_day(journey, flight)) if not journey.named else 0,
            flight.departs,
        )
    )
    free = (f.flight for f in fitting if _open(journey, f) and taken[f.flight] < f.seats)
    return next(free, None)


def _still_flies(journey: _Journey, had: Booking, flights: Sequence[t.Flight]) -> bool:
    """Whether a seat that is booked is of use, whatever flight is named now: or was used already."""
    if had.state == "flown":
        return True
    unnamed, its = journey._replace(named=None), [flight for flight in flights if flight.flight == had.flight]
    gone = had.departs <= journey.as_of and not any(flight.cancelled_at for flight in its)
    return gone or any(_fits(unnamed, flight) for flight in its)


def _fits(journey: _Journey, flight: t.Flight) -> bool:
    """Whether a flight goes where and when it is wished to."""
    if (
        flight.cancelled_at
        or flight.flight in journey.not_on
        or (flight.origin, flight.destination) != (journey.origin, journey.destination)
    ):
        return False
    return flight.flight == journey.named if journey.named else _day(journey, flight) in journey.days


def _open(journey: _Journey, flight: t.Flight) -> bool:
    """Whether a seat may still be given: until the manifest closes.

    For an emergency, or if movement control says so, until departure.
    """
    return journey.as_of < (flight.departs if journey.named or journey.urgent else flight.manifest_closes)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _day(journey: _Journey, flight: t.Flight) -> date:
    return day_at(journey.zone, flight.departs)


def _on_route(journey: _Journey) -> ColumnElement[bool]:
    return and_(
        t.Flight.origin == journey.origin,
        t.Flight.destination == journey.destination,
        t.Flight.cancelled_at.is_(None),
    )


def _refusal(session: Session, journey: _Journey, flights: Sequence[t.Flight], taken: Counter[str]) -> Refusal:
    tried = [f for f in flights if f.flight == journey.named or (not journey.named and _fits(journey, f))]
    route = f"{journey.origin} to {journey.destination}"
    wanted = journey.named or _wanted(journey.days)
    return Refusal(
        rule="movement/seat",
        why=f"there is no free seat from {route} on {wanted}",
        facts={
            "expected": f"a seat on {wanted}, {route}",
            "got": "; ".join(_state(journey, flight, taken) for flight in tried) or "no such flight",
        },
        helps=_next(session, journey),
    )


def _wanted(days: tuple[date, ...]) -> str:
    """`2026-12-20 or 2026-12-19`; more than two as a span."""
    between = days[1:-1]
    return f"a day from {min(days)} to {max(days)}" if between else " or ".join(day.isoformat() for day in days)


def _state(journey: _Journey, flight: t.Flight, taken: Counter[str]) -> str:
    """What stands against a flight, or how full it is."""
    if flight.cancelled_at:
        return f"{flight.flight}: cancelled"
    if not _fits(journey, flight):
        return f"{flight.flight}: flies {flight.origin} to {flight.destination}"
    if not _open(journey, flight):
        gone = flight.departs <= journey.as_of
        closed = "has departed" if gone else f"manifest closed at {flight.manifest_closes:%Y-%m-%d %H:%MZ}"
        return f"{flight.flight}: {closed}"
    return f"{flight.flight}: {taken[flight.flight]} of {flight.seats} seats taken"


def _next(session: Session, journey: _Journey) -> str:
    """The first flight on this route, not before the days wished for, which has a free seat."""
    sold = select(func.count()).where(t.Seat.flight == t.Flight.flight, _SOLD).scalar_subquery()
    since = _midnight(min(journey.days), ZoneInfo(journey.zone))
    flight = session.scalars(
        select(t.Flight)
        .where(_on_route(journey), t.Flight.departs >= since, t.Flight.manifest_closes > journey.as_of)
        .where(t.Flight.seats > sold)
        .order_by(t.Flight.departs, t.Flight.flight)
        .limit(1)
    ).first()
    if flight is None:
        return "No later flight on this route has a free seat; movement control may import more flights."
    return (
        f"The next flight with a free seat is {flight.flight} on {_day(journey, flight)}; movement control may name it."
    )
