"""The days of one absence: of what kind of leave each is, and what pays for it (doctrine: kinds of leave, segments).

Counting tells which days count at all (`counting.py`). Here each is laid to its kind, since an absence may be of
several one after the other, and charged to what pays for that kind: to a purse, or to none. What only the account
knows, a balance of old or what is left of a year's days, comes as its word, and is asked for once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from domain.acts import Ask
from domain.calendar import Calendar, days
from domain.holdings import Days, Part, Share, Word
from domain.leave.counting import CountedDay, count, halved, planned, through_gateways
from domain.leave.duty import hours, usual, working
from domain.leave.given import bereaved, uncertified, uncharged
from domain.leave.state import Leave
from domain.model import DAY, Code, Decimal, Instant, date
from domain.orders import LeaveKind
from domain.terms import KindTerms, Terms


class Absence(NamedTuple):
    """On what the days of an absence rest: what was asked, the terms, the calendar, and what the account said.

    `unproven`: the proof that was to follow failed, or did not come. `gateway_out` and `gateway_back` are when the
    member reached the gateway, and came back to it.
    """

    ask: Ask
    terms: Terms
    calendar: Calendar
    word: Word | None = None
    unproven: bool = False
    gateway_out: Instant | None = None
    gateway_back: Instant | None = None
    base: Code = ""


def of(s: Leave) -> Absence:
    """The absence of an open leave."""
    return Absence(s.asked, s.rules, s.days, s.word, s.unproven, s.gateway_out, s.gateway_back, s.whose.base)


def parts(ask: Ask, first: date, last: date) -> tuple[Part, ...]:
    """The kinds of an absence in order, as far as its first and last day leave room for them."""
    turns = [(ask.leave_kind, min(ask.first, first)), *((then.leave_kind, then.first) for then in ask.then)]
    ends = [*(since - DAY for _, since in turns[1:]), max(last, turns[-1][1])]
    spans = ((kind, max(since, first), min(end, last)) for (kind, since), end in zip(turns, ends, strict=True))
    return tuple(Part(leave_kind=kind, first=since, last=end) for kind, since, end in spans if since <= end)


def kinds(ask: Ask, terms: Terms) -> tuple[KindTerms, ...]:
    """The terms of all kinds of an absence."""
    return tuple(terms.kinds[kind] for kind in (ask.leave_kind, *(then.leave_kind for then in ask.then)))


def emergency(s: Leave) -> bool:
    """Whether an absence is for emergencies on every day: what they may, other leave that follows one may not."""
    return all(s.rules.urgent(part.leave_kind) for part in parts(s.asked, s.first_day, s.last_day))


def urgent(ask: Ask, terms: Terms) -> tuple[LeaveKind, ...] | None:
    """Which kinds of an absence are urgent; None where its terms were recorded before a pack said so of any of them."""
    of = dict.fromkeys((ask.leave_kind, *(then.leave_kind for then in ask.then)))
    if all(terms.kinds[kind].urgent is None for kind in of):
        return None
    return tuple(kind for kind in of if terms.urgent(kind))


def plan(a: Absence, first: date, last: date) -> tuple[CountedDay, ...]:
    """Each day asked for, with its kind and its charge."""
    late = first if a.ask.begins == "afternoon" else None
    early = last if a.ask.ends == "morning" else None
    return _laid(a, first, last, halved(planned(a.terms.counting, a.calendar, first, last), late, early))


def took(a: Absence, first: date, last: date, out_at: Instant, in_at: Instant) -> tuple[CountedDay, ...]:
    """Each day from sign-out to sign-in, as the gate saw them; `first` and `last` are those asked for."""
    terms, calendar = a.terms.counting, a.calendar
    found = count(terms, calendar, out_at, in_at, by_car=a.ask.travel == "road")
    noon = _noon(a, out_at, in_at)

    def seen(part: Part, mine: tuple[CountedDay, ...]) -> tuple[CountedDay, ...]:
        """Half days and days of travel, as the kind of these days has them."""
        kind = a.terms.kinds[part.leave_kind]
        mine = halved(mine, *noon) if kind.half_days else mine
        return through_gateways(mine, calendar, a.gateway_out, a.gateway_back) if kind.gateway_days else mine

    return _laid(a, first, last, found, seen)


def reckoned(s: Leave) -> bool:
    """Whether what is held is what the account's word came to, where the leave had to ask it for one."""
    held = s.held.get("days")
    if s.word is None or s.number or not isinstance(held, Days):
        return True
    return held.expected == charge(plan(of(s), held.first, held.last))


def charge(counted: Iterable[CountedDay]) -> Decimal:
    """What the days come to in all."""
    return sum((d.charge * len(days(d.day, d.until or d.day)) for d in counted), Decimal(0))


def shares(counted: Iterable[CountedDay]) -> tuple[Share, ...]:
    """What pays for the days, run by run; those of which nothing is known but their charge are left out."""
    found: list[Share] = []
    for d in counted:
        if d.leave_kind is None or d.purse is None:
            continue
        until = d.until or d.day
        share = Share(first=d.day, last=until, leave_kind=d.leave_kind, purse=d.purse, each=d.charge)
        if d.unpaid:
            share = share.model_copy(update={"unearned": "absent" if d.rule == "return/absent" else "unpaid"})
        before = found[-1] if found else None
        if (
            before
            and before.last + DAY == d.day
            and before == share.model_copy(update={"first": before.first, "last": before.last})
        ):
            found[-1] = before.model_copy(update={"last": until})
        else:
            found.append(share)
    return tuple(found)


def by_year(counted: Iterable[CountedDay]) -> dict[int, Decimal]:
    """The working days of uncertified leave, by calendar year."""
    found: dict[int, Decimal] = {}
    for d in counted:
        for day in days(d.day, d.until or d.day) if d.uncertified else ():
            found[day.year] = found.get(day.year, Decimal(0)) + d.uncertified
    return found


def work_missed(a: Absence, first: date, last: date) -> int:
    """How many working days lie from first to last."""
    return working(a.terms.counting, a.calendar, a.calendar.shown(first, last))


def balance_on(a: Absence) -> date | None:
    """The day whose balance decides what is charged, where one of the kinds asks for it."""
    return a.ask.died_on if any(kind.uncharged_below is not None for kind in kinds(a.ask, a.terms)) else None


def yearly(a: Absence) -> bool:
    """Whether one of the kinds is given for so many working days a year."""
    return any(kind.yearly_working_days for kind in kinds(a.ask, a.terms))


def _noon(a: Absence, out_at: Instant, in_at: Instant) -> tuple[date | None, date | None]:
    """The day of departure where it was left after the middle of the duty, that of return where back before it."""
    terms, calendar = a.terms.counting, a.calendar
    out_day, in_day = calendar.day(out_at), calendar.day(in_at)
    out_duty, in_duty = (hours(terms, calendar, day) or usual(terms) for day in (out_day, in_day))
    left_late = calendar.local(out_at).time() >= out_duty.middle
    back_early = calendar.local(in_at).time() <= in_duty.middle
    return out_day if left_late else None, in_day if back_early and (in_day != out_day or not left_late) else None


def _laid(
    a: Absence,
    first: date,
    last: date,
    counted: tuple[CountedDay, ...],
    seen: Callable[[Part, tuple[CountedDay, ...]], tuple[CountedDay, ...]] = lambda _, mine: mine,
) -> tuple[CountedDay, ...]:
    """The days with their kinds, each kind's as it was `seen`.

    Those before the first and after the last asked for belong to the nearest.
    """
    turns = _among(parts(a.ask, first, last), counted)
    return tuple(day for part, mine in turns for day in _given(a, part, seen(part, mine)))


def _among(turns: tuple[Part, ...], counted: tuple[CountedDay, ...]) -> Iterator[tuple[Part, tuple[CountedDay, ...]]]:
    for i, part in enumerate(turns):
        since = part.first if i else date.min
        until = turns[i + 1].first - DAY if i + 1 < len(turns) else date.max
        yield part, tuple(d for d in counted if since <= d.day <= until)


def _given(a: Absence, part: Part, mine: tuple[CountedDay, ...]) -> Iterator[CountedDay]:
    kind = a.terms.kinds[part.leave_kind]
    purse = "none" if a.base in (kind.uncharged_at or ()) else kind.purse
    has = {"leave_kind": part.leave_kind, "purse": purse}
    mine = tuple(d.model_copy(update=has) for d in mine)
    if a.unproven and part.leave_kind == a.ask.leave_kind:
        return (d.model_copy(update={"purse": "annual"}) for d in mine)
    if kind.uncharged_days:
        return bereaved(mine, kind, a.calendar, a.word, _until(a, kind))
    if kind.yearly_working_days:
        left = a.word.left if a.word else None
        return uncertified(mine, a.terms.counting, a.calendar, left)
    return uncharged(mine, unpaid=bool(kind.unpaid)) if purse == "none" else iter(mine)


def _until(a: Absence, kind: KindTerms) -> date:
    """The last day of the window in which days of bereavement are not charged."""
    since = a.ask.last_service or a.ask.died_on
    return since + kind.uncharged_window_days * DAY if since and kind.uncharged_window_days else date.max
