"""Movement control is asked in time, or late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model import DAY, HOUR
from tests.domain.leave.life import FIRST, MEMBER, NO_SEAT, NOW, Life, emergency, local, terms

MINUTE = timedelta(minutes=1)
SPRING = date(2026, 3, 29)
"""The day that begins an hour late."""


def wanting(hours: int, **facts: Any) -> Life:
    """A leave, approved at once, where movement control wants to be asked so many hours ahead."""
    travel = terms().travel.model_copy(update={"request_hours": hours})
    return Life(terms=terms().model_copy(update={"travel": travel}), **facts)


@pytest.mark.rule("travel/late-request")
@settings(max_examples=30, deadline=None)
@given(hours=st.integers(0, 2000), journey=st.sampled_from(["flight", "road", "none"]), after=st.integers(0, 300))
def test_a_journey_asked_for_late_is_barred_until_movement_control_waives_it(hours: int, journey: str, after: int):
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
        assert (life.refused, life.at) == (("travel/late-request", "confirm") if late else ("", "sign-out"))
    if late:
        (refusal,) = [event.refusal for event in life.said]
        assert ("MC-NAQ may waive it" in refusal.helps, "--waive" in refusal.helps) == (True, True)
        life.say("confirm-travel", "mover", waive="seats are free")
        assert "travel/late-request" in life.said[0].cites
        assert "waived: seats are free" in life.said[0].says()
    assert life.at == "sign-out"
    life.sign_out()
    assert life.face.warnings == ()


@pytest.mark.rule("travel/late-request")
@pytest.mark.parametrize(
    ("first", "asked", "late"),
    [
        (FIRST, local(FIRST - 2 * DAY), False),
        (FIRST, local(FIRST - 2 * DAY) + MINUTE, True),
        (SPRING + DAY, local(SPRING - DAY), True),  # the day between has 23 hours
        (SPRING + DAY, local(SPRING - DAY) - HOUR, False),
        (date(2026, 4, 1), local("2026-03-30"), False),
        (date(2028, 3, 1), local("2028-02-28"), False),
        (date(2028, 3, 1), local("2028-02-28", "00:01"), True),
        (date(2027, 1, 1), local("2026-12-30"), False),
    ],
)
def test_forty_eight_hours_before_the_first_day(first, asked, late):
    life = Life(member=MEMBER.model_copy(update={"departs": None}), terms=terms(notice_days=0))
    life.now = asked
    life.ask(first=first, last=first + 3 * DAY)
    life.say("approve")
    life.say("confirm-travel", "mover")
    assert life.refused == ("travel/late-request" if late else "")


def test_an_emergency_that_comes_late_is_warned_of_and_who_may_waive_it_is_named():
    life = emergency()
    life.until("confirm")
    assert life.face.attention == ("awaiting:MC-NAQ", "late-request")
    assert (
        "MC-NAQ may waive it, by confirming the journey: furlough confirm-travel --waive WHY" in life.face.warnings[0]
    )
    life.say("confirm-travel", "mover")
    assert (life.refused, "travel/late-request" in life.said[0].cites, life.at) == ("", True, "sign-out")


def test_what_is_waited_for_without_a_seat_is_a_seat_also_once_the_journey_is_confirmed():
    life = wanting(1000)
    life.world.seat = NO_SEAT
    life.until("book")
    awaited = "if no seat is found by then, a reminder goes to MC-NAQ"
    assert ("may waive it" in life.face.warnings[0], life.face.otherwise) == (True, awaited)
    life.say("confirm-travel", "mover", waive="seats are free")
    assert (life.refused, life.at, life.state.confirmed, life.face.otherwise) == ("", "book", True, awaited)


def test_an_emergency_gets_a_seat_after_the_manifest_has_closed_and_who_may_waive_that_is_named():
    """For any other leave the seat is asked for as ever: the register gives none after the close."""
    life, other = emergency(), Life().until("confirm")
    life.world.closed = local(NOW.date(), "12:00")
    life.until("confirm")
    assert (life.state.held["seat"].urgent, other.state.held["seat"].urgent) == (True, False)
    assert "manifest-closed" in life.face.attention
    told = next(words for words in life.face.warnings if "manifest" in words)
    assert "UN-1 closed at 2026-03-02 10:00Z" in told
    assert "MC-NAQ may waive it" in told
    life.say("confirm-travel", "mover")
    assert "manifest-closed" not in life.face.attention


def test_another_flight_is_named_for_a_journey_that_was_confirmed_although_it_was_late():
    life = wanting(2000)
    life.ask()
    life.say("approve")
    life.say("confirm-travel", "mover", waive="seats are free")
    life.say("confirm-travel", "mover", out_flight="UN-7")
    assert (life.refused, life.state.out_flight) == ("", "UN-7")


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
