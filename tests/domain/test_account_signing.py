"""What a clerk enters into an account for who decided it waits for their countersignature, for so many days."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest

from domain import account
from domain.acts import AdjustAccount, CloseYear, OpenAccount, Relabel, SignAccount, WithholdAccrual
from domain.facts import Facts
from domain.model import DAY, HOUR, Decimal, date
from tests.domain.accounts import CLERK, COMMANDER, NOW, Book, closed, rule
from tests.domain.leave.life import SEALED

MARK = "record/countersign"
DAYS: dict[str, Any] = {"purse": "annual", "days": Decimal(1), "on": NOW.date(), "reason": "misread"}


def typed(book: Book, kind: Any = AdjustAccount, **words: Any) -> Any:
    """The commander decides, and the clerk types it."""
    book.facts = book.facts.model_copy(update={"clerk": CLERK})
    said = {"entered_by": CLERK.id, "medium": "paper"} | words
    return book.enter_with(kind, COMMANDER, **said)


def sign(book: Book, by: Any = COMMANDER, **words: Any) -> Any:
    return book.enter(SignAccount, by, **({"of": next(iter(book.state.unsigned), "nothing")} | words))


@pytest.mark.rule("record/countersign")
def test_what_a_clerk_entered_waits_for_its_decider_for_the_days_of_the_pack():
    book = closed()
    assert typed(book, **DAYS).irregular == (MARK,)
    (waits,) = book.state.unsigned.values()
    assert (waits.who, waits.by) == (COMMANDER.id, book.now + 7 * DAY)
    assert waits.what == f"annual account adjusted by +1 days as of {NOW.date()}"
    before = book.balance(NOW.date())
    signed = sign(book)
    assert (signed.kind, signed.irregular, book.state.unsigned) == ("entry-signed", (), {})
    assert book.balance(NOW.date()) == before


@pytest.mark.rule("record/countersign")
@pytest.mark.parametrize(("late", "marked"), [(7 * DAY - HOUR, ()), (7 * DAY + HOUR, (MARK,))])
def test_a_late_countersignature_is_taken_and_stays_an_exception_for_audit(late, marked):
    book = closed()
    typed(book, **DAYS)
    book.now += late
    assert sign(book).irregular == marked
    assert not book.state.unsigned


@pytest.mark.rule("record/countersign")
def test_what_is_not_countersigned_in_time_stands_as_an_exception_and_is_waited_for_no_more():
    book = closed()
    typed(book, **DAYS)
    has, (by,) = book.balance(NOW.date()), [one.by for one in book.state.unsigned.values()]
    assert [lapse.acted_at for lapse in account.due(book.state) if lapse.what.startswith("countersign")] == [by]
    book.now = by - HOUR
    assert account.decide(account.due(book.state)[0], sign_first(book), Facts(), by) == (), "signed meanwhile"
    (missing,) = book.lapse()
    assert (missing.kind, missing.irregular) == ("entry-lapsed", (MARK,))
    assert (book.state.unsigned, book.balance(NOW.date())) == ({}, has)
    assert [lapse.what for lapse in account.due(book.state)] == ["posting:L1"]
    assert rule(sign(book)) == MARK
    (of,) = book.state.lapsed
    late = sign(book, of=of, acted_at=by - HOUR)
    assert (late.kind, late.irregular, book.state.lapsed) == ("entry-signed", (MARK,), {}), "it lay in a spool"


def sign_first(book: Book) -> account.Account:
    """The account as it would be, had its decider signed by now."""
    other = copy(book)
    sign(other)
    return other.state


def test_nobody_else_countersigns_it_and_nobody_has_it_recorded():
    book = closed()
    typed(book, **DAYS)
    assert rule(sign(book, CLERK)) == MARK
    assert rule(typed(book, SignAccount, of=next(iter(book.state.unsigned)))) == MARK
    assert rule(sign(book, of="another")) == MARK
    assert len(book.state.unsigned) == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (WithholdAccrual, {"first": date(2026, 1, 2), "ground": "absent", "reason": "finding"}),
        (
            Relabel,
            {
                "leave_id": "L1",
                "first": date(2026, 3, 2),
                "last": date(2026, 3, 3),
                "label": "absent",
                "why": "false-papers",
                "days": Decimal(2),
                "reason": SEALED,
            },
        ),
    ],
)
def test_each_decision_of_an_authority_waits_once_whatever_entries_it_leads_to(kind, words):
    book = closed()
    typed(book, kind, **words)
    assert len(book.state.unsigned) == 1
    sign(book)
    assert not book.state.unsigned


def test_there_is_nothing_to_confirm_in_what_changes_nothing_nor_in_what_was_refused_nor_in_ones_own_word():
    book = closed()
    book.enter(AdjustAccount, COMMANDER, **DAYS)
    withheld: dict[str, Any] = {"first": date(2026, 1, 2), "ground": "absent", "reason": "finding"}
    book.enter(WithholdAccrual, COMMANDER, **withheld)
    assert typed(book, WithholdAccrual, **withheld).irregular == ()
    assert rule(typed(book, CloseYear, on=date(2026, 9, 30)))
    assert not book.state.unsigned


def test_balances_which_the_register_brought_are_no_words_of_the_decider():
    """The first act lets the account learn them, whoever says it."""
    book = Book(closed().terms)
    typed(book, **DAYS)
    opened, _, adjusted = (entry.event for entry in book.journal)
    assert (opened.kind, opened.irregular, adjusted.irregular) == ("opened", (), (MARK,))
    book = Book(closed().terms)
    clerk = book.facts.model_copy(update={"largest_entry": 100})
    book.facts = clerk
    said = {"as_of": date(2025, 12, 31), "days": {"cto": Decimal(3)}, "source": "roster office"}
    assert book.enter(OpenAccount, CLERK, **said).irregular == ()
