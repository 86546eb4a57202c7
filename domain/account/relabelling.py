"""Days of a closed leave called otherwise: papers found false, a delay found to be without fault (doctrine: return).

Nothing is erased: an authority adds entries. The charge changes as by any correction; days that are found to be absence
without leave earn nothing, and earn again once they are called otherwise.
"""

from __future__ import annotations

from typing import Any, get_args

from domain.account.correcting import closed, corrected, done, ground
from domain.account.events import Relabelled, Withheld
from domain.account.opening import learned
from domain.account.records import spans
from domain.account.state import Account
from domain.acts import CorrectAccount, Kept, Relabel
from domain.decider import refused
from domain.facts import Facts
from domain.model import Decimal, Instant
from domain.refusal import Refusal

HALF = Decimal("0.5")


def relabel(act: Relabel, s: Account, facts: Facts, now: Instant) -> tuple[Any, ...]:
    """The days have another name from now on; a repeat is answered as the first time, and changes nothing."""
    line, before = s.lines.get(act.leave_id), done(act, s)
    span = act.model_dump(include={"leave_id", "first", "last", "label", "why"})
    cites = ("account/relabel", *((facts.terms.pack,) if facts.terms else ()))
    called = Relabelled(**span, act=act.act_id, by=act.decided_by, cites=cites)
    if before or (line and act.act_id in line.relabelled):
        return (called, *filter(None, (before,)))
    if refusal := ground(act, facts, now) or closed(act.leave_id, s) or _bounds(act, s) or _purses(act, s):
        return refused(act, refusal)
    first, known = learned(s, facts)
    events: list[Any] = [*first, called]
    if act.days:
        head = act.model_dump(include={"act_id", "decided_by", "acted_at", "member", "leave_id", "days"})
        head |= {"purse": next(iter(paying(act, s)), None)}
        events.append(corrected(CorrectAccount(**head, reason=act.label), known, facts))
    return (*events, *_earning(act, s))


def _earning(act: Relabel, s: Account) -> tuple[Withheld, ...]:
    """Absence without leave earns nothing; what was taken for it and was none is earned after all."""
    absent = act.label == "absent"
    held_back = any(first <= act.last and act.first <= last for first, last in spans(s.withheld))
    if not absent and not held_back:
        return ()
    days: dict[str, Any] = {"first": act.first, "last": act.last, "ground": "absent", "lifted": not absent}
    return (Withheld(**days, by=act.decided_by, cites=("account/no-accrual",)),)


def paying(act: Relabel, s: Account) -> tuple[Kept, ...]:
    """The purses which pay for the days that are called otherwise."""
    shares = s.taken()[act.leave_id].shares
    mine = {share.purse for share in shares if share.first <= act.last and act.first <= share.last and share.each}
    return tuple(kept for kept in get_args(Kept) if kept in mine)


def _purses(act: Relabel, s: Account) -> Refusal | None:
    """Days which several purses paid for are called otherwise run by run, or it is not known where they go back to."""
    found = paying(act, s)
    if not act.days or len(found) < 2:
        return None
    return Refusal(
        rule="account/relabel",
        why="several purses paid for these days, and they go back to the one that paid",
        facts={"expected": "days of one purse", "got": " and ".join(found)},
        helps="call the days of each purse otherwise by themselves: furlough account days tells what paid for each",
    )


def _bounds(act: Relabel, s: Account) -> Refusal | None:
    """The days are of the leave, give back or charge no more than they are, and the leave costs no more than it has."""
    line, days = s.lines[act.leave_id], s.taken()[act.leave_id]
    many = Decimal((act.last - act.first).days + 1)
    inside = days.first <= act.first and act.last <= days.last
    longest, charge = Decimal((days.last - days.first).days + 1), line.cost - act.days
    if inside and abs(act.days) <= many and act.days % HALF == 0 and 0 <= charge <= longest:
        return None
    return Refusal(
        rule="account/relabel",
        why="days of the leave are called otherwise, and no more of them are charged or given back than they are",
        facts={
            "expected": f"days from {days.first} to {days.last}, at most {many} of them",
            "got": f"{act.first} to {act.last}, {act.days:+} days",
            "charged now": f"{line.cost} of at most {longest}",
        },
        helps="furlough show tells each day of the leave; furlough account show what it costs by now",
    )
