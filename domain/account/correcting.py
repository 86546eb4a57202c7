"""The charge of a closed leave put right: nothing is erased, an authority adds an entry (doctrine: return)."""

from __future__ import annotations

from typing import Any

from domain import authority
from domain.account.balance import allowance, balance
from domain.account.entering import in_halves, ladder
from domain.account.events import CorrectedDays
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.opening import learned
from domain.account.state import Account
from domain.acts import CorrectAccount, Relabel
from domain.decider import refused
from domain.facts import Facts
from domain.model import Decimal, Instant
from domain.refusal import Refusal


def correct(act: CorrectAccount, s: Account, facts: Facts, now: Instant) -> tuple[Any, ...]:
    """A post of the member's chain of command gives days back or charges more; an overdraft by it is noted."""
    if again := done(act, s):
        return (again,)
    if refusal := ground(act, facts, now) or closed(act.leave_id, s) or _bounds(act, s):
        return refused(act, refusal)
    first, s = learned(s, facts)
    return (*first, corrected(act, s, facts))


def done(act: CorrectAccount | Relabel, s: Account) -> CorrectedDays | None:
    """The entry once more, if this very act was done before."""
    line = s.lines.get(act.leave_id)
    before = next((c for c in line.corrections if c.act_id == act.act_id), None) if line else None
    if line is None or before is None:
        return None
    return CorrectedDays(
        leave_id=act.leave_id,
        correction=act.act_id,
        days=before.days,
        charge=line.cost,
        by=act.decided_by,
        cites=("account/correction",),
    )


def ground(act: CorrectAccount | Relabel, facts: Facts, now: Instant) -> Refusal | None:
    """Who speaks is of the member's own chain of command, and of what has happened."""
    base = facts.member.base if facts.member else None
    return authority.unfounded(act, facts, now, base) or ladder(act, facts, act.member)


def closed(leave_id: str, s: Account) -> Refusal | None:
    """The account knows the leave, and it is closed."""
    line = s.lines.get(leave_id)
    if line is None or line.days is None:
        return Refusal(
            rule="account/unknown-leave",
            why="this account was never charged for such a leave",
            facts={"got": leave_id},
            helps="furlough account show lists the leaves of the account",
        )
    if not line.closed or line.days.charged is None:
        return Refusal(
            rule="account/open-leave",
            why="the leave is still open: while it is, its own dates and times are put right, and the charge follows",
            facts={"expected": "a closed leave", "got": "charged" if line.days.charged is not None else "held"},
            helps="furlough correct",
        )
    return None


def _bounds(act: CorrectAccount, s: Account) -> Refusal | None:
    """A leave costs whole or half days, never less than none, and never more than it has days."""
    line, days = s.lines[act.leave_id], s.taken()[act.leave_id]
    longest = Decimal((days.last - days.first).days + 1)
    charge = line.cost - act.days
    if act.days and in_halves(act.days) and 0 <= charge <= longest:
        return None
    return Refusal(
        rule="account/correction-bounds",
        why="a correction is of whole or half days, and leaves a charge between none and the days of the leave",
        facts={"charged now": str(line.cost), "expected": f"a charge of 0 to {longest}", "got": f"{act.days:+}"},
        helps=f"from {line.cost - longest:+} to {line.cost:+} days can be given back",
    )


def corrected(act: CorrectAccount, s: Account, facts: Facts) -> CorrectedDays:
    """The compensating entry; an overdraft by it is noted."""
    line = s.lines[act.leave_id]
    event = CorrectedDays(
        leave_id=act.leave_id,
        correction=act.act_id,
        days=act.days,
        charge=line.cost - act.days,
        by=act.decided_by,
        cites=("account/correction", *((facts.terms.pack,) if facts.terms else ())),
    )
    return event.model_copy(update={"irregular": ("account/overdraft",)}) if _overdrawn(act, event, s, facts) else event


def _overdrawn(act: CorrectAccount, event: CorrectedDays, s: Account, facts: Facts) -> bool:
    main = next(iter(s.lines[act.leave_id].takings), None)
    if act.days > 0 or facts.terms is None or facts.member is None or main is None:
        return False
    after = changed(s, event, IN_THOUGHT)
    points = {day for day in after.first_days(main.purse) if day >= main.first}
    terms, member, purse = facts.terms, facts.member, main.purse
    return any(balance(after, terms, member, p, purse) < -allowance(after, terms, member, p, purse) for p in points)
