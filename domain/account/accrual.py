"""Days earned: credited at the end of each month, computed for the day asked, never stored (doctrine: the account)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP
from typing import NamedTuple

from domain.account.records import Span, days_within
from domain.model import DAY, Decimal, date
from domain.terms import Accrual


class Credit(NamedTuple):
    """Days credited on a day, for so many days served of a month of so many."""

    day: date
    days: Decimal
    served: int
    of: int


def credits_until(
    terms: Accrual, since: date, departs: date | None, until: date, without: Sequence[Span] = ()
) -> tuple[Credit, ...]:
    """The credits from after `since`, up to `until` and not beyond the end of the tour.

    A whole month earns what the terms say. A part of one earns by the table of the pack; where it has none, its share
    by days, rounded to half days, a quarter upwards. It is credited on the last day of the month or of the tour,
    whichever is first. Days `without` accrual (absent without leave, on excess leave, confined) count as not served.
    The rounding is our default, to be confirmed by the mission.
    """
    found: list[Credit] = []
    day = since + DAY
    while day <= (departs or day):
        month_end = _month_end(day)
        end = min(month_end, departs or month_end)
        if end > until:
            break
        days_served = (end - day).days + 1 - days_within(without, day, end)
        whole = days_served == month_end.day
        days = terms.days_per_month if whole else _part(terms, days_served, month_end.day)
        found.append(Credit(end, days, days_served, month_end.day))
        if end == date.max:
            break
        day = end + DAY
    return tuple(found)


def earned(terms: Accrual, since: date, departs: date | None, until: date, without: Sequence[Span] = ()) -> Decimal:
    """All that was credited from after `since` up to `until`."""
    return sum((credit.days for credit in credits_until(terms, since, departs, until, without)), Decimal(0))


def _month_end(day: date) -> date:
    """The last day of the month; the calendar ends with the year 9999."""
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    later = day.replace(day=28) + 4 * DAY
    return later - later.day * DAY


def _part(terms: Accrual, served: int, of: int) -> Decimal:
    """What so many days served of a month earn."""
    if terms.part_month is None:
        return _half_days(terms.days_per_month * served / of)
    return next((days for up_to, days in terms.part_month if served and served <= up_to), Decimal(0))


def _half_days(days: Decimal) -> Decimal:
    return (days * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2
