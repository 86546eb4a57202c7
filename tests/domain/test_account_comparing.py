"""What another system states of an account is compared with it, leave by leave."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.account import Difference, Reconciled, standing
from domain.acts import ReconcileAccount
from domain.model import DAY, Decimal
from tests.domain.accounts import COMMANDER, Book, terms

DIGEST = "a" * 64


def closed() -> Book:
    book = Book(terms(overdraft=30))
    for leave, month in (("L1", 3), ("L2", 5), ("L3", 7)):
        book.hold(leave, f"2026-0{month}-02", f"2026-0{month}-04")
        book.settle(leave, f"2026-0{month}-02", f"2026-0{month}-04", charged=3)
        book.set_days(leave, 3, None)
    book.now = datetime(2026, 8, 1, tzinfo=UTC)
    return book


@pytest.mark.rule("account/reconcile")
def test_account_reconcile():
    book = closed()
    said: dict[str, Any] = {"source": "IPPS", "statement": DIGEST, "as_of": "2026-07-31"}
    found = book.enter(ReconcileAccount, charges={"L1": "3", "L2": "2", "L9": "4"}, balances={"annual": "18.5"}, **said)
    assert isinstance(found, Reconciled)
    assert set(found.posted) == {"L1"}
    assert found.differing["L2"] == Difference(ours=Decimal(3), theirs=Decimal(2), since=date(2026, 1, 5))
    assert set(found.lacking) == {"L3"}
    assert found.unknown == {"L9": 4}
    assert found.balances == {}
    today, at = date(2026, 3, 1), book.terms
    assert [standing(book.state, leave, at, today) for leave in ("L1", "L2", "L3")] == ["posted", "differs", "settled"]
    before = book.state
    book.enter(ReconcileAccount, charges={"L1": "3", "L2": "2", "L9": "4"}, balances={"annual": "18.5"}, **said)
    assert book.state.model_copy(update={"seq": before.seq}) == before


def test_a_correction_after_the_posting_differs_until_it_is_posted_too():
    book = closed()
    said: dict[str, Any] = {"source": "IPPS", "statement": DIGEST}
    book.enter(ReconcileAccount, charges={"L1": "3"}, as_of="2026-07-31", **said)
    book.facts = book.facts.model_copy(update={"person": COMMANDER})
    book.correct("L1", 1)
    assert standing(book.state, "L1", book.terms, date(2026, 8, 1)) == "differs"
    book.now = datetime(2026, 9, 1, tzinfo=UTC)
    book.enter(ReconcileAccount, charges={"L1": "2"}, as_of="2026-08-31", **said)
    assert standing(book.state, "L1", book.terms, date(2026, 8, 1)) == "posted"
    book.enter(ReconcileAccount, charges={"L1": "3"}, as_of="2026-07-31", **said)
    assert standing(book.state, "L1", book.terms, date(2026, 8, 1)) == "posted", "an old statement overtakes none"


@pytest.mark.rule("account/reconcile")
def test_what_no_statement_has_confirmed_for_long_is_marked_so_where_the_pack_says_when():
    book = closed()
    found = book.terms.model_copy(update={"records": book.terms.records.model_copy(update={"unconfirmed_days": 45})})
    settled = date(2026, 1, 5)
    assert standing(book.state, "L1", found, settled + 45 * DAY) == "settled"
    assert standing(book.state, "L1", found, settled + 46 * DAY) == "unconfirmed"
    assert standing(book.state, "L1", book.terms, settled + 60 * DAY) == "settled"
    assert standing(book.state, "L1", book.terms, settled + 61 * DAY) == "unconfirmed"
    never = book.terms.model_copy(update={"records": found.records.model_copy(update={"unconfirmed_days": None})})
    assert standing(book.state, "L1", never, settled + 400 * DAY) == "settled"
