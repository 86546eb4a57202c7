"""What orders bar: sign-outs, days, hours; whom they suspend, and when that ends."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.garrison.barring import barred_at
from domain.garrison.clock import Clock
from domain.garrison.events import Examined, OrderIssued
from domain.model import HOUR
from domain.orders import Scope
from domain.restrictions import ClosedDestination, Curfew, MinimumStrength, MovementWindow, StopLeave
from tests.domain.garrison.mission import CALENDAR, FORCE, Naq, cited, local, order


@pytest.mark.parametrize(
    ("since", "until", "blocked", "hours"),
    [
        (local(10), local(11), True, 0),  # the first day, whole
        (local(5), None, True, 0),
        (local(5), local(10), False, 0),  # over when the first day begins
        (local(11), None, False, 1),  # the journey begins before it, or not at all
        (local(13), None, False, 0),  # whoever goes is back by then
        (local(5), local(10, 5), False, 1),  # leaves the day from 05:00 on
        (local(10, 18), None, False, 1),  # leaves the day until 18:00
    ],
)
def test_a_stop_bars_the_sign_out_of_those_whose_first_day_it_fills(since, until, blocked, hours):
    naq = Naq()
    naq.issue(order(since=since, until=until))
    verdict = naq.ask("L1", 10, 12)
    assert cited(verdict) == (["LO-1.1"] if blocked else [])
    assert verdict.granted is not blocked
    assert len(verdict.bars) == hours
    if blocked:
        assert verdict.blocks[0].until == until
        assert verdict.blocks[0].etp == "CO-NAQ"
        assert verdict.place_in_queue is None


def test_two_orders_of_half_a_day_bar_the_whole():
    naq = Naq()
    naq.issue(order(since=local(9), until=local(10, 12)))
    naq.issue(order("LO-2", since=local(10, 12), until=local(20)))
    assert cited(naq.ask("L1", 10, 12)) == ["LO-1.1", "LO-2.1"]


def test_from_the_first_day_on_the_leaves_own_time_counts():
    naq = Naq()
    naq.issue(order(since=local(10, 18), until=local(12, 6)))
    assert naq.ask("L1", 10, 14, at=local(10, 17, 59)).granted
    assert cited(naq.ask("L2", 10, 14, at=local(10, 18))) == ["LO-1.1"]
    assert cited(naq.ask("L2", 10, 14, at=local(12, 5, 59))) == ["LO-1.1"]
    assert naq.ask("L2", 10, 14, at=local(12, 6)).granted


def test_a_stop_that_begins_after_the_first_day_bars_whoever_has_not_left_by_then():
    naq = Naq()
    naq.issue(order(since=local(11, 6), until=local(12, 6)))
    verdict = naq.ask("L1", 10, 14)
    assert verdict.granted
    assert [(bar.all_day, bar.since, bar.until) for bar in verdict.bars] == [(True, local(11, 6), local(12, 6))]
    assert cited(naq.ask("L1", 10, 14, at=local(11, 6))) == ["LO-1.1"]
    assert cited(naq.ask("L1", 10, 14, at=local(12, 6))) == []


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 24 * 8), st.one_of(st.none(), st.integers(1, 60))), min_size=1, max_size=3),
    st.integers(0, 24 * 4),
    st.sampled_from([StopLeave(), StopLeave(bars_absence=True), Curfew(from_=time(1), until=time(5))]),
)
def test_who_may_leave_at_a_time_is_what_the_orders_say_of_that_time(stops, asked, rule):
    naq, start = Naq(), local(8)
    for i, (since, hours) in enumerate(stops):
        begin = start + since * HOUR
        span = {"since": begin, "until": begin + hours * HOUR if hours else None}
        naq.issue(order(f"LO-{i}", **span, restrictions=(rule if i == 0 else StopLeave(),)))
    verdict = naq.ask("L1", 10, 14, at=local(10) + asked * HOUR)
    line, clock = naq.state.leaves["L1"], Clock(CALENDAR)
    for hour in range(asked, 24 * 5):
        at = local(10) + hour * HOUR
        barred = [bar.cites for bar in verdict.bars if bar.holds(at, clock.local(at).time())]
        blocked = [b.cites for b in verdict.blocks if (b.since or at) <= at and (b.until is None or at < b.until)]
        assert {*barred, *blocked} >= set(barred_at(naq.state, line, at, clock)) >= set(barred)


def test_a_stop_bars_days_of_absence_only_where_it_says_so():
    naq = Naq()
    naq.issue(order(since=local(12), until=local(13), restrictions=(StopLeave(bars_absence=True),)))
    assert cited(naq.ask("L1", 10, 14)) == ["LO-1.1"]
    assert naq.ask("L2", 13, 14).granted
    assert naq.ask("L3", 10, 11).granted


@pytest.mark.parametrize(
    ("scope", "touched"),
    [
        (Scope(), True),
        (Scope(bases=("NAQ",), units=("A-COY",), nations=("IRL",), components=("contingent",)), True),
        (Scope(units=("HQ",)), False),
        (Scope(nations=("GHA",)), False),
        (Scope(except_nations=("IRL",)), False),
        (Scope(nations=("IRL",), except_nations=("IRL",)), False),
        (Scope(components=("police",)), False),
        (Scope(leave_kinds=("rr",)), False),
        (Scope(leave_kinds=("ordinary", "rr")), True),
        (Scope(destinations=("ACCRA",)), False),
        (Scope(destinations=("ACCRA", "DUBLIN")), True),
        (Scope(destinations=("DUBLIN",), units=("HQ",)), False),
    ],
)
def test_an_order_touches_whom_its_scope_names(scope, touched):
    naq = Naq()
    naq.issue(order(scope=scope))
    assert bool(naq.ask("L1").blocks) is touched


def test_a_mission_wide_stop_frees_nations_step_by_step_by_its_versions():
    naq = Naq()
    wide: dict[str, Any] = {"mission_wide": True, "issuer": "FC"}
    naq.issue(order("FO-1", 1, since=local(5), **wide), by=FORCE)
    naq.ask("IRL", nation="IRL")
    naq.ask("GHA", nation="GHA")
    naq.issue(order("FO-1", 2, since=local(8), scope=Scope(except_nations=("GHA",)), **wide), by=FORCE)
    assert naq.verdict("GHA").granted
    assert cited(naq.verdict("IRL")) == ["FO-1.2"]


@pytest.mark.parametrize(
    ("rule", "blocked"),
    [
        (ClosedDestination(destinations=("DUBLIN",)), True),
        (ClosedDestination(destinations=("ACCRA",)), False),
        (ClosedDestination(routes=("COAST",)), True),
        (ClosedDestination(routes=("HILLS",)), False),
    ],
)
def test_a_closed_destination_or_route_bars_the_journeys_through_it(rule, blocked):
    naq = Naq()
    naq.issue(order(restrictions=(rule,)))
    assert bool(naq.ask("L1", route="COAST").blocks) is blocked
    seen = naq.out("L1", local(10, 9))
    assert seen.irregular == (("LO-1.1",) if blocked else ())


@pytest.mark.parametrize(
    ("rule", "hours", "regular", "irregular"),
    [
        (Curfew(from_=time(1), until=time(5)), (time(1), time(5)), (5, 0), (4, 59)),
        (Curfew(from_=time(22), until=time(4)), (time(22), time(4)), (21, 59), (0, 30)),
        (MovementWindow(from_=time(8), until=time(16)), (time(16), time(8)), (15, 59), (16, 0)),
        (MovementWindow(from_=time(20), until=time(4)), (time(4), time(20)), (3, 59), (4, 0)),
    ],
)
def test_curfew_and_window_bar_hours_and_no_leave(rule, hours, regular, irregular):
    for clock, names_ in ((regular, ()), (irregular, ("LO-1.1",))):
        naq = Naq()
        naq.issue(order(restrictions=(rule,)))
        verdict = naq.ask("L1")
        assert verdict.granted
        assert not verdict.blocks
        assert [(b.from_, b.to) for b in verdict.bars] == [hours]
        assert naq.out("L1", local(10, *clock)).irregular == names_


def test_minimum_strength_counts_those_present():
    naq = Naq()  # 20 assigned, three may be absent
    naq.issue(order(restrictions=(MinimumStrength(percent=91),)))  # 18.2, so 19 stay and one may go
    assert naq.ask("L1").granted
    waits = naq.ask("L2")
    assert [(b.cites, b.rule, b.etp) for b in waits.blocks] == [("LO-1.1", "minimum-strength", "CO-NAQ")]
    assert waits.place_in_queue == 1
    naq.back("L1")
    assert naq.verdict("L2").granted


def test_minimum_strength_by_count_and_percent_asks_for_more_of_the_two():
    naq = Naq()
    naq.issue(order(restrictions=(MinimumStrength(percent=50, count=18),)))
    assert [naq.ask(f"L{i}").granted for i in range(3)] == [True, True, False]


def test_minimum_strength_binds_on_days_at_whose_noon_it_holds():
    naq = Naq()
    naq.issue(order(since=local(11, 12, 1), until=local(12, 12, 1), restrictions=(MinimumStrength(count=20),)))
    assert naq.ask("L1", 10, 11).granted
    assert cited(naq.ask("L2", 10, 12)) == ["LO-1.1"]
    assert naq.ask("L3", 13, 14).granted


def test_a_new_minimum_strength_suspends_who_asked_last_and_leaves_them_their_place():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}")
    naq.issue(order(restrictions=(MinimumStrength(count=18),)))
    assert [bool(naq.verdict(f"L{i}").blocks) for i in range(3)] == [False, False, True]
    assert naq.verdict("L2").granted
    assert not naq.ask("NEW").granted
    naq.back("L0")
    assert not naq.verdict("L2").blocks
    assert not naq.verdict("NEW").granted


def test_who_left_comes_first_in_what_a_minimum_strength_leaves():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}")
    naq.out("L2", local(10, 6))
    naq.issue(order(restrictions=(MinimumStrength(count=18),)))
    assert [bool(naq.verdict(f"L{i}").blocks) for i in range(3)] == [False, True, False]


# ---- suspension and its end ----


def test_an_order_suspends_granted_leaves_in_its_own_decision_and_they_keep_their_places():
    naq = Naq()
    for i in range(3):
        naq.ask(f"L{i}")
    naq.issue(order())
    assert naq.kinds == ["order-issued", "examined"]
    (examined,) = [e for e in naq.said if isinstance(e, Examined)]
    assert examined.order == "LO-1.1"
    assert set(examined.verdicts) == {"L0", "L1", "L2"}
    assert all(v.granted and cited(v) == ["LO-1.1"] for v in examined.verdicts.values())
    naq.rescind()
    assert not any(naq.verdict(f"L{i}").blocks for i in range(3))


def test_who_waits_for_an_order_holds_no_place_and_gets_it_when_the_order_ends():
    naq = Naq(HQ=6)
    naq.issue(order(scope=Scope(nations=("GHA",))))
    assert not naq.ask("G", unit="HQ", nation="GHA").granted
    assert naq.ask("I", unit="HQ").granted
    naq.rescind()
    assert naq.verdict("G").place_in_queue == 1
    naq.back("I")
    assert naq.verdict("G").granted


def test_later_orders_do_not_touch_who_has_left():
    naq = Naq()
    naq.ask("L1")
    naq.now = local(10, 9)
    naq.out("L1", local(10, 9))
    naq.issue(order(since=local(10, 6)))
    assert naq.kinds == ["order-issued"]
    assert not naq.verdict("L1").irregular
    (event,) = [e for e in naq.said if isinstance(e, OrderIssued)]
    assert event.departed == ("L1",)  # under the verbal order, entered later


def test_a_sign_out_under_a_stop_is_recorded_and_names_it():
    naq = Naq()
    naq.ask("L1")
    naq.issue(order())
    seen = naq.out("L1", local(10, 9))
    assert seen.granted
    assert not seen.blocks
    assert seen.irregular == ("LO-1.1",)


def test_a_sign_out_reported_late_is_judged_by_when_it_happened():
    naq = Naq()
    naq.ask("L1", 10, 20)
    naq.issue(order(since=local(11)))
    naq.now = local(12)
    assert naq.out("L1", local(10, 9)).irregular == ()


def test_a_corrected_time_of_sign_out_is_judged_anew():
    naq = Naq()
    naq.ask("L1", 10, 20)
    naq.issue(order(restrictions=(Curfew(from_=time(1), until=time(5)),)))
    assert naq.out("L1", local(10, 4)).irregular == ("LO-1.1",)
    assert naq.out("L1", local(10, 6)).irregular == ()


def test_a_leave_that_had_a_place_keeps_it_when_it_asks_under_an_order():
    naq = Naq()
    naq.ask("L1", 10, 12)
    naq.issue(order())
    assert naq.ask("L1", 10, 14).granted
    assert cited(naq.verdict("L1")) == ["LO-1.1"]
