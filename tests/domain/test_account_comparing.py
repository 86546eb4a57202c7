"""What another system states of an account is compared with it, leave by leave."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.account import Difference, Reconciled, Unposted, due, standing
from domain.account.comparing import confirm_by
from domain.acts import ReconcileAccount
from domain.model import DAY, Decimal
from tests.domain.accounts import COMMANDER, NOW, Book, rule, terms

DIGEST = "a" * 64


def closed() -> Book:
    book = Book(terms(overdraft=30))
    for leave, month in (("L1", 3), ("L2", 5), ("L3", 7)):
        book.hold(leave, f"2026-0{month}-02", f"2026-0{month}-04")
        book.settle(leave, f"2026-0{month}-02", f"2026-0{month}-04", charged=3)
        book.set_days(leave, 3, None)
    book.now = datetime(2026, 8, 1, tzinfo=UTC)
    return book


@pytest.mark.rule("account/statement")
@pytest.mark.parametrize(
    ("days", "charge", "balance"),
    [
        ("0", True, True),
        ("3652059", True, True),
        ("3652059.5", False, False),
        ("0.25", False, False),
        ("-0.5", False, True),
        ("-0", False, True),
        ("1E+400", False, False),
        ("9E+999999", False, False),
        ("-9E+999999", False, False),
        ("1E-999999", False, False),
        ("0.5000000000000000000000000000000000000000", True, True),
    ],
)
def test_a_statement_tells_numbers_of_days(days, charge, balance):
    """What is none is refused with the number, and changes nothing; the largest takes no longer than any other."""
    for said, good in (({"charges": {"L2": days}}, charge), ({"balances": {"annual": days}}, balance)):
        book = closed()
        before = book.state.lines
        found = book.enter(ReconcileAccount, source="IPPS", statement=DIGEST, as_of="2026-07-31", **said)
        assert rule(found) == ("" if good else "account/statement")
        if not good:
            assert (found.refusal.facts["got"], book.state.lines) == (str(Decimal(days)), before)


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
    assert book.state.model_copy(update={"seq": before.seq, "said": before.said}) == before


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


def told(book: Book, as_of: str, **charges: str) -> Any:
    """A statement of the pay office, a day later."""
    book.now = datetime.fromisoformat(as_of).replace(tzinfo=UTC) + DAY
    return book.enter(ReconcileAccount, charges=charges, source="IPPS", statement=DIGEST, as_of=as_of)


@pytest.mark.rule("account/reconcile")
def test_a_charge_which_no_statement_confirms_in_time_is_a_task_until_it_is_posted():
    """Settled on 5 January, 60 days by the pack: 6 March is the last of them."""
    book = closed()
    assert {lapse.acted_at for lapse in due(book.state)} == {datetime(2026, 3, 7, tzinfo=UTC)}
    told(book, "2026-02-28", L1="3")
    assert [lapse.what for lapse in due(book.state)] == ["posting:L2", "posting:L3"]
    (event,) = book.lapse()
    assert isinstance(event, Unposted)
    assert (event.leave_id, event.days, event.since) == ("L2", Decimal(3), date(2026, 1, 5))
    assert [leave for leave, line in book.state.lines.items() if line.unposted] == ["L2"]
    assert [lapse.what for lapse in due(book.state)] == ["posting:L3"]
    told(book, "2026-03-31", L2="3", L3="3")
    assert not any(line.unposted for line in book.state.lines.values())
    assert due(book.state) == ()


@pytest.mark.rule("account/reconcile")
@pytest.mark.parametrize("mended", ["posted", "corrected"])
def test_a_charge_which_the_other_system_contradicts_is_a_task_at_once_until_it_is_posted_or_corrected(mended):
    book = closed()
    told(book, "2026-01-31", L1="2")
    first = book.state.lines["L1"].unposted
    told(book, "2026-02-28", L1="2")
    assert book.state.lines["L1"].unposted == first is not None
    assert [lapse.what for lapse in due(book.state)] == ["posting:L2", "posting:L3"]
    if mended == "posted":
        told(book, "2026-03-31", L1="3")
    else:
        book.facts = book.facts.model_copy(update={"person": COMMANDER})
        book.correct("L1", 1)
    assert book.state.lines["L1"].unposted is None
    assert [lapse.what for lapse in due(book.state)] == ["posting:L2", "posting:L3"]


def test_a_leave_that_closes_or_wishes_once_more_for_the_same_takes_no_task_away():
    book = Book(terms(overdraft=30))
    book.hold("L1", "2026-03-02", "2026-03-04")
    book.settle("L1", "2026-03-02", "2026-03-04", charged=3)
    told(book, "2026-01-31", L1="2")
    since = book.state.lines["L1"].unposted
    book.settle("L1", "2026-03-02", "2026-03-04", charged=3)
    book.set_days("L1", 3, None)
    assert book.state.lines["L1"].unposted == since is not None


def test_a_correction_after_the_posting_has_as_long_to_be_posted_as_the_charge_had():
    book = closed()
    told(book, "2026-01-31", L1="3", L2="3", L3="3")
    book.facts = book.facts.model_copy(update={"person": COMMANDER})
    book.correct("L1", 1)
    assert book.state.lines["L1"].unposted is None
    (waits,) = due(book.state)
    assert (waits.what, waits.acted_at) == ("posting:L1", confirm_by(NOW, book.terms))


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
