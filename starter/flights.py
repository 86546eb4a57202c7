"""Flights at the desk of movement control: which there are, and who is booked."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from cyclopts import App
from sqlalchemy import func, select

from activities.register import tables as t
from activities.register.database import reading
from domain import privacy
from domain.garrison import board
from domain.model import DAY
from domain.words import counted
from starter import bases, index
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Span, Switch
from wiring import console
from wiring.trouble import Misset

app = App(name="flight", help="Flights of the mission: list, manifest, move, cancel, countersign.")
for _name, _where, _what in (
    ("cancel", "starter.flight_changes:cancel", "Cancel a flight; each leave with a seat on it looks for another."),
    ("move", "starter.flight_changes:move", "Move a flight to other times."),
    ("countersign", "starter.signing:of_flight", "Confirm a change of a flight that a clerk recorded for you."),
):
    app.command(_where, name=_name, help=_what)  # told here, since the modules are read only when they are called


@app.command(name="list")
async def list_(base: str | None = None, *, days: Span = board.FORTNIGHT, past: Switch = False, how: How = HERE) -> int:
    """Flights from and to a base: when they depart, when their manifests close, how many seats are taken.

    Args:
        base: The base; else this desk's.
        days: How many days, today first.
        past: Also those that have departed in as many days before.
    """
    async with at_desk(**how.settings) as desk:
        code, now = bases.at_base(desk, base or how.base), datetime.now(UTC)
        zone, every = desk.zone(code), _flights(desk, code)
        today = datetime.combine(now.astimezone(zone).date(), time(), zone)
        begins, ends = (today - days * DAY if past else now), today + days * DAY
        rows = [row for row in every if begins <= row["departs"] < ends]
        if how.json:
            for row in rows:
                console.document(row)
            return 0
        table = console.table("flight", "from", "to", "departs", "manifest closes", "seats", "")
        for row in rows:
            times = (f"{row[at].astimezone(zone):%Y-%m-%d %H:%M}" for at in ("departs", "manifest_closes"))
            state = "cancelled" if row["cancelled"] else "manifest closed" if row["manifest_closes"] <= now else ""
            seats = f"{row['booked']} of {row['seats']}"
            table.add_row(row["flight"], row["origin"], row["destination"], *times, seats, state)
        console.say(table if rows else f"{code}: no flight in {counted(days, 'day')}")
        console.note(f"times by the clock of {code} ({zone.key})")
        if later := [row["departs"] for row in every if row["departs"] >= ends]:
            span = (max(later).astimezone(zone).date() - today.date()) // DAY + 1
            console.note(f"and {counted(len(later), 'flight')} later: --days {span} lists all")
    return 0


@app.command
async def manifest(flight: str, *, how: How = HERE) -> int:
    """Who is booked on a flight, a line a passenger; names for those who are entitled to them.

    With --json the lines have the columns `leave` and `flight`: as CSV they are a sheet for confirm-travel and unbook.

    Args:
        flight: The flight.
    """
    async with at_desk(**how.settings) as desk:
        flown = known(desk, flight)
        with reading(desk.source) as session:
            seats = session.execute(
                select(t.Seat.leave_id, t.Seat.leg, t.Seat.state)
                .where(t.Seat.flight == flight, t.Seat.state != "given-back")
                .order_by(t.Seat.leave_id)
            ).all()
        states = await index.states(desk.client, [seat.leave_id for seat in seats])
        reader = desk.posts(desk.me()) if desk.settings.person else None
        members = {key: s.whose for key, s in states.items() if s.member}
        names = desk.names([m.id for m in members.values() if privacy.named(reader, m.base, m.id)])
        rows = [
            {
                "leave": states[seat.leave_id].number or seat.leave_id if seat.leave_id in states else seat.leave_id,
                "flight": flight,
                "leg": seat.leg,
                "seat": seat.state,
                "confirmed": bool(seat.leave_id in states and states[seat.leave_id].confirmed),
                "name": names.get(members[seat.leave_id].id, "") if seat.leave_id in members else "",
            }
            for seat in seats
        ]
        if how.json:
            for row in rows:
                console.document(row)
            return 0
        table = console.table("leave", "leg", "journey", "name")
        for row in rows:
            journey = row["seat"] if row["seat"] != "held" else "confirmed" if row["confirmed"] else "not confirmed"
            table.add_row(str(row["leave"]), str(row["leg"]), str(journey), str(row["name"]))
        ends = f"{flight}, {flown['origin']} to {flown['destination']}: {len(rows)} of {flown['seats']} seats"
        console.say(ends + (", CANCELLED" if flown["cancelled"] else ""))
        console.say(table)
    return 0


def _flights(desk: Desk, base: str) -> list[dict[str, Any]]:
    ends = (t.Flight.origin == base) | (t.Flight.destination == base)
    sold = select(func.count()).where(t.Seat.flight == t.Flight.flight, t.Seat.state != "given-back").scalar_subquery()
    with reading(desk.source) as session:
        rows = session.execute(select(t.Flight, sold).where(ends).order_by(t.Flight.departs, t.Flight.flight))
        return [_row(flight, booked) for flight, booked in rows]


def known(desk: Desk, flight: str) -> dict[str, Any]:
    """A flight of the register. Raises Misset."""
    sold = select(func.count()).where(t.Seat.flight == flight, t.Seat.state != "given-back")
    with reading(desk.source) as session:
        row = session.get(t.Flight, flight)
        if row is None:
            raise Misset(f"The register knows no flight {flight[:40]!r}.", why="expected one of flights.csv",
                         known="nothing was changed", helps="furlough flight list")  # fmt: skip
        return _row(row, session.scalar(sold) or 0)


def _row(flight: t.Flight, booked: int) -> dict[str, Any]:
    names = ("flight", "origin", "destination", "departs", "arrives", "manifest_closes", "seats")
    return {name: getattr(flight, name) for name in names} | {
        "booked": booked,
        "cancelled": flight.cancelled_at is not None,
    }
