"""Exemptions from orders, and what displays show of them."""

from datetime import UTC, date, datetime

import pytest

from domain.acts import Exempt, RescindOrder
from domain.decider import Refused
from domain.garrison.board import absences, queue
from domain.garrison.explaining import explain
from domain.model import HOUR
from domain.orders import Scope
from domain.restrictions import MinimumStrength
from tests.domain.garrison.mission import (
    CALENDAR,
    CLERK,
    COMMANDER,
    DEPUTY,
    NOW,
    SEALED,
    Naq,
    cited,
    holder,
    local,
    order,
)


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


@pytest.mark.rule("act/once")
def test_a_decision_that_comes_again_undoes_nothing_that_was_said_since():
    """A spool whose link was cut sends it once more, when the base is in a new run that knows no update of before."""
    naq = Naq()
    naq.issue(order())
    naq.ask("A")
    naq.exempt("A", until=local(20))
    first = naq.decisions[-1]
    naq.exempt("A", until=local(12))
    naq.again(first)
    assert naq.kinds == ["already-so"]
    assert naq.state.leaves["A"].exempt == {"LO-1.1": local(12)}


@pytest.mark.rule("act/once")
def test_another_decision_under_a_known_id_is_refused_and_not_told_that_it_was_recorded():
    naq = Naq()
    naq.issue(order())
    naq.ask("A")
    naq.exempt("A", until=local(20))
    first = naq.decisions[-1]
    rescission = RescindOrder(**naq.head() | {"act_id": first.act.act_id}, number="LO-1", reason="x")
    for other in (first.act.model_copy(update={"decided_by": "m-zzzzzzzzzz"}), rescission):
        naq.again(first.model_copy(update={"act": other}))
        assert (naq.kinds, naq.refused) == (["refused"], "path/act-id")
    assert naq.state.leaves["A"].exempt == {"LO-1.1": local(20)}


@pytest.mark.rule("act/once")
def test_a_rescission_that_comes_again_does_not_end_what_was_issued_since():
    naq = Naq()
    naq.issue(order())
    naq.rescind(ends=NOW + HOUR)
    first = naq.decisions[-1]
    naq.issue(order(version=2, since=NOW + HOUR))
    naq.again(first)
    assert naq.kinds == ["already-so"]
    assert naq.state.book["LO-1"][-1].end is None


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
        (None, "authority/known-person"),
        (holder("CO-NAQ", "commander", who="m-l1"), "decision/not-own"),
    ],
)
def test_the_post_named_or_its_deputy_exempts_and_nobody_from_their_own_leave(by, rule):
    naq = suspended()
    naq.etp_posts = (DEPUTY,)
    if by is None:
        naq.act(Exempt(**naq.head(), leave_id="L1", order="LO-1.1", ground="humanitarian", reason=SEALED))
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


# ---- what displays show ----


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


def test_who_is_barred_by_an_order_stands_in_no_queue_and_is_told_so():
    naq = Naq(HQ=6)
    naq.ask("TAKES", unit="HQ")
    naq.ask("WAITS", unit="HQ", nation="IRL")
    naq.ask("BARRED", unit="HQ", nation="GHA")
    naq.issue(order(scope=Scope(nations=("GHA",))))
    for leave, queued in (("WAITS", True), ("BARRED", False)):
        told = explain(naq.state, leave, naq.now, CALENDAR)
        assert told is not None
        assert (told.granted, told.queued) == (False, queued)
        assert (leave in {one.leave_id for one in queue(naq.state)}) is queued
        assert bool(naq.verdict(leave).place_in_queue) is queued


def test_the_board_shows_each_unit_on_each_day_of_the_fortnight():
    naq = Naq()
    naq.ask("L1", 10, 12)
    days = absences(naq.state, naq.strength, CALENDAR, NOW, 15)
    assert len(days) == 2 * 14
    absent = {d.day: d.absent for d in days if d.unit == "A-COY"}
    assert [absent[date(2026, 3, d)] for d in (1, 9, 10, 12, 13)] == [0, 0, 1, 1, 0]
    assert {(d.unit, d.assigned, d.ceiling) for d in days} == {("A-COY", 20, 3), ("HQ", 6, 1)}


def test_a_day_of_the_base_follows_its_clock():
    naq = Naq()
    utc = datetime(2026, 3, 28, 22, tzinfo=UTC)  # the base's clock jumps from 00:00 to 01:00 on the 29th
    naq.issue(order(since=utc, until=datetime(2026, 3, 29, 21, tzinfo=UTC)))
    assert cited(naq.ask("L1", 29, 30)) == ["LO-1.1"]
    assert naq.ask("L2", 28, 30).granted


def test_a_version_that_was_replaced_before_it_began_is_neither_exempted_from_nor_offered():
    """LO-2.1 was to begin on the 8th, and LO-2.2 begins on the 6th: only what bars the leave is told to help."""
    naq = suspended()
    naq.issue(order("LO-2", since=local(8)))
    naq.issue(order("LO-2", version=2, since=local(6)))
    naq.exempt("L1", name="LO-2.1")
    (no,) = (event.refusal for event in naq.said if isinstance(event, Refused))
    assert (no.rule, no.facts["expected"]) == ("etp/order", "LO-1.1, LO-2.2")
    assert "never in force" in no.why


def test_where_no_order_bars_a_leave_none_is_offered_for_an_exemption():
    naq = Naq()
    naq.ask("L1")
    naq.issue(order("LO-2", since=local(20)))
    naq.exempt("L1", name="LO-9.1")
    (no,) = (event.refusal for event in naq.said if isinstance(event, Refused))
    assert (no.rule, no.facts["expected"]) == ("etp/order", "none: no order bars it")
    assert "none helps" in no.helps
