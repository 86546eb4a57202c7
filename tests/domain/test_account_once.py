"""What is said to an account once more, in a run that knows no update of before, undoes nothing that was said since."""

from __future__ import annotations

from typing import Any

import pytest

from domain.account import Account
from domain.acts import AdjustAccount, EndAccount, HandOver, ReconcileAccount, Relabel, See, WithholdAccrual
from domain.facts import Person
from domain.model import DAY
from tests.domain.accounts import CLERK, COMMANDER, MEMBER, NOW, Book, closed, rule, terms
from tests.domain.garrison.mission import SEALED

END: dict[str, Any] = {"on": NOW.date(), "why": "end-of-tour"}
CONFINED: dict[str, Any] = {"first": NOW.date(), "ground": "confined", "reason": "message 7"}
STATEMENT: dict[str, Any] = {"source": "pay office", "as_of": NOW.date(), "statement": "a" * 64}
NOBODY = Person(id="m-zzzzzzzzzz", posts=())
HANDED: dict[str, Any] = {"done": "handed-over", "whom": "the next mission"}


@pytest.mark.rule("act/once")
@pytest.mark.parametrize(
    ("before", "first", "since"),
    [
        ([], (EndAccount, END), (EndAccount, END | {"lift": True})),
        ([(EndAccount, END)], (EndAccount, END | {"lift": True}), (EndAccount, END)),
        ([(EndAccount, END)], (HandOver, HANDED), (HandOver, HANDED | {"whom": "the pay office"})),
        ([], (WithholdAccrual, CONFINED), (WithholdAccrual, CONFINED | {"lift": True})),
        ([], (WithholdAccrual, CONFINED | {"lift": True}), (WithholdAccrual, CONFINED)),
        ([], (See, {"what": "back"}), (See, {"what": "other"})),
        ([], (ReconcileAccount, STATEMENT), (ReconcileAccount, STATEMENT | {"statement": "b" * 64})),
    ],
)
def test_a_word_on_an_account_that_comes_again_undoes_nothing_that_was_said_since(before, first, since):
    book = Book(terms())
    for kind, words in (*before, first, since):
        book.enter(kind, CLERK if kind is ReconcileAccount else COMMANDER, **words)
    again, known = book.decisions[-2], book.state
    assert [event.kind for event in book.again(again)] == ["already-so"]
    assert book.state.model_copy(update={"seq": known.seq}) == known


@pytest.mark.rule("act/once")
@pytest.mark.parametrize(("days", "known"), [(365, True), (366, True), (368, False)])
def test_an_act_is_known_for_as_long_as_it_may_lie_in_a_spool(days: int, known: bool):
    book = Book(terms())
    book.enter(EndAccount, COMMANDER, **END)
    first = book.decisions[-1].act.act_id
    book.now = NOW + days * DAY
    book.enter(EndAccount, COMMANDER, **END | {"lift": True})
    assert (first in book.state.said) == known


@pytest.mark.rule("act/once")
@pytest.mark.parametrize(
    ("by", "kind", "words", "told"),
    [
        (COMMANDER, EndAccount, END, "already-so"),
        (CLERK, EndAccount, END, "refused"),
        (COMMANDER, HandOver, HANDED, "refused"),
        (NOBODY, AdjustAccount, {"purse": "annual", "days": 5, "on": NOW.date(), "reason": "a gift"}, "refused"),
    ],
)
def test_another_act_under_a_known_id_is_refused_and_not_told_that_it_was_recorded(by, kind, words, told):
    """In a later run the account knows the act by its id, its kind and who decided it."""
    book = Book(terms())
    book.enter(EndAccount, COMMANDER, **END)
    event = book.enter(kind, by, act_id=book.decisions[-1].act.act_id, **words)
    assert (event.kind, rule(event)) == (told, "path/act-id" if told == "refused" else "")


@pytest.mark.rule("act/once")
def test_a_state_of_before_which_kept_the_instant_alone_still_knows_the_act():
    book = Book(terms())
    book.enter(EndAccount, COMMANDER, **END)
    first = book.decisions[-1]
    kept = book.state.model_dump(mode="json")
    kept["said"] = {act: at for act, (at, *_) in kept["said"].items()}
    book.state = Account.model_validate(kept)
    assert [event.kind for event in book.again(first)] == ["already-so"]


@pytest.mark.rule("act/once")
def test_days_called_otherwise_are_no_other_act_when_they_come_again():
    book = closed()
    days = {"leave_id": "L1", "first": "2026-03-02", "last": "2026-03-02", "days": 1}
    head = {"act_id": "r1", "decided_by": COMMANDER.id, "post": "CO-NAQ", "acted_at": NOW, "member": MEMBER.id}
    act = Relabel.model_validate(head | days | {"label": "absent", "why": "false-papers", "reason": SEALED})
    first = book.take(act)
    assert "withheld" in [event.kind for event in first]
    assert [event.kind for event in book.take(act)] == ["already-so"]
