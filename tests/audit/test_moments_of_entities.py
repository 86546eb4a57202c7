"""A base and an account at a moment, as they were and as they were known: orders, strength, purses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from audit import moments, views
from audit.at import changed
from audit.journals import Journal, Written
from audit.kinds import BASE, KINDS, MEMBER
from domain.decider import Decision
from domain.facts import Facts
from domain.model import HOUR
from tests.domain.accounts import Book, closed
from tests.domain.garrison.mission import CALENDAR, NOW, Naq, local, order


def told(kind: str, entries: list[Any], facts: Facts) -> Journal:
    """A journal all of whose entries were decided on the same facts."""
    decision = Decision[Any, Any].model_construct(act=None, now=NOW, facts=facts, events=(), rules="test")
    written = tuple(Written(entry, "r", entry.seq, decision) for entry in entries)
    return Journal("x", KINDS[kind], written, (), KINDS[kind].decider.initial)


def rows(record: Journal, at: datetime) -> tuple[views.Rows, views.Rows]:
    """As it was known, and as it was."""
    when = moments.moment(record, at.isoformat())
    known = views.rows(moments.known(record, when), when, record.written[: when.entries])
    return known, views.rows(moments.was(record, when), when, record.written)


def base(naq: Naq) -> Journal:
    return told(BASE, naq.entries, Facts(calendar=CALENDAR, strength=naq.strength))


def account(book: Book) -> Journal:
    return told(MEMBER, book.journal, book.facts)


def test_an_order_said_at_eight_and_entered_at_one_was_in_force_at_ten_and_nobody_knew():
    naq = Naq()
    naq.ask("L1", 10, 12)
    naq.now = NOW + 5 * HOUR
    naq.issue(order("LO-9", since=NOW))
    known, was = rows(base(naq), NOW + 2 * HOUR)
    assert known["orders in force"] == "none"
    assert "a title, by CO-NAQ, since 2026-03-01 08:00Z, entered 2026-03-01 13:00Z" in was["order LO-9.1"]
    known, was = rows(base(naq), NOW + 6 * HOUR)
    assert known["order LO-9.1"] == was["order LO-9.1"]


def test_an_order_that_was_rescinded_later_was_in_force_until_then():
    naq = Naq()
    naq.issue(order("LO-9", since=NOW))
    naq.now = local(4)
    naq.rescind("LO-9")
    record = base(naq)
    assert "order LO-9.1" in rows(record, NOW + HOUR)[0]
    assert "order LO-9.1" in rows(record, NOW + HOUR)[1]
    assert "order LO-9.1" not in rows(record, local(4) + HOUR)[0]


def test_the_strength_of_a_unit_on_the_day_and_who_is_away():
    naq = Naq()
    naq.ask("L1", 2, 3)
    naq.ask("L2", 10, 12)
    naq.out("L1", local(2, 9))
    known, _ = rows(base(naq), local(2, 18))
    assert known["strength A-COY"] == "1 of 20 absent on 2026-03-02, at most 3"
    assert known["strength HQ"] == "0 of 6 absent on 2026-03-02"
    assert (known["away"], known["places granted"]) == ("1 leave: L1", "1 leave: L2")


def test_a_correction_of_a_charge_counts_from_its_day_and_was_not_known_before():
    book = closed()
    book.now = datetime(2026, 6, 1, 9, tzinfo=NOW.tzinfo)
    before = book.balance(date(2026, 4, 1))
    book.correct("L1", 2)
    known, was = rows(account(book), datetime(2026, 4, 1, tzinfo=NOW.tzinfo))
    label = "annual on 2026-04-01 (UTC)"
    assert (float(known[label]), float(was[label]) - float(known[label])) == (float(before), 2.0)
    assert "+2 by corrections" in was["L1"]
    assert "corrections" not in known["L1"]


def test_what_changed_in_an_account_and_by_whom():
    book = closed()
    book.now = datetime(2026, 6, 1, 9, tzinfo=NOW.tzinfo)
    book.correct("L1", 2)
    record = account(book)
    first, second = (moments.moment(record, said) for said in ("2026-05-01", "2026-07-01"))
    (change,) = changed(record, first, second)
    assert (change.written.entry.event.kind, change.written.entry.post) == ("corrected-days", "CO-NAQ")
    assert set(change.rows) == {"annual on 2026-06-01 (UTC)", "L1"}
