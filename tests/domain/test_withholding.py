"""Days on which nothing is earned: who says of which, what lifts them, and what is earned beside them."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.account.accrual import credits_until
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.records import AUTHORITY, END, Withholding, days_within, spans
from domain.acts import EndAccount, Relabel, WithholdAccrual
from domain.model import DAY, Decimal
from domain.terms import Accrual
from tests.domain.accounts import CLERK, COMMANDER, Book, closed, rule, terms
from tests.domain.leave.life import SEALED

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


# ---- confined, whatever else is said of the days


MARCH = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
CONFINED: dict[str, Any] = MARCH | {"ground": "confined", "reason": "an order", "post": "CO-NAQ"}


def confined() -> Book:
    """Confined all of March, with a closed leave of the 2nd to the 10th."""
    book = closed()
    book.now = datetime(2026, 4, 2, 9, tzinfo=UTC)
    book.enter(WithholdAccrual, COMMANDER, **CONFINED)
    return book


def called(book: Book, label: str, first: int = 2, last: int = 10, **words: Any) -> Any:
    span = {"first": date(2026, 3, first), "last": date(2026, 3, last)}
    told = {"leave_id": "L1", "label": label, "why": "other", "days": Decimal(0), "reason": SEALED, "post": "CO-NAQ"}
    return book.enter(Relabel, COMMANDER, **(told | span | words))


@pytest.mark.rule("account/no-accrual")
@pytest.mark.parametrize(
    "labels", [("charged",), ("excused",), ("absent", "charged"), ("absent", "excused", "charged")]
)
def test_who_was_confined_earns_nothing_whatever_the_days_of_a_leave_are_called(labels):
    book = confined()
    for label in labels:
        assert rule(called(book, label)) == ""
        assert book.balance("2026-03-31") == book.balance("2026-02-28") - 8
    book.enter(WithholdAccrual, COMMANDER, **CONFINED, lift=True)
    assert book.balance("2026-03-31") == book.balance("2026-02-28") - 8 + Decimal("2.5")


@pytest.mark.parametrize("ground", ["absent", "unpaid", "excess", "confined"])
def test_an_authority_takes_back_what_was_withheld_on_the_ground_it_names_and_no_other(ground):
    book = confined()
    book.enter(WithholdAccrual, COMMANDER, **(CONFINED | {"ground": ground, "lift": True}))
    assert spans(book.state.withheld) == (() if ground == "confined" else ((MARCH["first"], MARCH["last"]),))


@pytest.mark.parametrize("ground", ["absent", "unpaid", "excess"])
def test_days_of_a_leave_on_which_nothing_was_earned_are_earned_once_they_are_called_otherwise(ground):
    """On whichever ground it was, since it was one of the leave."""
    book = closed()
    book.now = datetime(2026, 4, 2, 9, tzinfo=UTC)
    span = {"first": date(2026, 3, 4), "last": date(2026, 3, 9)}
    book.enter(WithholdAccrual, COMMANDER, **(CONFINED | span | {"ground": ground}))
    called(book, "excused", 5, 8)
    assert spans(book.state.withheld) == tuple((date(2026, 3, day),) * 2 for day in (4, 9))


def test_what_was_lifted_before_grounds_were_kept_apart_stays_lifted():
    book = confined()
    told = next(e.event for e in reversed(book.journal) if e.event.kind == "withheld")
    old = told.model_copy(update={"ground": "absent", "lifted": True, "alone": False})
    assert spans(changed(book.state, old, IN_THOUGHT).withheld) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["charged", "excused", "absent", "withhold", "lift"]),
            st.sampled_from(["absent", "unpaid", "excess"]),
            st.integers(2, 10),
            st.integers(0, 8),
        ),
        max_size=6,
    ),
    st.integers(0, 6),
)
@settings(max_examples=60, deadline=None)
def test_nothing_but_its_own_lifting_lets_days_of_a_confinement_be_earned(said, when):
    """Said before, between or after anything else; what else is not earned is as if nobody had been confined."""
    books = closed(), closed()
    for book in books:
        book.now = datetime(2026, 4, 2, 9, tzinfo=UTC)
        for i, (what, ground, first, more) in enumerate(said):
            if book is books[0] and i == when:
                book.enter(WithholdAccrual, COMMANDER, **CONFINED)
            last = min(first + more, 10)
            if what in ("withhold", "lift"):
                days = {"first": date(2026, 3, first), "last": date(2026, 3, last), "ground": ground}
                book.enter(WithholdAccrual, COMMANDER, **(CONFINED | days | {"lift": what == "lift"}))
            else:
                called(book, what, first, last)
    if when >= len(said):
        books[0].enter(WithholdAccrual, COMMANDER, **CONFINED)
    assert spans(books[0].state.withheld) == ((MARCH["first"], MARCH["last"]),)
    books[0].enter(WithholdAccrual, COMMANDER, **CONFINED, lift=True)
    assert spans(books[0].state.withheld) == spans(books[1].state.withheld)
