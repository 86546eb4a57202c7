"""What a leave tells its account beyond first day, last day and charge: only what the account could not know else.

A leave of one kind, charged to one purse, says nothing of it until its days are settled.
"""

from __future__ import annotations

from typing import Any

from domain.leave.absence import Absence, balance_on, by_year, kinds, of, plan, shares, work_missed, yearly
from domain.leave.state import REOPENED, Leave
from domain.model import date


def splitting(s: Leave, first: date, last: date) -> dict[str, Any]:
    """The fields of a wish for days (`domain.holdings.Days`) by which an absence is split."""
    a = of(s)
    several = _several(a) or (s.chart >= UNPAID and _unpaid(a)) or reopened(s)
    counted = s.counted if s.over_at else plan(a, first, last) if several else ()
    asked = {"balance_on": balance_on(a), "excess": s.asked.excess, "absent_from": _absent_from(s)}
    told: dict[str, Any] = {name: value for name, value in asked.items() if value}
    if counted:
        told["shares"] = shares(counted)
    if yearly(a):
        told["uncertified"] = by_year(counted)
    if any(kind.broken_by_working_days for kind in a.terms.kinds.values()):
        told["working"] = work_missed(a, first, last)
    return told


def reopened(s: Leave) -> bool:
    """Whether days that were to cost nothing are charged after all: what was to prove them failed, or did not come."""
    return s.unproven and s.chart >= REOPENED


def _absent_from(s: Leave) -> date | None:
    """From which day on absence without leave was found, and lasts until further word."""
    if s.over_at or s.chart < SPLITS:
        return None
    lasting = [found.first for found in s.findings if found.finding == "absent" and found.last is None]
    return lasting[-1] if lasting and s.finding == "absent" else None


SPLITS = 2
"""The chart since which a leave tells its account of an absence that was found while it lasts."""


UNPAID = 8
"""The chart since which a leave that may be unpaid tells its account its days one by one before it is over."""


def _unpaid(a: Absence) -> bool:
    """Whether nothing may be earned on days of it: which those are, the account can tell of days one by one only."""
    return a.ask.excess or any(kind.unpaid for kind in kinds(a.ask, a.terms))


def _several(a: Absence) -> bool:
    """Whether it takes more than the charge and one purse to tell what is held."""
    return bool(a.ask.then) or balance_on(a) is not None or yearly(a)
