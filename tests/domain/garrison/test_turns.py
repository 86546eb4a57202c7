"""Whose turn it is to exempt, and that nobody exempts in a second capacity."""

from __future__ import annotations

from typing import Any

import pytest

from domain.facts import HeldPost, Person
from domain.model import HOUR, date
from tests.domain.garrison.mission import COMMANDER, DEPUTY, FORCE, Naq, full, holder, local, order

DCO = holder("DCO-NAQ", "commander", who="m-dco")
ABOVE = HeldPost(post="FC", role="force-commander", since=date(2026, 1, 1))
LIMIT = 4


def barred(*there: str, **place: Any) -> Naq:
    """Barred at 09:00 by an order of CO-NAQ; `there` are the holders of that post who are on duty."""
    naq = Naq()
    naq.etp_posts, naq.etp_holders = (COMMANDER.posts[0], DEPUTY, ABOVE), there
    naq.ask("L1", exempt_hours=LIMIT, **place)
    naq.now += HOUR
    naq.issue(order())
    naq.now += HOUR
    return naq


def exempt(naq: Naq, by: Person, hours: float) -> str:
    naq.now = naq.state.leaves["L1"].barred_since["CO-NAQ"] + hours * HOUR
    naq.exempt("L1", by=by)
    return naq.refused


@pytest.mark.parametrize(
    ("by", "hours", "refused"),
    [
        (COMMANDER, 0, ""),
        (DCO, 0, "etp/turn"),
        (DCO, 3.9, "etp/turn"),
        (DCO, 4, ""),
        (FORCE, 4, "etp/turn"),
        (FORCE, 7.9, "etp/turn"),
        (FORCE, 8, ""),
        (COMMANDER, 200, ""),
        (DCO, 200, ""),
    ],
)
def test_a_deputy_exempts_once_the_time_of_the_post_is_over_and_the_next_higher_after_twice_that(by, hours, refused):
    """The limit of a clearance, 4 hours; everyone whom silence has reached may, until somebody has."""
    assert exempt(barred("m-co"), by, hours) == refused


@pytest.mark.parametrize("there", [(), ("m-colonel",)])
def test_while_nobody_who_holds_the_post_is_there_its_deputy_exempts_at_once(there):
    """The post is vacant, or its holder is on leave; who stands above still waits."""
    naq = barred(*there)
    if there:
        naq.ask("L2", member="m-colonel")
        naq.exempt("L2")
        naq.out("L2", local(4, 9))
    assert exempt(naq, FORCE, 0.5) == "etp/turn"
    assert exempt(naq, DCO, 0.5) == ""


def test_what_is_not_their_turn_yet_tells_when_it_will_be():
    naq = barred("m-co")
    exempt(naq, DCO, 1)
    (said,) = naq.said
    assert said.refusal.facts["expected"].startswith("CO-NAQ, DCO-NAQ from 2026-03-01 13:00Z")  # type: ignore[attr-defined]


def test_the_turn_is_told_from_when_the_leave_was_first_barred_by_that_authority():
    """A second version of the order, or another order of the same authority, begins no new wait."""
    naq = barred("m-co")
    naq.issue(order("LO-2"))
    assert exempt(naq, DCO, LIMIT) == ""
    naq.rescind("LO-1")
    assert "CO-NAQ" in naq.state.leaves["L1"].barred_since
    naq.rescind("LO-2")
    assert naq.state.leaves["L1"].barred_since == {}


def test_who_has_approved_or_cleared_a_leave_does_not_exempt_it_as_well():
    assert exempt(barred("m-co", deciders=("m-co", "m-clearer")), COMMANDER, 0) == "decision/separate-people"
    assert exempt(barred("m-co", deciders=("m-clearer",)), COMMANDER, 0) == ""


def test_who_has_approved_an_emergency_does_not_override_the_strength_of_its_unit():
    naq = full(leave_kind="emergency", deciders=(FORCE.id,))
    naq.override("E")
    assert naq.refused == "decision/separate-people"
    naq.override("E", by=FORCE.model_copy(update={"id": "m-general"}))
    assert naq.refused == ""


def test_the_verdict_tells_who_exempted_or_overrode_so_that_they_decide_nothing_else():
    naq = barred("m-co")
    naq.exempt("L1")
    assert naq.verdict("L1").consented == {"exemption from LO-1.1": "m-co"}
    emergency = full(leave_kind="emergency")
    emergency.override("E")
    assert emergency.verdict("E").consented == {"override of strength": FORCE.id}
