"""What finds its leave ended stands in the account of the member, word for word, once; and no day is changed by it."""

from datetime import datetime
from typing import Any, get_args

import pytest

from domain import account
from domain.account import as_heard, as_known, to_look_at
from domain.acts import (
    Attach,
    CheckOff,
    Contact,
    EndMember,
    LeaveAct,
    Observation,
    PassGateway,
    Report,
    See,
    SignIn,
    SignOut,
    WasTold,
)
from domain.facts import Person
from domain.model import DAY
from tests.domain.accounts import CLERK, COMMANDER, MEMBER, NOW, Book, terms
from tests.domain.test_account_ends import NOBODY, closed, ended, relabelled

HEAD: dict[str, Any] = {"act_id": "h1", "decided_by": COMMANDER.id, "acted_at": NOW, "leave_id": "L1"}


def heard(book: Book, kind: Any, by: Person, act: str = "h1", **words: Any) -> tuple[Any, ...]:
    """What finds the leave L1 ended, said to the account; answers its events."""
    book.facts = book.facts.model_copy(update={"person": by})
    said = {"act_id": act, "decided_by": by.id, "acted_at": book.now, "leave_id": "L1"}
    return tuple(book.take(as_heard(kind(**(said | words)), MEMBER.id)))


OBSERVED: tuple[tuple[Any, dict[str, Any], str], ...] = (
    (SignOut, {}, "left"),
    (SignIn, {"fit": False}, "back"),
    (CheckOff, {"item": "all"}, "other"),
    (PassGateway, {"way": "back"}, "other"),
    (Report, {"what": "hospital"}, "other"),
    (Attach, {"evidence": ("0" * 64,)}, "other"),
    (WasTold, {"about": "recall", "via": "phone"}, "told"),
    (Contact, {"via": "phone", "reached": False}, "not-reached"),
    (EndMember, {"why": "transfer"}, "other"),
)


def test_every_observation_of_a_leave_has_a_place_after_its_end():
    said = {act for act in get_args(get_args(LeaveAct)[0]) if act.said == "observation"}
    assert {kind for kind, _, _ in OBSERVED} == set(get_args(Observation)) == said


@pytest.mark.rule("return/after-end")
@pytest.mark.parametrize("by", [CLERK, COMMANDER, NOBODY])
@pytest.mark.parametrize(("kind", "words", "what"), OBSERVED)
def test_return_after_end(kind, words, what, by):
    """What finds its leave ended is recorded, from whomever, marked, once, and changes no day."""
    book = Book(terms())
    before = book.state
    (event,) = heard(book, kind, by, **words)
    assert (event.kind, event.heard, event.what, event.leave_id) == ("seen-of", kind(**HEAD, **words).kind, what, "L1")
    assert event.irregular[0] == "return/after-end"
    assert bool(event.irregular[1:]) == (by is NOBODY), "from no post it is marked for that too"
    assert book.state.ledger == before.ledger
    heard(book, kind, by, **words)
    assert [one.act for one in book.state.heard["L1"]] == ["h1"], "said again it is one"
    heard(book, kind, by, "h2", **words)
    assert [one.act for one in book.state.heard["L1"]] == ["h1", "h2"]


def test_who_comes_back_on_an_ended_leave_after_the_end_of_their_time_is_looked_at():
    book = Book(terms())
    ended(book, why="missing")
    (event,) = heard(book, SignIn, COMMANDER)
    assert "their time here has ended" in event.says()
    assert book.state.seen
    assert book.state.seen.what == "back"


def waiting(book: Book) -> list[str]:
    """The acts which arrived after the end of their leave, and at which nobody has looked."""
    return [one.act for some in to_look_at(book.state).values() for one in some]


def arrived(book: Book, act: str = "h1") -> Book:
    """A sign-in of the leave L1 has arrived since it ended; then the commander speaks."""
    heard(book, SignIn, CLERK, act)
    book.facts = book.facts.model_copy(update={"person": COMMANDER})
    return book


@pytest.mark.rule("return/after-end")
@pytest.mark.parametrize("how", ["correct", "relabel", "let be"])
def test_what_arrived_waits_until_a_post_of_the_chain_has_put_the_days_right_or_let_them_be(how):
    book = arrived(closed())
    assert waiting(book) == ["h1"]
    before = book.state.ledger
    if how == "relabel":
        assert relabelled(book, "excused", 3)[-1].kind == "corrected-days"
    else:
        event = book.correct("L1", 1 if how == "correct" else 0)
        assert event.kind == "corrected-days", event
    assert waiting(book) == []
    assert (book.state.ledger == before) is (how == "let be")
    assert waiting(arrived(book, "h2")) == ["h2"], "what arrives after that waits anew"


@pytest.mark.rule("return/after-end")
@pytest.mark.parametrize("days", [1, 14, 30])
def test_what_nobody_looks_at_in_time_stands_as_an_exception_and_waits_no_more(days):
    """From when it was recorded on, however old it is; an authority may put the days right all the same."""
    book = closed()
    records = book.terms.records.model_copy(update={"look_days": days})
    book.facts = book.facts.model_copy(update={"terms": book.terms.model_copy(update={"records": records})})
    arrived(book)
    recorded, ledger = book.now, book.state.ledger
    (due,) = [one for one in account.due(book.state) if one.what == "looking:h1"]
    assert due.acted_at == recorded + days * DAY
    (unlooked,) = book.lapse(account.due(book.state).index(due))
    assert (unlooked.kind, unlooked.heard, unlooked.irregular) == ("unlooked", "sign-in", ("return/after-end",))
    assert "looked at by nobody: the charge stands" in unlooked.says()
    assert (waiting(book), book.state.ledger, due in account.due(book.state)) == ([], ledger, False)
    assert waiting_then(book, recorded) == ["h1"], "as it was known then"
    assert book.take(due) == [], "time says nothing twice"
    assert waiting(arrived(book, "h2")) == ["h2"], "what arrives after that waits anew"
    assert book.correct("L1", 0).kind == "corrected-days", "a late look is taken"
    assert [one.seen_to for one in book.state.heard["L1"]] == ["c1", "c1"]


def test_who_has_looked_in_time_is_waited_for_no_more_and_without_a_term_nobody_is_hurried():
    book = arrived(closed())
    book.correct("L1", 0)
    assert not [one for one in account.due(book.state) if one.what.startswith("looking")]
    book = closed()
    records = book.terms.records.model_copy(update={"look_days": None})
    book.facts = book.facts.model_copy(update={"terms": book.terms.model_copy(update={"records": records})})
    assert waiting(arrived(book)) == ["h1"]
    assert not [one for one in account.due(book.state) if one.what.startswith("looking")]


def waiting_then(book: Book, at: datetime) -> list[str]:
    """What waited as it was known at an instant."""
    return [one.act for some in to_look_at(as_known(book.state, at)).values() for one in some]


def test_who_lets_the_days_be_says_so_once_and_only_of_what_arrived():
    book = arrived(closed())
    first, again = book.correct("L1", 0), book.correct("L1", 0)
    assert first == again
    assert first.says() == "what arrived after its end was looked at: the charge stays 10 days"
    assert book.correct("L1", 0, "c2").refusal.rule == "account/correction-bounds"
    never_charged = arrived(Book(terms()))
    assert never_charged.correct("L1", 0).says().endswith("the charge stays 0 days")
    assert waiting(never_charged) == []


def test_who_may_not_correct_lets_nothing_be():
    book = arrived(closed())
    book.facts = book.facts.model_copy(update={"person": CLERK})
    refused = book.correct("L1", 0, decided_by=CLERK.id, post=None).refusal
    assert refused.rule.startswith("authority/")
    assert waiting(book) == ["h1"]


def test_as_it_was_known_before_somebody_looked_it_waits_still():
    book = arrived(closed())
    then = book.now
    book.correct("L1", 0)
    assert [one.seen_to for one in book.state.heard["L1"]] == ["c1"]
    assert [one.seen_to for one in as_known(book.state, then).heard["L1"]] == [""]


def test_what_is_heard_after_the_end_is_told_in_nobody_elses_name():
    said = as_heard(SignIn(**HEAD), MEMBER.id).model_dump()
    with pytest.raises(ValueError, match="expected decided_by as in what was heard"):
        See.model_validate(said | {"decided_by": CLERK.id})
