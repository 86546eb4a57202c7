"""What time will say to a leave, and when: reminders, rungs of ladders, ends, wishes to be tried again."""

from __future__ import annotations

from collections.abc import Iterator

from domain.acts import Lapse
from domain.holdings import What
from domain.leave.ladders import about, answer, rung, rungs
from domain.leave.path import PATH, SHOWN, at, here
from domain.leave.state import Leave
from domain.leave.wishes import refused, wish
from domain.model import DAY, HOUR, Instant, timedelta


def due(s: Leave) -> tuple[Lapse, ...]:
    """What time will say, earliest first. Each lapse leaves an entry that strikes it from this list."""
    if s.ask is None:
        return ()
    pending = (lapse for lapse in _deadlines(s) if lapse.what not in s.lapsed)
    return tuple(sorted(pending, key=lambda lapse: (lapse.acted_at, lapse.what)))


def _deadlines(s: Leave) -> Iterator[Lapse]:
    for act_id, by in s.countersigns.items():
        yield _lapse(s, f"countersign:{act_id}", by)
    if s.ended or s.since is None:
        return
    step = PATH[here(s)]
    if step.name == "hold" and refused(s, wish(s, "days")):
        yield _lapse(s, "no days", s.since)
    if step.desk in s.desks:
        yield from _ladder(s, step.desk, s.since, answer(s, step.desk, s.since))
    if not s.out_at:
        yield _end_before_departure(s)
        yield from _base_again(s)
        yield from _seat_again(s)
    elif not s.in_at:
        yield from _overdue(s)
        yield from _seat_again(s)
        if s.extension and not s.extension.approved:
            yield from _ladder(s, "approve", s.extension.since, s.rules.back.extension_answer_hours * HOUR)
            yield _lapse(s, f"extension {s.extension.last} undecided", s.days.instant(s.last_day + DAY))
    elif step.name == "settle" and refused(s, wish(s, "days")):
        yield _lapse(s, "uncharged", s.since + s.rules.back.settle_hours * HOUR)
    elif step.name == "close":
        yield _lapse(s, "close", s.since + s.rules.back.settle_hours * HOUR)


def _ladder(s: Leave, desk: str, since: Instant, limit: timedelta) -> Iterator[Lapse]:
    """Remind at L/2, deputy at L, next higher at 2L, then daily to the top and on the stuck list.

    Nobody is decided by silence.
    """
    yield _lapse(s, f"{about(s, desk)}remind {SHOWN.get(desk, desk)}", since + limit / 2)
    for i in range(1, len(rungs(s, desk)) + 1):
        yield _lapse(s, rung(s, desk, i), since + (limit if i == 1 else 2 * limit + (i - 2) * DAY))


def _end_before_departure(s: Leave) -> Lapse:
    """Undecided at the first day (or the last, where the terms say so): lapsed.

    Decided, and not gone in time: not taken.
    """
    end = s.days.instant(s.last_day + DAY)
    if not s.approved:
        undecided = s.days.instant(s.first_day) if s.kind.undecided_ends == "first-day" else end
        return _lapse(s, "undecided", undecided)
    if at(s) == "sign-out" and s.since:
        ready = max(s.days.instant(s.first_day), s.since)
        return _lapse(s, "not taken", min(end, ready + s.kind.no_show_hours * HOUR))
    return _lapse(s, "not taken", end)


AGAIN: dict[What, str] = {"place": "ask the base again", "seat": "look for a seat again"}


def _base_again(s: Leave) -> Iterator[Lapse]:
    """The base is asked again when the first block ends, but for those whose end was past when it judged.

    Its word may come late, when an end that lay ahead of it has passed: then the base is asked again at once.
    """
    if s.verdict is None:
        return
    judged = s.verdict.as_of or s.lacked_at["place"]
    if ends := [b.until for b in s.verdict.blocks if b.until and b.until > judged]:
        yield _lapse(s, AGAIN["place"], min(ends))


def _seat_again(s: Leave) -> Iterator[Lapse]:
    """A seat that was not to be had is looked for again, up to the last day."""
    if "seat" in s.lacks:
        when = s.lacked_at["seat"] + s.rules.travel.retry_hours * HOUR
        if when < s.days.instant(s.last_day + DAY):
            yield _lapse(s, AGAIN["seat"], when)


def _overdue(s: Leave) -> Iterator[Lapse]:
    """The ladder after the last day; a report stops it until the commander finds, but not the last end of all."""
    midnight, back = s.days.instant(s.last_day + DAY), s.rules.back
    yield _lapse(s, "not returned", midnight + back.close_days * DAY)
    if s.held_up_at:
        day = 1 + sum(what.startswith("finding due") for what in s.lapsed)
        yield _lapse(s, f"finding due {day}", s.held_up_at + day * DAY)
        return
    yield _lapse(s, "overdue", midnight + back.alert_hours * HOUR)
    yield _lapse(s, "absence", midnight + back.absence_hours * HOUR)
    yield _lapse(s, "provost", midnight + (back.absence_hours + back.provost_hours) * HOUR)
    yield _lapse(s, "deserter report", midnight + back.absence_hours * HOUR + back.deserter_days * DAY)


def _lapse(s: Leave, what: str, when: Instant) -> Lapse:
    return Lapse(
        act_id=f"{when:%Y-%m-%dT%H:%M:%S}/{what}"[:100],
        decided_by="time",
        acted_at=when,
        leave_id=s.asked.leave_id,
        what=what,
    )
