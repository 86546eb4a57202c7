"""Which days of an absence are charged, each by its rule (doctrine: counting days).

Days are days of the base. The charged part of an absence runs from its *beginning* to its *end*: a departure after a
full duty day lies before the beginning, a return before duty lies after the end. Between them every calendar day is
charged, weekends and holidays too, but for the holiday on which the leave ends, where the pack says so. A leave which
begins and ends on one holiday counts as beginning on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import groupby

from domain.calendar import Calendar, days
from domain.model import DAY, Decimal, Instant, Model, date
from domain.terms import Counting

FREE = Decimal(0)
WHOLE = Decimal(1)


class CountedDay(Model):
    """One calendar day of the base: what it charges, in days, by which rule, and why in words.

    In a journal, a run of days that are alike is told as one: of `day` to `until`, both in, each charges `charge`.
    """

    day: date
    until: date | None = None
    charge: Decimal
    rule: str
    why: str


def runs(counted: Iterable[CountedDay]) -> tuple[CountedDay, ...]:
    """Days as a journal keeps them, however long the absence: those which are alike and follow each other as one."""
    alike = groupby(counted, key=lambda d: (d.charge, d.rule, d.why))
    spans = (list(group) for _, group in alike)
    return tuple(run[0].model_copy(update={"until": run[-1].day} if len(run) > 1 else {}) for run in spans)


def each(counted: Iterable[CountedDay]) -> tuple[CountedDay, ...]:
    """Each day of runs, by itself."""
    return tuple(
        run.model_copy(update={"day": day, "until": None})
        for run in counted
        for day in days(run.day, run.until or run.day)
    )


def count(terms: Counting, calendar: Calendar, out_at: Instant, in_at: Instant) -> tuple[CountedDay, ...]:
    """Each day from sign-out to sign-in, by what the gate saw; none when the return is of an earlier day."""
    out_day, in_day = calendar.day(out_at), calendar.day(in_at)
    if in_day < out_day:
        return ()
    begin, end = out_day, in_day
    departure: tuple[CountedDay, ...] = ()
    back: tuple[CountedDay, ...] = ()
    if _after_duty(terms, calendar, out_at):
        begin += DAY
        departure = (
            _free(out_day, "departure-after-duty", f"left after the duty day had ended at {terms.duty_until}"),
        )
    if _before_duty(terms, calendar, in_at) and in_day >= begin:
        end -= DAY
        back = (_free(in_day, "return-before-duty", f"back before duty at {terms.duty_from}"),)
    return (*departure, *planned(terms, calendar, begin, end), *back)


def planned(terms: Counting, calendar: Calendar, first: date, last: date) -> tuple[CountedDay, ...]:
    """Each day from the first to the last day asked for, both in: those are the first and the last charged day."""
    return tuple(_charge(terms, calendar, first, last, day) for day in days(first, last))


def _charge(terms: Counting, calendar: Calendar, first: date, last: date, day: date) -> CountedDay:
    holiday = calendar.holidays.get(day)
    if holiday and day == last != first and terms.ends_on_holiday == "free":
        return _free(day, "ends-on-holiday", f"the leave ends on a holiday ({holiday})")
    why = f"a day of leave, although a holiday ({holiday})" if holiday else "a day of leave"
    return CountedDay(day=day, charge=WHOLE, rule="counting/charged", why=why)


def _after_duty(terms: Counting, calendar: Calendar, out_at: Instant) -> bool:
    """A full duty day was served; a holiday is none, and a leave that begins on it is charged for it."""
    if terms.departure_day == "charged" or calendar.day(out_at) in calendar.holidays:
        return False
    return calendar.local(out_at).time() >= time.fromisoformat(terms.duty_until)


def _before_duty(terms: Counting, calendar: Calendar, in_at: Instant) -> bool:
    return terms.return_day != "charged" and calendar.local(in_at).time() <= time.fromisoformat(terms.duty_from)


def _free(day: date, rule: str, why: str) -> CountedDay:
    return CountedDay(day=day, charge=FREE, rule=f"counting/{rule}", why=why)
