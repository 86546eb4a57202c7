"""When a sign-out is planned, on the eve where the flight goes then and before it; orders are held against that."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.garrison.barring import barred_at, leaving
from domain.garrison.clock import Clock
from domain.model import HOUR
from domain.restrictions import Checklist, StopLeave
from tests.domain.garrison.mission import CALENDAR, Naq, cited, local, order, place

EVE = date(2026, 3, 9)


@pytest.mark.rule("stop-leave")
@pytest.mark.parametrize("first", ["order", "leave"])
@pytest.mark.parametrize(
    ("since", "until", "travels", "departs", "blocked"),
    [
        (local(9), local(10), (EVE,), local(9, 23), True),  # the eve, on which the flight goes
        (local(9), local(10), (), None, False),  # nobody leaves on it
        (local(10), local(11), (EVE,), local(9, 23), False),  # gone by then
        (local(5), local(10, 5), (), local(10, 4), True),  # the flight has gone when the stop is over
        (local(5), local(10, 5), (), local(10, 6), False),
        (local(5), local(10, 5), (), None, False),
        (local(10, 4), local(20), (), local(10, 4), False),  # the sign-out is before the flight
        (local(10, 0), local(10, 4), (), local(10, 4), True),
        (local(9), local(9, 22), (EVE,), local(9, 22, 30), False),
        (local(9), local(9, 22), (EVE,), local(9, 21), True),
    ],
)
def test_a_stop_is_held_against_the_hours_in_which_who_flies_can_leave(first, since, until, travels, departs, blocked):
    """When the order is issued, and when the leave is cleared: by the same function."""
    naq, stop = Naq(), order(since=since, until=until)
    if first == "order":
        naq.issue(stop)
    naq.ask("L1", 10, 12, travels=travels, departs=departs)
    if first == "leave":
        naq.issue(stop)
    assert cited(naq.verdict("L1")) == (["LO-1.1"] if blocked else [])


@pytest.mark.rule("stop-leave")
@pytest.mark.parametrize("absence", [True, False])
def test_a_stop_of_days_of_absence_counts_the_eve_and_the_day_after_that_flights_take(absence):
    naq = Naq()
    naq.issue(order(since=local(13), until=local(14), restrictions=(StopLeave(bars_absence=absence),)))
    naq.ask("L1", 10, 12, travels=(date(2026, 3, 13),))
    assert cited(naq.verdict("L1")) == (["LO-1.1"] if absence else [])


def test_what_if_tells_of_those_whose_flight_goes_on_the_eve():
    naq = Naq()
    naq.ask("L1", 10, 12, travels=(EVE,), departs=local(9, 23))
    naq.ask("L2", 10, 12)
    found = naq.what_if(order(since=local(9), until=local(10)))
    assert [turn.leave_id for turn in found.turns] == ["L1"]


def test_the_first_day_that_would_pass_is_reckoned_without_the_flights_of_other_days():
    naq = Naq()
    naq.issue(order(since=local(9), until=local(10, 5)))
    naq.ask("L1", 10, 12, travels=(EVE,), departs=local(9, 23))
    naq.ask("L2", 10, 12)
    assert cited(naq.verdict("L1"))
    assert not cited(naq.verdict("L2"))


@settings(deadline=None, derandomize=True, database=None)
@given(st.integers(0, 72), st.integers(1, 60), st.integers(0, 47), st.booleans())
def test_who_is_barred_could_leave_at_no_minute_and_who_is_not_could(since: int, hours: int, flight: int, eve: bool):
    """The verdict is what the gate would say of each hour in which the sign-out can be: property of all stops."""
    naq, departs = Naq(), local(9) + flight * HOUR + HOUR / 2
    begin = local(8) + since * HOUR
    naq.issue(order(since=begin, until=begin + hours * HOUR))
    travels = (EVE,) if eve else ()
    verdict = naq.ask("L1", 10, 12, travels=travels, departs=departs)
    clock, line = Clock(CALENDAR), naq.state.leaves["L1"]
    span = leaving(line.wish, naq.now, clock)
    assert span.until
    moments: list[datetime] = []
    at = span.since
    while at < span.until:
        moments.append(at)
        at += HOUR / 2
    could = [at for at in moments if not barred_at(naq.state, line, at, clock)]
    assert bool(verdict.blocks) == (not could)


def test_the_hour_of_a_flight_that_has_gone_shuts_nobody_out():
    """Who missed it leaves on the day as anybody does; another seat is looked for."""
    clock, wish = Clock(CALENDAR), place("L1", 10, 12, departs=local(10, 4))
    assert leaving(wish, local(10, 6), clock).until == local(11)


@pytest.mark.rule("checklist")
@pytest.mark.parametrize(
    ("checked", "since", "missing"),
    [
        ((), 5, ("checklist/weapon", "checklist/contact")),
        (("weapon",), 5, ("checklist/contact",)),
        (("weapon", "contact"), 5, ()),
        ((), 11, ()),
    ],
)
def test_of_who_left_before_the_base_was_asked_it_tells_what_was_not_checked_off(checked, since, missing):
    naq = Naq()
    naq.issue(order(since=local(since), restrictions=(Checklist(items=("weapon", "contact")),)))
    assert naq.out("L1", local(10, 9), checked=checked).irregular == ("path/clear", *missing)


def test_of_who_was_judged_before_the_leave_itself_tells_it():
    naq = Naq()
    naq.issue(order(restrictions=(Checklist(items=("weapon",)),)))
    naq.ask("L1")
    assert naq.out("L1", local(10, 9)).irregular == ()
