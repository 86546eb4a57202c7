"""What the commander finds of days after the last day (doctrine: return): fault or none, and absence without leave.

Only a human finds, in person. The system proposes, and says when; it never finds, and nobody records it for another.
"""

from __future__ import annotations

from domain.acts import Act, Find
from domain.authority import at_desk
from domain.decider import refused
from domain.facts import Facts
from domain.leave.away_fold import found
from domain.leave.deciding import Events, during, typed
from domain.leave.events import Found
from domain.leave.ladders import rungs
from domain.leave.late import findable, reported
from domain.leave.returning import charge
from domain.leave.state import Leave
from domain.model import DAY, Instant, date
from domain.refusal import Refusal


@during("sign-in", "close")
def find(act: Find, s: Leave, f: Facts, now: Instant) -> Events:
    """The commander finds of the days after the last day. After the return the days are counted anew by it.

    What was found before stays in the journal; of two findings about one day the newer holds.
    """
    if refusal := commands(act, s, f) or by_hand(act, "return/finding") or _of_what(act, s, now):
        return refused(act, refusal)
    event = Found(finding=act.finding, first=_first(act, s, now), until=_until(act, s, now), cites=("return/finding",))
    if s.admitted and act.finding != "excused":
        event = event.model_copy(update={"believed": not _disbelieves(act, s, now)})
    if s.in_at is None or s.out_at is None:
        return (event,)
    count, charged = charge(s.model_copy(update=found(s, event, now)), s.out_at, s.in_at)
    return (event.model_copy(update={"charged": charged, "count": count}),)


def commands(act: Act, s: Leave, f: Facts) -> Refusal | None:
    """Why whoever speaks does not command the member: a post of the approving ladder does, each of it."""
    assert f.person
    held = at_desk(act, f.person, "approve", rungs(s, "approve"), s.whose.id)
    return held if isinstance(held, Refusal) else None


def by_hand(act: Act, rule: str) -> Refusal | None:
    """What is never recorded for another (doctrine: decisions): findings and recalls."""
    if not act.entered_by:
        return None
    return Refusal(
        rule=rule,
        why=f"a {typed(type(act))} is never recorded for another",
        facts={"entered_by": act.entered_by},
        helps="the commander enters it",
    )


def _of_what(act: Find, s: Leave, now: Instant) -> Refusal | None:
    """Why there is nothing yet, or no more, of which this could be found."""
    today, first, until = s.days.day(now), _first(act, s, now), _until(act, s, now)
    if s.in_at and not findable(s, s.in_at):
        return _no("the member was back in time: there is no day after the last day", s, "correct the sign-in first")
    if s.in_at is None and today <= s.due_day and not reported(s):
        return _no("the last day is not over, and no delay was reported", s, f"find from {s.due_day + DAY} on")
    overdue = max(s.due_day + DAY, first)
    if act.finding == "absent" and s.in_at is None and today < overdue:
        helps = f"find it from {overdue} on, or excused or charged now"
        if s.found_until and s.due_day < today:
            helps += f"; of days until {s.found_until}, found otherwise before: --first, --until"
        return _no(f"nobody is absent before they are overdue, from {overdue} on", s, helps)
    if (first <= s.found_after and not _disbelieves(act, s, now)) or (until is not None and until < first):
        helps = f"find of days from {s.found_after + DAY} on: --first, --until"
        return _no(f"a finding is of days after the last day, and until {first} or later", s, helps)
    return None


def _no(why: str, s: Leave, helps: str) -> Refusal:
    back = f"back on {s.days.day(s.in_at)}" if s.in_at else "away"
    facts = {"last day": str(s.found_after), "member": back}
    return Refusal(rule="return/finding-days", why=why, facts=facts, helps=helps)


def _disbelieves(act: Find, s: Leave, now: Instant) -> bool:
    """Whether it is found that nobody was in hospital, on days that were asked for: they are charged as ever.

    Told from the day of the admission on, or while no late day has come of which it could be told instead.
    """
    if not s.in_hospital or s.admitted is None or act.finding != "charged" or (act.until or date.max) < s.found_after:
        return False
    began = s.days.day(s.admitted.at)
    meant = s.days.day(now) <= s.found_after if act.first is None else act.first == began
    return meant and began <= s.found_after


def _first(act: Find, s: Leave, now: Instant) -> date:
    """The first day which is meant: after the last one or, while the member is away, after those found before.

    Of a stay in hospital which is not believed it is the first day.
    """
    if s.admitted and _disbelieves(act, s, now):
        return s.days.day(s.admitted.at)
    since = s.found_after if s.in_at else max(s.found_after, s.found_until or s.found_after)
    return act.first or since + DAY


def _until(act: Find, s: Leave, now: Instant) -> date | None:
    """The last day which is meant; None for one that lasts until further word or, after the return, for all."""
    if act.until or act.finding == "absent" or s.in_at:
        return act.until
    told = s.held_up_until or s.due_day
    return max(s.days.day(now), told, _first(act, s, now))
