"""Movement control is asked in time, or late."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model import HOUR
from tests.domain.leave.life import FIRST, NO_SEAT, Life, local, terms


def wanting(hours: int, **facts: Any) -> Life:
    """A leave, approved at once, where movement control wants to be asked so many hours ahead."""
    travel = terms().travel.model_copy(update={"request_hours": hours})
    return Life(terms=terms().model_copy(update={"travel": travel}), **facts)


@pytest.mark.rule("travel/late-request")
@settings(max_examples=30, deadline=None)
@given(hours=st.integers(0, 2000), journey=st.sampled_from(["flight", "road", "none"]), after=st.integers(0, 300))
def test_a_journey_asked_for_late_is_told_of_and_refused_by_nobody(hours: int, journey: str, after: int):
    life = wanting(hours)
    life.ask(travel=journey)
    life.hours(after)
    life.until("approve")
    life.say("approve")
    late = journey != "none" and life.now + hours * HOUR > local(FIRST)
    assert ("late-request" in life.face.attention) == late == bool(life.face.warnings)
    if journey != "none":
        assert life.at == "confirm"
        life.say("confirm-travel", "mover")
        assert ("travel/late-request" in life.said[0].cites) == late
    assert life.at == "sign-out"
    life.sign_out()
    assert life.face.warnings == ()


def test_late_is_when_it_was_first_asked_for_and_not_when_a_seat_was_found():
    life = wanting(48)
    life.world.seat = NO_SEAT
    life.ask()
    life.say("approve")
    life.wait(local(FIRST) - 5 * HOUR)
    life.world.seat = None
    life.wait_for("look for a seat again")
    assert (life.at, life.face.warnings) == ("confirm", ())


def test_another_journey_is_asked_for_anew():
    life = wanting(48).until("sign-out")
    life.wait(local(FIRST) - 5 * HOUR)
    life.say("correct", "co", destination="LAGOS", reason="a slip of the pen")
    assert (life.at, life.face.attention) == ("confirm", ("awaiting:MC-NAQ", "late-request"))
