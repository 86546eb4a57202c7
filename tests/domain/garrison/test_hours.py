"""Hours of each day that, one order beside the other, leave no minute of a day open."""

from datetime import time
from typing import Any

import pytest

from domain.restrictions import Curfew, MovementWindow, Restriction, StopLeave
from tests.domain.garrison.mission import Naq, cited, local, order, place

NIGHT = Curfew(from_=time(18), until=time(6))
MORNING, DAY_LONG = Curfew(from_=time(6), until=time(12)), Curfew(from_=time(6), until=time(18))
BEFORE_FIVE = MovementWindow(from_=time(3), until=time(4, 30))
TO_FIVE = Curfew(from_=time(1), until=time(5))


def under(*rules: Restriction, **more: Any) -> Naq:
    """The base under an order for each."""
    naq = Naq()
    for i, rule in enumerate(rules, 1):
        naq.issue(order(f"LO-{i}", restrictions=(rule,), **more))
    return naq


@pytest.mark.parametrize(
    ("rules", "blocked"),
    [
        ((TO_FIVE, BEFORE_FIVE), True),
        ((MovementWindow(from_=time(3), until=time(5, 1)), TO_FIVE), False),  # one minute, 05:00
        ((NIGHT, DAY_LONG), True),
        ((NIGHT, Curfew(from_=time(6), until=time(17, 59))), False),
        ((NIGHT, Curfew(from_=time(6, 1), until=time(18))), False),
        ((NIGHT, MORNING), False),
        ((NIGHT, MORNING, Curfew(from_=time(12), until=time(18))), True),
        ((MovementWindow(from_=time(22), until=time(2)), MovementWindow(from_=time(2), until=time(22))), True),
        ((NIGHT,), False),
    ],
)
def test_hours_that_together_leave_no_minute_of_any_day_bar_the_sign_out(rules, blocked):
    naq = under(*rules)
    verdict = naq.ask("L1", 10, 12)
    assert cited(verdict) == ([f"LO-{i}.1" for i in range(1, len(rules) + 1)] if blocked else [])
    assert verdict.granted is not blocked
    assert len(verdict.bars) == len(rules)
    assert all(b.until is None and b.etp == "CO-NAQ" and "no minute of the day" in b.why for b in verdict.blocks)


def test_two_hours_in_one_order_are_judged_together_too():
    naq = Naq()
    naq.issue(order(restrictions=(TO_FIVE, BEFORE_FIVE)))
    assert [(b.cites, b.rule) for b in naq.ask("L1").blocks] == [("LO-1.1", "curfew"), ("LO-1.1", "movement-window")]


def test_an_order_suspends_who_was_cleared_and_an_exemption_from_either_lifts_it():
    naq = under(NIGHT)
    naq.ask("L1", 10, 12)
    naq.issue(order("LO-2", restrictions=(DAY_LONG,)))
    assert cited(naq.verdict("L1")) == ["LO-1.1", "LO-2.1"]
    assert naq.verdict("L1").granted
    naq.exempt("L1", "LO-2.1")
    assert not naq.verdict("L1").blocks


def test_where_a_stop_fills_the_day_the_hours_bar_nothing_besides():
    naq = under(NIGHT, DAY_LONG)
    naq.issue(order("LO-3", restrictions=(StopLeave(),)))
    assert cited(naq.ask("L1", 10, 12)) == ["LO-3.1"]


def test_a_stop_and_the_hours_that_fill_its_day_bar_it_until_that_day_is_over():
    naq = under(Curfew(from_=time(12), until=time(23, 59)), Curfew(from_=time(23, 59), until=time(0)))
    naq.issue(order("LO-3", until=local(10, 12), restrictions=(StopLeave(),)))
    assert cited(naq.ask("L1", 10, 14)) == ["LO-1.1", "LO-2.1", "LO-3.1"]
    assert {b.until for b in naq.verdict("L1").blocks} == {local(10, 12), local(11)}
    assert cited(naq.ask("L1", 10, 14, at=local(10, 13))) == ["LO-1.1", "LO-2.1"]
    assert naq.ask("L1", 10, 14, at=local(11)).blocks == ()


def test_the_hours_of_a_day_that_has_begun_suspend_nobody():
    naq = under(NIGHT)
    assert naq.ask("L1", 10, 14, at=local(10, 18)).granted
    assert naq.ask("L2", 10, 14, at=local(11, 3)).granted


@pytest.mark.parametrize(("window", "blocked"), [((0, 1), True), ((0, 2), False)])
def test_where_the_clock_jumps_over_the_open_hour_no_minute_is_open(window, blocked):
    """Beirut goes from 00:00 to 01:00 on 29 March 2026: the hour from 00:00 is on no clock."""
    naq = under(MovementWindow(from_=time(window[0]), until=time(window[1])))
    verdict = naq.wish("L1", place("L1", 29, 31))
    assert cited(verdict) == (["LO-1.1"] if blocked else [])
    if blocked:
        assert [b.until for b in verdict.blocks] == [local(30)]
        assert naq.wish("L2", place("L2", 30, 31)).blocks == ()


def test_the_first_day_that_would_pass_is_one_with_an_open_minute():
    naq = under(NIGHT)
    naq.issue(order("LO-2", restrictions=(DAY_LONG,), until=local(20, 9)))
    verdict = naq.ask("L1", 10, 12)
    assert {b.until for b in verdict.blocks} == {local(20, 9)}
    assert naq.ask("L2", 20, 22).blocks == ()
