"""When there is duty: the roster of a pack, its holidays taken out (doctrine: counting days, duty schedule)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

from domain.calendar import Calendar
from domain.model import date
from domain.terms import Counting

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(NamedTuple):
    """The duty of one day, on the clock of the base."""

    begins: time
    ends: time

    @property
    def middle(self) -> time:
        """Whoever served past it, or is back before it, serves more than half of the day."""
        minute = sum(clock.hour * 60 + clock.minute for clock in self) // 2
        return time(minute // 60, minute % 60)


def usual(terms: Counting) -> Hours:
    """The hours of a day of which the roster says nothing."""
    return Hours(time.fromisoformat(terms.duty_from), time.fromisoformat(terms.duty_until))


def hours(terms: Counting, calendar: Calendar, day: date) -> Hours | None:
    """The duty of a day; None on a holiday, and on a weekday which the roster does not name."""
    if day in calendar.holidays:
        return None
    if terms.week is None:
        return usual(terms)
    said = next((line for line in terms.week if line.startswith(WEEKDAYS[day.weekday()])), None)
    if said is None:
        return None
    begins, ends = said.split()[1].split("-")
    return Hours(time.fromisoformat(begins), time.fromisoformat(ends))


def working(terms: Counting, calendar: Calendar, days: Iterable[date]) -> int:
    """How many of these days have duty."""
    return sum(hours(terms, calendar, day) is not None for day in days)
