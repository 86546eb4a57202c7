"""How often, and how near to what, a kind of leave may be taken: each rule of the account by its id."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import DaysRefused, HeldDays, Line
from domain.calendar import months_after
from domain.holdings import Days
from domain.terms import Terms
from tests.domain.accounts import MEMBER, Book, terms, wish


def limits(kind: str, **changed: Any) -> Terms:
    """Terms in which one kind has these limits and no gap; all kinds are as ordinary leave else."""
    known = terms(overdraft=200)
    ordinary = known.kinds["ordinary"]
    kinds = dict.fromkeys(("ordinary", "emergency", "emergency-absence", "home", "pass"), ordinary)
    kinds[kind] = ordinary.model_copy(update=changed)
    return known.model_copy(update={"kinds": kinds})


def rule(answer: HeldDays | DaysRefused) -> str:
    return answer.refusal.rule if isinstance(answer, DaysRefused) else ""


def book(known: Terms) -> Book:
    """An account whose member stays to the end of 2029."""
    return Book(known, member=MEMBER.model_copy(update={"departs": date(2029, 12, 31)}))


ONCE = limits("emergency-absence", career_times=1)
ABSENCE: dict[str, Any] = {"leave_kind": "emergency-absence", "purse": "none"}


@pytest.mark.rule("account/career")
def test_what_is_granted_once_in_a_career_is_refused_the_second_time():
    known = book(ONCE)
    assert rule(known.hold("L1", "2026-03-02", "2026-03-04", 0, **ABSENCE)) == ""
    assert rule(known.hold("L2", "2028-02-29", "2028-03-01", 0, **ABSENCE)) == "account/career"
    assert rule(known.hold("L3", "2028-02-29", "2028-03-01")) == ""


@pytest.mark.rule("account/career")
def test_once_in_a_career_counts_what_was_taken_and_not_what_was_given_back():
    known = book(ONCE)
    known.hold("L1", "2026-03-02", "2026-03-04", 0, **ABSENCE)
    known.set_days("L1", 2, None)
    assert rule(known.hold("L2", "2026-04-30", "2026-05-01", 0, **ABSENCE)) == ""
    known.settle("L2", "2026-04-30", "2026-05-01", charged=0, charge=0, **ABSENCE)
    known.set_days("L2", 3, None)
    assert rule(known.hold("L3", "2026-12-31", "2027-01-01", 0, **ABSENCE)) == "account/career"


@pytest.mark.rule("account/career")
def test_the_one_leave_of_a_career_may_move_and_its_settlement_is_never_refused():
    known = book(ONCE)
    known.hold("L1", "2026-03-02", "2026-03-04", 0, **ABSENCE)
    assert rule(known.hold("L1", "2026-03-03", "2026-03-06", 0, n=2, **ABSENCE)) == ""
    late = known.settle("L2", "2026-06-01", "2026-06-02", charged=0, charge=0, n=1, **ABSENCE)
    assert isinstance(late, HeldDays)
    assert late.irregular == ("account/career",)


CYCLES: dict[str, tuple[str, str, str]] = {
    "two years later to the day": ("2026-03-31", "2028-03-31", ""),
    "a day too early": ("2026-03-31", "2028-03-30", "account/cycle"),
    "from a leap day: the last of February": ("2026-02-28", "2028-02-28", ""),
    "onto a leap day": ("2026-02-28", "2028-02-29", ""),
    "over the end of a year": ("2026-12-31", "2028-12-31", ""),
    "over the end of a year, a day too early": ("2026-12-31", "2028-12-30", "account/cycle"),
    "asked for before one that is held already": ("2028-06-30", "2026-06-30", ""),
    "a day too late before one that is held already": ("2028-06-30", "2026-07-01", "account/cycle"),
}


@pytest.mark.rule("account/cycle")
@pytest.mark.parametrize(("one", "other", "refused"), CYCLES.values(), ids=CYCLES.keys())
def test_cycle_of_24_months(one, other, refused):
    """Counted from first day to first day, whichever was asked for first."""
    known = book(limits("home", cycle_months=24))
    assert rule(known.hold("L1", one, one, leave_kind="home")) == ""
    assert rule(known.hold("L2", other, other, leave_kind="home")) == refused
    assert rule(known.hold("L3", "2027-01-04", "2027-01-05")) == ""


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(day, months, expected):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_months_later_is_in_the_month_counted_and_never_on_a_later_day_of_it(day, months):
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day


APART: dict[str, tuple[str, str, str]] = {
    "the day after a leave": ("2026-03-06", "2026-03-07", "account/apart"),
    "with a day between": ("2026-03-07", "2026-03-08", ""),
    "the eve of a leave": ("2026-02-28", "2026-03-01", "account/apart"),
    "the eve of the eve of a leave": ("2026-02-27", "2026-02-28", ""),
}


@pytest.mark.rule("account/apart")
@pytest.mark.parametrize(("first", "last", "refused"), APART.values(), ids=APART.keys())
def test_a_pass_does_not_lie_next_to_leave(first, last, refused):
    """Ordinary leave from 2 to 5 March; nor does a leave lie next to a pass which is there already."""
    one = book(limits("pass", apart_days=2))
    one.hold("L1", "2026-03-02", "2026-03-05")
    assert rule(one.hold("L2", first, last, leave_kind="pass")) == refused
    other = book(limits("pass", apart_days=2))
    other.hold("L1", first, last, leave_kind="pass")
    assert rule(other.hold("L2", "2026-03-02", "2026-03-05")) == refused


def test_two_leaves_of_which_none_keeps_apart_may_follow_each_other():
    known = book(limits("pass", apart_days=2))
    known.hold("L1", "2026-03-02", "2026-03-05")
    assert rule(known.hold("L2", "2026-03-06", "2026-03-08", leave_kind="emergency")) == ""


LAST_MONTH: dict[str, tuple[str, tuple[tuple[str, str], ...], str]] = {
    "ten days in it": ("2026-03-31", (("2026-03-01", "2026-03-10"),), ""),
    "eleven days in it": ("2026-03-31", (("2026-03-01", "2026-03-11"),), "account/last-month"),
    "of a longer leave only the days in it count": ("2026-03-31", (("2026-02-20", "2026-03-10"),), ""),
    "all leaves together": (
        "2026-03-31",
        (("2026-03-01", "2026-03-06"), ("2026-03-08", "2026-03-12")),
        "account/last-month",
    ),
    "days of other months do not count": (
        "2026-03-31",
        (("2026-02-01", "2026-02-20"), ("2026-03-01", "2026-03-10")),
        "",
    ),
    "a tour that ends within the month": ("2026-03-20", (("2026-03-01", "2026-03-11"),), "account/last-month"),
    "a leap month": ("2028-02-29", (("2028-02-01", "2028-02-11"),), "account/last-month"),
    "the end of a year": ("2027-01-15", (("2026-12-20", "2027-01-10"),), ""),
}


@pytest.mark.rule("account/last-month")
@pytest.mark.parametrize(("departs", "spans", "refused"), LAST_MONTH.values(), ids=LAST_MONTH.keys())
def test_last_month_of_the_tour(departs, spans, refused):
    """At most 10 days off in the calendar month in which the tour ends."""
    member = MEMBER.model_copy(update={"departs": date.fromisoformat(departs)})
    known = Book(limits("ordinary", last_month_days=10), member=member)
    *before, (first, last) = spans
    for i, span in enumerate(before):
        assert rule(known.hold(f"L{i}", *span, 0, purse="none")) == ""
    assert rule(known.hold("L9", first, last, 0, purse="none")) == refused


@pytest.mark.rule("account/last-month")
@pytest.mark.parametrize(
    ("since", "second", "limited", "refused"),
    [
        ("2026-03-06", "2026-03-11", True, "account/last-month"),  # five of one kind, six of another
        ("2026-03-06", "2026-03-10", True, ""),
        ("2026-03-01", "2026-03-11", True, "account/last-month"),  # the first kind in February alone
        ("2026-03-01", "2026-03-11", False, ""),  # and it alone is limited
    ],
)
def test_the_kinds_of_one_absence_share_the_days_of_the_last_month(since, second, limited, refused):
    member = MEMBER.model_copy(update={"departs": date(2026, 3, 31)})
    known = limits("ordinary", last_month_days=10)
    if limited:
        known = known.model_copy(update={"kinds": known.kinds | {"home": known.kinds["ordinary"]}})
    first = date.fromisoformat("2026-02-27" if since == "2026-03-01" else "2026-03-01")
    begins, last = date.fromisoformat(since), date.fromisoformat(second)
    told = {"purse": "none", "each": 0}
    shares = [
        {"leave_kind": "ordinary", "first": first, "last": begins - timedelta(days=1)} | told,
        {"leave_kind": "home", "first": begins, "last": last} | told,
    ]
    assert rule(Book(known, member=member).hold("L1", first, last, 0, purse="none", shares=shares)) == refused


def test_a_leave_that_becomes_shorter_is_not_refused_for_the_last_month():
    member = MEMBER.model_copy(update={"departs": date(2026, 3, 31)})
    known = Book(limits("ordinary", last_month_days=10), member=member)
    days = Days.model_validate(wish("2026-03-01", "2026-03-20").model_dump())
    known.state = known.state.model_copy(update={"lines": {"L1": Line(n=1, days=days)}})
    assert rule(known.hold("L1", "2026-03-01", "2026-03-15", n=2)) == ""
    assert rule(known.hold("L1", "2026-03-01", "2026-03-16", n=3)) == "account/last-month"


def test_an_emergency_without_enough_days_is_offered_the_leave_of_absence():
    known = Book(limits("emergency-absence").model_copy(update={"accrual": terms().accrual}))
    answer = known.hold("L1", "2026-02-02", "2026-03-31", leave_kind="emergency")
    assert isinstance(answer, DaysRefused)
    assert answer.refusal.rule == "account/overdraft"
    assert "--kind emergency-absence" in answer.refusal.helps
