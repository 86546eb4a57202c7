"""An entry of a record as auditors read it: when, what, and who, by register id and post; kinds of leave are told."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from audit.journals import Written
from domain.leave import reading
from domain.model import Instant


def line(one: Written) -> str:
    """An entry in one line: its number, when it was recorded, what it says, and who said it."""
    entry = one.entry
    of = f" (of {stamp(entry.effective_at)})" if reading.late(entry) else ""
    return f"{entry.seq}  {stamp(entry.recorded_at)}  {says(one)}{of}" + (f" · {who(one)}" if who(one) else "")


def says(one: Written) -> str:
    """What an entry says."""
    return reading.sentence(one.entry, entitled=True)


def who(one: Written) -> str:
    """Who said it, through whose hand, and how far that may be taken as their own word; nothing of machines."""
    people = (one.entry.by, one.entry.entered_by)
    return reading.by(one.entry, {person: person for person in people if person})


def document(one: Written) -> dict[str, Any]:
    """An entry for scripts, with the event that records it."""
    return {"run": one.run, "event_id": one.event, **reading.document(one.entry, entitled=True)}


def stamp(at: Instant | None) -> str:
    """A moment in UTC to the minute: `2026-03-04 06:41Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z" if at else ""
