"""The member's account: who may hold which days, what they cost, and what is left."""

from datetime import date, timedelta

import pytest

from domain import account
from domain.account import DaysRefused, HeldDays, Opened
from domain.account.accrual import earned
from domain.account.fold import MOST_EMPTY_LINES
from domain.model import DAY, Decimal
from domain.terms import Accrual
from tests.domain.accounts import MEMBER, OPENING, Book, closed, terms, wish

MONTHLY = Accrual(days_per_month=Decimal("2.5"))


def rule(answer: HeldDays | DaysRefused) -> str:
    """The rule which refused, or the word for an answer that did not."""
    return answer.refusal.rule if isinstance(answer, DaysRefused) else "held"


def test_a_month_is_credited_on_its_last_day():
    since = date(2026, 1, 31)
    assert earned(MONTHLY, since, None, date(2026, 2, 27)) == 0
    assert earned(MONTHLY, since, None, date(2026, 2, 28)) == Decimal("2.5")
    assert earned(MONTHLY, since, None, date(2026, 12, 31)) == Decimal("27.5")


# ---- opening -------------------------------------------------------------------------------------------------------


def test_the_account_opens_once_with_the_balances_from_outside():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.hold("L2", "2026-04-02", "2026-04-06")
    opened = [e.event for e in book.journal if isinstance(e.event, Opened)]
    assert [(o.as_of, o.days["annual"], o.source) for o in opened] == [(OPENING.as_of, Decimal(10), OPENING.source)]
    assert "register@7" in opened[0].cites


def test_balances_that_come_later_open_the_account_later():
    book = Book(terms(overdraft=5), opening=None)
    assert book.balance("2026-02-28") == 5
    book.hold("L1", "2026-02-02", "2026-02-03")
    book.facts = book.facts.model_copy(update={"opening": OPENING})
    book.hold("L2", "2026-03-02", "2026-03-03")
    assert book.state.opened == OPENING
    assert book.balance("2026-02-28") == 10 + 5 - 2


# ---- account/overlap -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-10", "2026-03-12", "account/overlap"),
        ("2026-02-25", "2026-03-02", "account/overlap"),
        ("2026-03-06", "2026-03-06", "account/overlap"),
        ("2026-02-25", "2026-03-20", "account/overlap"),
        ("2026-03-07", "2026-03-08", "held"),
        ("2026-02-28", "2026-03-01", "held"),
    ],
)
def test_account_overlap(first, last, expected):
    book = Book(terms(overdraft=30))
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.hold("L2", "2026-03-09", "2026-03-13", leave_kind="emergency", purse="none")
    assert rule(book.hold("L3", first, last)) == expected


def test_account_overlap_tells_the_first_day_from_which_as_many_days_are_free():
    book = Book(terms(overdraft=30))
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.hold("L2", "2026-03-09", "2026-03-13")
    answer = book.hold("L3", "2026-03-05", "2026-03-08")
    assert isinstance(answer, DaysRefused)
    assert answer.refusal.helps.endswith("2026-03-14")
    assert rule(book.hold("L3", "2026-03-14", "2026-03-17", n=2)) == "held"


def test_a_leave_does_not_overlap_with_itself():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06")
    assert rule(book.hold("L1", "2026-03-04", "2026-03-08", n=2)) == "held"


# ---- account/gap ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("account/gap")
@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-05-30", "2026-05-30", "account/gap"),
        ("2026-05-31", "2026-05-31", "held"),
        ("2026-04-10", "2026-04-11", "account/gap"),
        ("2026-04-10", "2026-04-10", "held"),
    ],
)
def test_account_gap(first, last, expected):
    """Gap of 21 days: next first day >= last day + 21, before as after."""
    book = Book(terms(gap=21))
    book.hold("L1", "2026-05-01", "2026-05-10")
    assert rule(book.hold("L2", first, last)) == expected


def test_account_gap_is_kept_between_leaves_of_one_kind_only():
    book = Book(terms(gap=21))
    book.hold("L1", "2026-05-01", "2026-05-10")
    assert rule(book.hold("L2", "2026-05-11", "2026-05-12", leave_kind="emergency")) == "held"
    assert rule(book.hold("L3", "2026-05-13", "2026-05-14")) == "account/gap"


def test_account_gap_tells_the_first_day_which_keeps_it():
    book = Book(terms(gap=21, overdraft=10))
    book.hold("L1", "2026-05-01", "2026-05-10")
    book.hold("L2", "2026-06-10", "2026-06-12")
    answer = book.hold("L3", "2026-05-20", "2026-05-24")
    assert isinstance(answer, DaysRefused)
    assert answer.refusal.helps.endswith("2026-07-03")
    assert rule(book.hold("L3", "2026-07-03", "2026-07-07", n=2)) == "held"


def test_an_extension_keeps_the_gap_to_the_next_leave():
    book = Book(terms(gap=21))
    book.hold("L1", "2026-05-01", "2026-05-03")
    book.hold("L2", "2026-05-31", "2026-06-01")
    assert rule(book.hold("L1", "2026-05-01", "2026-05-10", n=2)) == "held"
    assert rule(book.hold("L1", "2026-05-01", "2026-05-11", n=3)) == "account/gap"


# ---- account/overdraft ---------------------------------------------------------------------------------------------


@pytest.mark.rule("account/overdraft")
def test_account_overdraft():
    """10 days from outside, 2.5 a month: 15 on 28 February, 16 are too many."""
    assert rule(Book(terms()).hold("L1", "2026-02-28", "2026-03-15", 15)) == "held"
    assert rule(Book(terms()).hold("L1", "2026-02-28", "2026-03-15", 16)) == "account/overdraft"
    assert rule(Book(terms()).hold("L1", "2026-02-27", "2026-03-15", 15)) == "account/overdraft"
    assert rule(Book(terms(overdraft=1)).hold("L1", "2026-02-28", "2026-03-15", 16)) == "held"


def test_account_overdraft_by_a_leave_before_one_that_is_held_already():
    """Each would have the days alone; the earlier one may not take those of the later one."""
    book = Book(terms())
    assert rule(book.hold("L1", "2026-05-31", "2026-06-21", 22)) == "held"
    assert rule(book.hold("L2", "2026-03-02", "2026-03-06", 1)) == "account/overdraft"
    assert rule(book.hold("L3", "2026-07-01", "2026-07-02", 2)) == "held"


def test_account_overdraft_tells_how_many_days_would_fit_and_from_when_all_would():
    answer = Book(terms()).hold("L1", "2026-02-01", "2026-02-18")
    assert isinstance(answer, DaysRefused)
    assert answer.refusal.helps == "12 days would fit from 2026-02-01; all 18 from 2026-04-30"
    assert answer.refusal.facts["expected"] == "at least 0"
    assert answer.refusal.facts["got"] == "-5.5"


def test_nobody_is_advanced_more_than_the_tour_will_still_earn():
    """Advance: the lesser of what the terms say and what will still be earned; in December 2.5 days, in January 30."""
    assert rule(Book(terms(overdraft=30)).hold("L1", "2026-01-02", "2026-02-10", 40)) == "held"
    assert rule(Book(terms(overdraft=30)).hold("L1", "2026-12-01", "2026-12-31", "40.5")) == "account/overdraft"
    assert rule(Book(terms(overdraft=30)).hold("L1", "2026-12-01", "2026-12-31", 40)) == "held"
    forever = MEMBER.model_copy(update={"departs": None})
    assert rule(Book(terms(overdraft=30), member=forever).hold("L1", "2026-12-01", "2026-12-31", 60)) == "held"


def test_a_purse_which_nothing_is_earned_for_has_what_came_from_outside():
    book = Book(terms(overdraft=30))
    assert rule(book.hold("L1", "2026-06-01", "2026-06-05", leave_kind="rr", purse="rr")) == "held"
    assert rule(book.hold("L2", "2026-09-01", "2026-09-01", leave_kind="rr", purse="rr")) == "account/overdraft"
    assert rule(book.hold("L3", "2026-10-01", "2026-10-01", leave_kind="rr", purse="none")) == "held"


def test_a_leave_that_shrinks_is_not_refused_whatever_else_is_overdrawn():
    book = Book(terms())
    book.hold("L1", "2026-03-01", "2026-03-10")
    book.settle("L0", "2026-01-10", "2026-01-30", charged=20)
    assert book.balance("2026-03-01") < 0
    assert rule(book.hold("L1", "2026-03-01", "2026-03-09", n=2)) == "held"
    assert rule(book.hold("L1", "2026-03-01", "2026-03-10", n=3)) == "account/overdraft"


def test_a_leave_which_another_one_ran_into_may_still_change_but_not_grow_into_more():
    book = Book(terms(overdraft=30))
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.hold("L2", "2026-03-10", "2026-03-14")
    book.hold("L3", "2026-03-16", "2026-03-18")
    book.settle("L1", "2026-03-02", "2026-03-11", charged=10)
    assert rule(book.hold("L2", "2026-03-10", "2026-03-15", n=2)) == "held"
    assert rule(book.hold("L2", "2026-03-10", "2026-03-16", n=3)) == "account/overlap"


# ---- the life of a holding -----------------------------------------------------------------------------------------


def test_the_answer_tells_what_is_left_on_the_first_day():
    answer = Book(terms()).hold("L1", "2026-03-02", "2026-03-06")
    assert isinstance(answer, HeldDays)
    assert answer.balance_after == 10
    assert answer.cites == ("account/hold", terms().pack)


def test_a_change_that_is_refused_leaves_what_was_held():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06")
    assert rule(book.hold("L1", "2026-03-02", "2026-04-20", n=2)) == "account/overdraft"
    assert book.state.taken() == {"L1": wish("2026-03-02", "2026-03-06")}
    assert rule(book.hold("L2", "2026-03-06", "2026-03-07")) == "account/overlap"


def test_days_given_back_are_free_for_others():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-13")
    assert rule(book.hold("L2", "2026-03-04", "2026-03-06")) == "account/overlap"
    assert book.set_days("L1", 2, None).cites == ("account/give-back",)
    assert rule(book.hold("L2", "2026-03-04", "2026-03-06", n=2)) == "held"


def test_what_is_settled_stays_charged_when_the_leave_wants_no_more():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-13")
    book.settle("L1", "2026-03-02", "2026-03-10", charged=8)
    closing = book.set_days("L1", 3, None)
    assert isinstance(closing, HeldDays)
    assert closing.days is None
    assert book.balance("2026-03-31") == 10 + Decimal("7.5") - 8


def test_an_early_return_gives_back_the_days_not_taken():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-13")
    assert book.balance("2026-03-02") == 3
    book.settle("L1", "2026-03-02", "2026-03-05", charged=4)
    assert book.balance("2026-03-02") == 11
    assert rule(book.hold("L2", "2026-03-06", "2026-03-09")) == "held"


def test_a_settlement_is_never_refused_and_what_is_wrong_with_it_is_noted():
    book = Book(terms(gap=10))
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.hold("L2", "2026-03-20", "2026-03-22")
    answer = book.settle("L1", "2026-03-02", "2026-03-21", charged=20)
    assert isinstance(answer, HeldDays)
    assert answer.irregular == ("account/overlap", "account/gap", "account/overdraft")
    assert book.balance("2026-03-02") == -5


def test_a_settlement_is_recorded_even_where_the_register_knows_the_member_no_more():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.facts = book.facts.model_copy(update={"member": None})
    assert rule(book.settle("L1", "2026-03-02", "2026-03-06", charged=5)) == "held"
    assert rule(book.hold("L2", "2026-05-02", "2026-05-06")) == "account/unknown-member"


def test_a_repeated_and_an_overtaken_wish_are_answered_by_what_is_held_now():
    book = Book(terms())
    first = book.hold("L1", "2026-03-02", "2026-03-06", n=3)
    second = book.hold("L1", "2026-03-02", "2026-03-08", n=5)
    before = book.state
    for n, days in ((5, wish("2026-03-02", "2026-03-08")), (3, wish("2026-03-02", "2026-03-06")), (4, None)):
        assert book.set_days("L1", n, days) == second
    assert first != second
    assert book.state.model_copy(update={"seq": before.seq}) == before


def test_an_old_wish_does_not_rise_again_after_the_days_were_given_back():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06", n=1)
    book.set_days("L1", 2, None)
    late = book.hold("L1", "2026-03-02", "2026-03-06", n=1)
    assert isinstance(late, HeldDays)
    assert late.days is None
    assert book.state.taken() == {}


def test_a_refused_wish_that_is_repeated_is_refused_again_even_if_it_could_be_met_by_now():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06")
    refused = book.hold("L2", "2026-03-02", "2026-03-06", n=1)
    book.set_days("L1", 2, None)
    assert book.hold("L2", "2026-03-02", "2026-03-06", n=1) == refused
    assert rule(book.hold("L2", "2026-03-02", "2026-03-06", n=2)) == "held"


def test_a_repeat_and_a_giving_back_need_no_facts():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06")
    book.facts = book.facts.model_copy(update={"member": None, "terms": None})
    assert rule(book.hold("L1", "2026-03-02", "2026-03-06")) == "held"
    assert rule(book.set_days("L1", 2, None)) == "held"


def test_the_account_remembers_so_many_leaves_that_cost_nothing_and_all_that_cost_something():
    book = Book(terms())
    book.hold("L", "2026-03-02", "2026-03-06")
    book.settle("L", "2026-03-02", "2026-03-06", charged=5)
    for i in range(MOST_EMPTY_LINES + 20):
        book.set_days(f"L{i}", 1, None)
    assert len(book.state.lines) == MOST_EMPTY_LINES + 1
    assert "L" in book.state.lines
    assert "L19" not in book.state.lines


def test_the_state_of_ten_years_of_leave_is_small():
    book = Book(terms(per_month="5"), member=MEMBER.model_copy(update={"departs": None}))
    day = date(2026, 2, 1)
    for i in range(120):
        first, leave = day + timedelta(days=30 * i), f"UNIFIL-01JE0000000000000000000{i:03}"
        book.hold(leave, first, first + 3 * DAY)
        book.settle(leave, first, first + 3 * DAY, charged=4)
        book.set_days(leave, 3, None)
    assert len(book.state.lines) == 120
    assert len(book.state.model_dump_json()) < 110_000  # with each step of each leave, and when it was recorded


def test_a_member_who_brought_nothing_earns_from_the_day_of_arrival():
    late = MEMBER.model_copy(update={"arrived": date(2026, 2, 1)})
    book = Book(terms(), opening=None, member=late)
    assert book.balance("2026-02-28") == Decimal("2.5")
    assert account.statement(book.state, terms(), late, date(2026, 1, 31)) == ()


def test_the_account_waits_for_the_posting_of_what_it_charged_for_nothing_else_and_is_never_over():
    book = closed()
    assert [lapse.what for lapse in account.due(book.state)] == ["posting:L1"]
    assert account.due(Book(terms()).state) == ()
    assert not account.over(book.state)
