"""The end of a fiscal year: what may be carried over it, what is lost, and what would be lost if nothing were taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from domain import authority
from domain.account.balance import EARNING, NOTHING, balance, known_until, last_day
from domain.account.entering import BOOKKEEPERS
from domain.account.events import ClosedYear, RaisedCeiling
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT, taken_after
from domain.account.opening import learned
from domain.account.outside import beside
from domain.account.state import Account
from domain.acts import CloseYear, RaiseCeiling
from domain.decider import refused
from domain.facts import Facts, Member
from domain.model import DAY, Decimal, Instant, date, timedelta
from domain.refusal import Refusal
from domain.terms import Terms

YEAR = timedelta(days=366)
"""So far ahead a refusal tells the year end to come, whatever the day of the entry."""


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
        had, above = _of_old(s, terms, member), carry.kept_above_days
        if (had is not None and above is not None and had > above) or any(r.ground == "kept" for r in s.raised):
            most.append(carry.kept_days)
    return max(most)


def _of_old(s: Account, terms: Terms, member: Member) -> Decimal | None:
    """The balance on which it rests whether more is kept; None where the account does not reach back to that day."""
    on = terms.carry_over.kept_on
    return None if on is None or known_until(s, member) > on else at_the_end_of(s, terms, member, on)


def at_the_end_of(s: Account, terms: Terms, member: Member, on: date) -> Decimal:
    """What is there to be carried over as a day ends: of a leave which goes on, only the days up to it are taken.

    So no first day of a leave saves more days than it takes by then. No source tells it; it is our default.
    """
    return balance(s, terms, member, on) + taken_after(beside(s, EARNING), EARNING, on)


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


def _no_end(on: date, ends: Iterable[date], terms: Terms) -> Refusal | None:
    """A close of another day closes nothing, and a ceiling raised on it would never be looked at."""
    known = tuple(ends)
    if on in known:
        return None
    return Refusal(
        rule="account/year-end-day",
        why="this day ends no fiscal year of the account"
        if terms.carry_over.year_ends_month
        else "the rule pack knows no end of a fiscal year: everything is carried over",
        facts={"expected": ", ".join(map(str, known)) or "none", "got": str(on), "terms": terms.pack},
        helps="furlough account forecast shows the year ends to come",
    )


def _open(act: CloseYear, s: Account, terms: Terms, member: Member, now: Instant) -> Refusal | None:
    if refusal := _no_end(act.on, year_ends(s, terms, member, max(act.on, now.date())), terms):
        return refusal
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


def raise_ceiling(act: RaiseCeiling, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """Written authority to carry more over, by the post which the pack names, for the reasons which it names."""
    carry = terms.carry_over
    most = carry.raised_days if act.ground == "hostile-fire" else carry.kept_days
    if most is None or carry.raised_role is None:
        return refused(
            act,
            Refusal(
                rule="account/no-ceiling",
                why="the rule pack knows no such exception from the carry-over",
                facts={"got": act.ground, "terms": terms.pack},
                helps="furlough rules show tells what the pack says of carry_over",
            ),
        )
    if refusal := authority.in_role(act, facts, (carry.raised_role,), member, "authority/raise-ceiling"):
        return refused(act, refusal)
    if act.ground == "hostile-fire" and act.served < (carry.raised_after_days or 0):
        return refused(
            act,
            Refusal(
                rule="account/ceiling-service",
                why="the service under hostile fire is too short for a higher ceiling",
                facts={"expected": f"{carry.raised_after_days} days or more", "got": str(act.served)},
                helps="the ceiling stays as it is; enter the days served if they were more",
            ),
        )
    first, known = learned(s, facts)
    if refusal := _no_end(act.on, year_ends(known, terms, member, max(act.on, act.acted_at.date()) + YEAR), terms):
        return refused(act, refusal)
    had = _of_old(known, terms, member) if act.ground == "kept" else None
    if act.ground == "kept" and (refusal := _not_kept(act.on, had, terms)):
        return refused(act, refusal)
    event = RaisedCeiling(
        on=act.on,
        ground=act.ground,
        ceiling=most,
        by=act.decided_by,
        balance_unknown=carry.kept_on if act.ground == "kept" and had is None else None,
        cites=("account/ceiling", terms.pack),
    )
    return (*first, event)


def _not_kept(on: date, had: Decimal | None, terms: Terms) -> Refusal | None:
    """A paper which the close would not go by: for a year end too late for balances of old, or for no such balance."""
    carry = terms.carry_over
    if carry.kept_until is None or on >= carry.kept_until:
        return Refusal(
            rule="account/no-ceiling",
            why="balances of old are not kept over this year end: at its close the usual ceiling counts",
            facts={
                "expected": f"a year end before {carry.kept_until or 'no day'}",
                "got": str(on),
                "terms": terms.pack,
            },
            helps="take the days before, or --ground hostile-fire where the service was long enough",
        )
    if had is None or carry.kept_above_days is None or had > carry.kept_above_days:
        return None
    expected = f"more than {carry.kept_above_days} days on {carry.kept_on}"
    return Refusal(
        rule="account/ceiling-balance",
        why="the balance of old was too small to be kept, as this account has it",
        facts={"expected": expected, "got": str(had), "terms": terms.pack},
        helps="furlough account adjust puts that balance right where it was another; the ceiling stays as it is",
    )
