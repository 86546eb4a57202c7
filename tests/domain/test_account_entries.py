"""What is entered beside leaves: year ends, days without accrual, second accounts, adjustments, others' statements."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.packs import load
from domain import account
from domain.account import Adjusted, ClosedYear, Credited, Opened, Split, as_known, forecast, split
from domain.acts import AdjustAccount, CloseYear, CreditWorked, OpenAccount, RaiseCeiling
from domain.decider import Refused
from domain.facts import HeldPost, Opening, Person
from domain.model import DAY, Decimal
from domain.terms import Accrual, CarryOver, Terms
from tests.domain.accounts import CLERK, COMMANDER, MEMBER, OPENING, Book, police, rule, terms

MONTHLY = Accrual(days_per_month=Decimal("2.5"))
ARMY = load("us-army").carry_over
FORCE = Person(id="m-ffffffffff", posts=(HeldPost(post="FC", role="force-commander", since=date(2020, 1, 1)),))


def carrying(carry: CarryOver = ARMY, **more: object) -> Terms:
    """Terms under which what may be carried over a fiscal year is limited."""
    return terms(**more).model_copy(update={"carry_over": carry})  # type: ignore[arg-type]


def at_the_end_of(year: int, days: str, carry: CarryOver = ARMY, as_of: date | None = None) -> Book:
    """An account in the October after a fiscal year, opened with these days on its last day or before."""
    member = MEMBER.model_copy(update={"arrived": date(2019, 1, 1), "departs": None})
    opened = Opening(as_of=as_of or date(year, 8, 31), days={"annual": Decimal(days)}, source="pay office")
    book = Book(carrying(carry), opening=opened, member=member)
    book.now = datetime(year, 10, 5, 9, tzinfo=UTC)
    return book


# ---- account/year-end, account/ceiling -----------------------------------------------------------------------------


@pytest.mark.rule("account/year-end")
@pytest.mark.parametrize(("days", "lost"), [("57.5", "0"), ("58", "0.5"), ("70", "12.5"), ("-3", "0")])
def test_account_year_end(days, lost):
    """60 days are carried over 30 September, 2.5 of them earned in September; what lies above is lost."""
    book = at_the_end_of(2027, days)
    closed = book.enter(CloseYear, on="2027-09-30")
    assert isinstance(closed, ClosedYear)
    assert (closed.lost, closed.ceiling) == (Decimal(lost), Decimal(60))
    assert book.balance("2027-09-30") == Decimal(days) + Decimal("2.5") - Decimal(lost)
    assert book.balance("2027-09-29") == Decimal(days)


@pytest.mark.rule("account/year-end")
def test_a_close_is_idempotent_and_late_entries_make_it_another_by_the_difference():
    book = at_the_end_of(2027, "70")
    book.enter(CloseYear, on="2027-09-30")
    before = book.state
    again = book.enter(CloseYear, on="2027-09-30")
    assert again.lost == Decimal("12.5")
    assert book.state.model_copy(update={"seq": before.seq}) == before
    book.enter(AdjustAccount, COMMANDER, post="CO-NAQ", purse="annual", days="-4", on="2027-09-15", reason="found late")
    assert book.enter(CloseYear, on="2027-09-30").lost == Decimal("8.5")
    assert book.balance("2027-09-30") == 60
    assert [line.days for line in book.state.ledger if line.what == "forfeited"] == [Decimal("-12.5"), Decimal(4)]


@pytest.mark.rule("account/ceiling")
@pytest.mark.rule("account/ceiling-service")
@pytest.mark.rule("authority/raise-ceiling")
def test_account_ceiling_is_raised_by_the_post_which_the_pack_names_for_service_long_enough():
    book = at_the_end_of(2027, "100")
    on: dict[str, Any] = {"on": "2027-09-30", "ground": "hostile-fire", "reason": "written authority"}
    assert rule(book.enter(RaiseCeiling, FORCE, **on, served=119)) == "account/ceiling-service"
    assert rule(book.enter(RaiseCeiling, COMMANDER, **on, served=120)) == "authority/raise-ceiling"
    assert rule(book.enter(RaiseCeiling, FORCE, **on, served=120)) == ""
    assert book.enter(CloseYear, on="2027-09-30").ceiling == 90
    assert book.balance("2027-09-30") == 90


@pytest.mark.rule("account/ceiling-service")
@pytest.mark.parametrize(
    ("on", "served", "ground", "refused"),
    [
        ("2027-09-30", 0, "hostile-fire", "account/ceiling-service"),
        ("2027-09-30", 119, "hostile-fire", "account/ceiling-service"),
        ("2027-09-30", 120, "hostile-fire", ""),
        ("2027-09-30", 121, "hostile-fire", ""),
        ("2028-09-30", 119, "hostile-fire", "account/ceiling-service"),
        ("2028-09-30", 120, "hostile-fire", ""),
    ],
)
def test_service_of_120_days_raises_the_ceiling(on, served, ground, refused):
    book = at_the_end_of(2027, "100")
    said: dict[str, Any] = {"ground": ground, "reason": "written authority", "served": served}
    answer = book.enter(RaiseCeiling, FORCE, on=on, **said)
    assert rule(answer) == refused
    if refused:
        assert (answer.refusal.facts["expected"], answer.refusal.facts["got"]) == ("120 days or more", str(served))
    assert len(book.state.raised) == (0 if refused else 1)


@pytest.mark.rule("account/year-end-day")
@pytest.mark.rule("authority/raise-ceiling")
@pytest.mark.parametrize(
    ("on", "refused"),
    [
        ("2027-09-30", ""),
        ("2028-09-30", ""),
        ("2027-09-29", "account/year-end-day"),
        ("2027-10-01", "account/year-end-day"),
        ("2027-05-05", "account/year-end-day"),
        ("2031-02-02", "account/year-end-day"),
    ],
)
def test_a_ceiling_is_raised_over_the_end_of_a_fiscal_year_and_on_no_other_day(on, refused):
    """An authority's paper for another day would raise nothing, and nobody would be told."""
    book = at_the_end_of(2027, "100")
    said: dict[str, Any] = {"ground": "hostile-fire", "reason": "written authority", "served": 120}
    assert rule(book.enter(RaiseCeiling, FORCE, on=on, **said)) == refused
    assert len(book.state.raised) == (0 if refused else 1)


@pytest.mark.rule("account/no-ceiling")
@pytest.mark.parametrize("carry", [CarryOver(), ARMY.model_copy(update={"raised_days": None})])
def test_account_no_ceiling_where_the_pack_knows_no_such_exception(carry):
    book = at_the_end_of(2027, "100", carry)
    said: dict[str, Any] = {"on": "2027-09-30", "ground": "hostile-fire", "reason": "written authority", "served": 200}
    assert rule(book.enter(RaiseCeiling, FORCE, **said)) == "account/no-ceiling"
    assert book.state.raised == ()


@pytest.mark.rule("account/ceiling")
@pytest.mark.parametrize(
    ("then", "year", "ceiling"),
    [("90.5", 2025, 120), ("90", 2025, 60), ("90.5", 2026, 60), ("130", 2023, 120)],
)
def test_a_balance_above_90_on_31_december_2022_keeps_120_until_30_september_2026(then, year, ceiling):
    book = at_the_end_of(year, then, as_of=date(2022, 12, 31))
    closes = [book.enter(CloseYear, on=f"{each}-09-30") for each in range(2023, year + 1)]
    assert closes[-1].ceiling == ceiling


@pytest.mark.rule("account/ceiling")
@pytest.mark.rule("account/ceiling-balance")
@pytest.mark.rule("account/no-ceiling")
@pytest.mark.parametrize(
    ("year", "as_of", "then", "refused", "unknown"),
    [
        (2025, "2022-12-31", "90", "account/ceiling-balance", None),
        (2025, "2022-12-31", "90.5", "", None),
        (2025, "2022-11-30", "87.5", "account/ceiling-balance", None),
        (2025, "2022-11-30", "88", "", None),
        (2025, "2023-01-01", "10", "", "2022-12-31"),
        (2025, "2025-08-31", "97.5", "", "2022-12-31"),
        (2026, "2026-08-31", "97.5", "account/no-ceiling", None),
        (2027, "2026-08-31", "97.5", "account/no-ceiling", None),
    ],
)
def test_a_balance_is_kept_by_paper_only_where_the_close_goes_by_it(year, as_of, then, refused, unknown):
    """No receipt promises 120 days where the close takes those above 60; who alone knows the balance of old is said."""
    book = at_the_end_of(year, then, as_of=date.fromisoformat(as_of))
    said: dict[str, Any] = {"ground": "kept", "reason": "written authority"}
    answer = book.enter(RaiseCeiling, FORCE, on=f"{year}-09-30", **said)
    assert rule(answer) == refused
    if not refused:
        assert str(answer.balance_unknown) == str(unknown)
        assert ("taken from the paper" in answer.says()) == bool(unknown)
    while (closed := book.enter(CloseYear, on=f"{year}-09-30")).kind == "refused":
        book.enter(CloseYear, on=closed.refusal.facts["expected"].split()[0])
    assert closed.ceiling == (60 if refused else 120)


@pytest.mark.rule("account/year-end-day")
@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2027-09-29", "account/year-end-day"),
        ("2028-09-30", "record/future"),
        ("2027-10-05", "account/year-end-day"),
        ("2027-09-30", ""),
    ],
)
def test_account_year_end_day(on, expected):
    assert rule(at_the_end_of(2027, "10").enter(CloseYear, on=on)) == expected


@pytest.mark.rule("account/close-in-order")
@pytest.mark.parametrize(
    ("ends_in", "as_of", "closed", "on", "first"),
    [
        (9, "2027-09-29", (), "2027-09-30", ""),
        (9, "2026-09-30", (), "2027-09-30", ""),
        (9, "2026-09-29", (), "2027-09-30", "2026-09-30"),
        (9, "2024-12-31", (), "2027-09-30", "2025-09-30"),
        (9, "2024-12-31", ("2025-09-30",), "2027-09-30", "2026-09-30"),
        (9, "2024-12-31", ("2025-09-30", "2026-09-30"), "2027-09-30", ""),
        (9, "2024-12-31", ("2025-09-30", "2026-09-30"), "2025-09-30", ""),
        (12, "2025-12-30", (), "2026-12-31", "2025-12-31"),
        (12, "2025-12-31", (), "2026-12-31", ""),
        (2, "2024-02-28", (), "2025-02-28", "2024-02-29"),
        (2, "2024-02-29", (), "2025-02-28", ""),
    ],
)
def test_fiscal_years_are_closed_one_after_the_other_also_by_the_last_of_a_february(ends_in, as_of, closed, on, first):
    carry = ARMY.model_copy(update={"year_ends_month": ends_in})
    book = at_the_end_of(2027, "10", carry, as_of=date.fromisoformat(as_of))
    for each in closed:
        assert rule(book.enter(CloseYear, on=each)) == ""
    answer = book.enter(CloseYear, on=on)
    assert rule(answer) == ("account/close-in-order" if first else "")
    if first:
        assert answer.refusal.facts["expected"] == f"{first} closed first"
        assert answer.refusal.helps == f"furlough account close-year --on {first}"


def test_a_year_is_not_closed_on_its_last_day_and_a_pack_without_year_ends_closes_none():
    book = at_the_end_of(2027, "10")
    book.now = datetime(2027, 9, 30, 9, tzinfo=UTC)
    assert rule(book.enter(CloseYear, on="2027-09-30")) == "record/future"
    assert rule(at_the_end_of(2027, "10", CarryOver()).enter(CloseYear, on="2027-09-30")) == "account/year-end-day"
    assert rule(at_the_end_of(2027, "9").enter(CloseYear, COMMANDER, on="2027-09-30")) == "authority/enter-account"


# ---- account/worked ------------------------------------------------------------------------------------------------


@pytest.mark.rule("account/worked")
def test_account_worked_earns_a_day_per_five_and_keeps_the_remainder():
    book = Book(police())
    book.now = datetime(2026, 6, 1, tzinfo=UTC)
    earned = [
        book.enter(CreditWorked, first=f"2026-0{month}-01", last=f"2026-0{month}-25", worked=worked).days
        for month, worked in ((2, 7), (3, 7), (4, 1), (5, 20))
    ]
    assert earned == [1, 1, 1, 4]
    on = date(2026, 5, 25)
    assert account.balance(book.state, book.terms, MEMBER, on, "cto") == 7
    assert account.balance(book.state, book.terms, MEMBER, on - DAY, "cto") == 3
    assert isinstance(book.hold("L1", "2026-06-02", "2026-06-08", purse="cto", leave_kind="rr"), account.HeldDays)
    refused = book.hold("L2", "2026-07-02", "2026-07-02", purse="cto", leave_kind="rr")
    assert isinstance(refused, account.DaysRefused), "a second account is never overdrawn"


@pytest.mark.rule("account/worked-twice")
@pytest.mark.rule("account/no-compensation")
def test_days_worked_are_credited_once():
    book = Book(police())
    book.now = datetime(2026, 6, 1, tzinfo=UTC)
    span: dict[str, Any] = {"first": "2026-02-01", "last": "2026-02-20", "worked": 10}
    assert isinstance(book.enter(CreditWorked, **span), Credited)
    before = book.state
    assert book.enter(CreditWorked, **span).days == 2
    assert book.state.model_copy(update={"seq": before.seq}) == before
    assert rule(book.enter(CreditWorked, first="2026-02-20", last="2026-03-01", worked=5)) == "account/worked-twice"
    assert rule(book.enter(CreditWorked, first="2026-05-20", last="2026-06-02", worked=5)) == "record/future"
    assert rule(Book(terms()).enter(CreditWorked, **span)) == "account/no-compensation"


# ---- opening and adjusting -----------------------------------------------------------------------------------------


def test_an_account_is_opened_once_by_hand_and_what_was_wrong_is_adjusted():
    book = Book(terms(), opening=None)
    said: dict[str, Any] = {"as_of": "2025-12-31", "days": {"annual": "7.5"}, "source": "pay office"}
    assert rule(book.enter(OpenAccount, **(said | {"days": {"annual": "7.3"}}))) == "account/half-days"
    book.enter(OpenAccount, **said)
    before = book.state
    assert before.opened is not None
    book.enter(OpenAccount, **said)
    assert book.state.model_copy(update={"seq": before.seq}) == before
    assert rule(book.enter(OpenAccount, **(said | {"days": {"annual": "9"}}))) == "account/opened"
    assert rule(book.enter(OpenAccount, COMMANDER, **said)) == "authority/enter-account"
    adjust: dict[str, Any] = {
        "purse": "annual",
        "days": "1.5",
        "on": "2026-01-02",
        "reason": "misread",
        "post": "CO-NAQ",
    }
    assert isinstance(book.enter(AdjustAccount, COMMANDER, **adjust), Adjusted)
    assert book.balance("2026-01-02") == 9
    assert rule(book.enter(AdjustAccount, COMMANDER, **(adjust | {"on": "2026-02-01"}))) == "record/future"
    assert rule(book.enter(AdjustAccount, **(adjust | {"post": "G1-NAQ"}))) == "authority/correct-account"
    taken = book.enter(AdjustAccount, COMMANDER, **(adjust | {"days": "-20"}))
    assert taken.irregular == ("account/overdraft",)


def test_balances_of_the_register_open_the_account_before_any_entry():
    book = Book(terms())
    assert isinstance(book.enter(OpenAccount, as_of="2025-12-31", days={"annual": "3"}, source="x"), Refused)
    book.enter(AdjustAccount, COMMANDER, post="CO-NAQ", purse="annual", days="1", on="2026-01-02", reason="x")
    assert [e.event.days for e in book.journal if isinstance(e.event, Opened)] == [OPENING.days]


# ---- as known on a day ---------------------------------------------------------------------------------------------


def test_as_known_on_a_day_tells_what_was_recorded_by_then_with_the_pack_and_tour_of_then():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-06")
    then = book.now
    book.settle("L1", "2026-03-02", "2026-03-04", charged=3)
    book.facts = book.facts.model_copy(update={"terms": terms(per_month="1.5").model_copy(update={"pack": "other@2"})})
    book.hold("L2", "2026-04-02", "2026-04-03")
    known = as_known(book.state, then)
    old_terms, old_member = account.resting_on(known.grounds[-1].basis, book.terms, MEMBER)
    assert account.balance(known, old_terms, old_member, date(2026, 3, 31)) == 10 + Decimal("7.5") - 5
    assert book.balance("2026-03-31") == 10 + Decimal("4.5") - 3
    assert as_known(book.state, then - timedelta(hours=1)).grounds == ()


# ---- forecast, advance, excess -------------------------------------------------------------------------------------


def test_the_forecast_ends_with_the_tour_and_takes_off_what_a_year_end_would_take():
    book = Book(carrying(CarryOver(year_ends_month=9, days=Decimal(20))))
    book.hold("L1", "2026-03-02", "2026-03-06")
    found = forecast(book.state, book.terms, MEMBER, date(2026, 2, 1))
    assert (found.until, found.next_year_end) == (MEMBER.departs, date(2026, 9, 30))
    assert found.lost_then == 10 + Decimal("22.5") - 5 - 20
    assert found.balance == 20 + Decimal("7.5")
    assert [line.what for line in found.lines].count("credit") == 11
    assert found.lines[-1].balance == found.balance


def test_the_forecast_tells_apart_what_years_that_have_ended_and_are_not_closed_took_already():
    """10 of December 2025, 2.5 a month: 32.5 on 30 September 2026, of which 20 go over; nothing can be taken before."""
    book = Book(carrying(CarryOver(year_ends_month=9, days=Decimal(20))))
    book.hold("L1", "2026-12-24", "2026-12-24")
    found = forecast(book.state, book.terms, MEMBER, date(2026, 10, 15))
    assert (found.unclosed, found.lost_already) == ((date(2026, 9, 30),), Decimal("12.5"))
    assert (found.next_year_end, found.lost_then) == (None, Decimal(0))
    assert found.lines[0].balance == Decimal("22.5")


def test_a_leave_is_paid_from_the_balance_then_in_advance_and_what_is_beyond_is_excess():
    book = Book(terms(overdraft=5))
    book.hold("L1", "2026-02-01", "2026-02-14")
    assert split(book.state, book.terms, MEMBER, "L1") == Split(Decimal("12.5"), Decimal("1.5"), Decimal(0))
    book.settle("L1", "2026-02-01", "2026-02-20", charged=20)
    assert split(book.state, book.terms, MEMBER, "L1") == Split(Decimal("12.5"), Decimal(5), Decimal("2.5"))


# ---- account/largest-entry, and what is said twice ------------------------------------------------------------------


@pytest.mark.rule("account/largest-entry")
@pytest.mark.parametrize(
    ("days", "most", "expected"),
    [
        ("366", 366, ""),
        ("-366", 366, ""),
        ("366.5", 366, "account/largest-entry"),
        ("-99999999", 366, "account/largest-entry"),
        ("1E+400", 366, "account/largest-entry"),
        ("9E+999999", 366, "account/largest-entry"),
        ("99999", 0, ""),
    ],
)
@pytest.mark.parametrize("kind", [AdjustAccount, OpenAccount])
def test_account_largest_entry(kind, days, most, expected):
    """One entry brings or takes no more days than the mission's setting says; 0 is no limit."""
    book = Book(terms(), opening=None)
    book.facts = book.facts.model_copy(update={"largest_entry": most})
    adjusting = {"post": "CO-NAQ", "purse": "annual", "days": days, "on": "2026-01-04", "reason": "misread"}
    opening = {"post": "G1-NAQ", "days": {"annual": days}, "as_of": "2025-12-31", "source": "pay office"}
    by, said = (COMMANDER, adjusting) if kind is AdjustAccount else (CLERK, opening)
    assert rule(book.enter(kind, by, **said)) == expected
    if expected:
        assert book.balance("2026-01-05") == 0


@pytest.mark.rule("account/adjust")
def test_an_adjustment_is_known_by_its_act_and_the_same_words_of_another_act_count_beside_it():
    book = Book(terms())
    said: dict[str, Any] = {"post": "CO-NAQ", "purse": "annual", "on": "2026-01-04", "reason": "misread"}
    first = book.enter(AdjustAccount, COMMANDER, **said, days="1.5", act_id="a1")
    again = book.enter(AdjustAccount, COMMANDER, **said, days="1.5", act_id="a1")
    assert (first.again, again.again, again.adjustment) == (False, True, "a1")
    assert book.balance("2026-01-05") == Decimal("11.5")
    assert not book.enter(AdjustAccount, COMMANDER, **said, days="1.5", act_id="a2").again
    assert book.balance("2026-01-05") == 13


@pytest.mark.rule("account/adjust")
def test_days_given_taken_and_given_again_on_one_day_are_three_entries_and_each_is_known_when_it_comes_again():
    book = Book(terms())
    said: dict[str, Any] = {"post": "CO-NAQ", "purse": "annual", "on": "2026-01-04", "reason": "misread"}
    for act_id, days in (("a1", 2), ("a2", -2), ("a3", 2), ("a1", 2), ("a2", -2)):
        entered = book.enter(AdjustAccount, COMMANDER, **said, act_id=act_id, days=days)
        assert (entered.adjustment, entered.days) == (act_id, days)
    assert [p.ref for p in book.state.ledger if p.what == "adjustment"] == ["a1", "a2", "a3"]
    assert book.balance("2026-01-05") == 12
