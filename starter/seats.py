"""The seats of one leave as people read them: on which flight, when it really departs, and what was wished."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from activities.register import tables as t
from activities.register.database import reading
from domain.holdings import Seat
from domain.model import Instant, Model, date
from starter.desk import Desk

LEGS: Final = ("out", "back")


class Booked(Model):
    """A seat on a flight: its day and time are those of the flight, as the register has them now."""

    leg: str
    flight: str
    departs: Instant
    arrives: Instant
    cancelled: bool = False

    def says(self, wished: date, zone: ZoneInfo) -> str:
        """`out EX-101 2026-12-21 08:00 (wished 2026-12-20)`, on a base's clock."""
        there = self.departs.astimezone(zone)
        other = f" (wished {wished})" if there.date() != wished else ""
        gone = ", CANCELLED" if self.cancelled else ""
        return f"{self.leg} {self.flight} {there:%Y-%m-%d %H:%M}{other}{gone}"


def of(desk: Desk, leave_id: str) -> tuple[Booked, ...]:
    """The seats which the register has for a leave, out before back."""
    wanted = select(t.Seat.leg, t.Flight).join(t.Flight, t.Flight.flight == t.Seat.flight)
    with reading(desk.source) as session:
        rows = session.execute(wanted.where(t.Seat.leave_id == leave_id, t.Seat.state != "given-back")).all()
        booked = [Booked(leg=leg, **_times(flight)) for leg, flight in rows]
    return tuple(sorted(booked, key=lambda one: LEGS.index(one.leg)))


def _times(flight: t.Flight) -> dict[str, Any]:
    return {
        "flight": flight.flight,
        "departs": flight.departs,
        "arrives": flight.arrives,
        "cancelled": flight.cancelled_at is not None,
    }


def told(spec: Seat, booked: tuple[Booked, ...], zone: ZoneInfo) -> str:
    """What a leave holds of seats; the days wished where the register knows none."""
    wished = {"out": spec.out_day, "back": spec.back_day}
    flights = [one.says(wished[one.leg], zone) for one in booked]
    return f"seats {', '.join(flights) or f'wished out {spec.out_day}, back {spec.back_day}'}"
