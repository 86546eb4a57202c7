"""What those read of a leave whom its kind does not concern: an emergency looks as any other leave does."""

from __future__ import annotations

import re

import pytest

from domain import leave
from domain.facts import BaseFacts
from domain.leave import discreet
from domain.leave.events import Noted
from domain.leave.face import Face
from domain.leave.path import STATES
from domain.model import DAY, HOUR
from tests.domain.leave.life import MEMBER, NOW, Life, block, emergency, local, terms

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


def test_marks_and_notes_tell_of_no_check() -> None:
    """Who signed out before the check is marked as whoever signed out before the approval."""
    told = []
    for life in (emergency(), ordinary()):
        life.say("sign-out", "gate")
        journal = discreet.journal(life.journal)
        told.append([entry.event.irregular for entry in journal if entry.event.irregular])
        assert discreet.marks(life.state.irregular) == told[-1][0]
        assert "check" not in str(told)
    assert told[0] == told[1]


def test_a_further_word_of_the_checker_and_notes_of_before_tell_nothing() -> None:
    life = attested()
    before = discreet.journal(life.journal)
    life.until("sign-out")
    life.say("attest", "verifier", method="phone")
    assert "further attestation" in life.noted
    assert "attestation" not in " ".join(entry.event.says() for entry in discreet.journal(life.journal))
    old = life.journal[-1].model_copy(
        update={"event": Noted(what=f"told of a leave that is {STATES['attest']}: noted")}
    )
    assert discreet.DECISION in discreet.journal([*before, old])[-1].event.says()


def test_a_cleared_leave_tells_one_thing_that_it_waits_for() -> None:
    shown = discreet.face(Life().until("confirm").face)
    assert (shown.waits_for, shown.unless) == ("the confirmation of the journey", "nobody has confirmed the journey")


@pytest.mark.parametrize("step", ["confirm", "sign-out", "sign-in"])
def test_what_all_leaves_do_is_told(step: str) -> None:
    life = Life().until(step)
    assert discreet.journal(life.journal) == life.journal
    shown = discreet.face(life.face)
    assert (shown.state, shown.act_by, shown.then) == (life.face.state, life.face.act_by, life.face.then)


def faces(kind: str) -> list[tuple[str, Face]]:
    """How a leave by air of an observer looks at each step to those whom its kind does not concern, step by step.

    The emergency is asked for too late for its security clearance, and gets its seat after the manifest has closed.
    """
    urgent = kind == "emergency"
    life = Life(
        terms=terms("un-observer", kind, notice_days=0, first_after_days=0, ahead_days=None),
        base=BaseFacts(code="NAQ", clearance="officer"),
        member=MEMBER.model_copy(update={"departs": None}),
        family="listed",
    )
    life.world.closed = NOW + HOUR if urgent else None
    first = NOW.date() + (5 if urgent else 14) * DAY
    looks: list[tuple[str, Face]] = []

    def look() -> None:
        looks.append((life.at, discreet.face(life.face)))

    life.ask(leave_kind=kind, first=first, last=first + DAY, travel="flight")
    for step in ("attest", "approve", "officer", "confirm", "sign-out", "sign-in", "close"):
        if step == "attest" and not urgent:
            continue
        if step == "sign-in":
            life.sign_out(local(first, "10:00"))
        elif step == "close":
            life.sign_in(local(first + DAY, "18:00"))
        life.until(step)
        assert life.at == step
        look()
        if step == "officer":
            life.ruled(block())
            look()
            life.ruled()
        if step == "attest":
            for _ in range(3):  # until nobody of the ladder is left to be asked
                life.lapse()
                look()
    return looks


def undated(told: object) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d", "DATE", str(told))


EXPECTED = "approved, cleared, booked, suspended, confirmed, ready, away, back, settled"
UNLIKE = {"leave_id", "number", "first", "last", "sign_out_at", "due_back", "since", "act_by", "journal"}


def test_an_emergency_looks_at_every_step_as_any_leave_does() -> None:
    """In nothing but dates and ids: although it is warned of what bars others, and is checked before."""
    words = [(step, face.model_dump(mode="json", exclude=UNLIKE)) for step, face in faces("emergency")]
    of_any = [(step, face.model_dump(mode="json", exclude=UNLIKE)) for step, face in faces("ordinary")]
    checked = [told for step, told in words if step == "attest"]
    decided = next(told for step, told in of_any if step == "approve")
    assert checked == [decided] * len(checked)
    assert [undated(told) for told in words[len(checked) :]] == [undated(told) for told in of_any]


@pytest.mark.parametrize("kind", ["emergency", "ordinary"])
def test_movement_control_is_told_what_a_journey_waits_for_that_it_cannot_confirm_yet(kind: str) -> None:
    """That the base has not cleared it betrays no matter of a family's: rule, facts and what would help are told."""
    life = emergency() if kind == "emergency" else ordinary()
    life.world.granted = False
    if kind == "emergency":
        life.say("attest", "verifier", method="phone")
    life.say("approve", "co")
    assert life.at == "clear"
    refusal = leave.possible(life.act("confirm-travel"), life.state)
    assert refusal
    told = discreet.refusal(refusal)
    assert told.why == "confirm-travel is not possible now: the leave is approved"
    assert told.facts["got"] == "approved"
    assert told.facts["expected"].startswith("cleared, booked, ")
    assert "its base has to clear it first" in told.helps
    assert "check" not in told.model_dump_json()


def test_a_refusal_and_a_note_do_not_tell_the_step() -> None:
    """A gate that is too early, or movement control, hears no more than that it waits for a decision."""
    told = set()
    for life in (emergency(), ordinary()):
        life.say("sign-in", "gate")
        told.add(life.noted)
        refusal = leave.possible(life.act("clear"), life.state)
        assert refusal
        told.add(discreet.refusal(refusal).model_dump_json())
        assert discreet.refusal(refusal).facts == {"got": discreet.DECISION, "expected": EXPECTED}
    assert len(told) == len(("the note", "the refusal"))
