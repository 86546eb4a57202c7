"""The clock of a base as a judgement reads it: the recorded calendar, which remembers what it has worked out.

One order over a thousand leaves asks for the same few midnights and noons tens of thousands of times.
"""

from __future__ import annotations

from functools import cache

from domain.calendar import Calendar


class Clock:
    """`day`, `local`, `instant` and `instants` of a calendar, and the moments at which its clock `jumps`."""

    def __init__(self, calendar: Calendar) -> None:
        """Remembers for as long as it lives, which is one decision."""
        self.local = calendar.local
        self.day, self.instant = cache(calendar.day), cache(calendar.instant)
        self.instants = cache(calendar.instants)
        self.jumps = tuple(since for since, _ in calendar.shifts)
