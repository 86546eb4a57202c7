"""A state in the few lines that an auditor compares: of a leave, a base, an account, or the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, get_args

from audit.entries import stamp
from audit.journals import Written
from audit.known import in_words
from audit.moments import Moment
from domain import leave
from domain.account import Account, balance, resting_on
from domain.calendar import Calendar
from domain.facts import Facts, UnitStrength
from domain.garrison import Garrison, board, orders
from domain.holdings import Days, Purse
from domain.leave import Leave
from domain.model import Instant
from domain.words import counted, plain, some

MOST = 12
"""Leaves that are named one by one."""

WAITS: Final = ("waits for", "until")
"""Lines about what was to come. They follow from what was known, and late words would put them before their time."""

Rows = dict[str, str]


def rows(state: Any, when: Moment, seen: Sequence[Written]) -> Rows:
    """The lines of a state at a moment; `seen` are the entries by which it was known."""
    match state:
        case Leave():
            found = _of_leave(state)
        case Garrison():
            found = _of_base(state, when.at, seen)
        case Account():
            found = _of_account(state, when.at, seen)
        case _:
            found = _of_others(state)
    return {label: text for label, text in found if text}


def without_waits(all_: Rows) -> Rows:
    """The lines of a state that nobody knew of at its moment: nobody was waited for as it tells."""
    return {label: text for label, text in all_.items() if label not in WAITS}


def _of_leave(s: Leave) -> Iterator[tuple[str, str]]:
    face = leave.face(s)
    yield "state", face.state if s.seq else "nothing recorded yet"
    if s.ask is None:
        return
    yield "number", s.number
    yield "member", f"{s.whose.id}, {s.whose.unit} at {s.whose.base}"
    yield "leave", f"{s.asked.leave_kind}, {s.first} to {s.last}, {plain(s.expected)} expected"
    yield "journey", f"{s.destination or s.asked.destination} by {s.asked.travel}"
    yield "flights", ", ".join(leg.flight for leg in s.legs)
    yield "under", s.rules.pack
    yield "waits for", face.waits_for
    yield "until", f"{stamp(face.act_by)}: {face.otherwise or face.then}" if face.act_by else ""
    yield "decided by", ", ".join(f"{post}: {who}" for post, who in s.deciders.items())
    yield "holds", ", ".join(what for what in s.held if what != "notice")
    yield "lacks", "; ".join(f"{lack.spec.what} ({lack.refusal.rule})" for lack in s.lacks.values())
    yield "barred by", ", ".join(b.cites for b in s.verdict.blocks) if s.verdict else ""
    yield "exempt from", ", ".join(s.verdict.exempt) if s.verdict else ""
    yield "extension", f"until {s.extension.last}" + ", approved" * s.extension.approved if s.extension else ""
    yield "signed out", stamp(s.out_at)
    yield "signed in", stamp(s.in_at)
    yield "charged", "" if s.charged is None else f"{plain(s.charged)}, {'settled' if s.settled else 'not settled yet'}"
    yield "finding", s.finding
    yield "unsigned", ", ".join(s.countersigns)
    yield "in review", ", ".join(s.reviews)
    yield "irregular", ", ".join(s.irregular)
    yield "ended", s.ended or ""


def _of_base(s: Garrison, at: Instant, seen: Sequence[Written]) -> Iterator[tuple[str, str]]:
    in_force = [each for each in orders.editions(s.book) if each.holds(at)]
    for each in in_force:
        until = f" until {stamp(each.end)}" if each.end else ""
        late = f", entered {stamp(each.recorded_at)}" if each.said_before else ""
        said = f"{each.order.title}, by {each.order.issuer}, since {stamp(each.order.since)}"
        yield f"order {each.name}", said + until + late
    if not in_force:
        yield "orders in force", "none"
    yield "numbers given", ", ".join(f"{year}: {serial}" for year, serial in sorted(s.serials.items()))
    lines = s.asking()
    away = [line.number or key for key, line in lines.items() if line.away]
    granted = [line.number or key for key, line in lines.items() if line.granted and not line.away]
    waiting = [line.number or key for key, line in lines.items() if not line.granted and not line.away]
    for label, each_ in (("away", away), ("places granted", granted), ("wait for a place", waiting)):
        yield label, f"{counted(len(each_), 'leave')}: {some(each_, MOST, '--json')}" if each_ else ""
    yield from _strength(s, at, seen)


def _strength(s: Garrison, at: Instant, seen: Sequence[Written]) -> Iterator[tuple[str, str]]:
    """Each unit on the day, by what the register last told the base of it."""
    units: dict[str, UnitStrength] = {}
    calendar: Calendar | None = None
    for facts in _facts(seen):
        units |= facts.strength
        calendar = facts.calendar or calendar
    if calendar is None:
        return
    for unit, of in units.items():
        percent = min((line.wish.ceiling_percent for line in s.asking(unit).values()), default=100)
        (day,) = board.absences(s, {unit: of}, calendar, at, percent, 1)
        most = f", at most {day.ceiling}" if s.asking(unit) else ""
        yield f"strength {unit}", f"{day.absent} of {day.assigned} absent on {day.day}{most}"


def _of_account(s: Account, at: Instant, seen: Sequence[Written]) -> Iterator[tuple[str, str]]:
    on = at.date()
    terms = next((facts.terms for facts in reversed(list(_facts(seen))) if facts.terms), None)
    member = next((facts.member for facts in reversed(list(_facts(seen))) if facts.member), None)
    if terms and member and s.grounds:
        terms, member = resting_on(s.grounds[-1].basis, terms, member)
        yield "under", terms.pack
        for purse in get_args(Purse):
            if purse == "annual" or any(line.purse == purse for line in s.ledger):
                has = plain(balance(s, terms, member, on, purse)) if purse != "none" else ""
                yield f"{purse} on {on} (UTC)", has
    for key, line in s.lines.items():
        if line.days and line.days.first <= on:
            corrected = f", {plain(line.corrected, '+')} by corrections" if line.corrected else ""
            yield key, _line(line.days, line.closed) + corrected
    later = [key for key, line in s.lines.items() if line.days and line.days.first > on]
    yield "leaves to come", f"{len(later)}: {some(later, MOST, '--json')}" if later else ""
    yield "ended", s.ended.why if s.ended and not s.ended.lifted else ""


def _line(days: Days, closed: bool) -> str:
    taken = f"{plain(days.expected)} held" if days.charged is None else f"{plain(days.charged)} charged"
    return f"{days.leave_kind}, {days.first} to {days.last}, {taken}" + ", closed" * closed


def _of_others(state: Any) -> Iterator[tuple[str, str]]:
    """What is there, in words; nothing of what is not."""
    for name, value in state.model_dump(mode="json", exclude={"seq"}, exclude_defaults=True).items():
        yield name.replace("_", " "), in_words(value)[:200]


def _facts(seen: Iterable[Written]) -> Iterator[Facts]:
    last = None
    for one in seen:
        if one.decision is not None and one.decision is not last:
            last = one.decision
            yield one.decision.facts
