"""Days and times are taken in the form in which people write them, and in none that is a slip."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiring import written


@given(st.dates())
def test_each_day_is_read_as_it_is_written(day: date) -> None:
    assert written.day(str(day)) == day


@pytest.mark.parametrize(
    "slip",
    [
        "20261224",
        "2026-W52-4",
        "2026W524",
        "2026-12-24T00:00",
        "26-12-24",
        "2026-12-32",
        "2026-02-29",
        " 2026-12-24",
        "",
    ],
)
def test_what_python_would_take_for_a_day_and_nobody_writes_is_none(slip: str) -> None:
    with pytest.raises(ValueError, match=r"expected|day is out of range|month must be"):
        written.day(slip)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-12-24 08:30:15Z", datetime(2026, 12, 24, 8, 30, 15, tzinfo=UTC)),
        ("2026-12-24 08:30Z", datetime(2026, 12, 24, 8, 30, tzinfo=UTC)),
        ("2026-12-24 08:30 +02:00", datetime(2026, 12, 24, 6, 30, tzinfo=UTC)),
        ("2026-12-24 08:30-0330", datetime(2026, 12, 24, 8, 30, tzinfo=UTC) + timedelta(hours=3, minutes=30)),
    ],
)
def test_a_time_is_read_with_or_without_its_distance_from_utc(text: str, at: datetime) -> None:
    assert written.time(text) == at


@pytest.mark.parametrize(("text", "hour"), [("2026-12-24", 0), ("2026-12-24 08:30", 8), ("2026-12-24T08:30", 8)])
def test_a_time_without_its_distance_from_utc_is_one_of_the_clock_that_is_meant(text: str, hour: int) -> None:
    read = written.time(text)
    assert (read.date(), read.hour, read.tzinfo) == (date(2026, 12, 24), hour, None)


@pytest.mark.parametrize(
    "slip", ["20261224", "20261224T0830", "2026-12-24 8:30", "2026-12-24T08", "2026-W52-4 08:30", "08:30"]
)
def test_a_time_in_another_form_is_none(slip: str) -> None:
    with pytest.raises(ValueError, match="expected YYYY-MM-DD HH:MM"):
        written.time(slip)
