"""Days of a closed leave called otherwise: papers found false, a delay found to be without fault (doctrine: return).

Nothing is erased: an authority adds entries. The charge changes as by any correction; days that are found to be absence
without leave earn nothing, and earn again once they are called otherwise.
"""

from __future__ import annotations

from typing import Any, get_args

from domain.account.correcting import closed, corrected, done, ground
from domain.account.events import Relabelled, Withheld
from domain.account.opening import learned
from domain.account.records import by_word
from domain.account.state import Account, Line
from domain.acts import CorrectAccount, Ground, Kept, Relabel
from domain.calendar import days
from domain.decider import refused
from domain.facts import Facts
from domain.model import Decimal, Instant, date
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
    if refusal := ground(act, facts, now) or closed(act.leave_id, s):
        return refused(act, refusal)
    back = reckoned(act, s)
    if isinstance(back, Refusal):
        return refused(act, back)
    if refusal := _bounds(act, s, back) or _purses(act, s, back):
        return refused(act, refusal)
    first, known = learned(s, facts)
    events: list[Any] = [*first, called]
    if back:
        head = act.model_dump(include={"act_id", "decided_by", "acted_at", "member", "leave_id"}) | {"days": back}
        head |= {"purse": next(iter(paying(act, s)), None)}
        events.append(corrected(CorrectAccount(**head, reason=act.label), known, facts))
    return (*events, *_earning(act, s))


def reckoned(act: Relabel, s: Account) -> Decimal | Refusal:
    """How many days go back: as told, else what these days cost by now; days of leave charge what they do not yet."""
    if act.days is not None:
        return act.days
    cost = _cost_by_day(s.lines[act.leave_id])
    if cost is None:
        return Refusal(
            rule="account/relabel",
            why="the account does not know what each day of this leave costs by now: it keeps their number alone",
            facts={"expected": "how many days go back", "got": "none told"},
            helps="furlough show tells each day of the leave; say them with --days",
        )
    span = [cost.get(day, Decimal(0)) for day in days(act.first, act.last)]
    if act.label == "charged":
        return sum((each - 1 for each in span), Decimal(0))
    return sum(span, Decimal(0))


def _cost_by_day(line: Line) -> dict[date, Decimal] | None:
    """What each day of a settled leave costs: as it was counted, then as it was called since; None: not known.

    Nor is it known of which days something was put right by number, nor which of them nothing has paid for.
    """
    whole = line.days
    assert whole is not None
    if whole.shares:
        runs = [(s.first, s.last, s.each if s.purse != "none" else Decimal(0)) for s in whole.shares]
    else:
        full = Decimal((whole.last - whole.first).days + 1)
        if whole.purse != "none" and whole.charged != full:
            return None
        runs = [(whole.first, whole.last, Decimal(whole.purse != "none"))]
    runs += [(called.first, called.last, Decimal(called.label == "charged")) for called in line.called]
    cost = {day: each for first, last, each in runs for day in days(first, last)}
    return cost if sum(cost.values()) == line.cost else None


OF_LEAVES: tuple[Ground, ...] = ("absent", "unpaid", "excess")
"""On which grounds nothing is earned on days of a leave: by what these are called. A confinement asks for no leave."""


def _earning(act: Relabel, s: Account) -> tuple[Withheld, ...]:
    """Absence without leave earns nothing; what was taken for it, or not paid, and was none is earned after all."""
    said: dict[str, Any] = {
        "first": act.first,
        "last": act.last,
        "by": act.decided_by,
        "cites": ("account/no-accrual",),
        "alone": True,
    }
    if act.label == "absent":
        return (Withheld(**said, ground="absent", lifted=False),)
    held_back = {
        ground
        for (_, ground), days in by_word(s.withheld).items()
        if any(first <= act.last and act.first <= last for first, last in days)
    }
    return tuple(Withheld(**said, ground=ground, lifted=True) for ground in OF_LEAVES if ground in held_back)


def paying(act: Relabel, s: Account) -> tuple[Kept, ...]:
    """The purses which pay for the days that are called otherwise."""
    shares = s.taken()[act.leave_id].shares
    mine = {share.purse for share in shares if share.first <= act.last and act.first <= share.last and share.each}
    return tuple(kept for kept in get_args(Kept) if kept in mine)


def _purses(act: Relabel, s: Account, back: Decimal) -> Refusal | None:
    """Days which several purses paid for are called otherwise run by run, or it is not known where they go back to."""
    found = paying(act, s)
    if not back or len(found) < 2:
        return None
    return Refusal(
        rule="account/relabel",
        why="several purses paid for these days, and they go back to the one that paid",
        facts={"expected": "days of one purse", "got": " and ".join(found)},
        helps="call the days of each purse otherwise by themselves: furlough account days tells what paid for each",
    )


def _bounds(act: Relabel, s: Account, back: Decimal) -> Refusal | None:
    """The days are of the leave, give back or charge no more than they are, and the leave costs no more than it has."""
    line, whole = s.lines[act.leave_id], s.taken()[act.leave_id]
    many = Decimal((act.last - act.first).days + 1)
    inside = whole.first <= act.first and act.last <= whole.last
    longest, charge = Decimal((whole.last - whole.first).days + 1), line.cost - back
    if inside and abs(back) <= many and back % HALF == 0 and 0 <= charge <= longest:
        return None
    return Refusal(
        rule="account/relabel",
        why="days of the leave are called otherwise, and no more of them are charged or given back than they are",
        facts={
            "expected": f"days from {whole.first} to {whole.last}, at most {many} of them",
            "got": f"{act.first} to {act.last}, {back:+} days",
            "charged now": f"{line.cost} of at most {longest}",
        },
        helps="furlough show tells each day of the leave; furlough account show what it costs by now",
    )
