"""A leave over the end of a fiscal year: what is there as the day ends, of which the rest may be carried over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.account import Account, as_known, forecast
from domain.acts import CloseYear
from domain.holdings import Share
from domain.model import DAY, Decimal
from tests.domain.accounts import MEMBER, Book
from tests.domain.test_account_entries import at_the_end_of

END = date(2027, 9, 30)
HAS, CARRIED = Decimal("77.5"), Decimal(60)
"""What is there on that day if nothing is taken, the days of September with it; and what may be carried over."""


def shares(first: date, each: list[str]) -> tuple[Share, ...]:
    """One run a day, so that each day may take something else."""
    spans = ((first + i * DAY, Decimal(days)) for i, days in enumerate(each))
    return tuple(
        Share(first=day, last=day, leave_kind="ordinary", purse="annual" if days else "none", each=days)
        for day, days in spans
    )


def closed(book: Book) -> Decimal:
    """What is lost by closing the year."""
    lost: Decimal = book.enter(CloseYear, on=END).lost
    return lost


@pytest.mark.rule("account/year-end")
@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize(
    ("first", "lost"),
    [
        (date(2027, 9, 1), "0"),
        (date(2027, 9, 2), "0"),
        (date(2027, 9, 14), "0.5"),
        (date(2027, 9, 29), "15.5"),
        (END, "16.5"),
        (END + DAY, "17.5"),
    ],
)
def test_of_a_leave_of_30_days_the_days_up_to_the_close_alone_save_what_would_be_lost(first, lost, settled):
    book = at_the_end_of(2027, "75")
    span = (first, first + 29 * DAY)
    _ = book.settle("L1", *span, charged=30) if settled else book.hold("L1", *span)
    assert closed(book) == Decimal(lost)
    assert book.balance(first + 29 * DAY) == HAS - Decimal(lost) - 30


@pytest.mark.rule("account/year-end")
def test_what_is_settled_after_the_close_changes_what_was_lost_by_the_days_up_to_it_alone():
    """Recalled in October nothing more is lost; had the member not gone in September, it would have been."""
    book = at_the_end_of(2027, "75")
    book.hold("L1", END - DAY, END + 28 * DAY)
    assert closed(book) == Decimal("15.5")
    book.settle("L1", END - DAY, END + 8 * DAY, charged=10)
    assert closed(book) == Decimal("15.5")
    book.settle("L1", END, END + 8 * DAY, charged=9, n=3)
    assert closed(book) == Decimal("16.5")
    assert [line.days for line in book.state.ledger if line.what == "forfeited"] == [Decimal("-15.5"), Decimal(-1)]


@pytest.mark.rule("account/year-end")
@pytest.mark.parametrize(("back", "lost"), [(10, "15.5"), (28, "15.5"), (30, "17.5")])
def test_days_given_back_by_their_number_are_first_those_after_the_close(back, lost):
    book = at_the_end_of(2027, "75")
    book.settle("L1", END - DAY, END + 28 * DAY, charged=30)
    book.set_days("L1", 3, None)
    book.correct("L1", back)
    assert closed(book) == Decimal(lost)


def test_the_forecast_and_the_account_as_known_on_a_day_tell_the_same_loss():
    book = at_the_end_of(2027, "75", as_of=date(2027, 8, 31))
    book.hold("L1", END - DAY, END + 28 * DAY)
    before = as_known(book.state, book.now)
    for known in (book.state, before):
        assert forecast(known, book.terms, book.facts.member or MEMBER, date(2027, 9, 1)).lost_then == Decimal("15.5")


@given(
    st.integers(-12, 3),
    st.lists(st.sampled_from(["0", "0.5", "1"]), min_size=1, max_size=14),
    st.booleans(),
    st.integers(50, 90),
)
@settings(max_examples=60, deadline=None)
def test_a_leave_over_the_close_saves_as_much_as_if_it_were_cut_in_two_there(start, each, charged, has):
    """And as much as the days up to the close take, found by going from day to day."""
    lost = set[Decimal]()
    first, cut = END + start * DAY, max(0, min(1 - start, len(each)))
    for leaves in ([(first, each)], [(first, each[:cut]), (first + cut * DAY, each[cut:])]):
        book = at_the_end_of(2027, str(has))
        for i, (since, days) in enumerate(leaves):
            total = sum(map(Decimal, days), Decimal(0))
            said: dict[str, Any] = {"charge": total, "shares": shares(since, days)}
            said |= {"charged": total} if charged else {}
            if days:
                book.hold(f"L{i}", since, since + (len(days) - 1) * DAY, **said)
        lost.add(closed(book))
        assert Account.model_validate_json(book.state.model_dump_json()) == book.state
    taken = sum((Decimal(days) for i, days in enumerate(each) if first + i * DAY <= END), Decimal(0))
    assert lost == {max(Decimal(0), has + Decimal("2.5") - taken - CARRIED)}
