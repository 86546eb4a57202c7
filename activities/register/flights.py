"""Flights as rules need them; and when a manifest closes where nobody said so (doctrine: travel).

It does at the mission's hour of the day before the flight departs. Days and hours are those of the base from which it
flies or, where that is none of the mission's, of the one to which it flies. The hour is the setting `manifest-closes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.register import lookups
from activities.register import tables as t
from activities.register.sheets import SETTINGS, SHEETS, Line, Lines
from domain.facts import Flight
from domain.model import DAY, Instant

SETTING = "manifest-closes"


def flight(session: Session, name: str, departs: Instant | None = None) -> Flight | None:
    """A flight, also one that is cancelled; None for an unknown name. `departs` is when it would, if it were moved."""
    row = session.get(t.Flight, name, populate_existing=True)
    if row is None:
        return None
    held = select(func.count()).where(t.Seat.flight == name, t.Seat.state != "given-back")
    zones = {base: zone for base in (row.origin, row.destination) if (zone := lookups.base_zone(session, base))}
    zone, hour = zone_of(row.origin, row.destination, zones), hour_of(lookups.settings(session))
    by_rule = row.manifest_closes == closes(row.departs, zone, hour)
    return Flight(
        flight=row.flight,
        origin=row.origin,
        destination=row.destination,
        departs=row.departs,
        arrives=row.arrives,
        manifest_closes=row.manifest_closes,
        cancelled=row.cancelled_at is not None,
        booked=session.scalar(held) or 0,
        would_close=closes(departs, zone, hour) if departs and by_rule else None,
    )


def closes(departs: datetime, zone: str, hour: str) -> datetime:
    """The instant; where the clock skips that hour on that day, the one that stands in its place."""
    day = departs.astimezone(ZoneInfo(zone)).date() - DAY
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(zone)).astimezone(UTC)


def zone_of(origin: str, destination: str, zones: Mapping[str, str]) -> str:
    """By whose clock a flight's manifest closes; UTC where neither end is a base."""
    return zones.get(origin) or zones.get(destination) or "UTC"


def hour_of(settings: Mapping[str, str]) -> str:
    """At what hour, by the mission's settings or by default."""
    return settings.get(SETTING, SETTINGS[SETTING][1])


def completed(flights: Lines, settings: Lines, bases: Lines) -> Lines:
    """Lines of flights, with the close of each manifest that was left open to be told by the rule."""
    sheet, at = SHEETS["flights"], SHEETS["flights"].header.index("manifest_closes")
    hour = hour_of({row["setting"]: row["value"] for row in map(SHEETS["settings"].row, settings.values())})
    zones = {row["base"]: row["zone"] for row in map(SHEETS["bases"].row, bases.values())}

    def told(line: Line) -> Line:
        if line.values[at] is not None:
            return line
        row = sheet.row(line)
        zone = zone_of(row["origin"], row["destination"], zones)
        values: tuple[Any, ...] = (*line.values[:at], closes(row["departs"], zone, hour), *line.values[at + 1 :])
        return line._replace(values=values)

    return {key: told(line) for key, line in flights.items()}
