"""How many of a unit there are and how many are away, day by day; first and last days are both in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from activities.register.database import reading
from activities.register.strength import _assigned, of_units
from domain.facts import UnitStrength
from domain.model import DAY
from tests.activities.register.mission import NOW, edited, imported


class TestStrength:
    @pytest.fixture(autouse=True)
    def _session(self, register: Engine):
        with reading(register) as self.session:
            yield

    def test_strength_counts_each_who_is_away_once_a_day(self):
        found = of_units(self.session, ["A-COY", "NOBODY"], date(2026, 12, 7), date(2026, 12, 11))
        away = {date(2026, 12, 7): 1, date(2026, 12, 8): 2, date(2026, 12, 9): 1, date(2026, 12, 10): 1}
        assert found == {"A-COY": UnitStrength(assigned=4, away=away), "NOBODY": UnitStrength(assigned=0)}

    def test_who_no_longer_holds_a_key_post_since_an_import_is_counted_up_to_the_day_before(self, register: Engine):
        first, last = NOW.date() - DAY, NOW.date() + 30 * DAY
        text = edited("appointments", "SITE,IDN-1,2026-01-01,\n", "")
        with imported(register, appointments=text) as session:
            (held,) = of_units(session, ["SITE"], first, last, ["SITE"])["SITE"].keys["SITE"]
            assert (held.since, held.until) == (date(2026, 1, 1), NOW.date() - DAY)
            assert of_units(session, ["SITE"], NOW.date(), last, ["SITE"])["SITE"].keys == {}

    @pytest.mark.parametrize(
        ("first", "last", "assigned", "changes"),
        [
            (date(2026, 12, 19), date(2026, 12, 19), 4, {}),
            (date(2026, 12, 19), date(2026, 12, 20), 4, {date(2026, 12, 20): 5}),
            (date(2026, 12, 20), date(2027, 1, 10), 5, {}),
            (date(2026, 12, 20), date(2027, 1, 11), 5, {date(2027, 1, 11): 4}),
            (date(2025, 12, 31), date(2026, 1, 1), 0, {date(2026, 1, 1): 4}),
        ],
    )
    def test_assigned_is_told_by_day_with_the_day_of_arrival_and_of_departure(
        self, first: date, last: date, assigned: int, changes: dict[date, int]
    ):
        found = of_units(self.session, ["A-COY"], first, last)["A-COY"]
        assert (found.assigned, found.changes) == (assigned, changes)


@given(
    st.lists(st.tuples(st.integers(-3, 12), st.none() | st.integers(-3, 15), st.integers(1, 3)), max_size=8),
    st.integers(0, 9),
)
def test_assigned_on_each_day_is_what_counting_it_would_give(tours: list[tuple[int, int | None, int]], length: int):
    first = date(2026, 12, 1)
    days = [first + timedelta(days=i) for i in range(length + 1)]
    spans = [
        (first + timedelta(days=since), until if until is None else first + timedelta(days=max(since, until)), many)
        for since, until, many in tours
    ]
    counted = [sum(m for since, until, m in spans if since <= day and (not until or day <= until)) for day in days]
    assigned, changes = _assigned(spans, days[0], days[-1])
    strength = UnitStrength(assigned=assigned, changes=changes)
    assert [strength.on(day) for day in days] == counted
