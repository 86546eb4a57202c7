"""What authorities and clerks enter into an account beside leaves: every entry compensates, none erases."""

from __future__ import annotations

from typing import Any

from domain import authority
from domain.account.balance import allowance, balance
from domain.account.compensating import changed_by
from domain.account.earlier import amiss, anew, earlier, exceeded, known, told_otherwise
from domain.account.events import Adjusted, Credited, Opened, Withheld
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT, worked_ref
from domain.account.opening import learned
from domain.account.purses import no_purse
from domain.account.state import Account, opened
from domain.acts import Act, AdjustAccount, CreditWorked, OpenAccount, WithholdAccrual
from domain.decider import refused
from domain.facts import Facts, Member, Opening
from domain.model import Code, Decimal, date, timedelta
from domain.orders import Role
from domain.refusal import Refusal
from domain.terms import Terms

HALF = Decimal("0.5")
MOST = date.max.toordinal()
"""No day has a number above it: what is more is no number of days."""

BOOKKEEPERS: tuple[Role, ...] = ("clerk", "administrator")
"""Posts which enter what others have decided or the rules themselves say."""


def open_account(act: OpenAccount, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """Balances from outside, once for each purse; what was wrong with them is put right by an adjustment."""
    before = learned(s, facts)[1]
    if refusal := _may_open(act, before, facts, member):
        return refused(act, refusal)
    event = Opened(
        as_of=act.as_of,
        days={str(purse): days for purse, days in act.days.items()},
        taken=act.taken,
        source=act.source,
        cites=("account/opening",),
    )
    if refusal := to_come(act.as_of, act) or _opened_otherwise(event, before):
        return refused(act, refusal)
    if refusal := no_purse(event.days, terms, opened(before)) or amiss(act, terms):
        return refused(act, refusal)
    if event.days.keys() <= opened(s).keys() and act.taken == known(s, act):
        return (event.model_copy(update={"again": True}),)
    if odd := next((days for days in act.days.values() if not in_halves(days)), None):
        return refused(act, _not_halves(odd))
    numbers = (*act.days.values(), *(Decimal(told.times) for told in act.taken.values()))
    if refusal := too_many(max(numbers, key=abs), facts):
        return refused(act, refusal)
    after = changed(before, event, IN_THOUGHT)
    return learned(s, facts, event.model_copy(update={"irregular": exceeded(after, act.taken, terms)}))[0]


def _may_open(act: OpenAccount, s: Account, facts: Facts, member: Member) -> Refusal | None:
    """A bookkeeper tells what nobody has told yet; the member's chain of command puts right what was told of a kind."""
    otherwise, commands = anew(act, s), ladder(act, facts, member.id) is None
    if commands and not act.days and act.taken.keys() <= earlier(s).keys():
        return None
    # Authority first: what was told before is not for everybody.
    if refusal := authority.in_role(act, facts, BOOKKEEPERS, member, "authority/enter-account"):
        return refusal
    return told_otherwise(otherwise, act, s) if otherwise and not commands else None


def _opened_otherwise(event: Opened, s: Account) -> Refusal | None:
    """A purse of which another balance came from outside before."""
    there = opened(s)
    for purse, days in event.days.items():
        before = there.get(purse)
        if before is None or before == Opening(as_of=event.as_of, days={purse: days}, source=event.source):
            continue
        return Refusal(
            rule="account/opened",
            why=f"the {purse} purse was opened already as of {before.as_of} ({before.source})",
            facts={"expected": _purses(before.days), "got": _purses({purse: days})},
            helps="furlough account adjust puts a purse right by an entry of its own",
        )
    return None


def adjust(act: AdjustAccount, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """A post of the member's chain of command adds days to a purse or takes some; an overdraft by it is noted."""
    if refusal := ladder(act, facts, member.id):
        return refused(act, refusal)
    if not act.days or not in_halves(act.days):
        return refused(act, _not_halves(act.days))
    if refusal := too_many(act.days, facts):
        return refused(act, refusal)
    if refusal := to_come(act.on, act):
        return refused(act, refusal)
    if again := _again(act, s, terms):
        return (again,)
    first, known = learned(s, facts)
    there = {*opened(known), *(line.purse for line in known.ledger)}
    if refusal := no_purse((act.purse,), terms, there):
        return refused(act, refusal)
    event = Adjusted(
        adjustment=act.act_id,
        purse=act.purse,
        days=act.days,
        on=act.on,
        by=act.decided_by,
        cites=("account/adjust", terms.pack),
    )
    after = changed(known, event, IN_THOUGHT)
    points = {act.acted_at.date(), *after.first_days(act.purse)}
    if act.days < 0 and any(
        balance(after, terms, member, day, act.purse) < -allowance(after, terms, member, day, act.purse)
        for day in points
        if day >= act.on
    ):
        event = event.model_copy(update={"irregular": ("account/overdraft",)})
    return (*first, event)


def _again(act: AdjustAccount, s: Account, terms: Terms) -> Adjusted | None:
    """The entry of this very act once more. What another act says stands beside it, however much it is the same."""
    done = next((p for p in s.ledger if p.what == "adjustment" and p.ref == act.act_id), None)
    if done is None:
        return None
    return Adjusted(
        adjustment=done.ref,
        purse=act.purse,
        days=done.days,
        on=done.on,
        by=act.decided_by,
        again=True,
        cites=("account/adjust", terms.pack),
    )


def withhold(act: WithholdAccrual, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """Days without accrual (absent without leave, excess leave, confined), or the taking back of them.

    Absence is found of days that have come; a confinement or leave without pay may be ordered, and anything taken back,
    of days to come.
    """
    if refusal := ladder(act, facts, member.id):
        return refused(act, refusal)
    if act.ground == "absent" and not act.lift and (refusal := to_come(act.last or act.first, act)):
        return refused(act, refusal)
    first, _ = learned(s, facts)
    event = Withheld(
        first=act.first,
        last=act.last,
        ground=act.ground,
        lifted=act.lift,
        by=act.decided_by,
        alone=True,
        act=act.act_id,
        cites=("account/no-accrual",),
    )
    return (*first, event)


def credit_worked(act: CreditWorked, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """Compensatory time off for days worked. What is left below a whole day counts for the next one."""
    known = next((w for w in s.worked if (w.first, w.last, w.worked) == (act.first, act.last, act.worked)), None)
    cites = ("account/worked", terms.pack)
    if known:
        there = {p.on: p.days for p in s.ledger if p.what == "credited" and p.ref == worked_ref(known.first)}
        return (_credit(act, there, cites).model_copy(update={"again": True}),)
    if refusal := authority.in_role(act, facts, BOOKKEEPERS, member, "authority/enter-account"):
        return refused(act, refusal)
    if refusal := _worked(act, s, terms):
        return refused(act, refusal)
    assert terms.accrual.cto_worked_days
    spans = ((w.last, w.worked) for w in s.worked)
    by_day = changed_by((act.last, act.worked), spans, terms.accrual.cto_worked_days)
    first, _ = learned(s, facts)
    return (*first, _credit(act, by_day, cites))


def _credit(act: CreditWorked, by_day: dict[date, Decimal], cites: tuple[str, ...]) -> Credited:
    days = sum(by_day.values(), Decimal(0))
    apart = {} if by_day.keys() <= {act.last} else by_day
    return Credited(first=act.first, last=act.last, worked=act.worked, days=days, by_day=apart, cites=cites)


def _worked(act: CreditWorked, s: Account, terms: Terms) -> Refusal | None:
    if terms.accrual.cto_worked_days is None:
        return Refusal(
            rule="account/no-compensation",
            why="the rule pack knows no compensatory time off",
            facts={"terms": terms.pack},
            helps="furlough rules show tells what the pack says of accrual",
        )
    if refusal := to_come(act.last, act):
        return refusal
    there = next((w for w in s.worked if w.first <= act.last and act.first <= w.last), None)
    if there is None:
        return None
    return Refusal(
        rule="account/worked-twice",
        why="days of this span have earned compensatory time off already",
        facts={"expected": f"no day from {there.first} to {there.last}", "got": f"{act.first} to {act.last}"},
        helps="enter the other days, or furlough account adjust where the number was wrong",
    )


def ladder(act: Act, facts: Facts, member: Code) -> Refusal | None:
    """A post of the member's own chain of command speaks, or its deputy."""
    assert facts.person is not None
    posts = (post for rung in facts.desks.get("approve", ()) for post in (rung.post, rung.deputy) if post)
    found = authority.at_desk(act, facts.person, "correct-account", tuple(dict.fromkeys(posts)), member)
    return found if isinstance(found, Refusal) else None


def unknown_member(member: str) -> Refusal:
    """The register knows no such member, or no pack for them."""
    return Refusal(
        rule="account/unknown-member",
        why="the register knows no such member, or no rule pack for them",
        facts={"member": member},
        helps="import the member into the register, with a component that a rule pack applies to",
    )


def _not_halves(got: Decimal) -> Refusal:
    return Refusal(
        rule="account/half-days",
        why="an account is kept in whole and half days",
        facts={"expected": "a number of half days, and not none", "got": str(got)},
        helps="round as the mission does, and say so in the source or reason",
    )


def in_halves(days: Decimal) -> bool:
    """Whether a number is of whole or half days, however large: neither its double nor a remainder can be told."""
    return days - days.to_integral_value("ROUND_FLOOR") in (0, HALF)


def numbers_days(days: Decimal) -> bool:
    """Whether a number can be one of days: whole or half ones, and not more than there are in the calendar."""
    return abs(days) <= MOST and in_halves(days)


def too_many(got: Decimal, facts: Facts) -> Refusal | None:
    """One entry brings or takes no more days than the mission's setting says: a slip of the finger is no balance."""
    most = facts.largest_entry
    if not most or abs(got) <= most:
        return None
    return Refusal(
        rule="account/largest-entry",
        why="so many days are not brought into an account, or taken out of it, by one entry",
        facts={"expected": f"{-most} to {most} days", "got": str(got)},
        helps="check the number; where it is meant, the administrator raises largest-entry in settings.csv",
    )


FARTHEST_EAST = timedelta(hours=14)
"""No zone is further ahead of UTC: what is no day there yet is none anywhere."""


def to_come(day: date, act: Act) -> Refusal | None:
    """A day which has begun nowhere when it is told."""
    today = (act.acted_at + FARTHEST_EAST).date()
    if day <= today:
        return None
    return Refusal(
        rule="record/future",
        why="the day told lies in the future; what has not happened yet cannot be recorded",
        facts={"expected": f"{today} or before", "got": str(day)},
        helps="check the day, or enter it once it has come",
    )


def _purses(days: dict[str, Decimal]) -> str:
    return ", ".join(f"{purse} {number}" for purse, number in sorted(days.items()))
