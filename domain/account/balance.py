"""What an account has, on any day asked for, and how it came to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from domain.account.accrual import Credit, credits_until, earned
from domain.account.ledger import IN_THOUGHT, Posting, What
from domain.account.outside import beside, told
from domain.account.records import Withholding, spans
from domain.account.state import Account, opened
from domain.facts import Member
from domain.holdings import Purse
from domain.model import DAY, Decimal, date
from domain.terms import Terms

EARNING: Purse = "annual"
"""The purse which the monthly credits go to; what the others have is entered, or comes from outside."""

NOTHING = Decimal(0)


def known_until(s: Account, member: Member) -> date:
    """The day up to which the annual balance is known from outside: of its opening, else the eve of the arrival."""
    if s.opened and EARNING in s.opened.days:
        return s.opened.as_of
    later = (line.on for line in s.ledger if line.what == "opening" and line.purse == EARNING)
    return next(later, member.arrived - DAY)


def last_day(s: Account, member: Member) -> date | None:
    """The last day that earns: of the tour, or that on which the member's time really ended, whichever is first."""
    ended = s.ended.on if s.ended and not s.ended.lifted else None
    return min((day for day in (member.departs, ended) if day), default=None)


def balance(s: Account, terms: Terms, member: Member, on: date, purse: Purse = EARNING) -> Decimal:
    """What a purse has on a day: opening and credits, and all that the ledger says up to that day.

    Leaves are taken off whole on their first day, held ones as expected; but for what the opening has in it already.
    """
    opening = s.opened.days.get(purse, NOTHING) if s.opened else NOTHING
    income = opening + (_earned(s, terms, member, on) if purse == EARNING else NOTHING)
    return income + sum((line.days for line in beside(s, purse) if line.on <= on), NOTHING)


def allowance(s: Account, terms: Terms, member: Member, on: date, purse: Purse = EARNING) -> Decimal:
    """How far below zero a purse may be on a day: what the terms say, never more than the tour will still earn."""
    if purse != EARNING:
        return NOTHING
    limit = terms.accrual.overdraft_days
    last = last_day(s, member)
    if last is None:
        return limit
    to_come = _earned(s, terms, member, last) - _earned(s, terms, member, on)
    return min(limit, max(to_come, NOTHING))


def room(s: Account, terms: Terms, member: Member, first: date, purse: Purse, but: str = "") -> Decimal:
    """How many days a leave from `first` may take, without any leave that is there already being overdrawn by it.

    `but` is a leave which is counted as if it were not there.
    """
    others = without(s, but)
    later = {day for day in others.first_days(purse) if day > first}
    return min(
        balance(others, terms, member, day, purse) + allowance(others, terms, member, day, purse)
        for day in {first, *later}
    )


def without(s: Account, leave_id: str) -> Account:
    """The account as if a leave were not there: its days are there to be taken, and are earned on."""
    lines = {leave: line for leave, line in s.lines.items() if leave != leave_id}
    mine = s.lines[leave_id].unearned if leave_id in s.lines else ()
    lifted = (Withholding(IN_THOUGHT.recorded_at, u.first, u.last, u.ground, lifted=True, of=leave_id) for u in mine)
    ledger = tuple(p for p in s.ledger if p.ref != leave_id)
    return s.model_copy(update={"lines": lines, "ledger": ledger, "withheld": (*s.withheld, *lifted)})


def _earned(s: Account, terms: Terms, member: Member, until: date) -> Decimal:
    return earned(terms.accrual, known_until(s, member), last_day(s, member), until, spans(s.withheld))


class StatementLine(NamedTuple):
    """One line of a statement: what happened to the purse on a day, and what it had then.

    A leave stands on its first day with what it takes; its corrections stand below it, with the day of each.
    """

    day: date
    what: Literal["credit"] | What
    days: Decimal
    balance: Decimal
    leave_id: str = ""
    note: str = ""


def statement(
    s: Account, terms: Terms, member: Member, until: date, purse: Purse = EARNING
) -> tuple[StatementLine, ...]:
    """The ledger of one purse up to a day, in order of days; the last line's balance is `balance` of that day.

    What was held and became another, or went back, shows as what it has become; `ledger` has each step.
    """
    lines: list[StatementLine] = []
    start = known_until(s, member)
    if s.opened and (purse in s.opened.days or purse not in opened(s)):
        has = s.opened.days.get(purse, NOTHING)
        lines.append(StatementLine(s.opened.as_of, "opening", has, NOTHING, note=s.opened.source))
    if purse == EARNING:
        credited = credits_until(terms.accrual, start, last_day(s, member), until, spans(s.withheld))
        lines += [StatementLine(c.day, "credit", c.days, NOTHING, note=_ground(c, terms)) for c in credited]
    known = told(s, purse)
    lines += _of_leaves((line for line in beside(s, purse) if line.on <= until), known.as_of if known else None)
    return _running(sorted(lines, key=lambda line: (line.day, _ORDER.get(line.what, 1))))


_ORDER = {"opening": 0, "credit": 0, "forfeited": 2}


def _of_leaves(ledger: Iterable[Posting], known: date | None) -> Iterable[StatementLine]:
    """The ledger as lines: one for the days of a leave from one first day on, and one for everything else."""
    steps: dict[tuple[str, date], list[Posting]] = {}
    after: list[StatementLine] = []
    for line in ledger:
        if line.what in ("held", "charged", "released"):
            steps.setdefault((line.ref, line.on), []).append(line)
            continue
        leave = line.ref if line.what == "correction" else ""
        after.append(StatementLine(line.on, line.what, line.days, NOTHING, leave, _note(line)))
    for (leave, first), each in steps.items():
        if each[-1].what != "released":
            net = sum((line.days for line in each), NOTHING)
            inside = f", in the balance as of {known}" if known and first <= known else ""
            yield StatementLine(first, each[-1].what, net, NOTHING, leave, f"{first} to {each[-1].last}{inside}")
    yield from after


def _ground(credit: Credit, terms: Terms) -> str:
    """By what so many days are credited: of a part of a month, how many were served and what tells their worth."""
    if credit.served == credit.of:
        return terms.pack
    by = "accrual.part_month" if terms.accrual.part_month is not None else "its share of accrual.days_per_month"
    return f"{credit.served} of {credit.of} days served: {by}, {terms.pack}"


def _note(line: Posting) -> str:
    if line.what == "opening":
        return line.ref
    if line.what == "forfeited":
        return "end of the fiscal year"
    return f"{'corrected' if line.what == 'correction' else 'entered'} on {line.said_at.date()}"


def _running(lines: list[StatementLine]) -> tuple[StatementLine, ...]:
    total, found = NOTHING, []
    for line in lines:
        total += line.days
        found.append(line._replace(balance=total))
    return tuple(found)
