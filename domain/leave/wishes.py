"""What a leave wants of the givers: derived from what it ought to hold at its step, and from what it holds."""

from __future__ import annotations

from typing import Any

from domain.holdings import Days, Notice, Number, Paper, Place, Seat, Spec, Want, What
from domain.leave.absence import charge, of, parts, plan, urgent
from domain.leave.ladders import RATIFIES
from domain.leave.path import AT, PATH, here
from domain.leave.splitting import reopened, splitting
from domain.leave.state import HOMEWARD, JOURNEYS, OUTSTAYS, TURNS, Leave
from domain.model import DAY, Code, Decimal, Instant, date
from domain.restrictions import Item
from domain.terms import OwnTerms

SERVED_AT_GATE = ("book", "paper")  # a seat or a paper is of no use to one who has left already


def wants(s: Leave, now: Instant) -> tuple[Want, ...]:
    """What is asked of the givers. `now` is the leave's own time, which the entities, having no clock, judge by."""
    told = "flown" if s.out_at else ""
    return tuple(
        Want(
            leave_id=s.asked.leave_id,
            what=what,
            of=_giver(s, what),
            spec=spec,
            n=s.seq,
            as_of=now,
            told=told,
            back_at=s.in_at,
            under=_own_terms(s, spec) if isinstance(spec, Days) else None,
            decided=s.deciders if isinstance(spec, Paper) else {},
        )
        for what, spec in _wishes(s)
    )


def _wishes(s: Leave) -> list[tuple[What, Spec | None]]:
    """What is held and ought not to be goes back, last taken first; what is missing is taken, one after the other."""
    if s.ask is None:
        return []
    ought = _ought(s)
    back = [what for what in reversed(s.held) if what not in ought and what != "number"]
    take = [x for x in ought.values() if x.what in s.again or (s.held.get(x.what) != x and not refused(s, x))]
    wishes: list[tuple[What, Spec | None]] = [(what, None) for what in back]
    wishes += [(spec.what, spec) for spec in take[:1]]
    if s.news:
        wishes.append(("notice", wish(s, "notice")))
    return wishes


def _own_terms(s: Leave, wish: Days) -> OwnTerms:
    """By what the account judges these days, whatever pack binds the member by then."""
    of = {wish.leave_kind, *(share.leave_kind for share in wish.shares)}
    return OwnTerms(pack=s.rules.pack, kinds={kind: it for kind, it in s.rules.kinds.items() if kind in of})


def _giver(s: Leave, what: What) -> Code:
    """Who gives and takes back what a leave holds."""
    return {"number": s.whose.base, "place": s.whose.base, "days": s.whose.id}.get(what, "register")


def _ought(s: Leave) -> dict[What, Spec]:
    """What the leave ought to hold at its step. One who left without seat or paper is given none any more."""
    now_at = here(s)
    return {
        step.holds: wish(s, step.holds)
        for i, step in enumerate(PATH)
        if step.holds
        and i <= now_at < AT[step.until]
        and not (s.out_at and step.name in SERVED_AT_GATE and step.holds not in s.held)
        and not (step.name == "book" and s.asked.travel != "flight")
    }


def refused(s: Leave, spec: Spec) -> bool:
    """Whether just this wish was refused already; it is wished again when time says so (`again`)."""
    lack = s.lacks.get(spec.what)
    return lack is not None and lack.spec == spec


def wish(s: Leave, what: What) -> Spec:
    """What is wished for, in the terms of the giver."""
    ask, member = s.asked, s.whose
    longer = s.extension if s.extension and s.extension.approved else None
    until = longer.last if longer else s.last_day
    first_held, last_held, expected = absent(s)
    match what:
        case "number":
            return Number(base=member.base, year=s.days.day(ask.acted_at).year)
        case "days":
            first = s.days.day(s.out_at) if s.over_at and s.out_at else first_held
            last = _last_taken(s) or last_held
            return Days(
                member=member.id,
                leave_kind=ask.leave_kind,
                first=first,
                last=last,
                purse=s.kind.purse,
                expected=expected,
                charged=s.charged,
                interrupted=s.admitted is not None,
                resumes=ask.resumes,
                **splitting(s, first, last),
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
                last=until,
                asked_at=ask.acted_at,
                ceiling_percent=s.rules.clearing.ceiling_percent,
                warn_percent=s.rules.clearing.warn_percent,
                override_role=s.rules.clearing.override_role,
                number=s.number,
                out_at=s.out_at,
                **_told_of_deciders(s),
                travels=s.travels,
                departs=_departs(s),
                checked=_checked(s),
                parts=parts(ask, s.first_day, until) if ask.then and s.chart >= TURNS else (),
                urgent=urgent(ask, s.rules),
                **_awaited(s, until),
            )
        case "seat":
            return Seat(
                base=member.base,
                destination=s.destination or ask.destination,
                out_day=s.first_day,
                back_day=_way_home(s, until),
                back_from=s.days.day(s.recall.at) if s.recall and s.chart >= JOURNEYS else None,
                out_flight=s.out_flight,
                back_flight=s.back_flight,
                not_on=s.off_flights,
                urgent=s.rules.urgent(ask.leave_kind) and s.chart >= JOURNEYS,
            )
        case "paper":
            return Paper(number=s.number, first=min(s.first_day, *s.travels, until), last=max(until, *s.travels, until))
        case "notice":
            return Notice(member=member.id, number=s.number or ask.leave_id, news=s.news)


def _told_of_deciders(s: Leave) -> dict[str, Any]:
    """Who has consented by now, and how long an authority may take to exempt; of no use to one who has left."""
    if s.out_at or s.chart < RATIFIES:
        return {}
    who = (s.deciders[what] for what in ("approval", "clearance") if what in s.deciders)
    hours = min(s.rules.clearing.answer_hours, s.kind.answer_hours)
    if s.chart < HOMEWARD:
        return {"deciders": tuple(dict.fromkeys(who)), "exempt_hours": hours}
    return {"decided": _decided(s), "exempt_hours": hours}


def _awaited(s: Leave, last: date) -> dict[str, Any]:
    """Until when somebody away is known to be held up, and up to which day anybody waits for them at all.

    Nobody knows when a hospital lets them go.
    """
    if not s.away or s.chart < OUTSTAYS:
        return {}
    until = last + s.rules.back.close_days * DAY
    return {"held_up_until": until if s.in_hospital else s.late_until, "waited_until": until}


def _decided(s: Leave) -> dict[str, Code]:
    """Who has decided in which capacity: told anew only where something stands against the leave.

    Nobody exempts a leave that nothing bars, so that a base is not asked once more for each journey that is confirmed.
    """
    had = s.held.get("place")
    barred = s.verdict is None or s.verdict.blocks
    return s.deciders if barred or not isinstance(had, Place) else had.decided


def _checked(s: Leave) -> tuple[Item, ...]:
    """What was checked off for the departure: told of who left before the base was asked, and cannot have said more."""
    had = s.held.get("place")
    if isinstance(had, Place):
        return had.checked
    return s.checked if s.out_at else ()


def _departs(s: Leave) -> Instant | None:
    """When the flight out departs: told where a stop or a day of the flight makes it matter, and then for good."""
    had = s.held.get("place")
    stops = s.verdict is not None and (s.verdict.blocks or any(bar.all_day for bar in s.verdict.bars))
    told = stops or s.travels or (isinstance(had, Place) and had.departs)
    out = next((leg.departs for leg in s.legs if leg.leg == "out"), None)
    return out if told and s.chart >= HOMEWARD and not s.out_at and not s.seatless else None


def _way_home(s: Leave, until: date) -> date:
    """On which day the flight home is wanted: after a recall so that the member is back by the day told."""
    return min(until, s.recall.back_by) if s.recall and s.chart >= JOURNEYS else until


def _last_taken(s: Leave) -> date | None:
    """The last day that was taken; who came into a hospital took none from that day on, and was away by that alone."""
    if s.over_at is None:
        return None
    back = s.days.day(s.over_at)
    return min(back, s.admitted.last) if s.admitted and s.admitted.until is None else back


def absent(s: Leave) -> tuple[date, date, Decimal]:
    """First and last day, and the charge, for which days are wished: with the change that waits for them.

    And with the days of flights that are booked outside the dates asked for: nobody is away on a day that is not held.
    """
    if s.correction:
        return s.correction.first or s.first_day, s.correction.last or s.last_day, s.correction.expected
    first, last, expected = _dates(s)
    if not s.travels:
        return first, last, expected
    out, home = min(first, *s.travels), max(last, *s.travels)
    more = charge(plan(of(s), out, home)) - charge(plan(of(s), first, last))
    return out, home, expected + more


def _dates(s: Leave) -> tuple[date, date, Decimal]:
    if s.extension and (s.extension.approved or s.chart >= JOURNEYS):
        return s.first_day, s.extension.last, s.extension.expected
    if s.admitted:
        return s.first_day, s.admitted.last, s.admitted.expected
    stands = s.word is None or s.out_at is not None
    expected = s.expected if stands and not reopened(s) else charge(plan(of(s), s.first_day, s.last_day))
    return s.first_day, s.last_day, expected


def over(s: Leave) -> bool:
    """Ended, holding nothing, and nothing of it left to be confirmed or told."""
    return s.ended is not None and not s.countersigns and not s.reviews and not _wishes(s)
