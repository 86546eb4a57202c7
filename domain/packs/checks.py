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


def _order(low: str, high: str, why: str) -> Check:
    """The term `low` must not lie above the term `high`."""

    def check(values: Values) -> Iterator[Fault]:
        if low in values and high in values and values[low] > values[high]:
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


CHECKS: tuple[Check, ...] = (
    _not_below_zero,
    _duty,
    _order("back.alert_hours", "back.absence_hours", "the alert comes before the absence is proposed"),
    _order("clearing.warn_percent", "clearing.ceiling_percent", "a warning comes before the ceiling is reached"),
    *(
        _order(
            f"kinds.{kind}.answer_before_first_days",
            f"kinds.{kind}.notice_days",
            "an answer cannot be due before the request may be made",
        )
        for kind in get_args(LeaveKind)
    ),
)
