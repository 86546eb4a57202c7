"""The days and clocks of a base: zones as they are set, holidays as they are tabled."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from activities.register import lookups


@given(
    st.sampled_from(
        ["Asia/Beirut", "Africa/Juba", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe", "UTC"]
    ),
    st.dates(date(2019, 1, 1), date(2036, 1, 1)),
    st.integers(0, 120),
    st.floats(-40, 400),
)
def test_a_calendar_shows_the_clock_of_its_zone_at_every_instant_of_its_span(
    zone: str, first: date, length: int, away: float
):
    last = first + timedelta(days=length)
    calendar = lookups.calendar(zone, first, last, "GHA")
    start = last if away > 0 else first
    at = datetime.combine(start, datetime.min.time(), UTC) + timedelta(days=away)
    assert calendar.local(at) == at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_clocks_are_set_to_the_minute_they_change():
    """Lebanon, 2027: forward at midnight of 28 March, back at midnight of 31 October."""
    calendar = lookups.calendar("Asia/Beirut", date(2027, 3, 1), date(2027, 3, 10), "LBN")
    shifts = [(f"{at:%m-%d %H:%M}", east) for at, east in calendar.shifts]
    assert shifts[1:3] == [("03-27 22:00", 180), ("10-30 21:00", 120)]


def test_holidays_are_those_of_the_nation_within_the_span_and_none_where_nobody_has_tabled_them():
    calendar = lookups.calendar("UTC", date(2027, 3, 1), date(2027, 3, 10), "GHA")
    assert calendar.holidays[date(2027, 3, 6)] == "Independence Day"
    assert min(calendar.holidays) >= date(2027, 1, 20)
    assert lookups.calendar("UTC", date(2027, 3, 1), date(2027, 3, 10), "XXX").holidays == {}
