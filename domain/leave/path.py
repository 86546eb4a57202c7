"""The way of a leave in one screen: its steps, what is held from each on, what it wants, what time will say.

    hold -> number -> attest -> approve -> officer -> clear -> book -> confirm -> lift -> paper
         -> sign-out -> sign-in -> settle -> close

A step is done when its sentence is true; a leave stands at the first step that is not. Side ways need no states of
their own: a suspension makes `lift` undone, an end is past them all, and whoever has signed out is past the gate
whatever was undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.acts import Lapse
from domain.holdings import Days, Notice, Number, Paper, Place, Seat, Spec, Want, What
from domain.leave.state import Leave
from domain.model import DAY, HOUR, Code, Instant, timedelta


class Step(NamedTuple):
    """One step: by whose desk it is done (none: an effect does it), what is held from it on, and up to which step."""

    name: str
    done: Callable[[Leave], bool]
    desk: str = ""
    holds: What | None = None
    until: str = "end"


PATH = (
    Step("hold", lambda s: "days" in s.held, holds="days"),
    Step("number", lambda s: "number" in s.held, holds="number"),
    Step("attest", lambda s: s.attested is not None or not s.kind.attestation, desk="attest"),
    Step("approve", lambda s: s.approved, desk="approve"),
    Step("officer", lambda s: s.officer_cleared or not s.officer, desk="officer"),
    Step("clear", lambda s: s.placed, holds="place", until="settle"),
    Step(
        "book", lambda s: "seat" in s.held or s.asked.travel != "flight", desk="confirm", holds="seat", until="settle"
    ),
    Step("confirm", lambda s: s.confirmed or s.asked.travel == "none", desk="confirm"),
    Step("lift", lambda s: not s.suspended),
    Step("paper", lambda s: "paper" in s.held, holds="paper", until="settle"),
    Step("sign-out", lambda s: s.out_at is not None, desk="gate"),
    Step("sign-in", lambda s: s.in_at is not None, desk="gate"),
    Step("settle", lambda s: s.settled),
    Step("close", lambda _: False),
)
AT = {step.name: i for i, step in enumerate(PATH)} | {"end": len(PATH)}
SHOWN = {"attest": "check"}
"""How a step is called where all may read: that it is there at all would tell the kind of leave."""
SERVED_AT_GATE = ("book", "paper")  # a seat or a paper is of no use to one who has left already


def here(s: Leave) -> int:
    """The first step that is not done. What ended is past them all, and so holds nothing."""
    if s.ended:
        return AT["end"]
    start = AT["sign-in"] if s.out_at else 0
    return next(i for i in range(start, len(PATH)) if not PATH[i].done(s))


def at(s: Leave) -> str:
    """The name of the step where the leave stands: `requested` before it is open, `end` once it has ended."""
    if s.ask is None and not s.ended:
        return "requested"
    return "end" if s.ended else PATH[here(s)].name


def over(s: Leave) -> bool:
    """Ended, holding nothing, and nothing of it left to be confirmed or told."""
    return s.ended is not None and not s.countersigns and not _wishes(s)


# ---- what it wants ------------------------------------------------------------------------------------------------


def wants(s: Leave, now: Instant) -> tuple[Want, ...]:
    """What is asked of the givers. `now` is the leave's own time, which the entities, having no clock, judge by."""
    told = "flown" if s.out_at else ""
    return tuple(
        Want(leave_id=s.asked.leave_id, what=what, of=_giver(s, what), spec=spec, n=s.seq, as_of=now, told=told)
        for what, spec in _wishes(s)
    )


def _wishes(s: Leave) -> list[tuple[What, Spec | None]]:
    """What is held and ought not to be goes back, last taken first; what is missing is taken, one after the other."""
    if s.ask is None:
        return []
    ought = _ought(s)
    back = [what for what in reversed(s.held) if what not in ought and what != "number"]
    take = [x for x in ought.values() if x.what in s.again or (s.held.get(x.what) != x and not _refused(s, x))]
    wishes: list[tuple[What, Spec | None]] = [(what, None) for what in back]
    wishes += [(spec.what, spec) for spec in take[:1]]
    if s.news:
        wishes.append(("notice", _spec(s, "notice")))
    return wishes


def _giver(s: Leave, what: What) -> Code:
    """Who gives and takes back what a leave holds."""
    return {"number": s.whose.base, "place": s.whose.base, "days": s.whose.id}.get(what, "register")


def _ought(s: Leave) -> dict[What, Spec]:
    """What the leave ought to hold at its step. One who left without seat or paper is given none any more."""
    now_at = here(s)
    return {
        step.holds: _spec(s, step.holds)
        for i, step in enumerate(PATH)
        if step.holds
        and i <= now_at < AT[step.until]
        and not (s.out_at and step.name in SERVED_AT_GATE and step.holds not in s.held)
        and not (step.name == "book" and s.asked.travel != "flight")
    }


def _refused(s: Leave, spec: Spec) -> bool:
    """Whether just this wish was refused already; it is wished again when time says so (`again`)."""
    lack = s.lacks.get(spec.what)
    return lack is not None and lack.spec == spec


def _spec(s: Leave, what: What) -> Spec:
    """What is wished for, in the terms of the giver."""
    ask, member = s.asked, s.whose
    longer = s.extension if s.extension and s.extension.approved else None
    last = longer.last if longer else s.last_day
    match what:
        case "number":
            return Number(base=member.base, year=s.days.day(ask.acted_at).year)
        case "days":
            return Days(
                member=member.id,
                leave_kind=ask.leave_kind,
                first=s.days.day(s.out_at) if s.in_at and s.out_at else s.first_day,
                last=s.days.day(s.in_at) if s.in_at else last,
                purse=s.kind.purse,
                expected=longer.expected if longer else s.expected,
                charged=s.charged,
            )
        case "place":
            return Place(
                base=member.base,
                member=member.id,
                unit=member.unit,
                nation=member.nation,
                component=member.component,
                leave_kind=ask.leave_kind,
                destination=s.destination or ask.destination,
                route=ask.route,
                first=s.first_day,
                last=last,
                asked_at=ask.acted_at,
                ceiling_percent=s.rules.clearing.ceiling_percent,
                override_role=s.rules.clearing.override_role,
                out_at=s.out_at,
            )
        case "seat":
            return Seat(
                base=member.base,
                destination=s.destination or ask.destination,
                out_day=s.first_day,
                back_day=last,
                out_flight=s.out_flight,
                back_flight=s.back_flight,
            )
        case "paper":
            return Paper(number=s.number, first=s.first_day, last=last)
        case "notice":
            return Notice(member=member.id, number=s.number or ask.leave_id, news=s.news)


# ---- what time will say -------------------------------------------------------------------------------------------


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
    if step.name == "hold" and _refused(s, _spec(s, "days")):
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
    elif step.name == "settle" and _refused(s, _spec(s, "days")):
        yield _lapse(s, "uncharged", s.since + s.rules.back.settle_hours * HOUR)
    elif step.name == "close":
        yield _lapse(s, "close", s.since + s.rules.back.settle_hours * HOUR)


def answer(s: Leave, desk: str, since: Instant) -> timedelta:
    """How long a desk may take before its deputy is asked (doctrine: silence).

    An ordinary request is due earlier when departure is near; never in less than an hour.
    """
    if desk == "officer":
        return s.rules.clearing.answer_hours * HOUR
    if desk == "confirm":
        return s.rules.travel.answer_hours * HOUR
    limit = s.kind.answer_hours * HOUR
    if s.kind.answer_before_first_days:
        near = s.days.instant(s.first_day - s.kind.answer_before_first_days * DAY) - since
        limit = min(limit, max(near, HOUR))
    return limit


def _ladder(s: Leave, desk: str, since: Instant, limit: timedelta) -> Iterator[Lapse]:
    """Remind at L/2, deputy at L, next higher at 2L, then daily to the top and on the stuck list.

    Nobody is decided by silence.
    """
    yield _lapse(s, f"{_about(s, desk)}remind {SHOWN.get(desk, desk)}", since + limit / 2)
    for i in range(1, len(rungs(s, desk)) + 1):
        yield _lapse(s, _rung(s, desk, i), since + (limit if i == 1 else 2 * limit + (i - 2) * DAY))


def _rung(s: Leave, desk: str, i: int) -> str:
    """The deadline at which silence reaches the i-th post above the first; the last of all reaches nobody."""
    return f"{_about(s, desk)}{SHOWN.get(desk, desk)} rung {i}"


def _about(s: Leave, desk: str) -> str:
    """Each extension has a ladder of its own."""
    return f"extension {s.extension.last}: " if s.extension and s.out_at and desk == "approve" else ""


def rungs(s: Leave, desk: str) -> tuple[Code, ...]:
    """The posts of a desk in the order in which silence reaches them: post, deputy, next higher, its deputy ...

    A leave longer than the commander may grant is decided by the next higher (doctrine: kinds of leave).
    """
    ladder = s.desks.get(desk, ())
    if desk == "approve" and (limit := s.kind.commander_up_to_days):
        last = s.extension.last if s.extension else s.last_day
        ladder = (ladder[1:] or ladder) if (last - s.first_day).days >= limit else ladder
    return tuple(dict.fromkeys(p for rung in ladder for p in (rung.post, rung.deputy) if p))


def reached(s: Leave, desk: str) -> tuple[Code, ...]:
    """The posts of a desk whose turn it is by now: until somebody has decided, each of them may."""
    ladder = rungs(s, desk)
    opened = [i for i in range(1, len(ladder) + 1) if _rung(s, desk, i) in s.lapsed]
    return ladder[: 1 + max(opened, default=0)]


def undecided(s: Leave) -> bool:
    """Whether command still has to consent: to the leave or, while the member is away, to an extension."""
    return bool(s.extension and not s.extension.approved) if s.out_at else not s.approved


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
