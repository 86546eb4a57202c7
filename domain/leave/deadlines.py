"""What time will say to a leave, and when: reminders, rungs of ladders, ends, wishes to be tried again."""

from __future__ import annotations

from collections.abc import Iterator

from domain.acts import Lapse
from domain.holdings import What
from domain.leave.exemptions import ladder as exemption
from domain.leave.ladders import about, answer, ratifiable, rung, rungs
from domain.leave.lapses import (
    ABSENCE,
    ASK_AFTER,
    BASE_AGAIN,
    BASE_ONCE_MORE,
    CHECK_DUE,
    DESERTER,
    FINDING_DUE,
    NOT_RETURNED,
    OVERDUE,
    PROVOST,
    REMIND,
    SEAT_AGAIN,
    UNSETTLED,
    UNTOLD,
)
from domain.leave.path import PATH, SHOWN, at, here
from domain.leave.proving import proof_due
from domain.leave.state import Leave
from domain.leave.wishes import refused, wish
from domain.model import DAY, HOUR, Instant, timedelta


def due(s: Leave) -> tuple[Lapse, ...]:
    """What time will say, earliest first. Each lapse leaves an entry that strikes it from this list."""
    if s.ask is None:
        return ()
    pending = (_with_grace(s, lapse) for lapse in deadlines(s) if lapse.what not in s.lapsed)
    return tuple(sorted(pending, key=lambda lapse: (lapse.acted_at, lapse.what)))


def _with_grace(s: Leave, lapse: Lapse) -> Lapse:
    """A deadline which was noticed late is said once its grace is over; one that has moved since has a new one."""
    waits = s.deferred.get(lapse.what)
    return _lapse(s, lapse.what, waits.until) if waits and waits.due_at == lapse.acted_at else lapse


def beside(lapse: Lapse) -> bool:
    """Whether a deadline is somebody's own who signs or reviews afterwards, and nothing that the leave waits for."""
    return lapse.what.startswith(BESIDE)


BESIDE = ("countersign:", "review:")


def deadlines(s: Leave) -> Iterator[Lapse]:
    """All of them, at the times when they fall due by what the leave is now; those that were said are among them."""
    for act_id, by in s.countersigns.items():
        yield _lapse(s, f"countersign:{act_id}", by)
    for act_id, review in s.reviews.items():
        yield _lapse(s, f"review:{act_id}", review.by)
    if s.ended or s.since is None:
        return
    step = PATH[here(s)]
    if proof := proof_due(s):
        yield _lapse(s, CHECK_DUE, s.days.instant(proof + DAY))
    if step.name == "hold" and refused(s, wish(s, "days")):
        yield _lapse(s, "no days", s.since)
    if step.desk in s.desks:
        yield from _ladder(s, step.desk, s.since, answer(s, step.desk, s.since))
    if not s.out_at:
        yield _end_before_departure(s)
        yield from _base_again(s)
        yield from _seat_again(s)
        yield from (_lapse(s, what, when) for what, when in exemption(s))
    elif s.away:
        yield from _overdue(s)
        yield from _seat_again(s)
        yield from _consent(s, s.since)
    elif step.name == "settle":
        yield from _settling(s, s.since)
    elif step.name == "close" and proof_due(s) is None:
        at_once = s.gone and not (s.given_up and s.chart >= LINGERS)
        yield _lapse(s, "close", s.since + (0 if at_once else s.rules.back.settle_hours) * HOUR)


def _ladder(s: Leave, desk: str, since: Instant, limit: timedelta) -> Iterator[Lapse]:
    """Remind at L/2, deputy at L, next higher at 2L, then daily to the top and on the stuck list.

    Nobody is decided by silence.
    """
    yield _lapse(s, f"{about(s, desk)}{REMIND} {SHOWN.get(desk, desk)}", since + limit / 2)
    for i in range(1, len(rungs(s, desk)) + 1):
        yield _lapse(s, rung(s, desk, i), since + (limit if i == 1 else 2 * limit + (i - 2) * DAY))


def _consent(s: Leave, since: Instant) -> Iterator[Lapse]:
    """What command is asked of somebody who is away: an extension, or a leave that was taken without an approval."""
    if s.extension and not s.extension.approved:
        yield from _ladder(s, "approve", s.extension.since, s.rules.back.extension_answer_hours * HOUR)
        yield _lapse(s, f"extension {s.extension.last} undecided", s.days.instant(s.last_day + DAY))
    elif ratifiable(s):
        yield from _ladder(s, "approve", since, answer(s, "approve", since))


def _end_before_departure(s: Leave) -> Lapse:
    """Undecided at the first day (or the last, where the terms say so): lapsed.

    Decided, and not gone in time: not taken. Of a leave that was entered once that moment had passed, or that may be
    asked for after its first day, the authorities are given the time in which silence reaches the next higher, and the
    gate tells what it saw for as long as it waits for somebody who does not come.
    """
    end = s.days.instant(s.last_day + DAY)
    entered = s.written["ask"].at if "ask" in s.written else s.asked.acted_at
    if not s.approved:
        undecided = s.days.instant(s.first_day) if s.kind.undecided_ends == "first-day" else end
        answered = entered + 2 * s.kind.answer_hours * HOUR
        asked_after = s.kind.after_days is not None and s.chart >= ANSWERED
        late = undecided <= entered or (asked_after and undecided < answered)
        return _lapse(s, "undecided", answered if late else undecided)
    if s.since and end <= s.since:
        return _lapse(s, "not taken", s.since + s.kind.no_show_hours * HOUR)
    if at(s) == "sign-out" and s.since:
        ready = max(s.days.instant(s.first_day), s.since)
        return _lapse(s, "not taken", min(end, ready + s.kind.no_show_hours * HOUR))
    return _lapse(s, "not taken", end)


def _settling(s: Leave, since: Instant) -> Iterator[Lapse]:
    """A charge that was refused is put right at the account; one that has no answer stays wished, and is seen daily."""
    hours = s.rules.back.settle_hours * HOUR
    if refused(s, wish(s, "days")):
        yield _lapse(s, "uncharged", since + hours)
    elif s.chart >= WATCHES:
        day = sum(what.startswith(UNSETTLED) for what in s.lapsed)
        yield _lapse(s, f"{UNSETTLED} {day + 1}", since + hours + day * DAY)


WATCHES = 5
"""The chart since which time says daily that an account does not answer, and asks the base again as a bar begins."""

LINGERS = 7
"""The chart since which one who was given up may be told to have come back while anything may still be put right."""

ANSWERED = 9
"""The chart since which a leave that may be asked for afterwards does not lapse before silence has gone its way."""

AGAIN: dict[str, What] = {BASE_AGAIN: "place", BASE_ONCE_MORE: "place", SEAT_AGAIN: "seat"}
"""Deadlines at which a wish is tried again."""
NEAR = 14 * DAY
"""How long before the first day a vain try is made again as often as the terms say; before that once a day."""


def _base_again(s: Leave) -> Iterator[Lapse]:
    """The base is asked again when the first block ends or begins, but for those whose time was past when it judged.

    Its word may come late, when an end that lay ahead of it has passed: then the base is asked again at once. What may
    end any time is asked for again and again, up to the last day: nobody tells a base that a unit has grown.
    """
    if s.verdict is None:
        return
    judged = s.verdict.as_of or s.lacked_at["place"]
    turns = [b.until for b in s.verdict.blocks if b.until]
    if s.chart >= WATCHES:
        turns += [bar.since for bar in s.verdict.bars if bar.all_day]
    if ahead := [turn for turn in turns if turn > judged]:
        yield _lapse(s, BASE_AGAIN, min(ahead))
    if any(b.open_ended for b in s.verdict.blocks):
        yield from _try_again(s, "place", BASE_ONCE_MORE, s.rules.clearing.retry_hours)


def _seat_again(s: Leave) -> Iterator[Lapse]:
    """A seat that was not to be had is looked for again, up to the last day."""
    if "seat" in s.lacks:
        yield from _try_again(s, "seat", SEAT_AGAIN, s.rules.travel.retry_hours)


def _try_again(s: Leave, what: What, words: str, hours: int) -> Iterator[Lapse]:
    """Every so many hours near the first day; once a day before, lest months of waiting fill the history."""
    soon, rarely = (s.lacked_at[what] + span for span in (hours * HOUR, max(hours * HOUR, DAY)))
    when = min(rarely, max(soon, s.days.instant(s.first_day) - NEAR))
    if when < s.days.instant(s.last_day + DAY):
        yield _lapse(s, words, when)


def _overdue(s: Leave) -> Iterator[Lapse]:
    """The ladder after the last day; a report stops it until the commander finds, but not the last end of all."""
    yield _not_returned(s)
    if s.held_up_at:
        day = 1 + sum(what.startswith(FINDING_DUE) for what in s.lapsed)
        yield _lapse(s, f"{FINDING_DUE} {day}", s.held_up_at + day * DAY)
        return
    if s.in_hospital:
        yield _ask_after(s)
        return
    if s.recall and not s.recall.told:
        day = 1 + sum(what.startswith(UNTOLD) for what in s.lapsed)
        yield _lapse(s, f"{UNTOLD} {day}", s.recall.at + day * DAY)
    if s.stranded and s.stranded_at and s.finding != "absent":
        yield _no_way_home(s, s.stranded_at)
        return
    yield from _rungs(s)


def ladder(s: Leave) -> tuple[Lapse, ...]:
    """The ladder after the last day, and its end, as they fall due for one who is not back."""
    return (*_rungs(s), _not_returned(s))


def _not_returned(s: Leave) -> Lapse:
    return _lapse(s, NOT_RETURNED, s.days.instant(s.last_day + DAY) + s.rules.back.close_days * DAY)


def _rungs(s: Leave) -> Iterator[Lapse]:
    back = s.rules.back
    yield _lapse(s, OVERDUE, _after(s, back.alert_hours))
    yield _lapse(s, ABSENCE, _after(s, back.absence_hours))
    if provost := _provost(s):
        yield _lapse(s, PROVOST, provost)
    yield _lapse(s, DESERTER, _after(s, back.absence_hours, back.deserter_days))


def _no_way_home(s: Leave, since: Instant) -> Lapse:
    """That there is no flight home is a report: the commander finds, each day from when the member was due back on."""
    day = 1 + sum(what.startswith(FINDING_DUE) for what in s.lapsed)
    due = max(s.days.instant(s.awaited_until + day * DAY), since + (day - 1) * DAY)
    return _lapse(s, f"{FINDING_DUE} {day}", due)


def _ask_after(s: Leave) -> Lapse:
    """Who is kept without fault is asked after each day, once the days that were excused are over."""
    assert s.admitted
    day = 1 + sum(what.startswith(ASK_AFTER) for what in s.lapsed)
    since = max(s.days.day(s.admitted.at), s.awaited_until)
    return _lapse(s, f"{ASK_AFTER} {day}", s.days.instant(since + day * DAY))


def _provost(s: Leave) -> Instant | None:
    """When the provost is to know at the latest; None as long as nobody has found, where the terms ask for that."""
    back = s.rules.back
    if back.provost_from == "proposal":
        return _after(s, back.absence_hours + back.provost_hours)
    found = [each.at for each in s.findings if each.finding == "absent"]
    return found[-1] + back.provost_hours * HOUR if found and s.finding == "absent" else None


def _after(s: Leave, hours: int, more_days: int = 0) -> Instant:
    """So long after 00:00 of the day after the last: whole days are days of the base, also where its clock changes."""
    whole, rest = divmod(hours, 24)
    return s.days.instant(s.awaited_until + (1 + whole + more_days) * DAY) + rest * HOUR


def _lapse(s: Leave, what: str, when: Instant) -> Lapse:
    return Lapse(
        act_id=f"{when:%Y-%m-%dT%H:%M:%S}/{what}"[:100],
        decided_by="time",
        acted_at=when,
        leave_id=s.asked.leave_id,
        what=what,
    )
