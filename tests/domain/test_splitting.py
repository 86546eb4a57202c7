"""What the account knows of a split absence: a balance of old, a year's days, excess, and days that earn nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from activities.packs import load
from domain.account import DaysRefused, HeldDays, allowance, balance, forecast, split, without
from domain.account.accrual import credits_until
from domain.account.comparing import settled_by
from domain.holdings import Share, Split
from domain.leave.counting import CountedDay
from domain.leave.segments import Has, total
from domain.leave.segments import split as day_by_day
from domain.model import DAY, Decimal
from tests.domain.accounts import MEMBER, OPENING, Book, terms

MARCH = date(2026, 3, 2)


def shares(*said: tuple[str, int, str, float]) -> tuple[Share, ...]:
    """Runs from 2 March on: kind, days, purse, and what each takes."""
    first, found = MARCH, []
    for kind, many, purse, each in said:
        last = first + (many - 1) * DAY
        told: dict[str, Any] = {"first": first, "last": last, "leave_kind": kind, "purse": purse, "each": str(each)}
        found.append(Share.model_validate(told))
        first = last + DAY
    return tuple(found)


def span(many: int) -> tuple[date, date]:
    return MARCH, MARCH + (many - 1) * DAY


def test_each_purse_is_charged_from_the_day_on_which_it_pays():
    book = Book(terms())
    told = shares(("rr", 4, "rr", 1), ("ordinary", 3, "annual", 1), ("emergency", 2, "none", 0))
    held = book.hold("L1", *span(9), charge=7, shares=told, leave_kind="rr", purse="rr")
    assert isinstance(held, HeldDays)
    posted = [(p.purse, p.on, p.days) for p in book.state.ledger]
    assert posted == [("rr", MARCH, Decimal(-4)), ("annual", MARCH + 4 * DAY, Decimal(-3))]
    book.set_days("L1", 2, None)
    assert sum((p.days for p in book.state.ledger if p.purse == "rr"), Decimal(0)) == 0
    assert book.balance("2026-03-30") == 10 + 5


@pytest.mark.parametrize(("many", "refused"), [(5, False), (6, True)])
def test_no_purse_of_an_absence_is_overdrawn(many, refused):
    told = shares(("rr", many, "rr", 1), ("ordinary", 1, "annual", 1))
    answer = Book(terms()).hold("L1", *span(many + 1), charge=many + 1, shares=told, leave_kind="rr", purse="rr")
    assert isinstance(answer, DaysRefused) == refused


@pytest.mark.rule("bereavement/charged-first")
def test_the_balance_of_the_day_asked_about_is_told_once_and_stands():
    book = Book(terms())
    first = book.hold("L1", *span(3), charge=0, balance_on=date(2026, 2, 28))
    assert isinstance(first, HeldDays)
    assert first.word
    assert first.word.had == 10 + 5  # 28 February: two months are credited
    book.hold("L2", "2026-02-10", "2026-02-12")
    again = book.hold("L1", *span(4), n=2, charge=0, balance_on=date(2026, 2, 28))
    assert isinstance(again, HeldDays)
    assert again.word == first.word


@pytest.mark.rule("sick/uncertified")
def test_what_a_year_still_gives_is_what_other_leaves_have_not_taken():
    civil = load("un-civilian")
    book = Book(civil)
    told: dict[str, Any] = {"leave_kind": "sick", "purse": "none", "charge": 0}
    first = book.hold("L1", "2026-03-02", "2026-03-06", uncertified={2026: Decimal(5)}, **told)
    assert isinstance(first, HeldDays)
    assert first.word
    assert first.word.left == {2026: 7}
    second = book.hold("L2", "2026-12-28", "2027-01-06", uncertified={2026: Decimal(4), 2027: Decimal(3)}, **told)
    assert isinstance(second, HeldDays)
    assert second.word
    assert second.word.left == {2026: 2, 2027: 7}


def settled(days: int, **said: Any) -> tuple[Book, HeldDays]:
    """A book with 10 days and one month's credit, an advance of 3, and a leave of so many days that came back."""
    book = Book(terms(overdraft=3))
    told = shares(("ordinary", days, "annual", 1))
    answer = book.settle("L1", *span(days), charged=days, shares=told, **said)
    assert isinstance(answer, HeldDays)
    return book, answer


@pytest.mark.parametrize(("days", "excess"), [(15, 0), (18, 0), (19, 1), (25, 7)])
def test_excess_days_are_not_taken_from_the_balance_and_earn_nothing(days, excess):
    book, answer = settled(days)
    assert answer.excess == excess
    assert split(book.state, book.terms, MEMBER, "L1") == Split(
        Decimal(15), Decimal(min(days, 18) - 15), Decimal(excess)
    )
    last = MARCH + (days - 1) * DAY
    told = [(u.first, u.last, u.ground) for u in answer.unearned]
    assert told == ([(last - (excess - 1) * DAY, last, "excess")] if excess else [])
    assert [w.lifted for w in book.state.withheld] == ([False] if excess else [])


def test_excess_that_is_found_to_be_none_is_earned_after_all():
    book, _ = settled(25)
    short = shares(("ordinary", 10, "annual", 1))
    book.settle("L1", *span(10), charged=10, shares=short, n=3)
    assert [w.lifted for w in book.state.withheld] == [False, True]
    assert book.balance("2026-12-31") == 10 + 30 - 10


def test_excess_may_be_asked_for_and_is_held_without_the_balance():
    book = Book(terms(overdraft=3))
    assert isinstance(book.hold("L1", *span(25)), DaysRefused)
    held = book.hold("L1", *span(25), n=2, excess=True)
    assert isinstance(held, HeldDays)
    assert (held.excess, held.balance_after) == (Decimal(7), Decimal(-3))


@pytest.mark.rule("account/no-accrual")
def test_absence_that_was_found_earns_nothing_from_its_first_day_until_further_word():
    book = Book(terms())
    book.hold("L1", *span(5))
    before = book.balance("2026-12-31")
    book.hold("L1", *span(5), n=2, absent_from=MARCH + 5 * DAY)
    assert book.balance("2026-12-31") == before - Decimal("2.5") * 10 + Decimal("0.5")  # 1 to 6 March are served
    late = (*shares(("ordinary", 5, "annual", 1)), absent(MARCH + 5 * DAY, MARCH + 9 * DAY))
    book.settle("L1", *span(10), charged=5, n=3, shares=late)
    assert book.balance("2026-12-31") == before - Decimal("0.5")  # March is served but for 5 days


def absent(first: date, last: date) -> Share:
    told: dict[str, Any] = {"leave_kind": "ordinary", "purse": "annual", "each": 0, "unearned": "absent"}
    return Share.model_validate(told | {"first": first, "last": last})


def test_a_leave_that_nobody_came_back_from_earns_nothing_after_it_has_ended():
    book = Book(terms())
    book.hold("L1", *span(5))
    book.hold("L1", *span(5), n=2, absent_from=MARCH + 5 * DAY)
    book.set_days("L1", 3, None)
    assert [w.lifted for w in book.state.withheld] == [False]


@pytest.mark.rule("account/no-accrual")
@pytest.mark.parametrize(
    ("arrived", "expected"),
    [("2026-01-31", "0.5"), ("2026-01-26", "0.5"), ("2026-01-25", "1"), ("2026-01-14", "1.5"), ("2026-01-02", "2.5")],
)
def test_a_part_of_a_month_earns_by_the_table_of_the_pack(arrived, expected):
    accrual = load("us-army").accrual
    (credit,) = credits_until(accrual, date.fromisoformat(arrived) - DAY, None, date(2026, 1, 31))
    assert credit.days == Decimal(expected)


ARRIVED = MEMBER.arrived
CIVIL = load("un-civilian")


def rr(book: Book, leave: str, first: date, length: int = 5) -> HeldDays | DaysRefused:
    told: dict[str, Any] = {"leave_kind": "rr", "purse": "none", "charge": 0, "working": 0}
    return book.hold(leave, first, first + (length - 1) * DAY, **told)


@pytest.mark.rule("account/window")
@pytest.mark.parametrize(
    ("days", "refused"),
    [(55, True), (56, False), (56 + 28, False), (56 + 29, True), (111, True), (112, False)],
)
def test_rest_and_recuperation_is_taken_within_a_month_after_each_qualifying_service(days, refused):
    answer = rr(Book(CIVIL), "L1", ARRIVED + days * DAY)
    assert isinstance(answer, DaysRefused) == refused
    if isinstance(answer, DaysRefused):
        assert answer.refusal.rule == "account/window"
        assert str(ARRIVED + (112 if days > 56 else 56) * DAY) in answer.refusal.helps


@pytest.mark.rule("account/window")
@pytest.mark.parametrize(("working", "refused"), [(3, False), (4, True)])
def test_an_absence_of_over_three_working_days_breaks_the_service_off(working, refused):
    book = Book(CIVIL)
    away = ARRIVED + 40 * DAY
    book.hold("L1", away, away + 4 * DAY, working=working)
    assert isinstance(rr(book, "L2", ARRIVED + 60 * DAY), DaysRefused) == refused
    if refused:
        assert isinstance(rr(book, "L3", away + (4 + 56) * DAY), HeldDays)


def test_the_next_qualifying_service_begins_after_the_last_rest_and_recuperation():
    book = Book(CIVIL)
    rr(book, "L1", ARRIVED + 60 * DAY)
    last = ARRIVED + 64 * DAY
    assert isinstance(rr(book, "L2", last + 55 * DAY), DaysRefused)
    assert isinstance(rr(book, "L3", last + 56 * DAY), HeldDays)


def test_a_charge_that_is_given_back_whole_stays_settled_and_its_change_is_told():
    """A proof that comes late takes the charge back: the next export says so."""
    book = Book(terms())
    book.hold("L1", *span(5))
    book.settle("L1", *span(5), charged=5, shares=shares(("emergency", 5, "annual", 1)))
    after = book.now + timedelta(seconds=1)
    assert settled_by(book.state, "L1", after) == 5
    book.settle("L1", *span(5), charged=0, n=3, shares=shares(("emergency", 5, "none", 0)))
    assert settled_by(book.state, "L1", after) == 5
    assert settled_by(book.state, "L1", book.now + timedelta(seconds=1)) == 0
    assert settled_by(book.state, "L1", book.now + timedelta(seconds=1), "annual") == 0
    assert settled_by(book.state, "L2", book.now) is None


def test_working_days_of_a_year_that_were_taken_before_the_account_was_asked_are_marked():
    book = Book(load("un-civilian"))
    told: dict[str, Any] = {"leave_kind": "sick", "purse": "none", "charge": 0}
    book.hold("L1", "2026-12-28", "2026-12-31", uncertified={2026: Decimal(4)}, **told)
    answer = book.settle("L1", "2026-12-28", "2027-01-20", charged=0, uncertified={2026: 4, 2027: 9}, **told)
    assert isinstance(answer, HeldDays)
    assert answer.word
    assert answer.word.left == {2026: 7, 2027: 7}
    assert "account/yearly" in answer.irregular


@pytest.mark.parametrize("days", [5, 15, 17, 18, 25])
@pytest.mark.parametrize("back", ["0", "2", "-0.5"])
def test_the_days_one_by_one_come_to_what_the_account_says_of_them(days, back):
    """`account days` and `account show` tell the same, corrections too: those are taken off at the end."""
    book, _ = settled(days)
    book.set_days("L1", 3, None)
    if Decimal(back) and days > 5:
        book.correct("L1", back)
    line, others = book.state.lines["L1"], without(book.state, "L1")
    has = Has(balance(others, book.terms, MEMBER, MARCH), allowance(book.state, book.terms, MEMBER, MARCH))
    counted = (
        CountedDay(day=MARCH + n * DAY, charge=Decimal(1), rule="r", why="w", purse="annual") for n in range(days)
    )
    told = day_by_day(counted, {"annual": has})
    paid = split(book.state, book.terms, MEMBER, "L1")
    assert sum(paid) == sum(total(told, share) for share in ("charged", "advance", "excess")) - line.corrected
    if not line.corrected:
        assert tuple(paid) == tuple(total(told, share) for share in ("charged", "advance", "excess"))


# ---- held in excess


SPRING = date(2026, 3, 14)


def american(departs: date = MEMBER.departs or date.max, **had: Any) -> Book:
    """A member of the US Army who has nothing left, and whose tour still earns less than 30 days."""
    opening = OPENING.model_copy(update={"as_of": date(2026, 2, 28), "days": {"annual": Decimal(0)}})
    return Book(load("us-army"), opening=opening, member=MEMBER.model_copy(update={"departs": departs}))


def in_excess(book: Book, first: date, many: int, n: int = 1, **said: Any) -> HeldDays | DaysRefused:
    last = first + (many - 1) * DAY
    told: dict[str, Any] = {"leave_kind": "ordinary", "purse": "annual", "each": 1}
    share = Share.model_validate(told | {"first": first, "last": last})
    return book.hold("L1", first, last, n=n, excess=True, shares=(share,), **said)


@pytest.mark.rule("account/no-accrual")
@pytest.mark.parametrize(
    ("many", "advance", "excess", "unearned", "april"),
    [
        (25, "25", "0", None, "2.5"),
        (26, "25", "1", (date(2026, 4, 8), date(2026, 4, 8)), "2.5"),  # 29 days served: as many as a month's table asks
        (31, "24.5", "6.5", (date(2026, 4, 7), date(2026, 4, 13)), "2.0"),
        (36, "24", "12", (date(2026, 4, 7), date(2026, 4, 18)), "1.5"),
    ],
)
def test_what_is_held_in_excess_will_not_be_earned_on_and_lessens_the_advance(many, advance, excess, unearned, april):
    """The tour still earns 25 days from 14 March; April, of which days are in excess, is served in part."""
    book = american()
    held = in_excess(book, SPRING, many)
    assert isinstance(held, HeldDays)
    assert (held.advance, held.excess) == (Decimal(advance), Decimal(excess))
    assert [(u.first, u.last) for u in held.unearned] == ([unearned] if unearned else [])
    lines = {line.day: line for line in forecast(book.state, book.terms, MEMBER, date(2026, 3, 1)).lines}
    assert lines[date(2026, 4, 30)].days == Decimal(april)
    assert lines[date(2026, 12, 31)].balance == 0  # all that the tour will earn was taken in advance
    assert split(book.state, book.terms, MEMBER, "L1") == Split(Decimal(0), held.advance, held.excess)


@pytest.mark.rule("account/no-accrual")
def test_who_never_goes_earns_on_the_days_that_were_held_in_excess():
    book = american()
    in_excess(book, SPRING, 36)
    assert book.balance("2026-12-31") == 0
    book.set_days("L1", 2, None)
    assert book.balance("2026-12-31") == 25


@pytest.mark.parametrize(("before", "after"), [(31, 36), (36, 26), (36, 20)])
def test_another_wish_is_reckoned_as_if_the_leave_had_held_nothing_before(before, after):
    """What it held in excess by then lessens neither balance nor advance a second time."""
    book, anew = american(), american()
    in_excess(book, SPRING, before)
    changed, at_once = in_excess(book, SPRING, after, n=2), in_excess(anew, SPRING, after)
    assert isinstance(changed, HeldDays)
    assert isinstance(at_once, HeldDays)
    assert (changed.advance, changed.excess, changed.unearned) == (at_once.advance, at_once.excess, at_once.unearned)
    assert book.balance("2026-12-31") == anew.balance("2026-12-31")


def test_a_wish_of_old_that_tells_no_days_is_in_excess_by_its_last_ones():
    """So leaves wish that were asked for before such days were told one by one."""
    book = american()
    held = book.hold("L1", SPRING, SPRING + 30 * DAY, excess=True)
    assert isinstance(held, HeldDays)
    assert [(u.first, u.last) for u in held.unearned] == [(date(2026, 4, 7), date(2026, 4, 13))]
