"""What a tour earns, month by month."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.account.accrual import credits_until, earned
from domain.model import DAY, Decimal
from domain.terms import Accrual

MONTHLY = Accrual(days_per_month=Decimal("2.5"))


def test_a_part_of_a_month_earns_its_share_rounded_to_half_days():
    assert [c.days for c in credits_until(MONTHLY, date(2026, 1, 15), None, date(2026, 2, 28))] == [
        Decimal("1.5"),  # 16 of 31 days: 1.29
        Decimal("2.5"),
    ]
    assert earned(MONTHLY, date(2026, 1, 28), None, date(2026, 1, 31)) == 0  # 3 of 31 days: 0.24
    assert earned(MONTHLY, date(2026, 6, 27), None, date(2026, 6, 30)) == Decimal("0.5")  # 3 of 30 days: 0.25


def test_the_tour_ends_with_its_share_of_the_last_month():
    found = credits_until(MONTHLY, date(2026, 1, 31), date(2026, 3, 10), date(2027, 1, 1))
    assert [(c.day, c.days) for c in found] == [
        (date(2026, 2, 28), Decimal("2.5")),
        (date(2026, 3, 10), Decimal(1)),  # 10 of 31 days: 0.81
    ]


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 1500),
    st.integers(0, 1500),
    st.one_of(st.none(), st.integers(0, 1500)),
)
def test_what_is_earned_never_falls_and_comes_in_half_days_by_day_of_service(since, some, more, tour):
    departs = None if tour is None else since + tour * DAY
    days = [since + some * DAY, since + (some + more) * DAY]
    low, high = (earned(MONTHLY, since, departs, day) for day in days)
    assert 0 <= low <= high
    assert high % Decimal("0.5") == 0
    served = (min(days[1], departs or days[1]) - since).days
    assert high <= Decimal("2.5") * served / 28 + 1
