"""Recall: the last resort, by the commander in person, and in a proportionate order (doctrine: return)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from domain.acts import Recall
from domain.decider import refused
from domain.facts import Facts
from domain.leave.abroad import Recalled
from domain.leave.deciding import Events, during
from domain.leave.events import ExtensionEnded
from domain.leave.finding import by_hand, commands
from domain.leave.state import Leave
from domain.model import DAY, Instant, Model, date
from domain.refusal import Refusal

NEAR: dict[str, int] = {"none": 0, "road": 1, "flight": 2}
"""How far somebody is who travels so: who has made no journey is nearest, who needs a flight is farthest."""


@during("sign-in")
def recall(act: Recall, s: Leave, f: Facts, now: Instant) -> Events:
    """The commander calls the member back: another day to be back by; an extension asked for ends with it."""
    if refusal := commands(act, s, f) or by_hand(act, "return/recall-in-person") or _possible(act, s, now):
        return refused(act, refusal)
    called = Recalled(back_by=act.back_by, reason=act.reason, cites=("return/recall", s.rules.pack))
    ended = (ExtensionEnded(how="recalled", cites=("return/recall",)),) if s.extension else ()
    return (called, *ended)


def _possible(act: Recall, s: Leave, now: Instant) -> Refusal | None:
    """Who is due back anyway, or cannot come, is not recalled."""
    today, latest = s.days.day(now), s.last_day - DAY
    facts = {"got": str(act.back_by), "last day": str(s.last_day)}
    if s.in_hospital:
        why, helps = "the member cannot come: not held up by any fault of theirs", "have the discharge reported first"
    elif today > s.due_day:
        why, helps = "the member is overdue: there is nothing left to recall from", "furlough finding, furlough contact"
    elif latest < today:
        why = f"the member is due back by the end of {s.last_day} without a recall"
        helps = "ask when they come: furlough contact"
    elif not today <= act.back_by <= latest:
        facts = {"expected": f"{today} to {latest}"} | facts
        early = act.back_by < today
        why = "the day to be back by is past" if early else "the member is due back as early without a recall"
        helps = f"a day from {today} on" if early else f"a day up to {latest}"
    else:
        return None
    return Refusal(rule="return/recall", why=why, facts=facts, helps=helps)


# ---- whom to recall


class Candidate(Model):
    """Who is away and might be recalled.

    `arrives` is when the next flight from where they are is at the base, where one is known; `due_back` their last day.
    `told`: they know of a recall, by which day they are to be back; a recall binds nobody before.
    """

    leave_id: str
    number: str
    travel: Literal["flight", "road", "none"]
    out_at: Instant
    due_back: date
    emergency: bool = False
    recalled: bool = False
    told: bool = False
    arrives: Instant | None = None

    @property
    def to_be_told(self) -> bool:
        """Recalled already, and not aware of it: nobody is to recall them, somebody is to tell them."""
        return self.recalled and not self.told


def plan(candidates: Iterable[Candidate], present: int, wanted: int, today: date) -> tuple[Candidate, ...]:
    """Whom to recall so that `wanted` are there, in order: no more than are lacking, and nobody who is due back anyway.

    Proportionate: who knows of a recall, or is due back by tomorrow, comes without it and counts as there. Who was
    recalled and not told comes first: to tell them is enough, and while that is not done nobody waits for them.
    """
    away = list(candidates)
    coming = [one for one in away if _comes(one, today)]
    lacking = max(wanted - present - len(coming), 0)
    return tuple(sorted((one for one in away if one not in coming), key=_order)[:lacking])


class Filled(NamedTuple):
    """How so many that lack are made up: by recall, by who comes without one, and how many there are not.

    `untold` are recalled already, and come once they are told. `kept` are overdue, or held up: no recall brings them.
    `missing` there are not, on leave or off it.
    """

    lacking: int
    untold: int
    recalled: int
    coming: int
    kept: int
    missing: int


def filled(candidates: Iterable[Candidate], kept: int, present: int, wanted: int, today: date) -> Filled:
    """What becomes of each of those that lack to `wanted`, with the plan for these candidates carried out."""
    away = list(candidates)
    lacking = max(wanted - present, 0)
    chosen = plan(away, present, wanted, today)
    untold = sum(one.to_be_told for one in chosen)
    coming = min(sum(_comes(one, today) for one in away), lacking)
    left = lacking - len(chosen) - coming
    return Filled(lacking, untold, len(chosen) - untold, coming, min(kept, left), max(left - kept, 0))


def _comes(one: Candidate, today: date) -> bool:
    """Whether somebody comes without a recall, or knows of one."""
    return one.told or one.due_back <= today + DAY


def _order(one: Candidate) -> tuple[bool, bool, int, bool, float, Instant]:
    """Who is recalled already first, emergencies last.

    Of the others who is nearest first (a flight that is known before none), then longest rest.
    """
    arrives = one.arrives.timestamp() if one.arrives else 0.0
    return not one.to_be_told, one.emergency, NEAR[one.travel], one.arrives is None, arrives, one.out_at
