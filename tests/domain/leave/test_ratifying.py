"""The member has left without an approval: command may still consent, or not, and silence goes on as before."""

from __future__ import annotations

import pytest

from domain.facts import BaseFacts
from domain.leave import next_acts
from domain.model import DAY, HOUR, Decimal
from tests.domain.leave.life import FIRST, LAST, SEALED, Life, emergency, local

RATIFIED = "decision/after-sign-out"


def gone() -> Life:
    """Asked for in time, approved by nobody, and seen to leave."""
    life = Life().until("approve")
    life.now = local(FIRST - DAY, "22:00")
    life.say("sign-out", "gate")
    assert life.said[0].irregular
    return life


def test_an_approval_after_the_sign_out_counts_and_is_told_as_late():
    life = gone()
    assert (life.face.state, life.face.posts) == ("away", ("CO-A",))
    life.say("approve", "co")
    assert (life.refused, life.kinds, life.said[0].irregular) == ("", ["approved"], (RATIFIED,))
    assert (life.state.approved, life.face.posts, life.face.state) == (True, (), "away")
    life.say("approve", "sector")
    assert life.kinds == ["noted"]


def test_what_was_signed_before_the_sign_out_and_comes_in_after_it_counts_too():
    life = gone()
    life.say("approve", "co", "clerk", acted_at=life.now - 5 * HOUR)
    assert (life.kinds, life.state.approved) == (["approved"], True)


def test_a_denial_after_the_sign_out_undoes_nothing_and_is_the_answer():
    """Who is away is away; a commander who does not consent recalls them. Nobody consents after that."""
    life = gone()
    life.say("deny", "co", reason="the unit is short")
    assert (life.kinds, life.face.state, life.face.posts) == (["disowned"], "away", ())
    assert RATIFIED in life.state.irregular
    life.say("approve", "sector")
    assert (life.kinds, life.state.approved) == (["noted"], False)
    life.say("recall", "co", reason="needed", back_by=FIRST + 2 * DAY)
    assert (life.refused, life.face.state) == ("", "recalled")


def test_silence_reaches_the_deputy_and_the_next_higher_of_who_left_without_an_approval():
    life = gone()
    life.say("approve", "dco")
    assert life.refused == "authority/approve"
    fell = life.wait_for("approve rung 1")
    assert fell.to == ("DCO-A",)
    assert life.wait_for("approve rung 2").to == ("SC-WEST",)
    life.say("approve", "dco")
    assert life.kinds == ["approved"]


def test_an_extension_is_a_question_of_its_own_after_the_leave_itself():
    life = gone()
    life.wait(local(FIRST, "10:00"))
    life.say("extend", "member", last=LAST + 3 * DAY, reason=SEALED)
    life.say("approve", "co")
    assert (life.kinds, life.state.last) == (["approved"], LAST)
    life.say("approve", "co")
    assert life.kinds == ["extension-approved"]


def test_a_return_without_an_answer_counts_the_days_and_ends():
    """Nobody is approved or denied by silence: the absence is settled, and stays irregular."""
    life = gone()
    life.sign_in()
    assert (life.state.charged, life.state.approved, life.at) == (Decimal(9), False, "close")
    life.say("approve", "co")
    assert life.kinds == ["approved"]
    life.wait_for("close")
    assert life.ends == ["settled"]


def test_an_emergency_is_checked_before_it_is_ratified_or_proved_later():
    life = emergency()
    life.hours(1)
    life.say("sign-out", "gate")
    life.say("approve", "co")
    assert life.refused == "emergency/attestation"
    life.say("attest", "verifier", method="phone")
    assert (life.refused, life.state.attested) == ("", True)
    life.say("approve", "co")
    assert life.kinds == ["approved"]


def test_an_emergency_is_ratified_now_and_proved_later():
    life = emergency()
    life.hours(1)
    life.say("sign-out", "gate")
    life.say("approve", "co", prove_by=life.state.last)
    assert (life.kinds, life.state.prove_by) == (["approved"], life.state.last)


def test_the_clearance_officer_may_clear_after_the_sign_out():
    life = Life(base=BaseFacts(code="NAQ", clearance="officer")).until("officer")
    life.sign_out()
    life.say("clear", "officer")
    assert (life.kinds, life.said[0].irregular) == (["officer-cleared"], (RATIFIED,))
    life.say("clear", "officer")
    assert life.kinds == ["noted"]


@pytest.mark.parametrize("post", ["CO-A", "DCO-A"])
def test_the_turn_to_consent_is_told_of_the_post_which_silence_has_reached(post):
    assert ("approve" in next_acts(gone().state, post)) is (post == "CO-A")
