"""Leave at a base whose zone crosses the date line: the day which its clock leaves out is none, for anybody's count."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.packs import load
from activities.register.calendars import calendar
from domain.account.ledger import takings
from domain.acts import Ask
from domain.calendar import Calendar, days
from domain.holdings import Days, Word
from domain.leave.absence import Absence, by_year, charge, plan, shares, took, work_missed
from domain.leave.counting import WHOLE, count, each, planned, runs
from domain.leave.segments import Has, split, total
from domain.model import DAY, Decimal
from tests.domain.leave.life import MEMBER, Life, terms
from tests.domain.test_counting import ARMY, CHARGED

LEFT_OUT = date(2011, 12, 30)
"""Apia went from the 29th to the 31st: the whole day was jumped over."""
BEFORE, AFTER = LEFT_OUT - DAY, LEFT_OUT + DAY
ZONES = ("Asia/Beirut", "UTC", "Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kiritimati", "America/Port-au-Prince")
CALENDARS = {zone: calendar(zone, date(2011, 11, 1), date(2012, 3, 1), "USA") for zone in ZONES}
APIA = CALENDARS["Pacific/Apia"]


def absence(pack: str, first: date, last: date, *, known: Calendar = APIA, **asked: Any) -> Absence:
    ask: dict[str, Any] = {"act_id": "a", "decided_by": "m-a", "acted_at": "2011-11-01T00:00:00Z", "leave_id": "L"}
    ask |= {"member": "m-a", "destination": "HOME", "leave_kind": "ordinary", "first": first, "last": last}
    return Absence(Ask.model_validate(ask | asked), load(pack), known, Word(had=Decimal(20), left={2011: Decimal(9)}))


def seen(zone: str, out: datetime, back: datetime) -> list[date]:
    """The days which a clock on the wall of the base shows from one moment to another, looked at each half hour."""
    found, at = set(), out
    while at <= back:
        found.add(at.astimezone(ZoneInfo(zone)).date())
        at += timedelta(minutes=30)
    return sorted(found | {back.astimezone(ZoneInfo(zone)).date()})


@given(st.sampled_from(ZONES), st.integers(-20, 6), st.integers(0, 30), st.integers(0, 23), st.integers(0, 23))
@example("Pacific/Apia", -1, 2, 8, 12)
def test_days_are_those_of_the_base_on_either_side_of_the_date_line(zone, begins, length, out_hour, in_hour):
    """Whoever crosses the date line or a change of the clock was away as many days as the base's calendar shows."""
    known, first = CALENDARS[zone], LEFT_OUT + begins * DAY
    last = first + length * DAY
    out, back = known.instant(first, time(out_hour)), known.instant(last, time(in_hour, 59))
    if back < out:
        back = out + timedelta(minutes=1)
    counted = took(absence("contingent", first, last, known=known), first, last, out, back)
    assert [d.day for d in counted] == seen(zone, out, back)
    assert charge(counted) == len(counted)


def test_whoever_is_away_for_28_hours_over_the_day_left_out_is_away_on_two_days():
    out, back = APIA.instant(BEFORE, time(8)), APIA.instant(AFTER, time(12))
    assert back - out == timedelta(hours=28)
    assert [(d.day, d.charge) for d in count(CHARGED, APIA, out, back)] == [(BEFORE, WHOLE), (AFTER, WHOLE)]


@pytest.mark.parametrize(
    ("east", "left_out"),
    [
        (((0, -600), (34, 840)), [LEFT_OUT]),
        (((0, -600), (36, 840)), []),  # at two in the night of the 30th to two of the 31st
        (((0, -720), (36, 720)), [LEFT_OUT]),
        (((0, -720), (24, 720)), []),  # from noon of the 29th to noon of the 30th
        (((0, -720), (60, 720)), [AFTER]),
        (((0, 840), (34, -600)), []),  # to the west: a day twice
        (((0, -720), (36, 720), (37, -720)), []),  # over and back again: the day comes after all
    ],
    ids=["a day", "in the night", "a whole turn", "from noon to noon", "a day later", "to the west", "back again"],
)
def test_a_day_is_left_out_that_no_instant_shows(east, left_out):
    """Against every minute of a week; the crossings are invented, hours after the 29th began in UTC."""
    begins = datetime.combine(BEFORE, time.min, tzinfo=UTC)
    known = Calendar(zone="Test/Invented", shifts=tuple((begins + timedelta(hours=h), minutes) for h, minutes in east))
    instants = (begins + timedelta(minutes=n) for n in range(-3 * 1440, 6 * 1440))
    visible = {known.day(at) for at in instants}
    week = days(BEFORE - DAY, BEFORE + 4 * DAY)
    assert known.shown(week[0], week[-1]) == [day for day in week if day in visible]
    assert [day for day in week if day not in visible] == left_out


def test_a_run_of_days_ends_where_the_base_leaves_one_out():
    """As a journal tells it, and as the account is told it: each date from first to last of a run is a day of it."""
    plain = APIA.model_copy(update={"holidays": {}})
    a = absence("un-civilian", BEFORE - 3 * DAY, AFTER + 3 * DAY, known=plain)
    counted = plan(a, a.ask.first, a.ask.last)
    assert charge(counted) == len(counted) == 8
    told = runs(counted)
    assert [(d.day, d.until) for d in told] == [(BEFORE - 3 * DAY, BEFORE), (AFTER, AFTER + 3 * DAY)]
    assert (each(told), charge(told), shares(told)) == (counted, charge(counted), shares(counted))
    (taking,) = takings(wish(a))
    assert taking.days == 8
    segments = split(counted, {"annual": Has(Decimal(3), Decimal(99))})
    assert [total(segments, share) for share in ("charged", "advance")] == [Decimal(3), Decimal(5)]


def wish(a: Absence) -> Any:
    """The days of an absence as its account is told them."""

    told = shares(plan(a, a.ask.first, a.ask.last))
    span = {"first": a.ask.first, "last": a.ask.last, "leave_kind": "ordinary", "purse": "annual"}
    return Days.model_validate(span | {"member": "m-a", "expected": 8, "charged": 8, "shares": told})


def test_the_leave_ends_on_a_holiday_also_where_the_day_after_it_is_left_out():
    """Back on the 31st before duty: the last day is the 29th, and the clock shows none between them."""
    known = APIA.model_copy(update={"holidays": {BEFORE: "a holiday"}})
    out, back = known.instant(BEFORE - 3 * DAY, time(8)), known.instant(AFTER, time(6))
    rules = [d.rule.removeprefix("counting/") for d in count(ARMY, known, out, back)]
    assert rules == ["charged"] * 3 + ["ends-on-holiday", "return-before-duty"]


def test_days_that_are_given_in_a_row_are_days_of_the_base():
    """14 days of bereavement are 14, and of working days none is used up by the one left out, a Friday."""
    first, last = BEFORE - 9 * DAY, AFTER + 6 * DAY
    a = absence("us-army", first, last, leave_kind="bereavement", died_on=first, last_service=last)
    rules = [d.rule.removeprefix("bereavement/") for d in plan(a, first, last)]
    assert rules == ["uncharged"] * 14 + ["charged-after"] * 2 + ["charged-after"] * (len(rules) - 16)
    sick = absence("un-civilian", BEFORE, AFTER + 2 * DAY, leave_kind="sick")
    assert by_year(plan(sick, BEFORE, AFTER + 2 * DAY)) == {2011: Decimal(1)}
    assert work_missed(sick, BEFORE, AFTER + DAY) == 1


@pytest.mark.rule("ask/day-of-base")
@pytest.mark.parametrize(
    ("first", "last", "then", "got"),
    [
        (LEFT_OUT, AFTER + DAY, None, "2011-12-30"),
        (BEFORE, LEFT_OUT, None, "2011-12-30"),
        (BEFORE, AFTER + DAY, LEFT_OUT, "2011-12-30"),
        (BEFORE, AFTER, None, ""),
        (BEFORE, AFTER + DAY, AFTER, ""),  # the kind before it ends on the 29th
    ],
)
def test_no_leave_begins_or_ends_on_a_day_which_its_base_does_not_have(first, last, then, got):
    life = asked(first, last, then=[{"leave_kind": "rr", "first": then}] if then else [])
    assert life.refused == ("ask/day-of-base" if got else "")
    if got:
        refusal = life.said[0].refusal
        assert refusal.facts == {"expected": "a day which a clock of Pacific/Apia shows", "got": got}
        assert "name 2011-12-29 or before, or 2011-12-31 or later" in refusal.helps


def asked(first: date, last: date, **words: Any) -> Life:
    """Leave of a member at Apia, of four days at most."""
    member = MEMBER.model_copy(update={"arrived": date(2011, 1, 1), "departs": date(2012, 6, 30)})
    life = Life(terms=terms(notice_days=0, longest_days=4), member=member, calendar=APIA)
    life.now = datetime(2011, 12, 5, 8, tzinfo=UTC)
    life.ask(first=first, last=last, **words)
    return life


def test_the_longest_leave_is_as_many_days_of_the_base():
    assert asked(BEFORE, AFTER + 2 * DAY).refused == ""
    life = asked(BEFORE, AFTER + 3 * DAY)
    assert life.refused == "kind/longest-days"
    assert "a last day of 2012-01-02 or before" in life.said[0].refusal.helps


def test_a_day_planned_over_the_line_is_the_one_that_was_taken():
    first, last = BEFORE - DAY, AFTER + DAY
    out, back = APIA.instant(first, time(8)), APIA.instant(last, time(12))
    assert planned(ARMY, APIA, first, last) == count(ARMY, APIA, out, back)
