"""Service in the mission that comes before a kind of leave, in months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.domain.leave.life import CALENDAR, MEMBER, Life, terms


@pytest.mark.rule("kind/qualifying-service")
@pytest.mark.parametrize(
    ("arrived", "months", "first", "refused"),
    [
        ("2026-01-15", 24, "2028-01-15", ""),
        ("2026-01-15", 24, "2028-01-14", "kind/qualifying-service"),
        ("2026-02-28", 24, "2028-02-28", ""),
        ("2028-02-29", 12, "2029-02-28", ""),  # a year after a leap day is the last day of the month
        ("2028-02-29", 12, "2029-02-27", "kind/qualifying-service"),
        ("2028-02-29", 24, "2030-02-27", "kind/qualifying-service"),
        ("2027-08-31", 6, "2028-02-29", ""),
        ("2027-12-31", 24, "2029-12-30", "kind/qualifying-service"),
    ],
)
def test_home_leave_is_qualified_for_by_24_months_of_service(arrived, months, first, refused):
    """UN civilians: the first home leave after as much service as lies between two; hardest stations say 12."""
    known = {"arrived": date.fromisoformat(arrived), "departs": date(2035, 12, 31)}
    life = Life(terms=terms("un-civilian", "home", qualifying_months=months), member=MEMBER.model_copy(update=known))
    day = date.fromisoformat(first)
    life.now = datetime.combine(day - timedelta(days=20), datetime.min.time(), UTC)
    life.ask(leave_kind="home", first=day, last=day + timedelta(days=9))
    assert life.refused == refused


def test_the_shipped_pack_asks_for_24_months_and_says_what_would_help():
    life = Life(terms=terms("un-civilian"))
    life.ask(
        leave_kind="home",
        first=CALENDAR.day(life.now) + timedelta(days=30),
        last=CALENDAR.day(life.now) + timedelta(days=40),
    )
    assert life.refused == "kind/qualifying-service"
    assert "2027-12-01" in life.said[0].refusal.helps
