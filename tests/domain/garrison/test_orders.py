"""Orders: versions and intervals, what they bar, amendment, rescission, exemption."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from domain.acts import Exempt
from domain.garrison.board import board_at, explain
from domain.garrison.events import Examined, OrderIssued, OrderRescinded
from domain.garrison.orders import in_force
from domain.orders import ClosedDestination, Curfew, MinimumStrength, MovementWindow, Scope, StopLeave
from tests.domain.garrison.mission import (
    CALENDAR,
    CLERK,
    COMMANDER,
    DEPUTY,
    FORCE,
    NOW,
    Naq,
    cited,
    holder,
    local,
    order,
)


def names(naq, at):
    """The versions in force at a moment."""
    return [e.name for e in in_force(naq.state.book, at)]


# ---- versions and intervals ----------------------------------------------------------------------------------------


def test_an_amendment_ends_the_version_before_it_to_the_minute():
    naq = Naq()
    naq.issue(order(since=local(5, 5)))
    naq.issue(order(version=2, since=local(8, 5)))
    assert naq.kinds == ["order-issued"]
    assert names(naq, local(5, 4, 59)) == []
    assert names(naq, local(5, 5)) == ["LO-1.1"]
    assert names(naq, local(8, 4, 59)) == ["LO-1.1"]
    assert names(naq, local(8, 5)) == ["LO-1.2"]


def test_until_0459_goes_on_from_0500_without_a_gap():
    naq = Naq()
    naq.issue(order(since=local(5, 5), until=local(8, 5)))
    naq.issue(order(version=2, since=local(8, 5), until=local(9, 5)))
    assert not naq.refused
    assert [names(naq, local(8, 4, 59)), names(naq, local(8, 5)), names(naq, local(9, 5))] == [
        ["LO-1.1"],
        ["LO-1.2"],
        [],
    ]


@pytest.mark.parametrize(("minutes", "rule"), [(1, "order/slip"), (2, "order/gap"), (60 * 24 * 20, "order/gap")])
def test_a_gap_between_versions_is_refused_and_a_minute_is_called_a_slip(minutes, rule):
    naq = Naq()
    naq.issue(order(since=local(5, 5), until=local(8, 5)))
    naq.issue(order(version=2, since=local(8, 5) + timedelta(minutes=minutes)))
    assert naq.refused == rule
    assert names(naq, local(8, 5)) == []


def test_an_amendment_from_before_the_first_minute_leaves_one_version():
    naq = Naq()
    naq.issue(order(since=local(8)))
    naq.issue(order(version=2, since=local(5), until=local(20)))
    assert names(naq, local(9)) == ["LO-1.2"]
    naq.issue(order(version=3, since=local(6)))
    assert names(naq, local(5, 12)) == ["LO-1.2"]
    assert names(naq, local(9)) == ["LO-1.3"]


@pytest.mark.parametrize("version", [2, 3])
def test_versions_are_issued_in_turn(version):
    naq = Naq()
    naq.issue(order(version=version))
    assert naq.refused == "order/version"
    naq.issue(order())
    naq.issue(order(version=version + 1))
    assert naq.refused == "order/version"


def test_the_same_version_again_is_so_already_and_another_text_is_refused():
    naq = Naq()
    naq.issue(order())
    before = naq.state
    naq.issue(order(), by=CLERK)
    assert naq.kinds == ["already-so"]
    naq.issue(order(title="other words"))
    assert naq.refused == "order/version"
    assert naq.state.model_copy(update={"seq": 0}) == before.model_copy(update={"seq": 0})


def test_a_rescission_ends_a_number_and_what_was_to_follow():
    naq = Naq()
    naq.issue(order(since=local(5), until=local(10)))
    naq.issue(order(version=2, since=local(10)))
    naq.rescind(ends=local(7))
    assert names(naq, local(6)) == ["LO-1.1"]
    assert names(naq, local(7)) == names(naq, local(11)) == []
    naq.rescind(ends=local(7))
    assert naq.kinds == ["already-so"]
    naq.rescind(ends=local(8))
    assert naq.refused == "order/ended"


def test_a_rescission_ends_an_order_with_the_minute_in_which_it_was_said():
    naq = Naq()
    naq.issue(order(since=local(1)))
    naq.now = local(1, 12).replace(second=30)
    naq.rescind()
    (event,) = [e for e in naq.said if isinstance(e, OrderRescinded)]
    assert event.at == local(1, 12)


def test_what_is_not_in_the_book_cannot_be_rescinded():
    naq = Naq()
    naq.rescind("LO-9")
    assert naq.refused == "order/unknown"


@pytest.mark.parametrize(
    ("by", "rule"),
    [
        (COMMANDER, ""),
        (holder("CO-NAQ", "commander", base=None), ""),
        (holder("CO-NAQ", "force-commander", base=None), ""),
        (FORCE, "authority/order"),
        (CLERK, "authority/order"),
        (holder("CO-NAQ", "clerk"), "authority/order"),
        (holder("CO-NAQ", "commander", base="KIN"), "authority/order"),
        (None, "authority/order"),
    ],
)
def test_the_issuer_of_a_base_order_is_a_commander_of_the_base_or_above(by, rule):
    naq = Naq()
    naq.issue(order(), by=by)
    assert naq.refused == rule
    naq.issue(order())
    naq.rescind(by=by)
    assert naq.refused == rule


def test_a_mission_wide_order_is_the_force_commanders():
    naq = Naq()
    wide = order(mission_wide=True, issuer="FC")
    naq.issue(wide, by=holder("FC", "commander", base=None))
    assert naq.refused == "authority/order"
    naq.issue(wide, by=FORCE)
    assert naq.kinds[0] == "order-issued"
    naq.issue(order(version=2, since=local(8)))
    assert naq.refused == "order/layer"
    naq.rescind()
    assert naq.refused == "authority/order"


def test_who_speaks_as_another_post_does_not_speak_as_the_issuer():
    naq = Naq()
    naq.issue(order(), post="CLERK-NAQ")
    assert naq.refused == "authority/order"
    naq.issue(order(), post="X", for_post="CO-NAQ")
    assert not naq.refused


def test_no_order_weakens_another_and_entering_it_says_so():
    naq = Naq()
    naq.issue(order("FO-1", mission_wide=True, issuer="FC"), by=FORCE)
    naq.issue(order("LO-1", scope=Scope(except_nations=("IRL",))))
    (event,) = [e for e in naq.said if isinstance(e, OrderIssued)]
    assert event.beside == ("FO-1.1",)
    assert cited(naq.ask("L1")) == ["FO-1.1"]


def test_an_order_about_other_bases_or_without_hours_is_refused():
    naq = Naq()
    naq.issue(order(scope=Scope(bases=("KIN",))))
    assert naq.refused == "order/scope"
    naq.issue(order(restrictions=(Curfew(from_=time(1), until=time(1)),)))
    assert naq.refused == "order/hours"


def test_a_base_that_opens_late_takes_over_the_orders_of_the_mission():
    naq = Naq()
    naq.mission_orders = (
        order("FO-1", 2, since=local(4), mission_wide=True, issuer="FC"),
        order("FO-1", 1, since=local(1), mission_wide=True, issuer="FC"),
    )
    naq.issue(naq.mission_orders[0], by=FORCE)
    assert naq.kinds == ["opened", "order-issued", "order-issued", "already-so"]
    assert [names(naq, local(d)) for d in (1, 3, 4)] == [["FO-1.1"], ["FO-1.1"], ["FO-1.2"]]


def test_a_mission_order_that_arrives_after_its_end_was_taken_over_is_so_already():
    naq = Naq()
    wide: dict[str, Any] = {"since": local(1), "mission_wide": True, "issuer": "FC"}
    naq.mission_orders = (order("FO-1", until=local(4), **wide),)
    naq.issue(order("FO-1", **wide), by=FORCE)
    assert naq.kinds[-1] == "already-so"
    naq.rescind("FO-1", ends=local(4))
    assert naq.kinds == ["already-so"]
    assert names(naq, local(5)) == []


def test_a_base_may_hear_of_a_mission_order_first_in_a_later_version():
    naq = Naq()
    naq.issue(order("FO-1", 3, mission_wide=True, issuer="FC"), by=FORCE)
    assert not naq.refused
    assert names(naq, local(6)) == ["FO-1.3"]


def test_orders_that_ended_long_ago_are_put_away():
    naq = Naq()
    naq.issue(order(since=local(2), until=local(3)))
    naq.issue(order("LO-2", since=local(2)))
    naq.now = NOW + timedelta(days=70)
    naq.ask("L1")
    assert set(naq.state.book) == {"LO-2"}


def test_an_order_that_was_over_long_ago_is_not_entered_any_more():
    naq = Naq()
    naq.issue(order(since=NOW - timedelta(days=70), until=NOW - timedelta(days=61)))
    assert naq.refused == "order/long-over"
    naq.issue(order(since=NOW - timedelta(days=70), until=NOW - timedelta(days=59)))
    assert not naq.refused


# ---- what orders bar -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "blocked", "hours"),
    [
        (local(10), local(11), True, 0),  # the first day, whole
        (local(5), None, True, 0),
        (local(5), local(10), False, 0),  # over when the first day begins
        (local(11), None, False, 0),  # the journey begins before it
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


# ---- suspension and its end ----------------------------------------------------------------------------------------


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


# ---- exemptions ----------------------------------------------------------------------------------------------------


def suspended():
    naq = Naq()
    naq.ask("L1")
    naq.ask("L2")
    naq.issue(order())
    return naq


def test_an_exemption_frees_one_leave_from_one_version():
    naq = suspended()
    naq.exempt("L1")
    assert naq.kinds == ["exempted", "examined"]
    assert not naq.verdict("L1").blocks
    assert naq.verdict("L1").exempt == ("LO-1.1",)
    assert naq.verdict("L2").blocks
    naq.exempt("L1")
    assert naq.kinds == ["already-so"]
    naq.issue(order(version=2, since=local(6)))
    assert cited(naq.verdict("L1")) == ["LO-1.2"]


def test_an_exemption_may_end():
    naq = suspended()
    naq.exempt("L1", until=local(10, 8))
    verdict = naq.verdict("L1")
    assert not verdict.blocks
    assert [b.since for b in verdict.bars] == [local(10, 8)]  # barred from then on
    assert cited(naq.ask("L1", at=local(10, 8))) == ["LO-1.1"]
    assert naq.out("L1", local(10, 8)).irregular == ("LO-1.1",)


def test_an_exempt_sign_out_is_regular():
    naq = suspended()
    naq.exempt("L1")
    assert naq.out("L1", local(10, 9)).irregular == ()


@pytest.mark.parametrize(
    ("by", "rule"),
    [
        (COMMANDER, ""),
        (holder("DCO-NAQ", "commander", who="m-deputy"), ""),
        (holder("FC", "force-commander", base=None), "etp/authority"),
        (CLERK, "etp/authority"),
        (None, "etp/authority"),
        (holder("CO-NAQ", "commander", who="m-l1"), "decision/not-own"),
    ],
)
def test_the_post_named_or_its_deputy_exempts_and_nobody_from_their_own_leave(by, rule):
    naq = suspended()
    naq.etp_posts = (DEPUTY,)
    if by is None:
        naq.act(Exempt(**naq.head(), leave_id="L1", order="LO-1.1", ground="humanitarian", reason="r"))
    else:
        naq.exempt("L1", by=by)
    assert naq.refused == rule
    assert bool(naq.verdict("L1").blocks) is bool(rule)


@pytest.mark.parametrize(
    ("leave", "words", "rule"),
    [
        ("L9", {}, "exempt/unknown-leave"),
        ("NUMBERED", {}, "exempt/no-place"),
        ("GONE", {}, "exempt/departed"),
        ("L1", {"name": "LO-9.1"}, "etp/order"),
        ("L1", {"name": "LO-1.2"}, "etp/order"),
        ("HQ", {"name": "LO-2.1"}, "etp/order"),
        ("L1", {"ground": "mission-essential"}, "etp/ground"),
        ("L1", {"until": NOW}, "etp/over"),
    ],
)
def test_what_cannot_be_exempted_is_refused_with_a_reason(leave, words, rule):
    naq = suspended()
    naq.enter("NUMBERED")
    naq.ask("HQ", unit="HQ")
    naq.ask("GONE")
    naq.out("GONE", local(10, 9))
    naq.issue(order("LO-2", scope=Scope(units=("A-COY",))))
    naq.exempt(leave, **words)
    assert naq.refused == rule


def test_an_exemption_takes_nobodys_place_under_a_minimum_strength():
    naq = Naq()
    naq.issue(order(restrictions=(MinimumStrength(count=19),)))
    naq.ask("L1")
    naq.ask("L2")
    naq.exempt("L2")
    assert naq.verdict("L2").granted
    assert not naq.verdict("L1").blocks
    assert not naq.ask("L3").granted
    naq.back("L1")
    assert naq.verdict("L3").granted


def test_an_override_does_not_lift_the_minimum_strength_of_an_order():
    naq = Naq()
    naq.issue(order(restrictions=(MinimumStrength(count=20),)))
    naq.ask("E", leave_kind="emergency")
    naq.override("E")
    assert cited(naq.verdict("E")) == ["LO-1.1"]
    naq.exempt("E")
    assert naq.verdict("E").granted


# ---- what displays show --------------------------------------------------------------------------------------------


def test_explain_tells_which_orders_bar_a_leave_until_when_and_who_may_exempt():
    naq = suspended()
    told = explain(naq.state, "L1", naq.now, CALENDAR)
    assert told is not None
    assert [(b.cites, b.until, b.etp) for b in told.blocks] == [("LO-1.1", None, "CO-NAQ")]
    assert explain(naq.state, "L9", naq.now, CALENDAR) is None
    naq.out("L1", local(10, 9))
    told = explain(naq.state, "L1", naq.now, CALENDAR)
    assert told is not None
    assert (told.away, told.blocks) == (True, ())


def test_the_board_shows_each_unit_on_each_day_of_the_fortnight():
    naq = Naq()
    naq.ask("L1", 10, 12)
    naq.issue(order(since=local(1)))
    board = board_at(naq.state, naq.strength, CALENDAR, NOW, 15)
    assert len(board.days) == 2 * 14
    absent = {d.day: d.absent for d in board.days if d.unit == "A-COY"}
    assert [absent[date(2026, 3, d)] for d in (1, 9, 10, 12, 13)] == [0, 0, 1, 1, 0]
    assert {(d.unit, d.assigned, d.ceiling) for d in board.days} == {("A-COY", 20, 3), ("HQ", 6, 1)}
    assert [e.name for e in board.orders] == ["LO-1.1"]


def test_a_day_of_the_base_follows_its_clock():
    naq = Naq()
    utc = datetime(2026, 3, 28, 22, tzinfo=UTC)  # the base's clock jumps from 00:00 to 01:00 on the 29th
    naq.issue(order(since=utc, until=datetime(2026, 3, 29, 21, tzinfo=UTC)))
    assert cited(naq.ask("L1", 29, 30)) == ["LO-1.1"]
    assert naq.ask("L2", 28, 30).granted
