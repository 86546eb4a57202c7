"""The end of a member's time, a leave that resumes another, and days of a closed leave called otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from domain import account
from domain.account import DaysRefused, HeldDays, as_known
from domain.acts import CorrectAccount, EndAccount, HandOver, Relabel, See, Seen
from domain.facts import Person
from domain.holdings import Days, Share
from domain.model import DAY, Decimal
from tests.domain.accounts import CLERK, COMMANDER, MEMBER, NOW, Book, terms, wish
from tests.domain.leave.life import SEALED

ON = date(2026, 3, 17)


def said(book: Book, kind: Any, by: Person = COMMANDER, **words: Any) -> tuple[Any, ...]:
    """Somebody says an act to the account; answers its events."""
    book.facts = book.facts.model_copy(update={"person": by})
    told = {"act_id": f"x{len(book.journal)}", "decided_by": by.id, "acted_at": book.now, "member": MEMBER.id}
    return tuple(book.take(kind(**(told | words))))


def ended(book: Book, on: date = ON, by: Person = COMMANDER, **words: Any) -> tuple[Any, ...]:
    book.now = max(book.now, NOW.replace(month=on.month, day=on.day))
    told: dict[str, Any] = {"on": on, "why": "transfer"}
    return said(book, EndAccount, by, **(told | words))


def rule(events: tuple[Any, ...]) -> str:
    """By which rule it was refused; empty where it was not."""
    return next((e.refusal.rule for e in events if e.kind == "refused"), "")


def refusal(answer: HeldDays | DaysRefused) -> str:
    """By which rule a wish was refused; empty where it was not."""
    return answer.refusal.rule if isinstance(answer, DaysRefused) else ""


# ---- the end


@pytest.mark.rule("account/end")
@pytest.mark.parametrize(
    ("on", "has"),
    [
        (date(2026, 1, 31), "12.5"),
        (date(2026, 2, 28), "15"),
        (date(2026, 3, 17), "16.5"),
        (date(2026, 3, 31), "17.5"),
    ],
)
def test_account_end_tells_what_was_earned_by_then(on, has):
    """Whole months and the part of the last one: by days served, rounded to half days."""
    book = Book(terms())
    (event,) = [e for e in ended(book, on) if e.kind == "ended-account"]
    assert event.balances["annual"] == Decimal(has)
    assert "transfer" not in event.says()


def test_nothing_is_earned_after_the_end_and_it_is_once_the_end_is_taken_back():
    book = Book(terms())
    ended(book)
    then = account.balance(book.state, terms(), MEMBER, date(2026, 3, 31))
    assert account.balance(book.state, terms(), MEMBER, date(2026, 9, 30)) == then
    assert rule(ended(book, lift=True)) == ""
    assert account.balance(book.state, terms(), MEMBER, date(2026, 9, 30)) == Decimal("32.5")
    assert book.state.ended
    assert book.state.ended.lifted


def test_account_ended_lets_no_new_leave_hold_days_beyond_it():
    book = Book(terms())
    ended(book)
    for first, last, refused in (("2026-03-10", "2026-03-17", ""), ("2026-03-18", "2026-03-18", "account/ended")):
        assert refusal(book.set_days(f"L{last}", 1, wish(first, last))) == refused


def test_what_is_held_may_shrink_and_be_settled_after_the_end():
    book = Book(terms())
    book.hold("L1", "2026-03-10", "2026-03-20")
    ended(book)
    assert refusal(book.set_days("L1", 2, wish("2026-03-10", "2026-03-18"))) == ""
    answer = book.settle("L1", "2026-03-10", "2026-03-17", charged=8, n=3)
    assert (answer.kind, answer.irregular) == ("held-days", ())


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ({}, ""),
        ({"on": ON - DAY}, "account/end"),
        ({"on": ON + DAY}, "record/future"),
        ({"why": "died"}, "account/end"),
        ({"lift": True}, ""),
        ({"on": ON + 3 * DAY}, "record/future"),
        ({"lift": True, "why": "mission-closed"}, ""),
        ({"on": MEMBER.arrived - DAY}, "account/end"),
    ],
)
def test_an_end_is_recorded_once_and_another_one_after_it_was_taken_back(words, refused):
    book = Book(terms())
    ended(book)
    before = book.state
    assert rule(said(book, EndAccount, **{"on": ON, "why": "transfer", **words})) == refused
    if not words:
        assert book.journal[-1].event.again
        assert book.state.model_copy(update={"seq": before.seq, "said": before.said}) == before
    if words == {"why": "died"}:
        assert book.journal[-1].event.refusal.facts == {"expected": f"{ON}", "got": f"{ON}, for another reason"}


@pytest.mark.rule("record/future")
@pytest.mark.parametrize("why", ["died", "transfer"])
@pytest.mark.parametrize(
    ("at", "on", "refused"),
    [
        (datetime(2026, 6, 10, 0, 30, tzinfo=UTC), date(2026, 6, 11), "record/future"),
        (datetime(2026, 6, 10, 9, 59, tzinfo=UTC), date(2026, 6, 11), "record/future"),
        (datetime(2026, 6, 10, 10, 0, tzinfo=UTC), date(2026, 6, 11), ""),
        (datetime(2026, 6, 10, 0, 30, tzinfo=UTC), date(2026, 6, 10), ""),
    ],
)
def test_nobody_s_time_ends_on_a_day_that_has_begun_nowhere(at, on, refused, why):
    """Nowhere is it later than in the Line Islands, 14 hours ahead of Greenwich."""
    book = Book(terms())
    book.now = at
    assert rule(said(book, EndAccount, on=on, why=why, acted_at=at)) == refused


@pytest.mark.parametrize(("by", "refused"), [(CLERK, True), (COMMANDER, ""), (Person(id="m-zzzzzzzzzz"), True)])
def test_who_may_end_an_account(by, refused):
    found = rule(ended(Book(terms()), by=by))
    assert found == ("authority/end-member" if refused else "")


@pytest.mark.parametrize(
    ("on", "refused"), [(MEMBER.arrived, ""), (MEMBER.arrived - DAY, "return/before-arrival"), (date(2025, 3, 1), True)]
)
def test_nobody_s_time_ends_before_it_began(on, refused):
    assert rule(ended(Book(terms()), on)) == ("return/before-arrival" if refused else "")


NOBODY = Person(id="m-zzzzzzzzzz")


@pytest.mark.parametrize("ended_before", [False, True])
@pytest.mark.parametrize("what", get_args(Seen))
@pytest.mark.parametrize("by", [CLERK, COMMANDER, NOBODY])
def test_return_seen(by, what, ended_before):
    """What is seen of somebody after their leave is over is never refused; from no post it is marked."""
    book = Book(terms())
    if ended_before:
        ended(book, why="missing")
    before = book.state
    (event,) = [e for e in said(book, See, by, what=what) if e.kind == "seen-of"]
    assert event.irregular == (("return/seen",) if by is NOBODY else ())
    assert bool(event.task) == (ended_before and what in ("left", "back", "reached"))
    assert book.state.seen
    assert book.state.seen.what == what
    assert (book.state.ended, book.state.ledger) == (before.ended, before.ledger), "no day and no end is changed by it"
    assert "missing" not in event.says()


def test_nobody_is_seen_in_the_future():
    book = Book(terms())
    assert rule(said(book, See, what="back", acted_at=book.now + DAY)) == "record/future"


def test_account_hand_over():
    """A human says what became of the rest; before the end there is nothing to hand over."""
    book = Book(terms())
    words: dict[str, Any] = {"done": "handed-over", "whom": "mission MINUSMA, statement 12"}
    assert rule(said(book, HandOver, **words)) == "account/end"
    ended(book)
    (event,) = [e for e in said(book, HandOver, **words) if e.kind == "handed-over"]
    assert book.state.ended
    assert (event.says(), book.state.ended.handed) == (
        "handed over: mission MINUSMA, statement 12 (annual 16.5, rr 5)",
        "handed-over: mission MINUSMA, statement 12",
    )


def test_as_known_before_the_end_the_account_knows_nothing_of_it():
    book = Book(terms())
    book.hold("L1", "2026-02-02", "2026-02-03")
    before = book.now
    ended(book)
    assert as_known(book.state, before).ended is None
    assert as_known(book.state, book.now).ended == book.state.ended


# ---- a leave that resumes another


def broken_off() -> Book:
    """A leave of which two days were taken before the hospital."""
    book = Book(terms(gap=21))
    book.hold("L1", "2026-03-02", "2026-03-13")
    book.set_days("L1", 2, wish("2026-03-02", "2026-03-03", interrupted=True))
    return book


def resuming(book: Book, first: str, resumes: str | None) -> str:
    days: Days = wish(first, "2026-03-14", resumes=resumes)
    return refusal(book.set_days("L2", 1, days))


@pytest.mark.parametrize(
    ("first", "resumes", "refused"),
    [
        ("2026-03-12", "L1", ""),
        ("2026-03-04", "L1", ""),
        ("2026-03-03", "L1", "account/overlap"),
        ("2026-03-12", None, "account/gap"),
        ("2026-03-12", "L9", "account/resumes"),
        ("2026-03-12", "L2", "account/resumes"),
    ],
)
def test_account_resumes_a_leave_that_was_broken_off_without_a_gap(first, resumes, refused):
    assert resuming(broken_off(), first, resumes) == refused


def test_a_leave_that_was_not_broken_off_is_not_resumed():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-03")
    assert resuming(book, "2026-03-12", "L1") == "account/resumes"


# ---- days called otherwise


def closed(charged: str = "10", **said: Any) -> Book:
    """A leave of ten days, all charged unless told otherwise, and closed."""
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-11")
    book.settle("L1", "2026-03-02", "2026-03-11", charged=charged, **said)
    book.set_days("L1", 3, None)
    return book


def relabelled(
    book: Book, label: str, days: float | str | Decimal | None, by: Person = COMMANDER, **words: Any
) -> tuple[Any, ...]:
    span = {"first": date(2026, 3, 9), "last": date(2026, 3, 11)}
    back = None if days is None else Decimal(str(days))
    told = {"leave_id": "L1", "label": label, "why": "other", "days": back, "reason": SEALED}
    return said(book, Relabel, by, **(told | span | words))


@pytest.mark.rule("account/relabel")
@pytest.mark.parametrize(
    ("label", "first", "days", "cost", "earned"),
    [("excused", 9, "3", "7", "0"), ("absent", 2, "10", "0", "-1"), ("excused", 9, "1.5", "8.5", "0")],
)
def test_account_relabel_gives_days_back_and_absence_earns_nothing(label, first, days, cost, earned):
    """Ten days of absence in March leave 21 of 31 that earn: 1.5 days in place of 2.5."""
    book = closed()
    before = account.balance(book.state, terms(), MEMBER, date(2026, 3, 31))
    relabelled(book, label, days, first=date(2026, 3, first))
    after = account.balance(book.state, terms(), MEMBER, date(2026, 3, 31))
    assert book.state.lines["L1"].cost == Decimal(cost)
    assert after - before == Decimal(days) + Decimal(earned)


def test_papers_found_false_then_found_true_leave_every_entry_and_the_charge_as_it_was():
    book = closed()
    known = book.state.ledger
    before = account.balance(book.state, terms(), MEMBER, date(2026, 3, 31))
    relabelled(book, "absent", 3, why="false-papers")
    relabelled(book, "charged", -3, why="other")
    assert book.state.lines["L1"].cost == Decimal(10)
    assert book.state.ledger[: len(known)] == known
    assert account.balance(book.state, terms(), MEMBER, date(2026, 3, 31)) == before
    assert [e.event.label for e in book.journal if e.event.kind == "relabelled"] == ["absent", "charged"]


def test_days_that_nobody_told_are_reckoned_from_what_they_cost_by_now():
    """Called absent once, three days cost nothing any more: called absent again none goes back, as leave all three."""
    book = closed()
    for label, cost in (("absent", "7"), ("excused", "7"), ("charged", "10"), ("charged", "10")):
        assert not rule(relabelled(book, label, None))
        assert book.state.lines["L1"].cost == Decimal(cost)


def test_of_runs_each_day_goes_back_at_what_it_cost():
    run = {"leave_kind": "ordinary", "purse": "annual"}
    spans = ((2, 9, "1"), (10, 10, "0.5"), (11, 11, "0"))
    shares = tuple(
        Share.model_validate(run | {"first": date(2026, 3, a), "last": date(2026, 3, b), "each": each})
        for a, b, each in spans
    )
    book = closed(shares=shares, charged="8.5")
    relabelled(book, "excused", None)
    assert book.state.lines["L1"].cost == Decimal(7)


@pytest.mark.rule("account/relabel")
def test_where_the_account_keeps_a_number_alone_the_days_are_asked_for():
    book = closed(charged="8")
    assert rule(relabelled(book, "excused", None)) == "account/relabel"
    assert not rule(relabelled(book, "excused", 2))


@pytest.mark.rule("account/relabel")
def test_days_that_went_back_by_number_do_not_go_back_once_more():
    """Of which days a correction was, nobody told: how many more go back is asked for, and not reckoned."""
    book = closed()
    assert not rule(said(book, CorrectAccount, leave_id="L1", days=Decimal(3), reason="three days were duty"))
    assert rule(relabelled(book, "excused", None)) == "account/relabel"
    assert book.state.lines["L1"].cost == Decimal(7)
    assert not rule(relabelled(book, "excused", 0))


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ({"first": date(2026, 3, 1)}, "account/relabel"),
        ({"last": date(2026, 3, 12)}, "account/relabel"),
        ({"days": Decimal(4)}, "account/relabel"),
        ({"days": Decimal("0.3")}, "account/relabel"),
        ({"leave_id": "L9"}, "account/unknown-leave"),
        ({"by": CLERK}, "authority/correct-account"),
    ],
)
def test_account_relabel(words, refused):
    """Days of a closed leave, no more than they are, by an authority."""
    by = words.pop("by", COMMANDER)
    days = words.pop("days", Decimal(3))
    assert rule(relabelled(closed(), "excused", days, by, **words)) == refused


def test_days_of_an_open_leave_are_found_and_not_relabelled():
    book = Book(terms())
    book.hold("L1", "2026-03-02", "2026-03-11")
    assert rule(relabelled(book, "excused", 3)) == "account/open-leave"


def test_the_same_act_again_changes_nothing():
    book = closed()
    relabelled(book, "excused", 3, act_id="same")
    before = book.state
    relabelled(book, "excused", 3, act_id="same")
    assert book.state.model_copy(update={"seq": before.seq, "said": before.said}) == before


@pytest.mark.parametrize(("label", "days"), [("absent", 0), ("excused", 3), ("charged", 0)])
def test_an_act_that_comes_again_later_undoes_nothing_that_was_said_since(label, days):
    book = closed()
    relabelled(book, label, days, act_id="same")
    relabelled(book, "excused" if label == "absent" else "absent", 0, act_id="since")
    before = book.state
    relabelled(book, label, days, act_id="same")
    assert book.state.model_copy(update={"seq": before.seq, "said": before.said}) == before


def test_a_leave_never_costs_more_days_than_it_has():
    assert rule(relabelled(closed(), "charged", "-0.5")) == "account/relabel"


@pytest.mark.parametrize(("label", "days"), [("charged", 1), ("excused", -1), ("absent", -1)])
def test_a_label_and_its_days_agree(label, days):
    with pytest.raises(ValueError, match="cannot give"):
        relabelled(closed(), label, days)
