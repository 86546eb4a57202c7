"""Which days of an absence are charged, each by its rule (doctrine: counting days).

Days are days of the base; one which its clock never shows, where a zone crosses the date line, is none. The charged
part of an absence runs from its *beginning* to its *end*: a day of departure on which duty was served lies before the
beginning, a day of return in time for duty after the end, as far as the pack says so. Between them every calendar day
is charged, weekends and holidays too, but for the holiday on which the leave ends, where the pack says so. A leave
which begins and ends on one holiday counts as beginning on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import groupby

from domain.calendar import Calendar, days
from domain.holdings import Purse
from domain.leave.duty import hours, usual
from domain.model import DAY, Decimal, Instant, Model, date
from domain.orders import LeaveKind
from domain.terms import Counting

FREE = Decimal(0)
HALF = Decimal("0.5")
WHOLE = Decimal(1)


class CountedDay(Model):
    """One calendar day of the base: what it charges, in days, by which rule, and why in words.

    In a journal, a run of days that are alike is told as one: of `day` to `until`, both in, each charges `charge`.
    `leave_kind` and `purse` tell of what kind of leave a day is and what pays for it, once that is known
    (`absence.py`); `uncertified` is how much of a working day it takes from what is given in a year, and an `unpaid`
    day earns nothing.
    """

    day: date
    until: date | None = None
    charge: Decimal
    rule: str
    why: str
    leave_kind: LeaveKind | None = None
    purse: Purse | None = None
    uncertified: Decimal = FREE
    unpaid: bool = False


def runs(counted: Iterable[CountedDay]) -> tuple[CountedDay, ...]:
    """Days as a journal keeps them, however long the absence: those which are alike and follow each other as one.

    Two between which the base has left out a day do not follow each other: a run is each date from first to last.
    """
    places = enumerate(counted)
    alike = groupby(places, key=lambda at: (at[1].day - at[0] * DAY, at[1].model_dump(exclude={"day", "until"})))
    spans = ([day for _, day in group] for _, group in alike)
    return tuple(run[0].model_copy(update={"until": run[-1].day} if len(run) > 1 else {}) for run in spans)


def each(counted: Iterable[CountedDay]) -> tuple[CountedDay, ...]:
    """Each day of runs, by itself."""
    return tuple(
        run.model_copy(update={"day": day, "until": None})
        for run in counted
        for day in days(run.day, run.until or run.day)
    )


def count(
    terms: Counting, calendar: Calendar, out_at: Instant, in_at: Instant, *, by_car: bool = False
) -> tuple[CountedDay, ...]:
    """Each day from sign-out to sign-in, by what the gate saw; none when the return is of an earlier day."""
    out_day, in_day = calendar.day(out_at), calendar.day(in_at)
    if in_day < out_day:
        return ()
    begin, end = out_day, in_day
    departure = _departure(terms, calendar, out_at, by_car=by_car)
    begin += len(departure) * DAY
    back = _return(terms, calendar, in_at, by_car=by_car) if in_day >= begin else ()
    end -= len(back) * DAY
    return (*departure, *planned(terms, calendar, begin, end), *back)


def planned(terms: Counting, calendar: Calendar, first: date, last: date) -> tuple[CountedDay, ...]:
    """Each day from the first to the last day asked for, both in: those are the first and the last charged day."""
    shown = calendar.shown(first, last)
    return tuple(_charge(terms, calendar, shown[0], shown[-1], day) for day in shown)


def _charge(terms: Counting, calendar: Calendar, first: date, last: date, day: date) -> CountedDay:
    holiday = calendar.holidays.get(day)
    if holiday and day == last != first and terms.ends_on_holiday == "free":
        return _free(day, "ends-on-holiday", f"the leave ends on a holiday ({holiday})")
    why = f"a day of leave, although a holiday ({holiday})" if holiday else "a day of leave"
    return CountedDay(day=day, charge=WHOLE, rule="counting/charged", why=why)


def _departure(terms: Counting, calendar: Calendar, out_at: Instant, *, by_car: bool) -> tuple[CountedDay, ...]:
    """The day of departure where it is free: duty was served on it.

    A holiday has no duty, and a leave that begins on it is charged for it; nor has a day which the roster leaves out.
    """
    day, clock = calendar.day(out_at), calendar.local(out_at).time()
    duty = hours(terms, calendar, day)
    if duty is None:
        return ()
    if terms.departure_day == "free-after-duty" and clock >= duty.ends:
        return (_free(day, "departure-after-duty", f"left after the duty day had ended at {duty.ends:%H:%M}"),)
    if terms.departure_day == "free-if-duty-worked" and clock > duty.middle:
        return (_free(day, "departure-duty-worked", "left after more than half of the duty day was worked"),)
    if by_car and terms.car_from and clock >= time.fromisoformat(terms.car_from):
        return (_free(day, "departure-by-car", f"left by car, not before {terms.car_from}"),)
    return ()


def _return(terms: Counting, calendar: Calendar, in_at: Instant, *, by_car: bool) -> tuple[CountedDay, ...]:
    """The day of return where it is free: the member was back for the duty of it."""
    day, clock = calendar.day(in_at), calendar.local(in_at).time()
    duty = hours(terms, calendar, day)
    begins = (duty or usual(terms)).begins
    if terms.return_day == "free-before-duty" and clock <= begins:
        return (_free(day, "return-before-duty", f"back before duty at {begins:%H:%M}"),)
    if terms.return_day == "free-if-duty-worked" and duty and clock < duty.middle:
        return (_free(day, "return-duty-worked", "back with more than half of the duty day still to be worked"),)
    if by_car and terms.car_until and clock <= time.fromisoformat(terms.car_until):
        return (_free(day, "return-by-car", f"back by car, not after {terms.car_until}"),)
    return ()


def through_gateways(
    counted: Iterable[CountedDay], calendar: Calendar, out: Instant | None, back: Instant | None
) -> tuple[CountedDay, ...]:
    """Days of travel to the gateway, that of the arrival there too, and from the return to it on: uncharged."""
    first = calendar.day(out) if out else date.min
    last = calendar.day(back) if back else date.max
    return tuple(
        _free(d.day, "gateway-out", f"on the way to the gateway, reached on {first}")
        if d.day <= first
        else _free(d.day, "gateway-back", f"on the way back from the gateway, reached on {last}")
        if d.day >= last
        else d
        for d in counted
    )


def halved(counted: Iterable[CountedDay], begins_late: date | None, ends_early: date | None) -> tuple[CountedDay, ...]:
    """Half a day of the day on which leave begins at noon, or ends at noon, where that day is charged."""
    told = {begins_late: ("afternoon", "leave in the afternoon"), ends_early: ("morning", "leave in the morning")}
    return tuple(
        d.model_copy(update={"charge": HALF, "rule": f"counting/{told[d.day][0]}", "why": told[d.day][1]})
        if d.day in told and d.charge == WHOLE
        else d
        for d in counted
    )


def _free(day: date, rule: str, why: str) -> CountedDay:
    return CountedDay(day=day, charge=FREE, rule=f"counting/{rule}", why=why)
