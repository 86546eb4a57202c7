"""The member's account: who may hold which days, what they cost, and what is left."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import account
from domain.account import CorrectedDays, DaysRefused, HeldDays, Opened
from domain.account.accrual import credits_until, earned
from domain.account.fold import MOST_EMPTY_LINES
from domain.decider import Refused
from domain.facts import HeldPost, Person
from domain.model import DAY, Decimal
from domain.terms import Accrual
from tests.domain.accounts import COMMANDER, MEMBER, OPENING, Book, terms, wish

MONTHLY = Accrual(days_per_month=Decimal("2.5"))


def rule(answer: HeldDays | DaysRefused) -> str:
    """The rule which refused, or the word for an answer that did not."""
    return answer.refusal.rule if isinstance(answer, DaysRefused) else "held"


# ---- what is earned ------------------------------------------------------------------------------------------------


def test_a_month_is_credited_on_its_last_day():
    since = date(2026, 1, 31)
    assert earned(MONTHLY, since, None, date(2026, 2, 27)) == 0
    assert earned(MONTHLY, since, None, date(2026, 2, 28)) == Decimal("2.5")
    assert earned(MONTHLY, since, None, date(2026, 12, 31)) == Decimal("27.5")


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
    assert len(book.state.model_dump_json()) < 96_000  # with each step of each leave, and when it was recorded


# ---- corrections ---------------------------------------------------------------------------------------------------


def closed() -> Book:
    """An account with one closed leave of 9 days, 8 of them charged."""
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-13")
    book.settle("L1", "2026-03-02", "2026-03-10", charged=8)
    book.set_days("L1", 3, None)
    return book


def test_a_correction_adds_an_entry_and_erases_none():
    book = closed()
    event = book.correct("L1", "2.5")
    assert isinstance(event, CorrectedDays)
    assert (event.days, event.charge) == (Decimal("2.5"), Decimal("5.5"))
    assert book.balance("2026-03-31") == 10 + Decimal("7.5") - Decimal("5.5")
    assert book.state.lines["L1"].days == wish("2026-03-02", "2026-03-10").model_copy(update={"charged": Decimal(8)})


def test_a_repeated_correction_changes_nothing():
    book = closed()
    book.correct("L1", 2)
    before = book.state
    assert book.correct("L1", 2).charge == 6
    assert book.state.model_copy(update={"seq": before.seq}) == before
    book.correct("L1", 2, act_id="c2")
    assert book.state.lines["L1"].cost == 4


@pytest.mark.parametrize(
    ("days", "expected"),
    [(8, ""), (9, "bounds"), (-1, ""), ("-1.5", "bounds"), ("0.5", ""), ("0.25", "bounds"), (0, "bounds")],
)
def test_account_correction_bounds(days, expected):
    """A leave of 9 days, charged 8, costs between none and 9."""
    event = closed().correct("L1", days)
    assert (event.refusal.rule if isinstance(event, Refused) else "") == (expected and f"account/correction-{expected}")


def test_account_unknown_leave():
    assert closed().correct("L9", 1).refusal.rule == "account/unknown-leave"


def test_account_open_leave():
    """While the leave is open its own dates are corrected, and the charge follows."""
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-13")
    assert book.correct("L1", 1).refusal.rule == "account/open-leave"
    book.settle("L1", "2026-03-02", "2026-03-10", charged=8)
    assert book.correct("L1", 1).refusal.rule == "account/open-leave"


def test_a_correction_which_overdraws_is_noted():
    book = closed()
    book.hold("L2", "2026-03-20", "2026-03-25", 7)
    assert book.correct("L1", -1).irregular == ("account/overdraft",)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Person(id="m-x", posts=(HeldPost(post="CLK-NAQ", role="clerk", since=date(2026, 1, 1)),)), "authority/post"),
        (COMMANDER.model_copy(update={"id": MEMBER.id}), "decision/not-own"),
        (None, "authority/known-person"),
    ],
)
def test_a_correction_is_refused_to(person, expected):
    book = closed()
    book.facts = book.facts.model_copy(update={"person": person})
    assert book.correct("L1", 1, decided_by=person.id if person else "m-x").refusal.rule == expected


def test_a_correction_is_of_the_members_own_chain_of_command():
    book = closed()
    other = Person(id="m-x", posts=(HeldPost(post="CO-TYR", role="commander", since=date(2026, 1, 1)),))
    book.facts = book.facts.model_copy(update={"person": other})
    assert book.correct("L1", 1, post="CO-TYR").refusal.rule == "authority/correct-account"


# ---- the statement -------------------------------------------------------------------------------------------------


def test_the_statement_is_a_ledger_of_entries_with_a_running_balance():
    book = closed()
    book.correct("L1", 1)
    book.hold("L2", "2026-03-20", "2026-03-21")
    lines = account.statement(book.state, terms(), MEMBER, date(2026, 3, 31))
    assert [(str(x.day), x.what, str(x.days), str(x.balance)) for x in lines] == [
        ("2025-12-31", "opening", "10", "10"),
        ("2026-01-31", "credit", "2.5", "12.5"),
        ("2026-02-28", "credit", "2.5", "15.0"),
        ("2026-03-02", "charged", "-8", "7.0"),
        ("2026-03-02", "correction", "1", "8.0"),
        ("2026-03-20", "held", "-2", "6.0"),
        ("2026-03-31", "credit", "2.5", "8.5"),
    ]
    assert lines[-1].balance == book.balance("2026-03-31")


def test_a_member_who_brought_nothing_earns_from_the_day_of_arrival():
    late = MEMBER.model_copy(update={"arrived": date(2026, 2, 1)})
    book = Book(terms(), opening=None, member=late)
    assert book.balance("2026-02-28") == Decimal("2.5")
    assert account.statement(book.state, terms(), late, date(2026, 1, 31)) == ()


def test_the_account_waits_for_nothing_and_is_never_over():
    book = closed()
    assert account.due(book.state) == ()
    assert not account.over(book.state)
