"""Different people at different desks; one person at two, at a small site on an emergency; and the review."""

from __future__ import annotations

from typing import Any

import pytest

from domain import leave
from domain.acts import Ruled
from domain.facts import BaseFacts
from domain.leave import discreet
from domain.model import HOUR
from domain.orders import Second
from tests.domain.leave.life import LEAVE, NOW, Life, block, emergency, person, terms

SMALL = BaseFacts(code="NAQ", clearance="officer", posts=2, small=3)
WHY = "two officers at the site, one of them on leave"
BOTH = person("co", "mover")


def cleared_by_the_commander(base: BaseFacts = SMALL, **words: Any) -> Life:
    """An emergency that the commander has approved; the same person then speaks for the clearance desk."""
    life = emergency(base=base)
    life.until("officer")
    life.say("clear", person("co", "officer"), **words)
    return life


@pytest.mark.rule("decision/two-capacities")
@pytest.mark.parametrize(
    ("posts", "small", "allowed"), [(2, 3, True), (3, 3, False), (0, 1, True), (2, 0, False), (1, 2, True)]
)
def test_one_person_acts_twice_at_a_small_site_on_an_emergency_and_a_higher_post_reviews_it(posts, small, allowed):
    """Small is below the mission's number of posts; 0 means that the mission knows no small site."""
    life = cleared_by_the_commander(BaseFacts(code="NAQ", clearance="officer", posts=posts, small=small), twice=WHY)
    assert life.refused == ("" if allowed else "decision/two-capacities")
    if allowed:
        assert life.kinds == ["officer-cleared", "acted-twice"]
        (looked_at,) = life.state.reviews.values()
        assert (looked_at.posts, looked_at.by, looked_at.who) == (("SC-WEST",), life.now + 72 * HOUR, "m-co")
        assert "decision/two-capacities" in life.state.irregular
        assert "decision/two-capacities" not in discreet.marks(life.state.irregular)  # on emergencies alone
        assert {"irregular", "review:SC-WEST"} <= set(life.face.attention)


def test_without_a_reason_nobody_acts_twice():
    life = cleared_by_the_commander()
    assert (life.refused, life.at) == ("decision/separate-people", "officer")


def test_an_ordinary_leave_waits_for_another_person_also_at_a_small_site():
    life = Life(base=SMALL)
    life.until("officer")
    life.say("clear", person("co", "officer"), twice=WHY)
    assert (life.refused, life.at) == ("decision/two-capacities", "officer")
    assert "an emergency" in life.said[0].refusal.facts["expected"]


def test_nobody_acts_three_times():
    life = cleared_by_the_commander(twice=WHY)
    life.say("confirm-travel", BOTH, twice=WHY)
    assert life.refused == "decision/two-capacities"
    life.say("confirm-travel", "mover")
    assert life.refused == ""


def test_where_nobody_stands_above_there_is_no_exception():
    """Movement control has no higher post here: nobody could review."""
    life = emergency(base=SMALL)
    life.until("confirm")
    life.say("confirm-travel", BOTH, twice=WHY)
    assert life.refused == "decision/two-capacities"
    assert "a higher post" in life.said[0].refusal.facts["expected"]


def test_where_the_pack_names_no_time_for_the_review_there_is_no_exception():
    life = emergency(base=SMALL)
    life.until("officer")
    records = life.state.terms.records.model_copy(update={"review_hours": None})
    without = life.state.terms.model_copy(update={"records": records})
    life.state = life.state.model_copy(update={"terms": without})
    life.say("clear", person("co", "officer"), twice=WHY)
    assert life.refused == "decision/two-capacities"


def test_who_attested_the_emergency_does_not_approve_it():
    life = emergency()
    life.say("attest", person("verifier", "co"), method="phone")
    life.say("approve", person("co").model_copy(update={"id": "m-verifier"}))
    assert (life.refused, life.at) == ("decision/separate-people", "approve")


def test_delegations_are_no_second_person():
    """Who approved as commander does not confirm the journey as somebody's delegate."""
    life = Life().until("confirm")
    life.say("confirm-travel", BOTH)
    assert (life.refused, life.at) == ("decision/separate-people", "confirm")


# ---- review


def act_of(life: Life) -> str:
    return str(next(iter(life.state.reviews)))


@pytest.mark.parametrize("upheld", [True, False])
def test_a_higher_post_reviews_and_what_is_not_upheld_is_marked(upheld):
    life = cleared_by_the_commander(twice=WHY)
    life.say("review", "sector", of=act_of(life), upheld=upheld)
    assert (life.refused, life.state.reviews) == ("", {})
    assert ("decision/review" in life.state.irregular) is not upheld


def test_nobody_else_reviews_and_nobody_themself():
    life = cleared_by_the_commander(twice=WHY)
    life.say("review", "officer", of=act_of(life))
    assert life.refused == "authority/review"
    life.say("review", person("sector").model_copy(update={"id": "m-co"}), of=act_of(life))
    assert life.refused == "decision/review"
    life.say("review", "sector", of="another act")
    assert life.refused == "decision/review"
    assert life.state.reviews


@pytest.mark.rule("decision/two-capacities")
def test_what_nobody_reviews_within_72_hours_is_an_exception_for_audit_and_undoes_nothing():
    life = cleared_by_the_commander(twice=WHY)
    said_at, stood_at = life.now, life.at
    fell = life.wait_for(f"review:{act_of(life)}")
    assert fell.due_at == said_at + 72 * HOUR
    assert fell.to == ("SC-WEST",)
    assert fell.irregular == ("decision/review",)
    assert (life.state.reviews, life.at) == ({}, stood_at)


def test_a_review_outlasts_the_leave():
    """A denied or withdrawn leave keeps its exception in somebody's inbox until it was looked at, or the time is up."""
    life = cleared_by_the_commander(twice=WHY)
    life.say("withdraw", "member")
    assert life.face.waits_for == "review (1)"
    life.say("review", "sector", of=act_of(life))
    assert life.refused == ""
    assert life.face.waits_for == ""


def test_a_small_site_is_looked_up_only_where_the_exception_is_asked_for():
    life = Life(terms=terms()).until("approve")
    life.say("approve", "co")
    assert life.decisions[-1].facts.base is None


def test_who_exempted_a_leave_confirms_no_journey_of_it():
    """An exemption from an order, or an override, is a decision on the leave like any other."""
    life = Life().until("approve")
    life.say("approve", "co")
    exempted = life.state.verdict.model_copy(update={"seq": 999, "consented": {"exemption from LO-1.1": "m-mover"}})
    head = {"act_id": "base-NAQ/999", "decided_by": "base-NAQ", "acted_at": life.now, "leave_id": LEAVE}
    life.take(Ruled.model_validate(head | {"base": "NAQ", "verdict": exempted}))
    life.say("confirm-travel", "mover")
    assert life.refused == "decision/separate-people"
    assert "exemption from LO-1.1" in life.said[0].refusal.why
    life.say("confirm-travel", person("mover").model_copy(update={"id": "m-second"}))
    assert life.refused == ""


def test_a_base_is_told_who_consented_and_how_long_an_authority_has():
    life = Life(base=BaseFacts(code="NAQ", clearance="officer")).until("sign-out")
    place = life.state.held["place"]
    assert (place.decided, place.exempt_hours) == ({"approval": "m-co", "clearance": "m-officer"}, 4)


def test_a_base_is_told_who_confirmed_the_journey_once_an_order_bars_the_leave():
    """Nobody exempts a leave that nothing bars; and what was told is not told otherwise once it may go."""
    life = Life().until("sign-out")
    assert "movement" not in life.state.held["place"].decided
    life.ruled(block())
    assert life.state.held["place"].decided == {"approval": "m-co", "movement": "m-mover"}
    life.world.blocks = ()
    life.ruled()
    assert life.state.held["place"].decided == {"approval": "m-co", "movement": "m-mover"}
    assert life.at == "sign-out"


def test_who_has_decided_is_told_as_the_paper_is_asked_for_and_of_nothing_else():
    """So the base can know it before the leave has heard of an order and told it."""
    life = Life().until("confirm")
    life.slow = True
    life.say("confirm-travel", "mover")
    (want,) = [each for each in leave.wants(life.state, life.now) if each.what == "paper"]
    assert want.decided == {"approval": "m-co", "movement": "m-mover"}
    assert not any(each.decided for each in leave.wants(life.state, life.now) if each.what != "paper")


def second(act: str = "e-1") -> Second:
    """An exemption by who had confirmed the journey, as the base tells it."""
    words = {"capacity": "exemption", "also": "movement", "reviewers": ("SC-WEST",)}
    return Second.model_validate({"of": act, "who": "m-mover", "by": NOW + 72 * HOUR} | words)


def test_an_exemption_by_who_had_decided_before_is_reviewed_at_the_leave_and_told_once():
    life = Life().until("sign-out")
    for seq in (999, 1000):
        verdict = life.state.verdict.model_copy(update={"seq": seq, "seconds": (second(),)})
        head = {"act_id": f"base-NAQ/{seq}", "decided_by": "base-NAQ", "acted_at": life.now, "leave_id": LEAVE}
        life.take(Ruled.model_validate(head | {"base": "NAQ", "verdict": verdict}))
        assert life.said[0].irregular == (("decision/two-capacities",) if seq == 999 else ())
        assert "two-capacities" not in str([entry.event.irregular for entry in discreet.journal(life.journal)])
        if seq == 999:
            assert "review:SC-WEST" in life.face.attention
            life.say("review", "mover", of="e-1")
            assert life.refused
            life.say("review", "sector", of="e-1")
            assert (life.refused, life.state.reviews) == ("", {})
    assert life.state.reviews == {}


def test_what_nobody_reviews_of_the_base_in_time_is_an_exception_for_audit():
    life = Life().until("sign-out")
    verdict = life.state.verdict.model_copy(update={"seq": 999, "seconds": (second(),)})
    head = {"act_id": "base-NAQ/999", "decided_by": "base-NAQ", "acted_at": life.now, "leave_id": LEAVE}
    life.take(Ruled.model_validate(head | {"base": "NAQ", "verdict": verdict}))
    life.wait_for("review:e-1")
    assert life.said[0].irregular == ("decision/review",)
