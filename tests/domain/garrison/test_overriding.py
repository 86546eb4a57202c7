"""Who goes before others where a unit is short: by an override of its strength, and by the rule of its queue."""

import pytest

from domain.decider import Refused
from domain.garrison.board import queue
from tests.domain.garrison.mission import CLERK, COMMANDER, FORCE, Naq, full, holder


def test_an_emergency_may_exceed_the_strength_by_the_post_which_its_pack_names():
    naq = full(leave_kind="emergency")
    naq.override("E")
    assert naq.kinds == ["overridden", "examined"]
    assert naq.verdict("E").granted
    assert "strength/override" in naq.verdict("E").cites
    naq.override("E")
    assert naq.kinds == ["already-so"]


@pytest.mark.rule("strength/override")
@pytest.mark.parametrize(
    ("kind", "by", "rule"),
    [
        ("ordinary", FORCE, "strength/override"),
        ("emergency", COMMANDER, "strength/override"),
        ("emergency", CLERK, "strength/override"),
        ("emergency", holder("FC", "force-commander", base=None, who="m-e"), "decision/not-own"),
    ],
)
def test_nobody_else_overrides_and_nothing_but_an_emergency(kind, by, rule):
    naq = full(leave_kind=kind)
    naq.override("E", by)
    assert naq.refused == rule
    assert not naq.verdict("E").granted


@pytest.mark.parametrize("by", [COMMANDER, CLERK])
def test_who_may_not_override_is_told_the_same_of_every_kind_of_leave(by):
    """Authority is looked at before the kind, which a refusal would tell otherwise."""
    told = []
    for kind in ("ordinary", "emergency"):
        naq = full(leave_kind=kind)
        naq.override("E", by)
        told.append(refusal(naq))
    assert told[0] == told[1]


def test_another_pack_names_another_post():
    naq = full(leave_kind="emergency", override_role="commander")
    naq.overriders = ("CO-NAQ",)
    naq.override("E", COMMANDER)
    assert naq.verdict("E").granted


def refusal(naq):
    (refused,) = [e.refusal for e in naq.said if isinstance(e, Refused)]
    return refused


def test_a_post_of_the_same_role_that_is_not_named_overrides_nothing_wherever_it_belongs():
    for base in (None, "NAQ", "JUB"):
        naq = full(leave_kind="emergency")
        naq.override("E", holder("FC-OTHER", "force-commander", base=base))
        refused = refusal(naq)
        assert (refused.rule, refused.facts["expected"], refused.helps) == ("strength/override", "FC", "ask FC")


def test_where_nobody_is_named_nobody_overrides_and_the_refusal_says_whom_the_register_lacks():
    naq = full(leave_kind="emergency")
    naq.overriders = ()
    naq.override("E")
    refused = refusal(naq)
    assert refused.helps == "ask for a force-commander in the register"


def test_an_override_needs_a_leave_that_waits_here():
    naq = Naq()
    naq.override("NOBODY")
    assert naq.refused == "override/unknown-leave"
    naq.enter("L1")
    naq.override("L1")
    assert naq.refused == "override/no-place"
    naq.ask("L1", leave_kind="emergency")
    naq.override("L1")
    assert naq.kinds == ["already-so"]


@pytest.mark.parametrize(("rule", "served"), [("asked-first", "L3"), ("emergencies-first", "L4")])
def test_who_is_served_first_is_a_setting_of_the_mission(rule, served):
    naq = Naq()
    naq.queue = rule
    for i in range(4):
        naq.ask(f"L{i}")
    naq.ask("L4", leave_kind="emergency")
    assert next(one.leave_id for one in queue(naq.state, rule)) == served
    naq.back("L0")
    assert [naq.verdict(leave).granted for leave in ("L3", "L4")] == [served == "L3", served == "L4"]
