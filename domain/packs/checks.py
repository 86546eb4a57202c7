"""What no pack may say, although each of its terms is well-formed: terms that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

from domain.model import Decimal
from domain.orders import LeaveKind

CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")


class Fault(NamedTuple):
    """A contradiction: the path blamed, what was expected, and what mends it."""

    path: str
    expected: str
    remedy: str


CLOCKS = ("counting.duty_from", "counting.duty_until", "counting.car_from", "counting.car_until")

Values = Mapping[str, Any]
Check = Callable[[Values], Iterator[Fault]]


def contradictions(values: Values) -> Iterator[Fault]:
    """All contradictions between the terms that are there; a term that is missing contradicts nothing."""
    for check in CHECKS:
        yield from check(values)


def _not_below_zero(values: Values) -> Iterator[Fault]:
    for path, value in values.items():
        if isinstance(value, int | Decimal) and value < 0:
            yield Fault(path, "at least 0", "a number of days or hours is never negative")


A_CENTURY = {"minutes": 52_596_000, "hours": 876_600, "months": 1_200}
"""A hundred years by what a term counts (days, where it counts none of these): the calendar ends with the year 9999."""
DAYS_OF_A_CENTURY = 36_525


def _not_beyond_a_century(values: Values) -> Iterator[Fault]:
    """A number that no calendar holds would be found out in the middle of a leave."""
    for path, value in values.items():
        most = A_CENTURY.get(path.rpartition("_")[2], DAYS_OF_A_CENTURY)
        if isinstance(value, int | Decimal) and value > most:
            yield Fault(path, f"at most {most}, a hundred years", "correct the number")


def _order(low: str, high: str, why: str) -> Check:
    """The term `low` must not lie above the term `high`."""

    def check(values: Values) -> Iterator[Fault]:
        least, most = values.get(low), values.get(high)
        if least is not None and most is not None and least > most:
            yield Fault(low, f"at most {high} ({values[high]})", why)

    return check


def _duty(values: Values) -> Iterator[Fault]:
    """A duty day has its hours on the clock, and ends after it began."""
    hours = {path: values[path] for path in CLOCKS if values.get(path) is not None}
    odd = [path for path, clock in hours.items() if not CLOCK.match(clock)]
    for path in odd:
        yield Fault(path, "a time of day as HH:MM", "write it with two digits each, from 00:00 to 23:59")
    if not odd:
        yield from _order("counting.duty_from", "counting.duty_until", "a duty day ends after it began")(hours)


ROSTER = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")


def _roster(values: Values) -> Iterator[Fault]:
    """Each weekday once, with hours that end after they began."""
    week: tuple[str, ...] | None = values.get("counting.week")
    if week is None:
        return
    if not week:
        yield Fault(
            "counting.week", 'a day of duty at least, or "none"', "name the weekdays with duty; none: every day"
        )
    elif any(not ROSTER.match(line) for line in week):
        yield Fault("counting.week", "weekdays with hours, as mon 07:30-16:30", "write each line so")
    elif len({line[:3] for line in week}) < len(week):
        yield Fault("counting.week", "each weekday once", "leave one line out")
    elif any(line[4:9] >= line[10:15] for line in week):
        yield Fault("counting.week", "hours that end after they began", "a duty day ends after it began")


def _closes(values: Values) -> Iterator[Fault]:
    """A leave that nobody returns from is not closed before each step of the ladder has been reached."""
    close, absence = values.get("back.close_days"), values.get("back.absence_hours")
    if close is None or absence is None:
        return
    steps = {
        "back.absence_hours": absence,
        "back.provost_hours": absence + (values.get("back.provost_hours") or 0),
        "back.deserter_days": absence + 24 * (values.get("back.deserter_days") or 0),
    }
    last = max(steps, key=lambda path: int(steps[path]))
    if 0 <= close * 24 <= steps[last] <= A_CENTURY["hours"]:  # numbers beyond that are told of by themselves
        expected = f"more than {steps[last]} hours, when {last} is over"
        yield Fault("back.close_days", expected, "close later, or take the steps before it sooner")


def _part_months(values: Values) -> Iterator[Fault]:
    """The table says something of each part of a month: none less than nothing, more for more, no more than a whole."""
    table = values.get("accrual.part_month")
    if not table:
        return
    days, earned = [served for served, _ in table], [credit for _, credit in table]
    whole = values.get("accrual.days_per_month")
    if min(*days, *earned) < 0:
        yield Fault(
            "accrual.part_month", "at least 0 in each line", "who serves a part of a month is taken no days away"
        )
    elif days != sorted(set(days)) or earned != sorted(earned):
        yield Fault("accrual.part_month", "more days served in each line, and never less credited", "put it in order")
    elif days[-1] < 30:
        yield Fault(
            "accrual.part_month", "a last line for 30 days or more", "say what the longest part of a month earns"
        )
    elif whole is not None and earned[-1] > whole:
        yield Fault("accrual.part_month", f"at most the days of a whole month ({whole})", "a part earns not more")


def _given(kind: str) -> Check:
    """What is given is charged to no purse; days without duty lie within a leave of the kind."""

    def check(values: Values) -> Iterator[Fault]:
        has = {term: values.get(f"kinds.{kind}.{term}") for term in ("purse", "non_duty_days", "longest_days", *GIVEN)}
        for term in GIVEN:
            if has[term] and has["purse"] not in (None, "none"):
                yield Fault(
                    f"kinds.{kind}.{term}", 'a kind whose purse is "none"', "what is given is charged to no purse"
                )
        inside, most = has["non_duty_days"], has["longest_days"]
        if inside and most and inside > most:
            yield Fault(f"kinds.{kind}.non_duty_days", f"at most longest_days ({most})", "they lie within the leave")

    return check


def _afterwards(kind: str) -> Check:
    """What is asked for after its first day wants no notice before it."""

    def check(values: Values) -> Iterator[Fault]:
        if values.get(f"kinds.{kind}.after_days") and values.get(f"kinds.{kind}.notice_days"):
            expected = f"kinds.{kind}.notice_days of 0 beside it"
            yield Fault(
                f"kinds.{kind}.after_days", expected, "a notice before the first day and none after it, or both 0"
            )

    return check


def _granted(kind: str) -> Check:
    """No days are no limit: nobody could tell "the commander grants none" from "the commander grants all"."""
    path = f"kinds.{kind}.commander_up_to_days"

    def check(values: Values) -> Iterator[Fault]:
        if values.get(path) == 0:
            yield Fault(path, 'at least 1, or "none"', "say how many days the commander grants; none: all of them")

    return check


GIVEN = ("yearly_working_days", "unpaid")

CARRIED = (
    ("days", "year_ends_month"),
    ("year_ends_month", "days"),
    ("raised_days", "days"),
    ("raised_days", "raised_role"),
    ("raised_days", "raised_after_days"),
    ("raised_after_days", "raised_days"),
    ("kept_days", "days"),
    ("kept_days", "kept_above_days"),
    ("kept_days", "kept_on"),
    ("kept_days", "kept_until"),
    ("kept_above_days", "kept_days"),
    ("kept_on", "kept_days"),
    ("kept_until", "kept_days"),
)
"""Terms of the carry-over which say something only beside another one."""

NEEDS = (
    ("above_role", "commander_up_to_days"),
    ("uncharged_days", "uncharged_below"),
    ("uncharged_days", "uncharged_window_days"),
    ("uncharged_below", "uncharged_days"),
    ("uncharged_window_days", "uncharged_days"),
    ("taken_within_months", "eligible_after_days"),
    ("broken_by_working_days", "taken_within_months"),
)
"""Terms of a kind which say something only beside another one."""

GRACE = ("late.after_minutes", "late.grace_hours")
"""When a deadline is noticed late, and how long it then waits: nothing without each other."""

CAR = ("counting.car_from", "counting.car_until")
"""Who travels by car leaves and comes back within these times: nothing without each other."""


def halves(values: Values) -> Iterator[Fault]:
    """Terms of a whole pack which leave a gap: they mean nothing without another one, and that is not there."""
    for kind in get_args(LeaveKind):
        for term, other in NEEDS:
            path = f"kinds.{kind}.{term}"
            if values.get(path) and not values.get(f"kinds.{kind}.{other}"):
                yield Fault(path, f"{other} beside it", f"say {other} too, or leave {term} out")
        purse = values.get(f"kinds.{kind}.purse")
        if purse == "cto" and values.get("accrual.cto_worked_days") is None:
            remedy = "say how many days worked earn one, or charge another purse"
            yield Fault(f"kinds.{kind}.purse", "accrual.cto_worked_days beside it: nothing else fills it", remedy)
        if purse == "none" and values.get(f"kinds.{kind}.uncharged_days"):
            expected, remedy = "a purse that days are taken from", "charge the other days, or leave uncharged_days out"
            yield Fault(f"kinds.{kind}.uncharged_days", expected, remedy)
        why = "nobody is granted more than the longest leave of the kind"
        yield from _order(f"kinds.{kind}.commander_up_to_days", f"kinds.{kind}.longest_days", why)(values)
    carried = [tuple(f"carry_over.{term}" for term in pair) for pair in CARRIED]
    for term, other in (GRACE, GRACE[::-1], CAR, CAR[::-1], *carried):
        if values.get(term) is not None and values.get(other) is None:
            yield Fault(term, f"{other} beside it", f"say {other} too, or leave {term} out")


CHECKS: tuple[Check, ...] = (
    _not_below_zero,
    _not_beyond_a_century,
    _duty,
    _roster,
    _closes,
    _part_months,
    *(_granted(kind) for kind in get_args(LeaveKind)),
    *(_given(kind) for kind in get_args(LeaveKind)),
    *(_afterwards(kind) for kind in get_args(LeaveKind)),
    _order("back.alert_hours", "back.absence_hours", "the alert comes before the absence is proposed"),
    _order("carry_over.days", "carry_over.raised_days", "written authority lets more be carried over, not less"),
    _order("carry_over.days", "carry_over.kept_days", "a balance of old keeps a higher ceiling, not a lower one"),
    _order("carry_over.kept_above_days", "carry_over.kept_days", "who had more than this keeps up to that"),
    _order("carry_over.kept_on", "carry_over.kept_until", "what is kept is kept until a later day"),
    _order("clearing.warn_percent", "clearing.ceiling_percent", "a warning comes before the ceiling is reached"),
    *(
        _order(f"kinds.{kind}.notice_days", f"kinds.{kind}.ahead_days", "between the two no day is left to ask on")
        for kind in get_args(LeaveKind)
    ),
    *(
        _order(
            f"kinds.{kind}.answer_before_first_days",
            f"kinds.{kind}.notice_days",
            "an answer cannot be due before the request may be made",
        )
        for kind in get_args(LeaveKind)
    ),
)
