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
