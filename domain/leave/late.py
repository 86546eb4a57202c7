"""The days after the last day, each by what a human has found of it (doctrine: return).

A delay charges its days until a commander finds: excused and absent days charge nothing. Findings may follow each
other, each of its own days; of two about one day the newer holds, and none of them is erased.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.leave.counting import CountedDay
from domain.leave.state import Finding, Leave
from domain.model import Decimal, date

WHY = {"excused": "excused", "absent": "absence, which is not leave"}


def labelled(s: Leave, counted: Iterable[CountedDay]) -> tuple[CountedDay, ...]:
    """Days that were counted, those after the last day by what was found of them."""
    return tuple(_labelled(s, day) for day in counted)


def late(s: Leave) -> bool:
    """Whether there are late days to find of, as far as time, a report or the gate has said so."""
    if s.in_at:
        return s.days.day(s.in_at) > s.due_day
    return bool(s.held_up_at or s.finding == "absent" or {"overdue", "absence"} & set(s.lapsed))


def _labelled(s: Leave, day: CountedDay) -> CountedDay:
    finding = found_of(s.findings, day.day) if day.day > s.due_day else ""
    if finding == "charged" and day.purse == "none":  # of a kind which is not charged: late days are of no such kind
        told = {"charge": Decimal(1), "purse": "annual", "rule": "return/charged", "why": "after the last day; charged"}
        return day.model_copy(update=told | {"uncertified": Decimal(0), "unpaid": False})
    if finding not in WHY:
        return day
    why = f"after the last day; {WHY[finding]}"
    told = {"charge": Decimal(0), "rule": f"return/{finding}", "why": why}
    return day.model_copy(update=told | {"uncertified": Decimal(0), "unpaid": finding == "absent"})


def found_of(findings: Iterable[Finding], day: date) -> str:
    """What was found of a day; empty where nothing was."""
    newest = (each.finding for each in findings if each.first <= day and (each.last is None or day <= each.last))
    return next(reversed(tuple(newest)), "")
