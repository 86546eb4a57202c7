"""Times typed on a base's clock, also on the nights on which it changes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from starter.clock import on_clock
from tests.conftest import Furlough, Mission
from wiring.trouble import Misset

CHANGES = [
    # zone, skipped or doubled, the two readings in UTC
    ("Asia/Beirut", "2026-03-29T00:30", "2026-03-28 22:30", "2026-03-28 21:30"),
    ("Asia/Beirut", "2026-10-24T23:30", "2026-10-24 20:30", "2026-10-24 21:30"),
    ("Europe/Rome", "2026-03-29T02:00", "2026-03-29 01:00", "2026-03-29 00:00"),
    ("Europe/Rome", "2026-10-25T02:59", "2026-10-25 00:59", "2026-10-25 01:59"),
    ("America/Port-au-Prince", "2026-11-01T01:30", "2026-11-01 05:30", "2026-11-01 06:30"),
    ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03 15:45", "2026-10-03 15:15"),
    ("Pacific/Apia", "2011-12-30T08:00", "2011-12-30 18:00", "2011-12-29 18:00"),
]


@pytest.mark.parametrize(("zone", "said", "one", "other"), CHANGES)
def test_a_time_that_the_clock_skips_or_doubles_is_told_with_both_readings(zone, said, one, other):
    """What is offered can be typed, and then means each of the two."""
    with pytest.raises(Misset) as told:
        on_clock(datetime.fromisoformat(said), ZoneInfo(zone))
    offered = [word for word in told.value.helps.split('"') if word[:2] == "20"]
    read = {f"{on_clock(datetime.fromisoformat(word), ZoneInfo(zone)):%Y-%m-%d %H:%M}" for word in offered}
    assert read == {one, other}
    assert one in told.value.why
    assert other in told.value.why


@pytest.mark.parametrize(
    ("zone", "said", "meant"),
    [
        ("Asia/Beirut", "2026-03-28T23:59", "2026-03-28T21:59"),
        ("Asia/Beirut", "2026-03-29T01:00", "2026-03-28T22:00"),
        ("Asia/Beirut", "2026-10-25T00:00", "2026-10-24T22:00"),
        ("Europe/Rome", "2026-10-25T01:59", "2026-10-24T23:59"),
        ("Europe/Rome", "2026-10-25T03:00", "2026-10-25T02:00"),
        ("Africa/Juba", "2026-03-29T02:30", "2026-03-29T00:30"),
        ("Asia/Beirut", "2026-03-29T00:30+02:00", "2026-03-28T22:30"),
        ("UTC", "2026-03-29T00:30", "2026-03-29T00:30"),
    ],
)
def test_any_other_time_means_one_moment(zone, said, meant):
    at = on_clock(datetime.fromisoformat(said), ZoneInfo(zone))
    assert at == datetime.fromisoformat(meant).replace(tzinfo=UTC)


async def test_a_doubled_time_is_wrong_usage_at_the_desk_and_nothing_was_said(
    furlough: Furlough, mission: Mission
) -> None:
    ran = await furlough("today", "NAQ", "--at", "2026-10-24 23:30", "--as", "ITA-1003")
    assert (ran.code, "was shown twice" in ran.err, "2026-10-24 23:30+03:00" in ran.err) == (2, True, True)
    named = await furlough("today", "NAQ", "--at", "2026-10-24 23:30+03:00", "--json", "--as", "ITA-1003")
    assert named.code == 0
