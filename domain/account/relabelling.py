"""Days of a closed leave called otherwise: papers found false, a delay found to be without fault (doctrine: return).

Nothing is erased: an authority adds entries. The charge changes as by any correction; days that are found to be absence
without leave earn nothing, and earn again once they are called otherwise.
"""

from __future__ import annotations

from typing import Any

from domain.account.correcting import closed, corrected, done, ground
from domain.account.events import Relabelled, Withheld
from domain.account.opening import learned
from domain.account.records import spans
from domain.account.state import Account
from domain.acts import CorrectAccount, Relabel
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
    if refusal := ground(act, facts, now) or closed(act.leave_id, s) or _bounds(act, s):
        return refused(act, refusal)
    first, known = learned(s, facts)
    events: list[Any] = [*first, called]
    if act.days:
        head = act.model_dump(include={"act_id", "decided_by", "acted_at", "member", "leave_id", "days"})
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
