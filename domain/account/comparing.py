"""Settled is not applied: what the pay or personnel system states is laid beside the account, and the result kept."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any, Literal

from domain import authority
from domain.account.balance import NOTHING, balance
from domain.account.entering import BOOKKEEPERS, MOST, numbers_days, to_come
from domain.account.events import Difference, Reconciled
from domain.account.opening import learned
from domain.account.state import Account, Line
from domain.acts import Kept, ReconcileAccount
from domain.decider import refused
from domain.facts import Facts, Member
from domain.model import DAY, Decimal, Instant, date, timedelta
from domain.refusal import Refusal
from domain.terms import Terms

Standing = Literal["held", "settled", "posted", "differs", "unconfirmed"]
"""How far a charge has come: asked for, taken here, confirmed there; or contradicted, or waiting for too long."""


def reconcile(act: ReconcileAccount, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """Charges are compared leave by leave, balances purse by purse, as of the day of the statement."""
    refusal = authority.in_role(act, facts, BOOKKEEPERS, member, "authority/enter-account") or to_come(act.as_of, act)
    if refusal := refusal or _no_days(act):
        return refused(act, refusal)
    first, s = learned(s, facts)
    held = {leave: line for leave, line in s.lines.items() if line.days and line.days.charged is None}
    ours = {leave: line for leave, line in s.lines.items() if leave not in held}
    posted = {leave: days for leave, days in act.charges.items() if leave in ours and ours[leave].cost == days}
    differing = {
        leave: Difference(ours=ours[leave].cost, theirs=days, since=settled_on(s, leave))
        for leave, days in act.charges.items()
        if leave in ours and leave not in posted
    }
    event = Reconciled(
        source=act.source,
        as_of=act.as_of,
        statement=act.statement,
        posted=posted,
        differing=differing,
        lacking={
            leave: d
            for leave, line in ours.items()
            if chargeable(line) and leave not in act.charges and (d := _lacking(s, leave, act.as_of))
        },
        unknown={leave: days for leave, days in act.charges.items() if leave not in s.lines},
        unsettled={
            leave: Difference(ours=held[leave].cost, theirs=days)
            for leave, days in act.charges.items()
            if leave in held
        },
        balances=_balances(act, s, terms, member),
        open=tuple(differing),
        cites=("account/reconcile", terms.pack),
    )
    return (*first, event)


def _no_days(act: ReconcileAccount) -> Refusal | None:
    """A number by which no system can mean days, or a charge below zero: a file that was misread, and no difference."""
    said = [(f"charge of {leave}", days, 0) for leave, days in act.charges.items()]
    said += [(f"balance of {purse}", days, -MOST) for purse, days in act.balances.items()]
    wrong = next((one for one in said if not numbers_days(one[1]) or (one[2] == 0 and one[1].is_signed())), None)
    if wrong is None:
        return None
    what, days, least = wrong
    return Refusal(
        rule="account/statement",
        why=f"the {what} in the statement is no number of days",
        facts={"expected": f"{least} to {MOST}, in whole or half days", "got": str(days)},
        helps="mend the line, or have the other system write its statement again",
    )


def confirm_by(said_at: Instant, terms: Terms) -> Instant | None:
    """When a charge of that moment has waited for too long: 00:00 UTC after the last of the pack's days, if it has any.

    It falls together with what `standing` calls unconfirmed.
    """
    most = terms.records.unconfirmed_days
    if most is None:
        return None
    return datetime.combine(said_at.date() + (most + 1) * DAY, time(), UTC)


def to_be_posted(line: Line) -> bool:
    """Whether the other system has still to take over the charge of a leave, or what became of it."""
    posted = line.posted.days if line.posted else NOTHING
    return chargeable(line) and line.cost != posted


def chargeable(line: Line) -> bool:
    """Whether the leave is settled and taken from a purse."""
    return line.days is not None and line.days.charged is not None and bool(line.takings)


def settled_on(s: Account, leave_id: str) -> date | None:
    """The day on which the charge of a leave became what it is now; None while it is only held."""
    said = [p.said_at.date() for p in s.ledger if p.ref == leave_id and p.what in ("charged", "correction")]
    return said[-1] if said else None


def settled_by(s: Account, leave_id: str, before: Instant, purse: str | None = None) -> Decimal | None:
    """What a leave was charged by all that was recorded before an instant, to one purse or to all.

    None where it was not settled by then. Settled days are released only for others, and it stays settled.
    """
    known = [p for p in s.ledger if p.ref == leave_id and p.recorded_at < before and purse in (None, p.purse)]
    settled = any(p.what == "charged" for p in known)
    return -sum((p.days for p in known), NOTHING) if settled else None


def standing(s: Account, leave_id: str, terms: Terms, today: date) -> Standing:
    """How far the charge of a leave has come. A correction after the posting makes it differ until it is posted too."""
    line = s.lines[leave_id]
    if line.days is None or line.days.charged is None:
        return "held"
    if line.posted is not None:
        return "posted" if line.posted.days == line.cost else "differs"
    since, most = settled_on(s, leave_id), terms.records.unconfirmed_days
    late = since is not None and most is not None and since + timedelta(days=most) < today
    return "unconfirmed" if late else "settled"


def _lacking(s: Account, leave_id: str, as_of: date) -> Difference | None:
    """A charge which the statement could have and has not; one confirmed by an earlier statement is not missed."""
    line, since = s.lines[leave_id], settled_on(s, leave_id)
    confirmed = line.posted is not None and line.posted.days == line.cost
    if confirmed or since is None or since > as_of or not line.cost:
        return None
    return Difference(ours=line.cost, theirs=line.posted.days if line.posted else NOTHING, since=since)


def _balances(act: ReconcileAccount, s: Account, terms: Terms, member: Member) -> dict[Kept, Difference]:
    found: dict[Kept, Difference] = {}
    for purse, theirs in act.balances.items():
        ours: Decimal = balance(s, terms, member, act.as_of, purse)
        if ours != theirs:
            found[purse] = Difference(ours=ours, theirs=theirs, since=act.as_of)
    return found
