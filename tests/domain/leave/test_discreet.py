"""What those read of a leave whom its kind does not concern: an emergency looks as any other leave does."""

from __future__ import annotations

import pytest

from domain.leave import discreet
from domain.leave.face import Face
from domain.leave.path import STATES
from tests.domain.leave.life import Life, emergency

LIKE_ALL = ("state", "lane", "waits_for", "act_by", "then", "unless", "brings", "posts", "attention")


def told(shown: Face) -> dict[str, object]:
    return discreet.face(shown).model_dump(include=set(LIKE_ALL))


def ordinary() -> Life:
    life = Life()
    life.ask()
    return life


def attested() -> Life:
    life = emergency()
    life.say("attest", "verifier", method="phone")
    assert life.at == "approve", life.refused
    return life


def test_a_leave_that_waits_for_a_check_looks_as_one_that_waits_for_an_approval() -> None:
    checked, approved = emergency(), ordinary()
    assert (checked.face.state, approved.face.state) == (STATES["attest"], STATES["approve"])
    assert told(checked.face) == told(approved.face) == told(attested().face)
    assert told(checked.face)["state"] == discreet.DECISION
    assert told(checked.face)["waits_for"] == "a decision"


def test_no_post_and_no_limit_of_a_check_is_named() -> None:
    shown = discreet.face(emergency().face).model_dump_json()
    assert "VO" not in shown
    assert "check" not in shown


@pytest.mark.parametrize("after", [0, 1, 30, 60])
def test_the_journal_of_an_emergency_tells_nothing_of_a_check(after: int) -> None:
    """Not the check, nor that it was refused, asked for anew or recorded for another."""
    life = emergency()
    life.hours(after)
    life.say("attest", "co", method="phone")
    life.say("attest", "verifier", method="phone")
    kinds = [entry.event.kind for entry in life.journal]
    assert "attested" in kinds
    assert after < 30 or "lapsed" in kinds
    left = [entry.event.kind for entry in discreet.journal(life.journal)]
    assert not {"attested", "refused", "lapsed", "noted"} & set(left)
    assert left[0] == "asked"


@pytest.mark.parametrize("step", ["confirm", "sign-out", "sign-in"])
def test_what_all_leaves_do_is_told(step: str) -> None:
    life = Life().until(step)
    assert discreet.journal(life.journal) == life.journal
    shown = discreet.face(life.face)
    assert (shown.state, shown.act_by, shown.then) == (life.face.state, life.face.act_by, life.face.then)
