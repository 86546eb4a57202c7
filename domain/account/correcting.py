"""The charge of a closed leave put right: nothing is erased, an authority adds an entry (doctrine: return)."""

from __future__ import annotations

from typing import Any

from domain import authority
from domain.account.balance import allowance, balance
from domain.account.comparing import confirm_by
from domain.account.entering import in_halves, ladder
from domain.account.events import CorrectedDays
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.opening import learned
from domain.account.seeing import AFTER_END, unseen
from domain.account.state import Account, Line
from domain.acts import CorrectAccount, Kept, Relabel
from domain.decider import refused
from domain.facts import Facts
from domain.model import Decimal, Instant
from domain.refusal import Refusal


def correct(act: CorrectAccount, s: Account, facts: Facts, now: Instant) -> tuple[Any, ...]:
    """A post of the member's chain of command gives days back or charges more; an overdraft by it is noted."""
    if again := done(act, s) or _looked_at_before(act, s):
        return (again,)
    if not act.days and act.leave_id in unseen(s):
        refusal = ground(act, facts, now)
        return refused(act, refusal) if refusal else (_let_be(act, s),)
    if refusal := ground(act, facts, now) or closed(act.leave_id, s) or _which_purse(act, s) or _bounds(act, s):
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
        purse=before.purse,
        charge=line.cost,
        by=act.decided_by,
        confirm_by=line.confirm_by,
        cites=("account/correction",),
    )


def _let_be(act: CorrectAccount, s: Account) -> CorrectedDays:
    """Of what arrived after the leave's end nothing follows for its days: an authority has looked, and says so."""
    line = s.lines.get(act.leave_id)
    return CorrectedDays(
        leave_id=act.leave_id,
        correction=act.act_id,
        days=Decimal(0),
        charge=line.cost if line else Decimal(0),
        by=act.decided_by,
        cites=("account/correction", AFTER_END),
    )


def _looked_at_before(act: CorrectAccount, s: Account) -> CorrectedDays | None:
    """The same once more, if this very act has looked at it."""
    mine = any(one.seen_to == act.act_id for one in s.heard.get(act.leave_id, ()))
    return _let_be(act, s) if mine and not act.days else None


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


def purse_of(act: CorrectAccount, line: Line) -> Kept:
    """The purse which a correction is of: the one named, else the one which paid; the annual one where none did."""
    if act.purse is not None:
        return act.purse
    paying: list[Kept] = [taking.purse for taking in line.takings if taking.purse != "none"]
    return paying[0] if paying else "annual"


def _which_purse(act: CorrectAccount, s: Account) -> Refusal | None:
    """Of a leave which several purses paid for it is said which one; no other has anything to be put right."""
    paying = [taking.purse for taking in s.lines[act.leave_id].takings]
    if act.purse in paying or (act.purse is None and len(paying) < 2) or (not paying and act.purse == "annual"):
        return None
    return Refusal(
        rule="account/correction-purse",
        why="several purses paid for the leave: say which one the days go back to, or are taken from"
        if act.purse is None
        else f"the {act.purse} purse paid for nothing of this leave",
        facts={"expected": " or ".join(paying) or "annual", "got": act.purse or "none named"},
        helps=f"--purse {' or --purse '.join(paying or ['annual'])}",
    )


def _bounds(act: CorrectAccount, s: Account) -> Refusal | None:
    """A leave costs whole or half days, of no purse less than none, and never more than it has days."""
    line, days = s.lines[act.leave_id], s.taken()[act.leave_id]
    longest = Decimal((days.last - days.first).days + 1)
    charge, purse = line.cost - act.days, purse_of(act, line)
    paid = sum((t.days for t in line.takings if t.purse == purse), Decimal(0)) - line.corrected_of.get(
        purse, Decimal(0)
    )
    if act.days and in_halves(act.days) and 0 <= charge <= longest and paid - act.days >= 0:
        return None
    return Refusal(
        rule="account/correction-bounds",
        why="a correction is of whole or half days, and leaves a charge between none and the days of the leave"
        if act.days
        else "nothing has arrived after the end of the leave that nobody has looked at, so that no days say nothing",
        facts={"charged now": str(line.cost), "of it": f"{purse} {paid}", "expected": f"a charge of 0 to {longest}"}
        | {"got": f"{act.days:+}"},
        helps=f"from {line.cost - longest:+} to {paid:+} days can be given back",
    )


def corrected(act: CorrectAccount, s: Account, facts: Facts) -> CorrectedDays:
    """The compensating entry; an overdraft by it is noted."""
    line = s.lines[act.leave_id]
    event = CorrectedDays(
        leave_id=act.leave_id,
        correction=act.act_id,
        days=act.days,
        purse=purse_of(act, line),
        charge=line.cost - act.days,
        by=act.decided_by,
        confirm_by=confirm_by(act.acted_at, facts.terms) if facts.terms else None,
        cites=("account/correction", *((facts.terms.pack,) if facts.terms else ())),
    )
    return event.model_copy(update={"irregular": ("account/overdraft",)}) if _overdrawn(act, event, s, facts) else event


def _overdrawn(act: CorrectAccount, event: CorrectedDays, s: Account, facts: Facts) -> bool:
    line, purse = s.lines[act.leave_id], purse_of(act, s.lines[act.leave_id])
    if act.days > 0 or facts.terms is None or facts.member is None or line.days is None:
        return False
    after = changed(s, event, IN_THOUGHT)
    since = next((taking.first for taking in line.takings if taking.purse == purse), line.days.first)
    points = {since, *(day for day in after.first_days(purse) if day >= since)}
    terms, member = facts.terms, facts.member
    return any(balance(after, terms, member, p, purse) < -allowance(after, terms, member, p, purse) for p in points)
