"""A leave is judged at its account by the terms of its request, whatever pack binds the member by then."""

from typing import Any

import pytest

from domain import leave
from domain.account import DaysRefused, HeldDays
from domain.acts import SetDays
from domain.holdings import Days, Share
from domain.model import HOUR, Decimal
from domain.terms import OwnTerms, Terms
from tests.domain.accounts import MEMBER, NOW, Book, terms, wish
from tests.domain.leave.life import Life


def own(of: Terms, *kinds: str) -> OwnTerms:
    """What a leave of these kinds tells of the terms by which it was asked for."""
    return OwnTerms(pack=of.pack, kinds={name: it for name, it in of.kinds.items() if name in kinds})


def now_bound_by(book: Book, pack: str, *, gap: int = 0, without: str = "") -> None:
    """The member has another pack from now on, which lacks a kind of leave."""
    other = terms(gap=gap)
    kinds = {name: kind for name, kind in other.kinds.items() if name != without}
    changed = other.model_copy(update={"pack": pack, "kinds": kinds})
    book.facts = book.facts.model_copy(update={"terms": changed})


def said(book: Book, days: Days, under: OwnTerms | None, name: str = "L2", n: int = 1) -> HeldDays | DaysRefused:
    """What the account answers to a wish that tells its own terms."""
    head: dict[str, Any] = {"act_id": f"{name}/days/{n}", "decided_by": "machine", "acted_at": NOW, "leave_id": name}
    answer: HeldDays | DaysRefused = book.take(SetDays(**head, member=MEMBER.id, n=n, days=days, under=under))[-1]
    return answer


@pytest.mark.rule("account/unknown-kind")
@pytest.mark.parametrize("shares", [False, True])
@pytest.mark.parametrize("charged", [None, 5])
def test_days_of_a_kind_which_the_terms_know_no_more_are_booked_and_marked(shares: bool, charged: int | None):
    book = Book(terms())
    days = wish("2026-03-02", "2026-03-06", leave_kind="rr", purse="rr", charged=charged, uncertified={2026: 1})
    if shares:
        share = Share(first=days.first, last=days.last, leave_kind="rr", purse="rr", each=Decimal(1))
        days = days.model_copy(update={"shares": (share,)})
    now_bound_by(book, "another@1#00000000", without="rr")
    answer = said(book, days, None)
    assert isinstance(answer, HeldDays)
    assert "account/unknown-kind" in answer.irregular


def test_a_leave_of_a_kind_that_another_pack_lacks_is_settled_by_its_own_terms():
    then, book = terms(), Book(terms())
    days = wish("2026-03-02", "2026-03-06", leave_kind="rr", purse="rr", charged=5)
    now_bound_by(book, "another@1#00000000", without="rr")
    answer = said(book, days, own(then, "rr"))
    assert isinstance(answer, HeldDays)
    assert answer.irregular == ()
    assert {then.pack, "another@1#00000000"} <= set(answer.cites)


@pytest.mark.rule("account/gap")
@pytest.mark.parametrize(("then", "today", "refused"), [(0, 10, ""), (10, 0, "account/gap")])
def test_a_changed_gap_changes_no_leave_that_was_asked_for_before(then: int, today: int, refused: str):
    asked_under, book = terms(gap=then), Book(terms(gap=then))
    book.hold("L1", "2026-03-02", "2026-03-06")
    now_bound_by(book, "another@1#00000000", gap=today)
    answer = said(book, wish("2026-03-09", "2026-03-10"), own(asked_under, "ordinary"))
    assert (answer.refusal.rule if isinstance(answer, DaysRefused) else "") == refused
    if isinstance(answer, DaysRefused):
        assert answer.refusal.facts["terms"] == asked_under.pack


def test_a_wish_for_days_tells_the_terms_of_its_kinds_and_no_other_wish_does():
    life = Life()
    life.slow = True
    life.ask()
    (want,) = [want for want in leave.wants(life.state, life.now) if want.what == "days"]
    assert want.under == own(life.state.rules, "ordinary")
    life.slow = False
    life.settle_down()
    assert all(want.under is None for want in leave.wants(life.state, life.now))


@pytest.mark.rule("silence/unsettled")
def test_an_account_that_does_not_answer_is_seen_daily_and_the_leave_is_settled_once_it_does():
    life = Life().until("sign-in")
    life.slow = True
    life.sign_in()
    assert life.at == "settle"
    first, hours = leave.due(life.state)[0], life.state.rules.back.settle_hours
    assert (first.what, first.acted_at) == ("unsettled 1", life.state.since + hours * HOUR)
    assert "unanswered" not in life.face.attention
    life.lapse()
    life.lapse()
    assert (life.at, life.due()[0]) == ("settle", "unsettled 3")
    assert "unanswered" in life.face.attention
    life.slow = False
    life.settle_down()
    assert life.at == "close"
    assert "unanswered" not in life.face.attention


def test_a_leave_from_before_there_was_this_deadline_has_none():
    life = Life().until("sign-in")
    life.state = life.state.model_copy(update={"chart": 2})
    life.slow = True
    life.sign_in()
    assert (life.at, life.due()) == ("settle", [])
