"""What was taken before this mission counts with what is taken in it: per career, and per cycle."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import DaysRefused, Opened, as_known
from domain.account.state import opened
from domain.acts import OpenAccount
from domain.facts import Person
from tests.domain.accounts import CLERK, COMMANDER, MEMBER, OPENING, Book, police, terms
from tests.domain.accounts import rule as refused
from tests.domain.test_counters import ABSENCE, ONCE, book, limits, rule

SAID: dict[str, Any] = {"as_of": "2025-12-31", "source": "roster office"}
HOME = limits("home", cycle_months=24)


def brought(known: Book, by: Any = CLERK, **taken: Any) -> Any:
    """What an office tells of before the mission, by kind (`_` for `-`): times, or times and the latest first day."""
    told = {
        kind.replace("_", "-"): {"times": said} if isinstance(said, int) else {"times": said[0], "latest": said[1]}
        for kind, said in taken.items()
    }
    post = "CO-NAQ" if by is COMMANDER else "G1-NAQ"
    return known.enter(OpenAccount, by, **SAID, post=post, taken=told)


@pytest.mark.rule("account/career")
@pytest.mark.parametrize(
    ("most", "before", "here", "expected"),
    [
        (1, 0, 0, ""),
        (1, 1, 0, "account/career"),
        (1, 0, 1, "account/career"),
        (2, 1, 0, ""),
        (2, 1, 1, "account/career"),
        (3, 1, 1, ""),
        (3, 7, 0, "account/career"),
    ],
)
def test_leaves_before_the_mission_and_in_it_make_up_a_career(most, before, here, expected):
    known = book(limits("emergency-absence", career_times=most))
    assert brought(known, emergency_absence=before).irregular == ()
    for n in range(here):
        assert rule(known.hold(f"L{n}", f"2026-0{3 + n}-02", f"2026-0{3 + n}-04", 0, **ABSENCE)) == ""
    answer = known.hold("L9", "2028-02-29", "2028-03-01", 0, **ABSENCE)
    assert rule(answer) == expected
    if isinstance(answer, DaysRefused):
        assert answer.refusal.facts["got"] == str(before + here + 1)
        assert answer.refusal.facts["before this mission"] == f"{before} taken (as of 2025-12-31, roster office)"
    assert rule(known.hold("L8", "2028-05-02", "2028-05-03")) == ""


@pytest.mark.rule("account/career")
def test_a_leave_of_this_mission_by_the_as_of_day_is_counted_once():
    """What is told as of a day contains all by that day, also what this account knows itself."""
    known = book(limits("emergency-absence", career_times=2))
    known.settle("L1", "2025-12-31", "2026-01-02", charged=0, charge=0, n=1, **ABSENCE)
    brought(known, emergency_absence=1)
    assert rule(known.hold("L2", "2026-03-02", "2026-03-04", 0, **ABSENCE)) == ""
    assert rule(known.hold("L3", "2026-05-02", "2026-05-04", 0, **ABSENCE)) == "account/career"


@pytest.mark.rule("account/cycle")
@pytest.mark.parametrize(
    ("latest", "first", "expected"),
    [
        ("2025-03-31", "2027-03-31", ""),
        ("2025-03-31", "2027-03-30", "account/cycle"),
        ("2024-02-29", "2026-02-28", ""),
        ("2024-02-29", "2026-02-27", "account/cycle"),
        ("2025-12-31", "2027-12-31", ""),
        ("2025-12-31", "2027-12-30", "account/cycle"),
        ("2025-06-30", "2025-06-30", "account/cycle"),
    ],
)
def test_the_cycle_begins_with_the_latest_leave_before_the_mission(latest, first, expected):
    known = book(HOME)
    brought(known, home=(3, latest))
    answer = known.hold("L1", first, first, leave_kind="home")
    assert rule(answer) == expected
    if isinstance(answer, DaysRefused):
        assert answer.refusal.facts["before this mission"].startswith(f"3 taken, the latest from {latest} on")


@given(st.dates(date(2024, 1, 1), date(2025, 12, 31)), st.dates(date(2026, 1, 1), date(2029, 12, 1)))
@pytest.mark.rule("account/cycle")
def test_a_leave_before_the_mission_keeps_the_same_distance_as_one_in_it(latest, first):
    here, there = book(HOME), book(HOME)
    here.settle("L1", latest, latest, charged=1, n=1, leave_kind="home")
    brought(there, home=(1, str(latest)))
    answers = [known.hold("L2", first, first, leave_kind="home") for known in (here, there)]
    assert rule(answers[0]) == rule(answers[1])


@pytest.mark.rule("account/before")
@pytest.mark.parametrize(
    ("known", "taken", "expected"),
    [
        (terms(), {"emergency_absence": 1}, "none: the pack counts no kind"),
        (HOME, {"ordinary": 1}, "home"),
        (HOME, {"sick": 1}, "home"),
        (HOME, {"home": 1}, "the first day of the latest one"),
        (HOME, {"home": (1, "2026-01-01")}, "a first day of 2025-12-31 or before"),
        (HOME, {"home": 0}, ""),
        (ONCE, {"emergency_absence": 1}, ""),
        (ONCE, {"emergency_absence": (1, "2025-12-31")}, ""),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_would_help(known, taken, expected):
    desk = book(known)
    before, answer = desk.state, brought(desk, **taken)
    assert refused(answer) == ("account/before" if expected else "")
    if expected:
        assert (answer.refusal.facts["expected"], bool(answer.refusal.helps)) == (expected, True)
        assert desk.state.earlier == before.earlier == ()


@pytest.mark.rule("account/opened")
def test_what_was_told_of_a_kind_is_put_right_by_a_commander_and_by_no_clerk():
    known = book(ONCE)
    brought(known, emergency_absence=1)
    assert brought(known, emergency_absence=1).again
    answer = brought(known, emergency_absence=0)
    assert refused(answer) == "account/opened"
    assert (answer.refusal.facts["expected"], answer.refusal.facts["got"][:7]) == ("1 taken", "0 taken")
    assert rule(known.hold("L1", "2026-03-02", "2026-03-04", 0, **ABSENCE)) == "account/career"
    assert isinstance(brought(known, COMMANDER, emergency_absence=0), Opened)
    assert brought(known, COMMANDER, emergency_absence=0).again
    assert rule(known.hold("L2", "2026-03-02", "2026-03-04", 0, **ABSENCE)) == ""
    assert [told.taken.times for told in known.state.earlier] == [1, 0]


@pytest.mark.rule("authority/enter-account")
@pytest.mark.parametrize("times", [1, 0])
def test_who_may_enter_nothing_is_not_told_what_was_taken(times):
    """Neither by what is expected nor by the rule: the same answer whether or not it was told otherwise."""
    known = book(ONCE)
    brought(known, emergency_absence=1)
    nobody = Person(id="m-7777777777", posts=())
    answer = known.enter(OpenAccount, nobody, **SAID, post=None, taken={"emergency-absence": {"times": times}})
    assert refused(answer) == "authority/enter-account"
    assert "taken" not in str(answer.refusal.facts)


def test_a_commander_puts_right_and_does_not_open():
    assert refused(brought(book(ONCE), COMMANDER, emergency_absence=1)) == "authority/enter-account"


@pytest.mark.parametrize(
    ("known", "kind", "told", "mark"),
    [
        (ONCE, "emergency-absence", 1, ("account/career",)),
        (ONCE, "emergency-absence", 0, ()),
        (HOME, "home", (1, "2025-06-01"), ("account/cycle",)),
        (HOME, "home", (1, "2024-03-02"), ()),
    ],
)
def test_what_comes_to_light_after_a_leave_was_granted_is_marked_and_takes_nothing_back(known, kind, told, mark):
    desk = book(known)
    desk.hold("L1", "2026-03-02", "2026-03-04", 0, leave_kind=kind, purse="none")
    assert brought(desk, **{kind.replace("-", "_"): told}).irregular == mark
    assert desk.state.taken().keys() == {"L1"}


def test_what_was_taken_opens_no_purse_and_the_register_still_brings_its_balances():
    known, empty = book(ONCE), Book(ONCE, opening=None)
    brought(known, emergency_absence=1)
    assert opened(known.state)["annual"].days == {"annual": OPENING.days["annual"]}
    brought(empty, emergency_absence=1)
    assert empty.state.opened is None


def test_a_purse_of_another_office_leaves_the_balances_of_the_register_what_they_are():
    """The register's balances come in before the first balances that are entered by hand."""
    known = Book(police(), opening=OPENING.model_copy(update={"days": {"annual": OPENING.days["annual"]}}))
    known.enter(OpenAccount, **SAID, days={"cto": "3"})
    assert known.balance("2025-12-31") == OPENING.days["annual"]
    assert opened(known.state)["cto"].days["cto"] == 3


def test_as_known_before_it_was_told_nothing_was_taken():
    known = book(ONCE)
    known.hold("L1", "2026-05-04", "2026-05-05")
    then, known.now = known.now, datetime(2026, 2, 1, tzinfo=UTC)
    brought(known, emergency_absence=1)
    assert as_known(known.state, then).earlier == ()
    assert as_known(known.state, known.now).earlier == known.state.earlier
    assert MEMBER.arrived > known.state.earlier[0].as_of
