"""One death gives its uncharged days once, whatever number of absences name it: leave and account together."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.account import DaysRefused
from domain.holdings import Word
from domain.leave.absence import Absence, charge, plan, shares
from domain.leave.counting import CountedDay
from domain.model import DAY, Decimal
from tests.domain.accounts import Book
from tests.domain.leave.life import CALENDAR, FIRST, Life, local, terms
from tests.domain.leave.test_bereavement import DIED, US, bereaved

SERVICE = date(2026, 4, 10)
ASKED = bereaved().state.asked.model_copy(update={"last_service": SERVICE})


def held(book: Book, leave: str, first: date, last: date, died: date = DIED) -> tuple[CountedDay, ...]:
    """An absence asks its account, which tells its word, and holds what its days come to by that, if it may."""
    ask, counted, words = (
        ASKED.model_copy(update={"died_on": died}),
        tuple[CountedDay, ...](),
        list[Word | None]([None]),
    )
    before = book.state.lines[leave].n if leave in book.state.lines else 0
    for n in range(before + 1, before + 4):
        counted = plan(Absence(ask, US, CALENDAR, words[-1]), first, last)
        told = {"charge": charge(counted), "shares": shares(counted), "leave_kind": "bereavement", "balance_on": died}
        answer = book.hold(leave, first, last, n=n, **told)
        if isinstance(answer, DaysRefused):
            book.set_days(leave, n + 1, None)
            return ()
        words.append(answer.word)
    assert words[-1] == words[-2], "what is told of another absence does not change with what is held by it"
    return counted


def free(counted: tuple[CountedDay, ...]) -> list[date]:
    return [d.day for d in counted if d.rule == "bereavement/uncharged"]


def book() -> Book:
    """An account under the terms of bereavement, with 15 days on the day of the death."""
    return Book(US.model_copy(update={"accrual": terms(overdraft=60).accrual}))


@pytest.mark.rule("bereavement/uncharged")
@pytest.mark.rule("bereavement/charged-after")
@pytest.mark.parametrize(
    ("spans", "given"),
    [
        (((0, 13), (21, 34)), (14, 0)),
        (((0, 13), (21, 34), (39, 40)), (14, 0, 0)),
        (((0, 4), (7, 20)), (5, 7)),
        (((0, 4), (5, 13)), (5, 9)),
        (((0, 0), (13, 14)), (1, 1)),
        (((21, 34), (0, 13)), (14, 0)),
        (((21, 24), (14, 20)), (4, 0)),
    ],
)
def test_the_days_in_a_row_begin_once_for_a_death_and_other_absences_have_what_is_left_of_them(spans, given):
    """Absences of the days told, counted from the second of March, in the order in which they were asked for."""
    of, start = book(), date(2026, 3, 2)
    absences = (held(of, f"L{i}", start + a * DAY, start + b * DAY) for i, (a, b) in enumerate(spans))
    assert tuple(len(free(counted)) for counted in absences) == given


def test_another_death_gives_its_own_days():
    of = book()
    assert len(free(held(of, "L1", date(2026, 3, 2), date(2026, 3, 15)))) == 14
    assert len(free(held(of, "L2", date(2026, 3, 23), date(2026, 4, 5), died=date(2026, 3, 17)))) == 14


def test_what_an_absence_gives_back_the_next_one_has():
    of = book()
    held(of, "L1", date(2026, 3, 2), date(2026, 3, 15))
    assert free(held(of, "L2", date(2026, 3, 23), date(2026, 4, 5))) == []
    of.set_days("L1", 9, None)
    assert len(free(held(of, "L2", date(2026, 3, 23), date(2026, 4, 5)))) == 14


def test_the_leave_holds_what_the_account_has_told_of_another_absence_and_says_why():
    life = bereaved("10")
    given = life.state.word.model_copy(update={"given_from": date(2026, 3, 2)})
    life = Life(terms=US, family="listed")
    life.world.word = given
    asked = {"leave_kind": "bereavement", "died_on": DIED, "last_service": FIRST}
    life.ask(first=FIRST, last=FIRST + 3 * DAY, **asked)
    assert life.state.held["days"].expected == 4
    life.until("sign-in").sign_in(local(FIRST + 3 * DAY, "23:00"))
    assert life.state.charged == 4
    assert {d.why for d in plan(Absence(life.state.asked, US, CALENDAR, given), FIRST, FIRST + 3 * DAY)} == {
        "charged: after 14 days that are not charged, which began on 2026-03-02 in another absence"
    }


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 15)), min_size=1, max_size=5), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_no_death_gives_more_days_than_the_pack_nor_days_further_apart(spans, had):
    of, start = book(), date(2026, 3, 2)
    of.facts = of.facts.model_copy(
        update={"opening": of.facts.opening.model_copy(update={"days": {"annual": Decimal(had)}})}  # type: ignore[union-attr]
    )
    days: list[date] = []
    taken: set[date] = set()
    for i, (first, more) in enumerate(spans):
        mine = {start + n * DAY for n in range(first, first + more + 1)}
        if not mine & taken:
            taken |= mine
            days += free(held(of, f"L{i}", min(mine), max(mine)))
    assert len(days) <= 14
    assert not days or (max(days) - min(days)).days < 14
