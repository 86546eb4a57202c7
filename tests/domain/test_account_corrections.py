"""A charge of a closed leave is put right by an entry more, and the statement shows them all."""

from datetime import date

import pytest

from domain import account
from domain.account import CorrectedDays
from domain.decider import Refused
from domain.facts import HeldPost, Person
from domain.model import Decimal
from tests.domain.accounts import COMMANDER, MEMBER, Book, closed, terms, wish


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
