"""What an account will have until the tour ends, if nothing more is asked for; and how a leave's days are paid for."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from domain.account.balance import EARNING, NOTHING, StatementLine, allowance, balance, last_day, statement, without
from domain.account.closing import foreseen, to_close
from domain.account.outside import inside
from domain.account.state import Account
from domain.facts import Member
from domain.holdings import Purse, Split, paid
from domain.model import DAY, Decimal, date
from domain.terms import Terms

WITHOUT_END = 366 * DAY
"""How far is looked ahead where the register knows no end of the tour."""


class Forecast(NamedTuple):
    """The lines from today to the end of the tour, the balance then, and what the next year end would take away.

    Year ends that have passed without being closed (`unclosed`) take away `lost_already`: the balance of today does not
    know it yet.
    """

    until: date
    lines: tuple[StatementLine, ...]
    balance: Decimal
    next_year_end: date | None
    lost_then: Decimal
    unclosed: tuple[date, ...] = ()
    lost_already: Decimal = NOTHING


def forecast(s: Account, terms: Terms, member: Member, today: date, purse: Purse = EARNING) -> Forecast:
    """Month by month until the last day of the tour: credits, leaves held by now, and what year ends take away.

    Where that day has passed, nothing is to come, and the balance is that of today.
    """
    until = max(last_day(s, member) or today + WITHOUT_END, today)
    after = foreseen(s, terms, member, until) if purse == EARNING else s
    lines = tuple(line for line in statement(after, terms, member, until, purse) if line.day > today)
    ends = to_close(s, terms, member, until) if purse == EARNING else ()
    unclosed, end = tuple(end for end in ends if end < today), next((end for end in ends if end >= today), None)
    then, already = _lost(after, (end,)), _lost(after, unclosed)
    return Forecast(until, lines, balance(after, terms, member, until, purse), end, then, unclosed, already)


def _lost(s: Account, ends: Collection[date | None]) -> Decimal:
    """What is lost over some ends of fiscal years."""
    return -sum((p.days for p in s.ledger if p.what == "forfeited" and p.on in ends), NOTHING)


def split(s: Account, terms: Terms, member: Member, leave_id: str) -> Split:
    """How the days of a leave are paid for in all; `domain.leave.segments` tells it day by day.

    Of an absence which several purses pay for, it is the first of them.
    """
    line = s.lines[leave_id]
    main = next(iter(line.takings), None)
    if main is None:
        return Split(NOTHING, NOTHING, NOTHING)
    others = without(s, leave_id)
    has, below = (reckon(t, terms, member, main.first, main.purse) for reckon, t in ((balance, others), (allowance, s)))
    corrected = line.corrected_of.get(main.purse, NOTHING)
    split = paid(main.days - corrected, has + inside(s, main), below)
    return split._replace(excess=split.excess + line.excess)
