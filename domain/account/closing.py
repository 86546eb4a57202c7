"""The end of a fiscal year: what may be carried over it, what is lost, and what would be lost if nothing were taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import authority
from domain.account.balance import EARNING, NOTHING, balance, known_until, last_day
from domain.account.entering import BOOKKEEPERS
from domain.account.events import ClosedYear
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT, taken_after
from domain.account.opening import learned
from domain.account.state import Account
from domain.acts import CloseYear
from domain.decider import refused
from domain.facts import Facts, Member
from domain.model import DAY, Decimal, Instant, date
from domain.refusal import Refusal
from domain.terms import CarryOver, Terms


def close_year(act: CloseYear, s: Account, facts: Facts, terms: Terms, member: Member, now: Instant) -> tuple[Any, ...]:
    """The year is closed, or closed again: what is lost is reckoned anew, and the ledger gets the difference."""
    first, known = learned(s, facts)
    refusal = authority.in_role(act, facts, BOOKKEEPERS, member, "authority/enter-account") or _open(
        act, known, terms, member, now
    )
    if refusal:
        return refused(act, refusal)
    return (*first, closing(known, terms, member, act.on))


def closing(s: Account, terms: Terms, member: Member, on: date) -> ClosedYear:
    """What closing the fiscal year that ended on a day comes to, whatever was lost by earlier closes of it."""
    lost_before = -sum((p.days for p in s.ledger if p.what == "forfeited" and p.on == on), NOTHING)
    had = at_the_end_of(s, terms, member, on) + lost_before
    most = ceiling(s, terms, member, on)
    lost = max(NOTHING, had - most) if most is not None else NOTHING
    return ClosedYear(
        on=on,
        balance=had,
        ceiling=had if most is None else most,
        lost=lost,
        cites=("account/year-end", terms.pack),
    )


def ceiling(s: Account, terms: Terms, member: Member, on: date) -> Decimal | None:
    """How many days may be carried over a year end; None where the pack sets no limit.

    A balance of old is kept until `kept_until`: at the close of that day itself the usual ceiling counts.
    """
    carry = terms.carry_over
    if carry.days is None:
        return None
    grounds = {r.ground for r in s.raised if r.on == on}
    most = [carry.days]
    if "hostile-fire" in grounds and carry.raised_days is not None:
        most.append(carry.raised_days)
    if carry.kept_days is not None and carry.kept_until is not None and on < carry.kept_until:
        kept = carry.kept_on and known_until(s, member) <= carry.kept_on and _had_then(s, terms, member, carry)
        if kept or any(r.ground == "kept" for r in s.raised):
            most.append(carry.kept_days)
    return max(most)


def _had_then(s: Account, terms: Terms, member: Member, carry: CarryOver) -> bool:
    assert carry.kept_on is not None
    return carry.kept_above_days is not None and at_the_end_of(s, terms, member, carry.kept_on) > carry.kept_above_days


def at_the_end_of(s: Account, terms: Terms, member: Member, on: date) -> Decimal:
    """What is there to be carried over as a day ends: of a leave which goes on, only the days up to it are taken.

    So no first day of a leave saves more days than it takes by then. No source tells it; it is our default.
    """
    return balance(s, terms, member, on) + taken_after(s.ledger, EARNING, on)


def year_ends(s: Account, terms: Terms, member: Member, until: date) -> Iterator[date]:
    """The ends of fiscal years from the day from which the account is known, up to a day and while time is served."""
    month = terms.carry_over.year_ends_month
    if month is None or terms.carry_over.days is None:
        return
    since = known_until(s, member)
    last = min(until, last_day(s, member) or until)
    for year in range(since.year, last.year + 1):
        end = (date(year, month, 28) + 4 * DAY).replace(day=1) - DAY
        if since < end <= last:
            yield end


def to_close(s: Account, terms: Terms, member: Member, until: date) -> tuple[date, ...]:
    """The year ends up to a day of which no close is recorded."""
    closed = {close.on for close in s.closes}
    return tuple(end for end in year_ends(s, terms, member, until) if end not in closed)


def foreseen(s: Account, terms: Terms, member: Member, until: date) -> Account:
    """The account as it will be if every year to come is closed and nothing more is taken. Nothing is recorded."""
    for end in to_close(s, terms, member, until):
        s = changed(s, closing(s, terms, member, end), IN_THOUGHT)
    return s


def _open(act: CloseYear, s: Account, terms: Terms, member: Member, now: Instant) -> Refusal | None:
    ends = tuple(year_ends(s, terms, member, max(act.on, now.date())))
    if act.on not in ends:
        month = terms.carry_over.year_ends_month
        return Refusal(
            rule="account/year-end-day",
            why="this day ends no fiscal year of the account"
            if month
            else "the rule pack knows no end of a fiscal year: everything is carried over",
            facts={"expected": ", ".join(map(str, ends)) or "none", "got": str(act.on), "terms": terms.pack},
            helps="furlough account forecast shows the year ends to come",
        )
    if act.on >= now.date():
        return Refusal(
            rule="record/future",
            why="the fiscal year has not ended yet",
            facts={"expected": f"a day before {now.date()}", "got": str(act.on)},
            helps=f"close it from {act.on + DAY} on; furlough account forecast shows what would be lost",
        )
    earlier = [end for end in to_close(s, terms, member, act.on) if end < act.on]
    if earlier:
        return Refusal(
            rule="account/close-in-order",
            why="an earlier fiscal year is still open, and what is lost by it changes this one",
            facts={"expected": f"{earlier[0]} closed first", "got": str(act.on)},
            helps=f"furlough account close-year --on {earlier[0]}",
        )
    return None
