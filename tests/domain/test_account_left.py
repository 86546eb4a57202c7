"""What is left of an account at the end of a member's time: one number, wherever and whenever it is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.packs import load
from domain import account
from domain.account import Rest, as_known, statement
from domain.acts import AdjustAccount, EndAccount, HandOver, Relabel
from domain.facts import Member
from domain.model import DAY, Decimal
from domain.terms import Terms
from tests.domain.accounts import COMMANDER, MEMBER, NOW, Book, closed, terms
from tests.domain.leave.life import SEALED

END = date(2026, 3, 17)
LATER = NOW.replace(month=4, day=2)
"""A morning after the end, on which corrections are entered."""

OPEN_ENDED = MEMBER.model_copy(update={"departs": None})


def over(book: Book, **words: Any) -> Any:
    """The member's time has ended on the 17th of March; the entry of it."""
    book.now = max(book.now, NOW.replace(month=3, day=18))
    return book.enter(EndAccount, COMMANDER, on=END, why="end-of-tour", **words)


def handed(book: Book, done: str = "handed-over") -> Any:
    return book.enter(HandOver, COMMANDER, done=done, whom="pay office")


def rest(book: Book) -> Rest:
    found = account.rest(book.state, book.terms, book.facts.member or MEMBER, book.now)
    assert found is not None
    return found


@pytest.mark.rule("account/end")
@pytest.mark.parametrize("member", [MEMBER, OPEN_ENDED])
@pytest.mark.parametrize(
    ("pack", "on", "has", "note"),
    [
        ("contingent", date(2026, 3, 16), "15", None),
        ("contingent", END, "16.5", "17 of 31 days served: its share of accrual.days_per_month"),
        ("contingent", date(2026, 3, 31), "16.5", "17 of 31 days served: its share of accrual.days_per_month"),
        ("us-army", END, "16.5", "17 of 31 days served: accrual.part_month"),
        ("us-army", date(2027, 1, 31), "16.5", "17 of 31 days served: accrual.part_month"),
    ],
)
def test_the_part_of_the_last_month_is_a_line_of_the_account_on_the_day_of_the_end(
    pack: str, on: date, has: str, note: str | None, member: Member
) -> None:
    """With what tells its worth; so that the statement, and the account of that day and of any later one, agree."""
    under = terms().model_copy(update={"pack": load(pack).pack, "accrual": load(pack).accrual})
    book = Book(under, member=member)
    ended = over(book)
    line = statement(book.state, under, member, on)[-1]
    if note:
        assert (line.day, line.what, line.days, line.note) == (END, "credit", Decimal("1.5"), f"{note}, {under.pack}")
        assert line.balance == ended.balances["annual"]
    assert line.balance == account.balance(book.state, under, member, on) == Decimal(has)


def test_whole_months_are_told_by_the_pack_alone() -> None:
    notes = {line.note for line in statement(Book(terms()).state, terms(), MEMBER, date(2026, 2, 28))}
    assert notes == {terms().pack}


@pytest.mark.rule("account/end")
@pytest.mark.parametrize("entry", ["correct", "relabel", "adjust"])
def test_what_is_left_follows_each_entry_after_the_end_and_says_that_it_has_changed(entry: str) -> None:
    book = closed()
    told = over(book).balances
    assert rest(book) == Rest(told, told, to_do=True)
    assert not rest(book).changed
    book.now = LATER
    entered(book, entry)
    assert rest(book).told == told
    assert rest(book).balances["annual"] == book.balance(LATER.date()) != told["annual"]
    assert (rest(book).changed, rest(book).to_do) == (True, True)


def entered(book: Book, entry: str, n: int = 0, days: str = "2") -> None:
    """Two days go back, by one of the entries that give days back."""
    if entry == "correct":
        book.correct("L1", days, act_id=f"c{n}")
    elif entry == "adjust":
        book.enter(AdjustAccount, COMMANDER, purse="annual", days=Decimal(days), on=book.now.date(), reason=SEALED)
    else:
        span = {"first": date(2026, 3, 9), "last": date(2026, 3, 10), "days": Decimal(days)}
        called = {"label": "excused", "why": "without-fault", "reason": SEALED, "leave_id": "L1"}
        book.enter(Relabel, COMMANDER, **span, **called)


@pytest.mark.rule("account/hand-over")
def test_who_hands_over_sees_to_what_the_account_has_and_a_later_entry_opens_it_again() -> None:
    book = closed()
    told = over(book).balances["annual"]
    book.now = LATER
    entered(book, "correct")
    event = handed(book)
    assert event.balances["annual"] == told + 2
    assert f"(annual {told + 2}" in event.says()
    assert (rest(book).changed, rest(book).to_do) == (False, False)
    entered(book, "adjust", days="-0.5")
    assert (rest(book).changed, rest(book).to_do, rest(book).told["annual"]) == (True, True, told + 2)
    handed(book)
    assert (rest(book).changed, rest(book).to_do) == (False, False), "the same words see to it once more"
    book.enter(EndAccount, COMMANDER, on=END, why="end-of-tour", lift=True)
    assert account.rest(book.state, terms(), MEMBER, book.now) is None


def test_the_same_hand_over_again_changes_nothing() -> None:
    book = closed()
    over(book)
    handed(book)
    before = book.state
    handed(book)
    assert book.state.model_copy(update={"seq": before.seq, "said": before.said}) == before


def test_an_account_handed_over_before_that_told_its_balances_was_handed_over_as_its_statement_had_it() -> None:
    """As histories of then have it: no balances stand in the hand-over, and a correction before it was not in it."""
    book = closed()
    told = over(book).balances
    ending = book.state.endings[-1]._replace(handed="settled: pay office")
    book.state = book.state.model_copy(update={"endings": (ending,)})
    assert rest(book) == Rest(told, told, to_do=False)
    book.now = LATER
    entered(book, "correct")
    assert (rest(book).told, rest(book).to_do) == (told, True)


def test_as_known_before_the_hand_over_nobody_had_seen_to_the_rest() -> None:
    book = closed()
    over(book)
    before = book.now
    handed(book)
    known = as_known(book.state, before).ended
    assert known is not None
    assert (known.handed, known.handed_balances) == ("", {})
    assert as_known(book.state, book.now).ended == book.state.ended


def test_no_fiscal_year_ends_for_somebody_after_their_time_has() -> None:
    """What nobody may carry over is not taken from an account that waits to be handed over."""
    army = load("us-army")
    under = terms().model_copy(update={"pack": army.pack, "accrual": army.accrual, "carry_over": army.carry_over})
    book = Book(under)
    assert account.to_close(book.state, under, MEMBER, date(2026, 10, 1)) == (date(2026, 9, 30),)
    over(book)
    assert account.to_close(book.state, under, MEMBER, date(2026, 10, 1)) == ()


ENTRY = st.tuples(
    st.sampled_from(["correct", "adjust", "hand-over"]), st.sampled_from(["0.5", "1", "-1"]), st.integers(0, 20)
)


@settings(max_examples=60)
@given(departs=st.sampled_from([None, date(2026, 3, 25), MEMBER.departs]), entries=st.lists(ENTRY, max_size=6))
def test_what_is_left_is_the_balance_of_the_account_on_every_day_after_the_end(
    departs: date | None, entries: list[tuple[str, str, int]]
) -> None:
    """Under any entries after the end; it waits for somebody exactly while it is not what was handed over last."""
    book = closed()
    member = MEMBER.model_copy(update={"departs": departs})
    book.facts = book.facts.model_copy(update={"member": member})
    seen_to: dict[Any, Decimal] | None = None
    told = over(book).balances
    for n, (entry, days, later) in enumerate(entries):
        book.now += timedelta(days=later)
        if entry == "hand-over":
            seen_to = handed(book).balances
        else:
            entered(book, entry, n, days)
        today = book.now.date()
        agree(book, book.terms, member, today)
        assert rest(book).changed == (rest(book).balances != (seen_to or told))
        assert rest(book).to_do == (seen_to is None or seen_to != rest(book).balances)


def agree(book: Book, under: Terms, member: Member, today: date) -> None:
    """Statement of the day, balance, forecast and what is left tell the same."""
    has = rest(book).balances["annual"]
    for day in (today, today + DAY, today + 400 * DAY):
        assert account.balance(book.state, under, member, day) == has
        assert statement(book.state, under, member, day)[-1].balance == has
    assert account.forecast(book.state, under, member, today).balance == has
