"""Who has decided on a leave neither exempts it nor overrides strength for it: but at a small site, and reviewed."""

from __future__ import annotations

from typing import Any

import pytest

from activities.packs import load
from domain.facts import BaseFacts, HeldPost, Rung
from domain.garrison import about, needs
from domain.model import HOUR, date
from tests.domain.garrison.mission import COMMANDER, FORCE, Naq, full, holder, order

WHY = "the only officer at the site"
SMALL = BaseFacts(code="NAQ", clearance="orders", posts=2, small=3)
TERMS = load("contingent")
ABOVE = ("SC-WEST", "FC")


def barred(decided: dict[str, str], base: BaseFacts = SMALL, **more: Any) -> Naq:
    """An order names CO-NAQ, and bars a leave on which some have decided."""
    naq = Naq()
    naq.known = {"base": base, "terms": TERMS, "superiors": ABOVE}
    naq.etp_posts = (HeldPost(post="CO-NAQ", role="commander", base="NAQ", since=date(2026, 1, 1)),)
    naq.issue(order("LO-1"))
    naq.ask("L1", **({"leave_kind": "emergency"} | more), decided=decided)
    return naq


@pytest.mark.parametrize("capacity", ["attestation", "approval", "clearance", "movement"])
def test_who_has_decided_in_any_capacity_does_not_exempt(capacity: str):
    naq = barred({capacity: "m-co", "other": "m-other"})
    naq.exempt("L1")
    assert naq.refused == "decision/separate-people"
    assert capacity in str(naq.said[0])
    naq.exempt("L1", by=COMMANDER.model_copy(update={"id": "m-second"}))
    assert naq.refused == ""


@pytest.mark.parametrize("capacity", ["attestation", "approval", "clearance", "movement"])
def test_who_has_decided_in_any_capacity_does_not_override(capacity: str):
    naq = full(leave_kind="emergency", decided={capacity: FORCE.id})
    naq.override("E")
    assert naq.refused == "decision/separate-people"


@pytest.mark.rule("decision/separate-people")
@pytest.mark.parametrize("at_base", ["exempt", "override"])
def test_who_confirmed_the_journey_is_known_before_the_leave_has_told_it(at_base: str):
    """Between an order and the next word of the leave, by its paper; once the leave tells otherwise, that holds."""
    naq = barred({}) if at_base == "exempt" else full(leave_kind="emergency")
    key, by = ("L1", COMMANDER) if at_base == "exempt" else ("E", FORCE)
    naq.known["decided"] = {"movement": by.id}
    said = (lambda: naq.exempt(key, by=by)) if at_base == "exempt" else (lambda: naq.override(key, by=by))
    said()
    assert (naq.refused, "movement" in str(naq.said[0])) == ("decision/separate-people", True)
    naq.ask(key, leave_kind="emergency", decided={"movement": "m-second"})
    said()
    assert naq.refused == ""
    assert "decided" in needs(naq.decisions[-1].act, naq.state)


@pytest.mark.rule("decision/two-capacities")
@pytest.mark.parametrize(
    ("base", "words", "decided", "allowed"),
    [
        (SMALL, {}, {"movement": "m-co"}, True),
        (SMALL.model_copy(update={"posts": 3}), {}, {"movement": "m-co"}, False),
        (SMALL.model_copy(update={"small": 0}), {}, {"movement": "m-co"}, False),
        (SMALL, {"leave_kind": "ordinary"}, {"movement": "m-co"}, False),
        (SMALL, {}, {"approval": "m-co", "movement": "m-co"}, False),
    ],
)
def test_at_a_small_site_one_person_exempts_too_on_an_emergency_and_those_above_review_it(
    base: BaseFacts, words: dict[str, str], decided: dict[str, str], allowed: bool
):
    naq = barred(decided, base, **words)
    naq.exempt("L1", twice=WHY)
    assert naq.refused == ("" if allowed else "decision/two-capacities")
    if allowed:
        (second,) = naq.verdict("L1").seconds
        assert (second.who, second.also, second.reviewers, second.by) == (
            "m-co",
            "movement",
            ABOVE,
            naq.now + 72 * HOUR,
        )
        assert naq.said[0].irregular == ("decision/two-capacities",)
        assert naq.verdict("L1").granted


def test_where_nobody_stands_above_nobody_could_review_it():
    naq = barred({"movement": "m-co"})
    naq.known["superiors"] = ()
    naq.exempt("L1", twice=WHY)
    assert naq.refused == "decision/two-capacities"


def test_nobody_acts_three_times():
    """Exempt from one order by the exception, and then from another."""
    naq = barred({"movement": "m-co"})
    naq.issue(order("LO-2"))
    naq.exempt("L1", twice=WHY)
    assert naq.refused == ""
    naq.exempt("L1", "LO-2.1", twice=WHY)
    assert naq.refused == "decision/two-capacities"


def at_both(small: int, *orders: str, leave_kind: str = "emergency") -> Naq:
    """A leave which an order bars, and which has no place in its unit; FC may exempt it, and override strength."""
    naq = full(leave_kind=leave_kind)
    naq.known = {"base": SMALL.model_copy(update={"small": small}), "terms": TERMS, "superiors": ("SRSG",)}
    naq.known["desks"] = {"override": (Rung(post="FC"),), "override-above": (Rung(post="SRSG"),)}
    for number in orders or ("LO-1",):
        naq.issue(order(number, etp="FC"))
    return naq


@pytest.mark.rule("decision/separate-people")
@pytest.mark.parametrize("exempts_first", [True, False])
def test_to_exempt_and_to_override_are_two_capacities_of_two_people(exempts_first: bool):
    """Nobody decides twice in two capacities; another holder of the post does."""
    naq, other = at_both(0), holder("FC", "force-commander", base=None, who="m-deputy-fc")
    first, second = (naq.exempt, naq.override) if exempts_first else (naq.override, naq.exempt)
    first("E", by=FORCE)
    assert naq.refused == ""
    second("E", by=FORCE)
    assert naq.refused == "decision/separate-people"
    assert ("exemption" if exempts_first else "override of strength") in str(naq.said[0])
    second("E", by=other)
    assert naq.refused == ""


@pytest.mark.rule("decision/two-capacities")
@pytest.mark.parametrize(("small", "rule"), [(3, ""), (0, "decision/two-capacities")])
def test_at_a_small_site_one_person_exempts_and_overrides_and_those_above_review_it(small: int, rule: str):
    naq = at_both(small)
    naq.exempt("E", by=FORCE)
    naq.override("E", by=FORCE, twice=WHY)
    assert naq.refused == rule
    if not rule:
        (second,) = naq.verdict("E").seconds
        assert (second.capacity, second.also, second.reviewers) == ("override of strength", "exemption", ("SRSG",))


def test_to_exempt_from_several_orders_is_one_capacity():
    naq = at_both(3, "LO-1", "LO-2")
    for name in ("LO-1.1", "LO-2.1"):
        naq.exempt("E", name, by=FORCE)
        assert naq.refused == ""
    naq.override("E", by=FORCE, twice=WHY)
    assert naq.refused == ""


@pytest.mark.rule("decision/two-capacities")
@pytest.mark.parametrize("posts", [2, 3])
def test_at_a_small_site_one_person_overrides_too(posts: int):
    naq = full(leave_kind="emergency", decided={"approval": "m-ncc"})
    contingent = holder("NCC-IRL", "national-contingent-commander", who="m-ncc")
    naq.known = {
        "base": SMALL.model_copy(update={"posts": posts}),
        "terms": TERMS,
        "desks": {"override": (Rung(post="NCC-IRL"),), "override-above": (Rung(post="FC"),)},
    }
    naq.override("E", by=contingent, twice=WHY)
    assert naq.refused == ("" if posts == 2 else "decision/two-capacities")
    if posts == 2:
        (second,) = naq.verdict("E").seconds
        assert (second.capacity, second.reviewers) == ("override of strength", ("FC",))


@pytest.mark.rule("decision/two-capacities")
def test_a_post_that_stands_beside_another_one_does_not_review_it():
    """Two posts may override, and none stands above them: the other one is no higher."""
    naq = full(leave_kind="emergency", decided={"approval": "m-ncc"})
    desks = {"override": (Rung(post="NCC-IRL"), Rung(post="NCC-ITA")), "override-above": ()}
    naq.known = {"base": SMALL, "terms": TERMS, "desks": desks}
    naq.override("E", by=holder("NCC-IRL", "national-contingent-commander", who="m-ncc"), twice=WHY)
    assert naq.refused == "decision/two-capacities"


def test_what_the_exception_rests_on_is_looked_up_only_where_it_is_asked_for():
    naq = barred({})
    for twice in ("", WHY):
        naq.exempt("L1", twice=twice)
        act = naq.decisions[-1].act
        assert ({"base", "terms"} <= needs(act, naq.state)) == bool(twice)
        assert (about(act, naq.state).member, about(act, naq.state).issuer) == (
            ("m-l1", "CO-NAQ") if twice else (None, None)
        )


# ---- a post that the member alone holds


@pytest.mark.parametrize(
    ("holders", "who", "rule"),
    [
        (("m-e",), "NCC-IRL", "strength/override"),
        (("m-e",), "DNCC-IRL", ""),
        (("m-e",), "FC", ""),
        (("m-e", "m-ncc"), "DNCC-IRL", "strength/override"),
        (("m-ncc",), "FC", "strength/override"),
        (("m-e",), "CO-NAQ", "strength/override"),
    ],
)
def test_where_the_member_alone_holds_the_post_its_deputy_or_who_stands_above_overrides(
    holders: tuple[str, ...], who: str, rule: str
):
    """Nobody decides on their own leave, and never is a lower post asked."""
    naq = full(leave_kind="emergency")
    named = Rung(post="NCC-IRL", holders=holders, deputy="DNCC-IRL", deputies=("m-deputy",))
    naq.known = {"desks": {"override": (named,), "override-above": (Rung(post="FC", holders=("m-fc",)),)}}
    by = holder("NCC-IRL", "national-contingent-commander", who="m-e") if who == "NCC-IRL" else None
    naq.override("E", by=by or holder(who, "commander", who="m-other"))
    assert naq.refused == (rule if who != "NCC-IRL" else "decision/not-own")
