"""Several purses beside each other: each has its own figures, is opened for itself and is put right for itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.packs import load
from domain.account import Adjusted, DaysRefused, Opened, Reconciled, as_known, balance, statement
from domain.acts import AdjustAccount, OpenAccount, ReconcileAccount, Relabel
from domain.decider import Refused
from domain.facts import Opening
from domain.model import DAY, Decimal
from domain.terms import Terms
from tests.domain.accounts import COMMANDER, MEMBER, POLICE, Book, terms
from tests.domain.test_splitting import MARCH, shares, span

SEALED = {"ref": "s-aaaaaaaaaaaaaaaaaaaaaaaaaa", "digest": "0" * 64}
DIGEST = "a" * 64


def has(book: Book, purse: Any, on: date = date(2026, 3, 30)) -> Decimal:
    return balance(book.state, book.terms, MEMBER, on, purse)


def mixed() -> Book:
    """Four days of rest and recuperation, then three of annual leave: taken, settled and closed."""
    book = Book(terms())
    told = shares(("rr", 4, "rr", 1), ("ordinary", 3, "annual", 1))
    said: dict[str, Any] = {"shares": told, "leave_kind": "rr", "purse": "rr"}
    book.hold("L1", *span(7), charge=7, **said)
    book.settle("L1", *span(7), charged=7, **said)
    book.set_days("L1", 3, None)
    return book


# ---- overdrawn


@pytest.mark.rule("account/overdraft")
@pytest.mark.parametrize(
    ("rr", "annual", "purse", "asked", "would_fit"),
    [
        (6, 1, "rr", "6", "5 rr days would fit from 2026-03-02"),
        (5, 17, "annual", "17", "15 days would fit from 2026-03-07; all 17 from 2026-03-31"),
    ],
)
def test_what_does_not_suffice_is_told_by_the_figures_of_its_own_purse(rr, annual, purse, asked, would_fit):
    """5 days of rest and 15 of annual leave are there on 2 March; 2.5 come at the end of the month."""
    told = shares(("rr", rr, "rr", 1), ("ordinary", annual, "annual", 1))
    answer = Book(terms()).hold("L1", *span(rr + annual), charge=rr + annual, shares=told, leave_kind="rr", purse="rr")
    assert isinstance(answer, DaysRefused)
    facts = answer.refusal.facts
    assert (facts["purse"], facts["asked"], answer.refusal.helps) == (purse, asked, would_fit)


# ---- put right


def test_a_correction_of_what_several_purses_paid_for_says_which_of_them():
    book = mixed()
    refused = book.correct("L1", 1)
    assert isinstance(refused, Refused)
    assert (refused.refusal.rule, refused.refusal.helps) == ("account/correction-purse", "--purse rr or --purse annual")
    assert isinstance(book.correct("L1", 1, "c2", purse="cto"), Refused)


@pytest.mark.parametrize(("purse", "rr", "annual"), [("rr", 2, 12), ("annual", 1, 13)])
def test_a_correction_goes_to_the_purse_which_it_names(purse, rr, annual):
    book = mixed()
    book.correct("L1", 1, purse=purse)
    assert [has(book, "rr"), has(book, "annual")] == [rr, annual]
    assert book.state.lines["L1"].cost == 6


@pytest.mark.rule("account/correction-bounds")
@pytest.mark.parametrize(("days", "refused"), [("3", False), ("3.5", True), ("4", True)])
def test_no_purse_gives_back_more_than_it_paid(days, refused):
    """Seven days in all were charged, three of them to the annual purse."""
    assert isinstance(mixed().correct("L1", days, purse="annual"), Refused) is refused


def test_a_leave_that_no_purse_paid_for_is_charged_to_the_annual_one():
    """Papers found false: days that were given are charged after all, and the balance says so."""
    book = Book(terms())
    book.hold("L1", *span(5), charge=0, leave_kind="emergency", purse="none")
    book.settle("L1", *span(5), charged=0, leave_kind="emergency", purse="none")
    book.set_days("L1", 3, None)
    before = has(book, "annual")
    book.correct("L1", -5)
    assert (has(book, "annual"), has(book, "annual", MARCH - DAY)) == (before - 5, before)


def relabel(book: Book, first: date, last: date, days: int) -> Any:
    said = {"leave_id": "L1", "first": first, "last": last, "label": "excused", "why": "without-fault", "days": days}
    return book.enter(Relabel, by=COMMANDER, post="CO-NAQ", reason=SEALED, **said)


def test_days_called_otherwise_go_back_to_the_purse_which_paid_for_them():
    book = mixed()
    relabel(book, MARCH + 5 * DAY, MARCH + 6 * DAY, 2)
    assert [has(book, "rr"), has(book, "annual")] == [1, 14]


@pytest.mark.rule("account/relabel")
def test_days_which_two_purses_paid_for_are_called_otherwise_by_themselves():
    refused = relabel(mixed(), MARCH + 3 * DAY, MARCH + 4 * DAY, 2)
    assert isinstance(refused, Refused)
    assert refused.refusal.facts["got"] == "annual and rr"


# ---- opened


def rich() -> Terms:
    """Terms under which there is each of the purses: rest and recuperation is charged, days worked are credited."""
    found = terms()
    kinds = found.kinds | {"rr": found.kinds["rr"].model_copy(update={"purse": "rr"})}
    accrual = found.accrual.model_copy(update={"cto_worked_days": POLICE.cto_worked_days})
    return found.model_copy(update={"kinds": kinds, "accrual": accrual})


def opened(book: Book, as_of: str, **days: str) -> Any:
    return book.enter(OpenAccount, as_of=as_of, days=days, source=f"roster of {as_of}")


def test_a_second_purse_is_opened_when_it_is_told_of_and_counts_from_its_own_day():
    book = Book(rich(), opening=None)
    opened(book, "2026-01-04", annual="10")
    known_then = book.now
    book.now = datetime(2026, 2, 2, tzinfo=UTC)
    assert isinstance(opened(book, "2026-02-01", cto="4"), Opened)
    assert [has(book, "cto"), has(book, "annual", date(2026, 1, 30))] == [4, 10]
    assert balance(as_known(book.state, known_then), book.terms, MEMBER, date(2026, 3, 30), "cto") == 0
    (line,) = statement(book.state, book.terms, MEMBER, date(2026, 3, 30), "cto")
    assert (line.day, line.what, line.note) == (date(2026, 2, 1), "opening", "roster of 2026-02-01")
    before = book.state
    opened(book, "2026-02-01", cto="4")
    assert book.state.model_copy(update={"seq": before.seq}) == before


def test_a_purse_is_opened_once():
    book = Book(rich(), opening=None)
    opened(book, "2026-01-04", annual="10", cto="4")
    for words in ({"cto": "5"}, {"cto": "4", "rr": "1", "annual": "9"}):
        refused = opened(book, "2026-01-04", **words)
        assert isinstance(refused, Refused)
        assert refused.refusal.rule == "account/opened"
    assert isinstance(opened(book, "2026-01-04", cto="4", rr="1"), Opened)
    assert has(book, "rr") == 1


def test_an_account_whose_first_balance_is_of_another_purse_earns_from_the_arrival():
    """What was brought of compensatory time off says nothing of the annual days; they may be told of later."""
    book = Book(rich(), opening=Opening(as_of=date(2026, 2, 28), days={"cto": Decimal(3)}, source="roster"))
    book.now = datetime(2026, 3, 2, tzinfo=UTC)
    book.hold("L1", "2026-04-06", "2026-04-07")
    assert has(book, "annual", date(2026, 3, 1)) == 5
    opened(book, "2026-02-28", annual="9")
    assert has(book, "annual", date(2026, 3, 31)) == Decimal("11.5")


@pytest.mark.rule("account/no-purse")
@pytest.mark.parametrize(
    ("terms", "purse", "refused"),
    [
        (terms(), "cto", True),
        (terms(), "rr", True),
        (terms(), "annual", False),
        (load("un-police"), "cto", False),
        (load("un-police"), "rr", True),
    ],
)
def test_no_purse_is_opened_which_the_pack_of_the_member_does_not_have(terms, purse, refused):
    answer = opened(Book(terms, opening=None), "2026-01-04", **{purse: "4"})
    assert isinstance(answer, Refused) is refused
    if refused:
        assert (answer.refusal.rule, answer.refusal.facts["got"]) == ("account/no-purse", purse)
        assert answer.refusal.facts["expected"] == ("annual, cto" if "police" in terms.pack else "annual")


@pytest.mark.rule("account/no-purse")
def test_no_purse_is_adjusted_which_the_pack_of_the_member_does_not_have_unless_the_account_has_it_already():
    """Days that came into such a purse before the member changed packs can still be taken out of it."""
    plain = Opening(as_of=date(2025, 12, 31), days={"annual": Decimal(10)}, source="roster")
    book, had = Book(terms(), opening=plain), Book(terms())
    said: dict[str, Any] = {"on": "2026-01-04", "reason": SEALED, "post": "CO-NAQ"}
    answer = book.enter(AdjustAccount, COMMANDER, purse="cto", days="5", **said)
    assert isinstance(answer, Refused)
    assert answer.refusal.rule == "account/no-purse"
    assert answer.refusal.facts == {"expected": "annual", "got": "cto", "terms": book.terms.pack}
    assert has(book, "cto") == 0
    assert isinstance(had.enter(AdjustAccount, COMMANDER, purse="rr", days="-5", **said), Adjusted)
    assert has(had, "rr") == 0


def test_a_balance_that_is_brought_a_second_time_is_told_to_stand_already():
    book = Book(rich(), opening=None)
    for words in ({"annual": "10", "cto": "4"}, {"annual": "10", "cto": "4"}, {"cto": "4"}, {"cto": "4", "rr": "1"}):
        opened(book, "2026-01-04", **words)
    assert [e.event.again for e in book.journal if isinstance(e.event, Opened)] == [False, True, True, False]


def test_no_balance_is_as_of_a_day_to_come():
    refused = opened(Book(rich(), opening=None), "2026-01-07", annual="10")
    assert isinstance(refused, Refused)
    assert refused.refusal.rule == "record/future"


# ---- compared


def compared(book: Book, as_of: str, **charges: str) -> Any:
    return book.enter(ReconcileAccount, source="IPPS", statement=DIGEST, as_of=as_of, charges=charges)


@pytest.mark.rule("account/reconcile")
def test_a_leave_that_is_not_over_is_known_and_not_settled():
    book = Book(terms())
    book.hold("L1", *span(3))
    found = compared(book, "2026-01-05", L1="3", L9="2")
    assert isinstance(found, Reconciled)
    assert (set(found.unsettled), set(found.unknown), found.posted) == ({"L1"}, {"L9"}, {})
    assert [found.unsettled["L1"].ours, found.unsettled["L1"].theirs, found.differences] == [3, 3, 2]


@pytest.mark.rule("account/reconcile")
def test_a_leave_that_cost_nothing_here_and_something_there_differs():
    book = Book(terms())
    book.hold("L1", *span(3))
    book.set_days("L1", 2, None)
    found = compared(book, "2026-01-05", L1="3")
    assert (found.differing["L1"].ours, found.differing["L1"].theirs) == (0, 3)


@pytest.mark.rule("account/reconcile")
@pytest.mark.parametrize(
    ("said_at", "as_of", "refused"),
    [
        ("2026-01-05T09:30", "2026-01-05", False),
        ("2026-01-05T09:30", "2026-01-06", True),
        ("2026-01-05T10:30", "2026-01-06", False),  # the farthest east has that day already
        ("2026-12-31T23:00", "2027-01-01", False),
        ("2028-02-28T12:00", "2028-02-29", False),
        ("2028-02-28T12:00", "2028-03-01", True),
    ],
)
def test_no_statement_is_as_of_a_day_to_come(said_at, as_of, refused):
    book = Book(terms())
    book.now = datetime.fromisoformat(said_at).replace(tzinfo=UTC)
    answer = compared(book, as_of)
    assert isinstance(answer, Refused) is refused
    assert not refused or answer.refusal.rule == "record/future"
