"""Days on which nothing is earned: who says of which, what lifts them, and what is earned beside them."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account.accrual import credits_until
from domain.account.records import AUTHORITY, END, Withholding, days_within, spans
from domain.acts import EndAccount, WithholdAccrual
from domain.model import DAY, Decimal
from domain.terms import Accrual
from tests.domain.accounts import CLERK, COMMANDER, Book, rule, terms

MONTHLY = Accrual(days_per_month=Decimal("2.5"))


def test_a_month_without_accrual_earns_nothing_and_a_part_of_one_its_share():
    out = ((date(2026, 2, 1), date(2026, 2, 28)), (date(2026, 3, 17), date(2026, 4, 15)))
    found = credits_until(MONTHLY, date(2026, 1, 31), None, date(2026, 5, 31), out)
    assert [c.days for c in found] == [
        0,
        Decimal("1.5"),  # 16 of 31 days: 1.29
        Decimal("1.5"),  # 15 of 30 days: 1.25
        Decimal("2.5"),
    ]


def test_account_no_accrual_and_its_lifting():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-03")
    book.now = datetime(2026, 2, 5, 9, tzinfo=UTC)
    said: dict[str, Any] = {"ground": "absent", "reason": "a finding", "post": "CO-NAQ"}
    book.enter(WithholdAccrual, COMMANDER, first="2026-02-01", **said)
    assert book.balance("2026-12-31") == 10 + Decimal("2.5") - 2
    book.enter(WithholdAccrual, COMMANDER, first="2026-03-01", last=None, lift=True, **said)
    assert book.balance("2026-12-31") == 10 + Decimal("2.5") * 11 - 2
    assert rule(book.enter(WithholdAccrual, CLERK, first="2026-05-01", ground="absent", reason="x")) != ""


@pytest.mark.rule("account/no-accrual")
@pytest.mark.parametrize("ended", [False, True])
def test_what_an_authority_has_withheld_stays_when_a_leave_or_an_end_takes_its_own_word_back(ended: bool):
    """Days found absent on a leave, which turns out to be none, within days that an authority has withheld besides."""
    book = Book(terms())
    book.now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    said: dict[str, Any] = {"ground": "absent", "reason": "a finding", "post": "CO-NAQ"}
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.enter(WithholdAccrual, COMMANDER, first="2026-03-10", last="2026-03-20", **said)
    withheld = spans(book.state.withheld)
    if ended:
        book.enter(EndAccount, COMMANDER, on="2026-02-20", why="end-of-tour")
        book.enter(EndAccount, COMMANDER, on="2026-02-20", why="end-of-tour", lift=True)
    else:
        book.hold("L1", "2026-03-02", "2026-03-06", n=2, absent_from=date(2026, 3, 7))
        assert spans(book.state.withheld) != withheld
        book.hold("L1", "2026-03-02", "2026-03-06", n=3)
    assert spans(book.state.withheld) == withheld == ((date(2026, 3, 10), date(2026, 3, 20)),)


def test_an_authority_takes_back_what_a_leave_withholds_and_words_of_before_were_everybodys():
    """A word recorded before it was told whose it is lifted any, and any lifts it."""
    first, last, at = date(2026, 3, 1), date(2026, 3, 9), datetime(2026, 3, 1, tzinfo=UTC)
    for said, lifted, left in (
        ("L1", AUTHORITY, False),
        ("L1", "L2", True),
        (AUTHORITY, "L1", True),
        (None, "L1", False),
        ("L1", None, False),
        (END, END, False),
    ):
        words = [Withholding(at, first, last, "absent", back, of) for back, of in ((False, said), (True, lifted))]
        assert bool(spans(words)) is left, (said, lifted)


@pytest.mark.rule("record/future")
@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ({"ground": "absent", "first": "2026-06-11"}, "record/future"),
        ({"ground": "absent", "first": "2026-06-01", "last": "2026-06-11"}, "record/future"),
        ({"ground": "absent", "first": "2026-06-10", "last": "2026-06-10"}, ""),
        ({"ground": "absent", "first": "2026-06-11", "lift": True}, ""),
        ({"ground": "confined", "first": "2026-06-11"}, ""),
    ],
)
def test_absence_without_leave_is_found_of_days_that_have_begun_somewhere(words, refused):
    """It is half past midnight in Greenwich on the 10th: afternoon of that day at the farthest base in the east."""
    book = Book(terms())
    book.now = datetime(2026, 6, 10, 0, 29, tzinfo=UTC)
    assert rule(book.enter(WithholdAccrual, COMMANDER, reason="x", post="CO-NAQ", **words)) == refused


SPANS = st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 20), st.booleans()), max_size=8)


@given(SPANS, st.integers(0, 70), st.integers(0, 30))
def test_days_without_accrual_are_those_of_the_newest_word_on_each_day(said, first, length):
    start = date(2026, 1, 1)
    withheld = [
        Withholding(
            datetime(2026, 1, 1, tzinfo=UTC),
            start + a * DAY,
            None if n is None else start + (a + n) * DAY,
            "absent",
            lifted,
        )
        for a, n, lifted in said
    ]
    found = spans(withheld)
    assert all(one[1] < two[0] for one, two in pairwise(found))
    slow = 0
    for day in (start + i * DAY for i in range(first, first + length)):
        words = [w for w in withheld if w.first <= day <= (w.last or day)]
        slow += bool(words) and not words[-1].lifted
    assert days_within(found, start + first * DAY, start + (first + length - 1) * DAY) == slow
