"""What must come with a request for a particular kind of leave: papers, the day of a death, whole days."""

from __future__ import annotations

from collections.abc import Callable

from domain.acts import Ask
from domain.facts import Facts
from domain.leave.absence import Absence, kinds, work_missed
from domain.model import DAY, Instant
from domain.refusal import Refusal
from domain.terms import KindTerms

Check = Callable[[Ask, Facts, Instant], Refusal | None]


def _turns(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """An emergency is not taken up in the middle of another leave: it has a check and a family of its own."""
    assert f.terms
    later = [then for then, kind in zip(act.then, kinds(act, f.terms)[1:], strict=True) if _by_itself(kind)]
    if not later:
        return None
    return Refusal(
        rule="ask/then",
        why="a kind of leave which is checked, or is about the family, opens an absence and follows no other",
        facts={"got": ", ".join(f"{then.leave_kind} from {then.first}" for then in later)},
        helps="name it first, or ask for it by itself",
    )


def _apart(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """A pass lies next to no leave, in one absence as little as between two (`domain/account/counters.py::beside`)."""
    assert f.terms
    turns = (act.leave_kind, *(then.leave_kind for then in act.then))
    apart = [kind for kind in turns if (f.terms.kinds[kind].apart_days or 1) > 1]
    if not act.then or not apart:
        return None
    return Refusal(
        rule="account/apart",
        why=f"days of {apart[0]} keep apart from other leave, and lie next to it in no absence",
        facts={"expected": f"{apart[0]} by itself", "got": ", then ".join(turns), "terms": f.terms.pack},
        helps="ask for it by itself, on days which keep apart; or leave it out",
    )


def _by_itself(kind: KindTerms) -> bool:
    return bool(kind.attestation or kind.family or kind.uncharged_days or kind.yearly_working_days)


def _halves(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """Half days only where the pack allows them (doctrine: the account)."""
    assert f.terms
    if (act.begins, act.ends) == ("morning", "afternoon") or all(k.half_days for k in kinds(act, f.terms)):
        return None
    return Refusal(
        rule="ask/half-days",
        why="the rule pack allows no half days of this kind of leave",
        facts={"got": f"begins in the {act.begins}, ends in the {act.ends}", "terms": f.terms.pack},
        helps="ask for whole days",
    )


def _paper(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """A medical paper, or another one, comes with the request where the kind asks for it."""
    assert f.terms
    if act.evidence or not any(kind.paper for kind in kinds(act, f.terms)):
        return None
    return Refusal(
        rule="kind/paper",
        why="this kind of leave is asked for with the paper on which it rests",
        facts={"expected": "at least one paper", "got": "none", "terms": f.terms.pack},
        helps="furlough request ... --evidence FILE",
    )


def _bereaved(act: Ask, f: Facts, now: Instant) -> Refusal | None:
    """The day of the death is told, and lies in no future: the balance of that day decides."""
    assert f.terms
    assert f.calendar
    if not any(kind.uncharged_below is not None for kind in kinds(act, f.terms)):
        return None
    today = f.calendar.day(max(now, act.acted_at))
    if act.died_on and act.died_on <= today and (act.last_service is None or act.last_service >= act.died_on):
        return None
    why = "the day of the death is to be told: the balance of that day decides what is charged"
    if act.died_on and act.died_on > today:
        why = "the day of the death lies in the future"
    elif act.died_on:
        why = "the last service was before the death"
    got = f"death {act.died_on or 'not told'}, last service {act.last_service or 'not told'}"
    return Refusal(
        rule="bereavement/death",
        why=why,
        facts={"expected": f"a day of death of {today} or before, and no service before it", "got": got},
        helps="--died-on DAY, and --last-service DAY once that is known",
    )


def of_base(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """A leave begins and ends on days which its base has: where a zone crosses the date line, it leaves one out."""
    assert f.calendar
    named = (act.first, act.last, *(then.first for then in act.then))
    gone = next((day for day in named if not f.calendar.shown(day, day)), None)
    if gone is None:
        return None
    return Refusal(
        rule="ask/day-of-base",
        why=f"the base has no {gone}: its clock jumps over that day, from the one before it to the one after",
        facts={"expected": f"a day which a clock of {f.calendar.zone} shows", "got": str(gone)},
        helps=f"name {gone - DAY} or before, or {gone + DAY} or later; the day between them is not counted",
    )


def non_duty(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """A pass of the longest length holds so many days without duty (doctrine: kinds of leave)."""
    assert f.terms
    assert f.calendar
    kind = f.terms.kinds[act.leave_kind]
    length = len(f.calendar.shown(act.first, act.last))
    if not kind.non_duty_days or length < kind.longest_days:
        return None
    free = length - work_missed(Absence(act, f.terms, f.calendar), act.first, act.last)
    if free >= kind.non_duty_days:
        return None
    return Refusal(
        rule="kind/non-duty-days",
        why=f"{length} days in a row hold {kind.non_duty_days} days without duty",
        facts={"expected": f"at least {kind.non_duty_days} days without duty", "got": str(free), "terms": f.terms.pack},
        helps="ask for a day less, or over a weekend or holiday; longer is leave",
    )


CONDITIONS: tuple[Check, ...] = (_turns, _apart, _halves, _paper, _bereaved)
