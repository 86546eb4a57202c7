"""A balance from outside is as of a day: what was taken by then is in it, and is taken from no more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import HeldDays, Reckoned, Split, as_known, balance, split, statement
from domain.account.closing import at_the_end_of
from domain.account.records import by_word
from domain.acts import AdjustAccount, OpenAccount
from domain.facts import Member, Opening
from domain.holdings import Share
from domain.model import DAY, Decimal, Instant
from tests.domain.accounts import CLERK, COMMANDER, MEMBER, Book, terms

TOLD = date(2026, 3, 31)
SOURCE = "pay office, GHA"


def told(as_of: date = TOLD, days: int = 10, **known: Any) -> Book:
    """An account whose annual days were told from outside as of a day; nothing is earned in these months."""
    member = MEMBER.model_copy(update={"arrived": date(2023, 1, 1), "departs": date(2028, 12, 31)})
    opening = Opening(as_of=as_of, days={"annual": Decimal(days)}, source=SOURCE)
    return Book(terms(per_month="0", **known), opening, member)


@pytest.mark.rule("account/opening")
@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize(
    ("as_of", "first", "last", "taken"),
    [
        ("2026-03-31", "2026-03-02", "2026-03-11", 0),  # whole before
        ("2026-03-31", "2026-03-27", "2026-03-31", 0),  # the day itself is in it
        ("2026-03-31", "2026-03-27", "2026-04-01", 1),
        ("2026-03-31", "2026-03-31", "2026-04-04", 4),
        ("2026-03-31", "2026-04-01", "2026-04-05", 5),
        ("2025-12-31", "2025-12-30", "2026-01-02", 2),  # over the year
        ("2024-02-29", "2024-02-28", "2024-03-01", 1),  # 2024 has a 29 February
        ("2024-02-28", "2024-02-28", "2024-03-01", 2),
        ("2025-02-28", "2025-02-28", "2025-03-01", 1),
        ("2026-03-28", "2026-03-27", "2026-03-30", 2),  # the clocks are put forward in between
    ],
)
def test_a_leave_takes_of_a_balance_from_outside_the_days_after_its_day_alone(as_of, first, last, taken, settled):
    book, day = told(date.fromisoformat(as_of)), date.fromisoformat(last)
    length = (day - date.fromisoformat(first)).days + 1
    book.hold("L1", first, last)
    if settled:
        book.settle("L1", first, last, charged=length, shares=(run(date.fromisoformat(first), day),))
    assert book.balance(as_of) == 10
    assert book.balance(max(day, date.fromisoformat(as_of) + DAY)) == 10 - taken


def run(first: date, last: date, each: str = "1") -> Share:
    return Share(first=first, last=last, leave_kind="ordinary", purse="annual", each=Decimal(each))


def test_which_days_are_in_it_tell_the_days_of_the_leave_one_by_one():
    """Half a day, two free ones and two whole ones: the half day and a free one lie before the balance."""
    days = [run(TOLD - DAY, TOLD - DAY, "0.5"), run(TOLD, TOLD + DAY, "0"), run(TOLD + 2 * DAY, TOLD + 3 * DAY)]
    book = told()
    book.settle("L1", TOLD - DAY, TOLD + 3 * DAY, charged="2.5", shares=tuple(days))
    assert [book.balance(TOLD + n * DAY) for n in (0, 1, 9)] == [10, 8, 8]


SPANS = st.tuples(st.integers(-12, 8), st.integers(0, 10)).map(lambda at: (TOLD + at[0] * DAY, TOLD + sum(at) * DAY))


@given(SPANS, st.booleans())
def test_it_is_one_whether_the_balance_or_the_leave_was_heard_of_first(span, in_detail):
    """And the days are those of an account from which nothing but what comes after the day is taken."""
    first, last = span
    length = (last - first).days + 1
    details: dict[str, Any] = {"shares": (run(first, last),)} if in_detail else {}
    books = told(days=40), unopened()
    for book in books:
        book.settle("L1", first, last, charged=length, **details)
        if book.state.opened is None:
            assert book.balance(last) == book.state.lines["L1"].excess - length
            opened(book, 40)
        assert book.balance(TOLD) == 40
        lines = statement(book.state, book.terms, whose(book), TOLD + 30 * DAY)
        assert lines[-1].balance == book.balance(TOLD + 30 * DAY)
    taken = min(max((last - TOLD).days, 0), length)
    assert [book.balance(TOLD + 30 * DAY) for book in books] == [40 - taken] * 2
    answers = [book.state.lines["L1"] for book in books]
    assert answers[0].excess == answers[1].excess == 0
    assert answers[0].unearned == answers[1].unearned == ()


def test_of_several_leaves_each_is_reckoned_anew_and_the_account_earns_on_their_days():
    """The balance pays for the first, for two days of the second, and for none of the third."""
    books = told(days=7), unopened()
    for book in books:
        for n, day in enumerate((1, 8, 15), 1):
            first = TOLD + day * DAY
            book.settle(f"L{n}", first, first + 4 * DAY, charged=5, shares=(run(first, first + 4 * DAY),))
    before = as_known(books[1].state, opened(books[1], 7))
    assert [[b.state.lines[leave].excess for leave in ("L1", "L2", "L3")] for b in books] == [[0, 3, 5]] * 2
    there, here = ({of: spans for of, spans in by_word(b.state.withheld).items() if spans} for b in books)
    assert there == here, "and nothing is earned on the days of that excess alone"
    assert balance(before, books[1].terms, whose(books[1]), TOLD + 30 * DAY) == 0, "what was known before stays"
    reckoned = [entry.event for entry in books[1].journal if isinstance(entry.event, Reckoned)]
    assert [(event.leave_id, event.excess) for event in reckoned] == [("L1", Decimal(0)), ("L2", Decimal(3))]
    assert books[1].enter(OpenAccount, CLERK, as_of=TOLD, days={"annual": 7}, source=SOURCE).again
    assert [entry.event for entry in books[1].journal if isinstance(entry.event, Reckoned)] == reckoned


def test_a_balance_which_the_register_brings_later_does_the_same():
    """It comes in before whatever is said next, and that is decided by what it leaves."""
    book = unopened()
    book.settle("L1", TOLD + DAY, TOLD + 5 * DAY, charged=5, shares=(run(TOLD + DAY, TOLD + 5 * DAY),))
    opening = Opening(as_of=TOLD, days={"annual": Decimal(8)}, source=SOURCE)
    book.facts = book.facts.model_copy(update={"opening": opening, "terms": terms(per_month="0", overdraft=0)})
    assert book.hold("L2", TOLD + 10 * DAY, TOLD + 13 * DAY).kind == "days-refused"
    assert book.hold("L3", TOLD + 10 * DAY, TOLD + 12 * DAY).kind == "held-days"
    assert book.state.lines["L1"].excess == book.balance(TOLD + 30 * DAY) == 0


def unopened() -> Book:
    """The same account before anybody has told its balance."""
    book = told()
    book.facts = book.facts.model_copy(update={"opening": None})
    return book


def opened(book: Book, days: int) -> Instant:
    """The balance is told now; when the account was last without it."""
    before, book.now = book.now, max(book.now, datetime(2026, 4, 20, tzinfo=UTC))
    assert book.enter(OpenAccount, CLERK, as_of=TOLD, days={"annual": days}, source=SOURCE).kind != "refused"
    return before


def whose(book: Book) -> Member:
    assert book.facts.member
    return book.facts.member


def test_what_was_known_before_the_balance_was_told_stays_so():
    book = unopened()
    book.settle("L1", "2026-03-02", "2026-03-11", charged=10)
    before = as_known(book.state, opened(book, 10))
    then = balance(before, book.terms, whose(book), date(2026, 4, 1))
    assert (then, book.balance("2026-04-01")) == (Decimal(-10), Decimal(10))


@pytest.mark.rule("account/overdraft")
def test_who_asks_afterwards_for_days_that_are_in_the_balance_needs_none_of_it():
    """A leave of March is entered in April: 3 days are left after it, and none of its 10 is taken in advance."""
    book = told(days=3, overdraft=0)
    held = book.hold("L1", "2026-03-02", "2026-03-11")
    assert isinstance(held, HeldDays)
    assert [held.advance, held.excess] == [Decimal(0), Decimal(0)]
    assert book.hold("L2", "2026-04-06", "2026-04-09").kind == "days-refused"
    assert book.hold("L3", "2026-04-06", "2026-04-08").kind == "held-days"


def test_of_a_leave_that_goes_on_the_later_days_are_in_advance():
    """Two days are in the balance of 3; of the five after it two are beyond, and the account told what there was."""
    book = told(days=3, overdraft=9)
    book.facts = book.facts.model_copy(update={"terms": terms(overdraft=9)})
    held = book.hold("L1", "2026-03-30", "2026-04-05")
    assert isinstance(held, HeldDays)
    assert [held.advance, held.excess] == [Decimal(2), Decimal(0)]
    assert split(book.state, book.terms, whose(book), "L1") == Split(Decimal(5), Decimal(2), Decimal(0))


def test_what_is_put_right_after_the_balance_was_told_counts_and_what_was_before_is_in_it():
    book = unopened()
    book.settle("L1", "2026-03-02", "2026-03-11", charged=10)
    book.set_days("L1", 3, None)
    book.correct("L1", 1, act_id="early")
    book.enter(AdjustAccount, COMMANDER, purse="annual", days=4, on=date(2026, 1, 3), reason="found")
    assert book.balance("2026-04-01") == -5
    opened(book, 10)
    assert book.balance("2026-04-01") == 10
    book.enter(AdjustAccount, COMMANDER, purse="annual", days=-1, on=date(2026, 1, 4), reason="found")
    assert book.balance("2026-04-01") == 9
    book.correct("L1", 2, act_id="late")
    assert [book.balance(day) for day in ("2026-03-31", "2026-04-01")] == [9, 11]


def test_a_statement_tells_which_leave_is_in_the_balance():
    book = told()
    book.hold("L1", "2026-03-02", "2026-03-11")
    book.hold("L2", "2026-04-06", "2026-04-08")
    lines = statement(book.state, book.terms, whose(book), date(2026, 4, 20))
    assert [f"{line.leave_id} {line.days} {line.balance}" for line in lines] == ["L1 0 0", " 10 10", "L2 -3 7"]
    assert lines[0].note == "2026-03-02 to 2026-03-11, in the balance as of 2026-03-31"


def test_a_year_that_closes_within_a_leave_over_the_balance_counts_the_days_between_alone():
    """As of the 28th, closed on the 30th, away from the 27th to 4 October: two days are taken by the close."""
    book = told(date(2026, 9, 28), days=20)
    book.hold("L1", "2026-09-27", "2026-10-04")
    assert at_the_end_of(book.state, book.terms, whose(book), date(2026, 9, 30)) == 18
    assert book.balance("2026-10-01") == 14
