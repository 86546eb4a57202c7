"""Days and clocks of a base, as the recorded calendar tells them: against the zone files themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.register.calendars import calendar
from domain.calendar import Calendar, days, overlap
from domain.model import DAY

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
ZONES = (
    "UTC",
    "Asia/Beirut",  # forward at midnight
    "Asia/Kathmandu",  # 5:45 ahead
    "Africa/Casablanca",  # back for the month of fasting
    "Africa/Juba",
    "America/St_Johns",  # 3:30 behind, and summer time
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Kiritimati",  # 14 hours ahead
)
CALENDARS = {zone: calendar(zone, FIRST, LAST, "GHA") for zone in ZONES}
MINUTES = st.integers(0, int((LAST - FIRST).days) * 1440)
ANY_ZONE = st.sampled_from(ZONES)
BEIRUT, CASABLANCA, KATHMANDU = (CALENDARS[zone] for zone in ("Asia/Beirut", "Africa/Casablanca", "Asia/Kathmandu"))


def moment(minutes: int) -> datetime:
    return datetime.combine(FIRST, time.min, UTC) + timedelta(minutes=minutes)


@given(ANY_ZONE, MINUTES)
@settings(max_examples=300, derandomize=True)
def test_the_wall_clock_is_that_of_the_zone(zone: str, minutes: int):
    """Local time and day at any instant, as the zone file has it."""
    at = moment(minutes)
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert CALENDARS[zone].local(at) == wall
    assert CALENDARS[zone].day(at) == wall.date()


@given(ANY_ZONE, MINUTES)
@settings(max_examples=300, derandomize=True)
@example("Asia/Beirut", int((date(2026, 3, 29) - FIRST).days) * 1440)
def test_an_instant_shows_the_clock_for_the_first_time(zone: str, minutes: int):
    """The first moment at which the clock shows it or, where the clock jumps over it, has jumped."""
    wall = moment(minutes).replace(tzinfo=None)
    found = CALENDARS[zone].instant(wall.date(), wall.time())
    assert CALENDARS[zone].local(found) >= wall
    assert CALENDARS[zone].local(found - timedelta(minutes=1)) < wall
    first = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    exists = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    assert found == first if exists else CALENDARS[zone].local(found) > wall


@given(ANY_ZONE, st.integers(0, (LAST - FIRST).days - 1))
@settings(max_examples=200, derandomize=True)
def test_each_day_begins_where_the_day_before_it_ends(zone: str, n: int):
    """Between two midnights lie 23 to 25 hours, all of one day."""
    here, day = CALENDARS[zone], FIRST + n * DAY
    begins, ends = here.instant(day), here.instant(day + DAY)
    assert timedelta(hours=23) <= ends - begins <= timedelta(hours=25)
    assert here.day(begins) == day == here.day(ends - timedelta(minutes=1))
    assert here.day(begins - timedelta(minutes=1)) == day - DAY


SHIFTS = [
    (BEIRUT, date(2026, 3, 29), "00:30", "2026-03-28T22:00"),  # jumped over: the moment of the jump
    (BEIRUT, date(2026, 3, 29), "00:00", "2026-03-28T22:00"),  # a day that begins at 01:00
    (BEIRUT, date(2026, 3, 29), "01:00", "2026-03-28T22:00"),
    (BEIRUT, date(2026, 10, 24), "23:30", "2026-10-24T20:30"),  # shown twice: the first time
    (BEIRUT, date(2026, 10, 25), "00:00", "2026-10-24T22:00"),
    (CASABLANCA, date(2026, 2, 15), "02:30", "2026-02-15T01:30"),  # back when the fast begins: shown twice
    (CASABLANCA, date(2026, 2, 15), "03:00", "2026-02-15T03:00"),
    (CASABLANCA, date(2026, 3, 22), "02:30", "2026-03-22T02:00"),  # forward when it is over
    (CASABLANCA, date(2026, 7, 1), "12:00", "2026-07-01T11:00"),
    (KATHMANDU, date(2026, 6, 1), "00:00", "2026-05-31T18:15"),
    (KATHMANDU, date(2024, 2, 29), "12:00", "2024-02-29T06:15"),
]


@pytest.mark.parametrize(("here", "day", "clock", "utc"), SHIFTS)
def test_gaps_and_folds(here: Calendar, day: date, clock: str, utc: str):
    """What the clock jumps over is the moment of the jump; what it shows twice is the first time."""
    assert here.instant(day, time.fromisoformat(clock)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_instants_of_other_offsets_are_the_same_instants():
    at = datetime(2026, 6, 1, 0, 30, tzinfo=ZoneInfo("Australia/Lord_Howe"))
    assert BEIRUT.local(at) == BEIRUT.local(at.astimezone(UTC))
    assert BEIRUT.day(at) == date(2026, 5, 31)


def test_before_and_after_what_was_looked_up_the_nearest_offset_holds():
    short = Calendar(zone="Asia/Beirut", shifts=BEIRUT.shifts[3:5])
    east = [minutes for _, minutes in short.shifts]
    assert short.offset(datetime(1990, 1, 1, tzinfo=UTC)) == timedelta(minutes=east[0])
    assert short.offset(datetime(2090, 1, 1, tzinfo=UTC)) == timedelta(minutes=east[-1])
    assert short.day(short.instant(date(2090, 1, 1))) == date(2090, 1, 1)


def test_a_calendar_survives_being_written():
    assert Calendar.model_validate_json(CASABLANCA.model_dump_json()) == CASABLANCA


def test_days_are_both_in_and_know_leap_years():
    assert days(date(2024, 2, 28), date(2024, 3, 1)) == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert len(days(date(2025, 2, 28), date(2025, 3, 1))) == 2
    assert len(days(date(2024, 1, 1), date(2024, 12, 31))) == 366
    assert days(date(2026, 3, 1), date(2026, 3, 1)) == [date(2026, 3, 1)]
    assert days(date(2026, 3, 2), date(2026, 3, 1)) == []


ONE = st.dates(date(2026, 1, 1), date(2026, 2, 1))


@given(ONE, ONE, ONE, ONE)
def test_spans_overlap_where_they_share_a_day(a: date, b: date, c: date, d: date):
    (a, b), (c, d) = sorted((a, b)), sorted((c, d))
    assert overlap(a, b, c, d) is bool(set(days(a, b)) & set(days(c, d)))
