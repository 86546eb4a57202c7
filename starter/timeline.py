"""A leave's journal on the base's clock: when, what, by whom and how far that may be taken as their own word."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from domain.decider import Entry
from domain.leave import reading
from wiring import console


def line(entry: Entry[Any], zone: ZoneInfo, names: dict[str, str], *, entitled: bool) -> str:
    """One line of the timeline: `03-04 06:41  approved · CO-NAQ (asserted)`."""
    at = entry.effective_at.astimezone(zone)
    parts = [
        console.on_clock(reading.sentence(entry, entitled=entitled), zone),
        reading.by(entry, names),
        f"recorded {entry.recorded_at.astimezone(zone):%m-%d %H:%M}" if reading.late(entry) else "",
    ]
    return f"{at:%Y-%m-%d %H:%M}  " + " · ".join(part for part in parts if part)
