"""Days worked that earn compensatory time off: so many for one, no day twice, and only where a pack knows it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.packs import load
from domain import account
from domain.account import Credited
from domain.acts import CreditWorked
from domain.model import DAY
from tests.domain.accounts import MEMBER, Book, police, rule


def rosters(ratio: int | None = 5, until: datetime = datetime(2028, 6, 1, tzinfo=UTC)) -> Book:
    """An account under terms by which so many days worked earn one, at a moment by which they have come."""
    known = police()
    accrual = known.accrual.model_copy(update={"cto_worked_days": ratio})
    book = Book(known.model_copy(update={"accrual": accrual}), member=MEMBER.model_copy(update={"departs": None}))
    book.now = until
    return book


def worked(book: Book, first: str | date, last: str | date, days: int) -> Any:
    return book.enter(CreditWorked, first=first, last=last, worked=days)


@pytest.mark.rule("account/worked")
@pytest.mark.parametrize(
    ("ratio", "spans", "earned", "counts_from"),
    [
        (5, [("2026-02-01", "2026-02-04", 4)], [0], None),
        (5, [("2026-02-01", "2026-02-05", 5)], [1], "2026-02-05"),
        (5, [("2026-02-01", "2026-02-09", 9)], [1], "2026-02-09"),
        (5, [("2026-02-01", "2026-02-10", 10)], [2], "2026-02-10"),
        (5, [("2026-02-20", "2026-02-23", 4), ("2026-03-01", "2026-03-01", 1)], [0, 1], "2026-03-01"),
        (5, [("2026-12-28", "2027-01-01", 5)], [1], "2027-01-01"),
        (5, [("2028-02-25", "2028-02-29", 5)], [1], "2028-02-29"),
        (7, [("2026-02-01", "2026-02-28", 20), ("2026-03-01", "2026-03-01", 1)], [2, 1], "2026-03-01"),
        (1, [("2026-03-28", "2026-03-30", 3)], [3], "2026-03-30"),
    ],
)
def test_so_many_days_worked_earn_one_from_the_last_of_them_on_and_the_rest_counts_for_the_next(
    ratio, spans, earned, counts_from
):
    book = rosters(ratio)
    assert [worked(book, *span).days for span in spans] == earned
    if counts_from:
        day = date.fromisoformat(counts_from)
        has = [account.balance(book.state, book.terms, MEMBER, on, "cto") for on in (day - DAY, day)]
        assert has == [sum(earned) - earned[-1], sum(earned)]


@pytest.mark.rule("account/worked")
@given(st.integers(1, 9), st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_it_earns_the_same_whether_it_is_entered_at_once_or_roster_by_roster(ratio, rosters_of):
    book, day = rosters(ratio), date(2026, 1, 1)
    for n, days in enumerate(rosters_of):
        first = day + timedelta(days=20 * n)
        worked(book, first, first + timedelta(days=11), days)
    assert sum(each.days for each in book.state.worked) == sum(rosters_of) // ratio


@pytest.mark.rule("account/worked")
@pytest.mark.parametrize(
    ("spans", "has"),
    [
        ([("2026-11-01", "2026-11-22", 22), ("2026-10-29", "2026-10-31", 3)], {"10-31": 0, "11-21": 0, "11-22": 5}),
        ([("2026-11-01", "2026-11-22", 22), ("2026-10-27", "2026-10-31", 5)], {"10-30": 0, "10-31": 1, "11-22": 5}),
        (
            [("2026-02-07", "2026-02-10", 4), ("2026-02-20", "2026-02-20", 1), ("2026-02-05", "2026-02-05", 1)],
            {"02-05": 0, "02-09": 0, "02-10": 1, "02-20": 1},
        ),
        (
            [("2026-03-01", "2026-03-04", 4), ("2026-02-28", "2026-02-28", 4 - 3), ("2026-02-25", "2026-02-27", 3)],
            {"02-28": 0, "03-03": 0, "03-04": 1},
        ),
    ],
)
def test_a_span_entered_late_earns_from_the_day_on_which_the_sum_was_reached(spans, has):
    """What is entered afterwards leaves no day off on a day by which too few days had been worked."""
    book = rosters()
    answers = [worked(book, *span) for span in spans]
    balances = {
        on: account.balance(book.state, book.terms, MEMBER, date.fromisoformat(f"2026-{on}"), "cto") for on in has
    }
    assert balances == has
    assert f"from 2026-{max(has)[:2]}" in answers[-1].says() or not answers[-1].by_day
    again = worked(book, *spans[-1])
    assert (again.again, again.days, again.by_day) == (True, answers[-1].days, answers[-1].by_day)


@pytest.mark.rule("account/worked")
@given(st.integers(1, 6), st.permutations(range(5)), st.lists(st.integers(1, 9), min_size=5, max_size=5))
def test_days_off_count_from_the_same_days_in_whatever_order_rosters_are_entered(ratio, order, days):
    starts = [date(2026, 1, 1) + timedelta(days=20 * n) for n in range(5)]
    book = rosters(ratio)
    for n in order:
        worked(book, starts[n], starts[n] + timedelta(days=9), days[n])
    for n, first in enumerate(starts):
        on = first + timedelta(days=9)
        assert account.balance(book.state, book.terms, MEMBER, on, "cto") == sum(days[: n + 1]) // ratio


@pytest.mark.rule("account/worked-twice")
@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        ("2028-02-09", "2028-02-09", ""),
        ("2028-02-09", "2028-02-10", "account/worked-twice"),
        ("2028-02-10", "2028-02-10", "account/worked-twice"),
        ("2028-02-15", "2028-02-16", "account/worked-twice"),
        ("2028-02-29", "2028-02-29", "account/worked-twice"),
        ("2028-03-01", "2028-03-01", ""),
        ("2028-01-01", "2028-04-30", "account/worked-twice"),
        ("2027-02-10", "2027-02-28", ""),
    ],
)
def test_no_day_earns_twice(first, last, refused):
    book = rosters()
    assert isinstance(worked(book, "2028-02-10", "2028-02-29", 10), Credited)
    answer = worked(book, first, last, 1)
    assert rule(answer) == refused
    if refused:
        assert answer.refusal.facts["expected"] == "no day from 2028-02-10 to 2028-02-29"
        assert len(book.state.worked) == 1


PACKS = {
    "contingent": False,
    "gbr-contingent": False,
    "un-observer": False,
    "un-police": True,
    "un-civilian": False,
    "us-army": False,
    "us-air-force": False,
    "us-marines": False,
    "us-navy": False,
}


@pytest.mark.rule("account/no-compensation")
@pytest.mark.parametrize(("pack", "earns"), PACKS.items())
def test_days_worked_earn_where_the_pack_says_so_and_nowhere_else(pack, earns):
    book = Book(load(pack), opening=None)
    book.now = datetime(2026, 6, 1, tzinfo=UTC)
    answer = worked(book, "2026-02-01", "2026-02-05", 5)
    assert rule(answer) == ("" if earns else "account/no-compensation")
    assert [each.days for each in book.state.worked] == ([1] if earns else [])
