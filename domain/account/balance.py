"""What an account has, on any day asked for, and how it came to it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from domain.account.accrual import credits_until, earned
from domain.account.state import Account
from domain.facts import Member
from domain.holdings import Purse
from domain.model import DAY, Decimal, date
from domain.terms import Terms

EARNING: Purse = "annual"
"""The purse which the monthly credits go to; what the others have comes from outside."""

NOTHING = Decimal(0)


def known_until(s: Account, member: Member) -> date:
    """The day up to which the balance is known from outside: that of the opening, else the eve of the arrival."""
    return s.opened.as_of if s.opened else member.arrived - DAY


def balance(s: Account, terms: Terms, member: Member, on: date, purse: Purse = EARNING) -> Decimal:
    """What a purse has on a day: opening and credits, less all leaves begun by then, held ones as expected."""
    cost = sum((s.lines[leave].cost for leave, d in s.taken().items() if d.purse == purse and d.first <= on), NOTHING)
    return _income(s, terms, member, on, purse) - cost


def allowance(s: Account, terms: Terms, member: Member, on: date, purse: Purse = EARNING) -> Decimal:
    """How far below zero a purse may be on a day: what the terms say, never more than the tour will still earn."""
    if purse != EARNING:
        return NOTHING
    limit = terms.accrual.overdraft_days
    if member.departs is None:
        return limit
    since = known_until(s, member)
    to_come = _earned(s, terms, member, member.departs) - earned(terms.accrual, since, member.departs, on)
    return min(limit, max(to_come, NOTHING))


def room(s: Account, terms: Terms, member: Member, first: date, purse: Purse, but: str = "") -> Decimal:
    """How many days a leave from `first` may take, without any leave that is there already being overdrawn by it.

    `but` is a leave which is counted as if it were not there.
    """
    others = without(s, but)
    later = {d.first for d in others.taken().values() if d.purse == purse and d.first > first}
    return min(
        balance(others, terms, member, day, purse) + allowance(s, terms, member, day, purse) for day in {first, *later}
    )


def without(s: Account, leave_id: str) -> Account:
    """The account as if a leave were not there."""
    return s.model_copy(update={"lines": {leave: line for leave, line in s.lines.items() if leave != leave_id}})


def _income(s: Account, terms: Terms, member: Member, on: date, purse: Purse) -> Decimal:
    opening = s.opened.days.get(purse, NOTHING) if s.opened else NOTHING
    return opening + (_earned(s, terms, member, on) if purse == EARNING else NOTHING)


def _earned(s: Account, terms: Terms, member: Member, until: date) -> Decimal:
    return earned(terms.accrual, known_until(s, member), member.departs, until)


class StatementLine(NamedTuple):
    """One line of a statement: what happened to the purse on a day, and what it had then.

    A leave stands on its first day with what it takes; its corrections stand below it, with the day of each.
    """

    day: date
    what: Literal["opening", "credit", "held", "charged", "correction"]
    days: Decimal
    balance: Decimal
    leave_id: str = ""
    note: str = ""


def statement(
    s: Account, terms: Terms, member: Member, until: date, purse: Purse = EARNING
) -> tuple[StatementLine, ...]:
    """The ledger of one purse up to a day, in order of days; the last line's balance is `balance` of that day."""
    lines: list[StatementLine] = []
    start = known_until(s, member)
    if s.opened:
        lines.append(StatementLine(start, "opening", s.opened.days.get(purse, NOTHING), NOTHING, note=s.opened.source))
    if purse == EARNING:
        credited = credits_until(terms.accrual, start, member.departs, until)
        lines += [StatementLine(c.day, "credit", c.days, NOTHING, note=terms.pack) for c in credited]
    for leave, days in s.taken().items():
        if days.purse != purse or days.first > until:
            continue
        span = f"{days.first} to {days.last}"
        taken = days.expected if days.charged is None else days.charged
        lines.append(
            StatementLine(days.first, "held" if days.charged is None else "charged", -taken, NOTHING, leave, span)
        )
        lines += [
            StatementLine(days.first, "correction", c.days, NOTHING, leave, f"corrected on {c.on}")
            for c in s.lines[leave].corrections
        ]
    return _running(sorted(lines, key=lambda line: (line.day, line.what not in ("opening", "credit"))))


def _running(lines: list[StatementLine]) -> tuple[StatementLine, ...]:
    total, found = NOTHING, []
    for line in lines:
        total += line.days
        found.append(line._replace(balance=total))
    return tuple(found)
