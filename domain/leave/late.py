"""The days after the last day, each by what a human has found of it, and days in hospital (doctrine: return).

A delay charges its days until a commander finds: excused and absent days charge nothing. Findings may follow each
other, each of its own days; of two about one day the newer holds, and none of them is erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.leave.counting import CountedDay
from domain.leave.lapses import ABSENCE, FINDING_DUE, LADDER, OVERDUE
from domain.leave.state import Finding, Leave
from domain.model import DAY, Decimal, Instant, date

FREE: dict[str, Any] = {
    "charge": Decimal(0),
    "leave_kind": None,
    "purse": None,
    "uncertified": Decimal(0),
    "unpaid": False,
}
"""What a day is that nothing pays for, since it is no day of leave."""
WHY = {"excused": "excused", "absent": "absence, which is not leave"}


def labelled(s: Leave, counted: Iterable[CountedDay]) -> tuple[CountedDay, ...]:
    """Days that were counted, those after the last day by what was found of them."""
    return tuple(_labelled(s, day) for day in counted)


def on_duty(s: Leave, began: Instant, in_at: Instant) -> tuple[CountedDay, ...]:
    """The days of the journey back after a recall, but for the one on which it began: on duty, and so uncharged."""
    why = "on duty: the journey back after a recall"
    between = s.days.shown(s.days.day(began) + DAY, s.days.day(in_at))
    return tuple(CountedDay(day=day, charge=Decimal(0), rule="return/recalled", why=why) for day in between)


def late(s: Leave) -> bool:
    """Whether there are late days to find of, as far as time, a report or the gate has said so."""
    if s.in_at:
        return findable(s, s.in_at)
    return bool(reported(s) or s.finding == "absent" or {OVERDUE, ABSENCE} & set(s.lapsed))


def reported(s: Leave) -> bool:
    """Whether it is known why the member is not back in time: somebody has told so, or flights have."""
    return bool(s.held_up_at or s.stranded or s.due_day > s.found_after)


def held_up(s: Leave) -> bool:
    """Whether the commander has to find by now of a delay that was told, or of a day with no flight home."""
    overtaken = any(what.startswith((FINDING_DUE, *LADDER)) for what in s.lapsed)
    return bool(s.held_up_at or (s.stranded and overtaken))


def recallable(s: Leave) -> bool:
    """Whether a recall could bring the member back earlier, as far as time has said."""
    return s.last_day > s.first_day and not kept_away(s)


def kept_away(s: Leave) -> bool:
    """Whether no recall brings back who is away: in a hospital, overdue, or found absent."""
    return bool(s.in_hospital or s.finding == "absent" or {OVERDUE, ABSENCE} & set(s.lapsed))


def _labelled(s: Leave, day: CountedDay) -> CountedDay:
    if _in_hospital(s, day.day):
        why = "in hospital: nothing is charged from the day of admission on"
        return day.model_copy(update=FREE | {"rule": "return/hospital", "why": why})
    finding = found_of(s.findings, day.day) if day.day > s.found_after else ""
    if not finding and _after_discharge(s, day.day):
        why = (
            "after the discharge, which ended the charge: the commander finds of it, or another leave resumes this one"
        )
        return day.model_copy(update=FREE | {"rule": "return/discharged", "why": why})
    if finding == "charged" or (not finding and day.day > max(s.found_after, s.last_day)):
        return _charged(day, "charged" if finding else "charged until the commander finds")
    if finding not in WHY:
        return day
    why = f"after the last day; {WHY[finding]}"
    told = {"charge": Decimal(0), "rule": f"return/{finding}", "why": why}
    return day.model_copy(update=told | {"uncertified": Decimal(0), "unpaid": finding == "absent"})


def _charged(day: CountedDay, why: str) -> CountedDay:
    """A late day as it was counted; of a kind which is not charged it is an annual one, for none of the kind was given.

    What counting has left free, the day of a return before duty for one, is free in every kind.
    """
    if day.purse != "none" or day.rule.startswith("counting/"):
        return day
    told = {"charge": Decimal(1), "purse": "annual", "rule": "return/charged", "why": f"after the last day; {why}"}
    return day.model_copy(update=told | {"uncertified": Decimal(0), "unpaid": False})


def _in_hospital(s: Leave, day: date) -> bool:
    """Whether a day lies between admission and discharge, both in, as far as they were told."""
    if s.admitted is None or day < s.days.day(s.admitted.at):
        return False
    out, until = s.admitted.discharged_at, s.admitted.until
    return (out is None or day <= s.days.day(out)) and (until is None or day <= until)


def _after_discharge(s: Leave, day: date) -> bool:
    """Whether a day lies after the discharge: what a hospital has ended does not begin again by itself."""
    out = s.admitted.discharged_at if s.admitted else None
    return out is not None and day > s.days.day(out)


def is_late(s: Leave, at: Instant) -> bool:
    """Whether who is back at a moment is late; who was in hospital until then is not."""
    return s.days.day(at) > s.due_day and not s.in_hospital


def findable(s: Leave, at: Instant) -> bool:
    """Whether there are days to find of with who is back at a moment: late ones, or those on a later flight home."""
    return is_late(s, at) or (s.days.day(at) > s.found_after and not s.in_hospital)


def unfound(s: Leave) -> bool:
    """Whether who is back came late, and of some of those days nothing was found: they stay as they were counted."""
    if s.in_at is None or not findable(s, s.in_at):
        return False
    return not all(found_of(s.findings, day) for day in s.days.shown(s.found_after + DAY, s.days.day(s.in_at)))


def found_of(findings: Iterable[Finding], day: date) -> str:
    """What was found of a day; empty where nothing was."""
    newest = (each.finding for each in findings if each.first <= day and (each.last is None or day <= each.last))
    return next(reversed(tuple(newest)), "")
