"""What holds of the days of any absence, whatever its kinds: each is told once, and as a slow count has it."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from activities.packs import load
from activities.register.calendars import calendar
from domain.acts import Ask
from domain.calendar import days
from domain.holdings import Word
from domain.leave.absence import Absence, by_year, charge, parts, plan, shares
from domain.model import DAY, Decimal
from domain.terms import Terms

NEAR = (date(2027, 12, 20), date(2028, 2, 20), date(2026, 3, 20), date(2026, 10, 15), date(2026, 9, 25))
"""Where year, leap day, month, and the changes of the clocks are near."""
ZONES = ("Asia/Beirut", "UTC", "Africa/Juba", "Pacific/Apia", "America/Port-au-Prince")
CALENDARS = {zone: calendar(zone, date(2026, 1, 1), date(2028, 12, 31), "USA") for zone in ZONES}
PACKS: dict[str, Terms] = {name: load(name) for name in ("us-army", "us-marines", "un-civilian", "contingent")}
SINGLE = [(pack, kind) for pack, terms in PACKS.items() for kind in terms.kinds]
ZERO = Decimal(0)


def absence(pack: str, *kinds: tuple[str, int], first: date, zone: str = "Asia/Beirut", **word: Any) -> Absence:
    """An absence of kinds one after the other, each of so many days."""
    turns, at = [], first
    for kind, many in kinds:
        turns.append({"leave_kind": kind, "first": at})
        at += many * DAY
    ask: dict[str, Any] = {"act_id": "a", "decided_by": "m-a"}
    ask |= {"acted_at": "2026-01-01T00:00:00Z", "leave_id": "L", "member": "m-a", "destination": "HOME"}
    ask |= {"leave_kind": kinds[0][0], "first": first, "last": at - DAY, "then": turns[1:], "died_on": first}
    said = Word(
        had=Decimal(word.get("had", "31")), left={year: Decimal(word.get("left", 3)) for year in range(2025, 2030)}
    )
    return Absence(Ask.model_validate(ask), PACKS[pack], CALENDARS[zone], said)


def spans(a: Absence) -> tuple[date, date]:
    return a.ask.first, a.ask.last


FIRSTS = st.builds(lambda near, n: near + n * DAY, st.sampled_from(NEAR), st.integers(0, 20))
LENGTHS = st.integers(1, 40)


@given(st.sampled_from(SINGLE), FIRSTS, LENGTHS, st.sampled_from(ZONES))
def test_every_day_is_told_once_and_none_charges_more_than_a_day(single, first, length, zone):
    pack, kind = single
    a = absence(pack, (kind, length), first=first, zone=zone)
    counted = plan(a, *spans(a))
    assert [d.day for d in counted] == days(*spans(a))
    assert all(0 <= d.charge <= 1 and d.rule and d.why and d.purse for d in counted)


@given(st.sampled_from(SINGLE), FIRSTS, LENGTHS, st.integers(0, 20))
def test_who_is_away_longer_is_never_charged_less_but_for_a_holiday_at_the_end(single, first, length, more):
    pack, kind = single
    one, two = (absence(pack, (kind, n), first=first) for n in (length, length + more))
    assert charge(plan(two, *spans(two))) + HOLIDAYS[pack] >= charge(plan(one, *spans(one)))


HOLIDAYS = {"us-army": 1, "us-marines": 0, "un-civilian": 0, "contingent": 0}
"""How many days a leave may cost less because it ends on a holiday."""


@given(
    st.sampled_from(("ordinary", "rr", "pass")), st.sampled_from(("ordinary", "rr", "pass")), FIRSTS, LENGTHS, LENGTHS
)
def test_an_absence_of_two_kinds_costs_what_two_absences_cost(one, two, first, length, more):
    """The charge is additive over the parts where no day is free for lying at an end."""
    whole = absence("us-marines", (one, length), (two, more), first=first)
    parts_of = (
        absence("us-marines", (one, length), first=first),
        absence("us-marines", (two, more), first=first + length * DAY),
    )
    told = plan(whole, *spans(whole))
    assert charge(told) == sum((charge(plan(a, *spans(a))) for a in parts_of), ZERO)
    assert [(p.leave_kind, p.first, p.last) for p in parts(whole.ask, *spans(whole))] == [
        (a.ask.leave_kind, *spans(a)) for a in parts_of
    ]


@given(st.sampled_from(SINGLE), FIRSTS, LENGTHS, st.integers(0, 60), st.integers(0, 12))
def test_the_count_is_what_a_slow_count_says(single, first, length, had, left):
    pack, kind = single
    a = absence(pack, (kind, length), first=first, had=had, left=left)
    counted = plan(a, *spans(a))
    assert [d.charge for d in counted] == slow(a, kind, had, left)


def slow(a: Absence, kind: str, had: int, left: int) -> list[Decimal]:
    """Day by day with a pencil: whether it is charged."""
    terms, (first, last) = a.terms.kinds[kind], spans(a)  # type: ignore[index]
    found, balance, free = [], Decimal(had), 0
    for day in days(first, last):
        holiday = day in a.calendar.holidays and day == last != first and a.terms.counting.ends_on_holiday == "free"
        due = Decimal(0 if holiday else 1)
        if kind == "bereavement":
            if balance >= 30 and free == 0:
                balance -= due
            else:
                free += 1
                if free <= 14 and (day - first).days <= 14:
                    due = ZERO
        elif terms.purse == "none":
            due = ZERO
        found.append(due)
    return found


@given(FIRSTS, LENGTHS, st.integers(0, 12))
def test_working_days_are_given_until_they_are_used_up(first, length, left):
    """By a slow count: so many of each year, weekends and holidays apart."""
    a = absence("un-civilian", ("sick", length), first=first, left=left)
    counted = plan(a, *spans(a))
    working = [d for d in days(*spans(a)) if d.weekday() < 5 and d not in a.calendar.holidays]
    for year in {d.year for d in working}:
        of_year = [d for d in working if d.year == year]
        given_days = [d.day for d in counted if d.uncertified and d.day.year == year]
        assert given_days == of_year[:left]
        assert all(d.unpaid for d in counted if d.day in of_year[left:])
    assert sum(by_year(counted).values(), ZERO) == sum(d.uncertified for d in counted)


@given(st.sampled_from(SINGLE), FIRSTS, LENGTHS)
def test_shares_hold_every_day_and_the_whole_charge(single, first, length):
    pack, kind = single
    a = absence(pack, (kind, length), first=first)
    counted = plan(a, *spans(a))
    told = shares(counted)
    assert [day for s in told for day in days(s.first, s.last)] == days(*spans(a))
    assert sum((s.each * len(days(s.first, s.last)) for s in told), ZERO) == charge(counted)
