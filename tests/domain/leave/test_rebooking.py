"""Flights move and are cancelled, passengers are taken off: the seat is sought anew, and nobody is late by it."""

from __future__ import annotations

from typing import Any

import pytest

from domain import leave
from domain.acts import FlightChanged
from domain.leave.events import Took
from domain.model import HOUR
from tests.domain.leave.life import FIRST, LEAVE, NO_SEAT, Life, World, local


def changed(life: Life, why: str = "cancelled", n: int = 1) -> tuple[Any, ...]:
    head = {"act_id": f"register/{n}/UN-1", "decided_by": "register", "acted_at": life.now, "leave_id": LEAVE}
    return life.take(FlightChanged.model_validate(head | {"flight": "UN-1", "why": why}))


@pytest.mark.parametrize("why", ["cancelled", "moved"])
def test_a_changed_flight_is_sought_anew_and_the_journey_confirmed_anew(why):
    life = Life().until("sign-out")
    changed(life, why)
    assert life.kinds == ["seat-lost"]
    assert (life.at, life.state.confirmed, life.state.seatless) == ("confirm", False, False)
    assert "paper" not in life.state.held
    life.say("confirm-travel", "mover")
    assert life.at == "sign-out"


def test_without_another_flight_it_waits_for_a_seat_and_keeps_its_days_and_place():
    life = Life().until("sign-out")
    life.world.seat = NO_SEAT
    changed(life)
    assert (life.at, life.face.state) == ("book", "cleared")
    assert {"days", "place"} <= set(life.state.held)
    life.world.seat = None
    life.wait_for("look for a seat again")
    assert life.at == "confirm"


def test_nobody_is_late_because_a_flight_was():
    """Movement control was asked when it was asked; a flight cancelled on the eve makes no late request of it."""
    life = Life().until("sign-out")
    life.wait(local(FIRST) - 3 * HOUR)
    changed(life)
    assert life.at == "confirm"
    assert "late-request" not in life.face.attention


def test_who_is_away_looks_for_another_way_back():
    life = Life().until("sign-in")
    life.world.seat = NO_SEAT
    changed(life)
    assert (life.at, "seat" in life.state.lacks) == ("sign-in", True)
    life.world.seat = None
    life.wait_for("look for a seat again")
    assert life.state.lacks == {}


def test_a_flight_that_movement_control_named_is_named_no_more():
    life = Life().until("confirm")
    life.say("confirm-travel", "mover", out_flight="UN-1", back_flight="UN-2")
    changed(life)
    assert (life.state.out_flight, life.state.back_flight) == (None, "UN-2")


def test_the_same_change_told_twice_is_one():
    life = Life().until("sign-out")
    changed(life)
    life.say("confirm-travel", "mover")
    before = life.state
    changed(life)
    assert life.state == before


def test_a_seat_that_was_sought_before_the_change_is_sought_again():
    """The answer of a booking under way comes in after the word that its flight was cancelled."""
    life = Life().until("sign-out")
    life.slow = True
    before = leave.wants(life.state, life.now)
    assert before == ()
    stale = Took(spec=life.state.held["seat"], n=life.state.seq - 1, cites=("travel/seat",))
    changed(life)
    life.write((stale,))
    assert life.state.seatless
    assert "seat" in {want.what for want in leave.wants(life.state, life.now)}


def test_a_leave_that_ends_without_its_seat_gives_back_what_it_had():
    life = Life().until("sign-out")
    life.slow = True
    changed(life, "moved")
    life.say("withdraw", "member")
    assert "seat" in {want.what for want in leave.wants(life.state, life.now) if want.spec is None}


@pytest.mark.parametrize("travel", ["road", "none"])
def test_who_does_not_fly_is_told_in_vain(travel):
    life = Life()
    life.ask(travel=travel)
    life.say("approve")
    changed(life)
    assert life.kinds == ["noted"]


def test_nobody_speaks_in_the_name_of_the_register():
    life = Life().until("sign-out")
    act = life.act("flight-changed", flight="UN-1", why="moved")
    refusal = leave.impersonates(act, life.state)
    assert refusal
    assert refusal.rule == "authority/machine"


# ---- by manifest


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ({"back_flight": "UN-9"}, ""),
        ({}, "movement/way-home"),
        ({"out_flight": "UN-9"}, "movement/way-home"),
        ({"out_flight": "UN-8", "back_flight": "UN-9"}, "movement/way-home"),
    ],
)
def test_movement_way_home(words, rule):
    """Whoever is away is put on another flight home by movement control, and on no other flight."""
    life = Life().until("sign-in")
    life.say("confirm-travel", "mover", **words)
    home = life.state.way_home
    assert home
    assert (life.refused, home.flight) == (rule, "UN-2" if rule else "UN-9")


def test_a_passenger_taken_off_never_comes_back_on_that_flight():
    life = Life().until("sign-out")
    life.say("unbook", "mover", flight="UN-1", reason="overweight")
    assert life.kinds == ["seat-lost"]
    spec: Any = life.state.held["seat"]
    assert (spec.not_on, life.at) == (("UN-1",), "confirm")
    life.say("unbook", "mover", flight="UN-1", reason="overweight")
    assert life.noted == "taken off UN-1 already"


@pytest.mark.parametrize("who", ["co", "cook", "gate"])
def test_nobody_else_takes_a_passenger_off(who):
    life = Life().until("sign-out")
    life.say("unbook", who, flight="UN-1", reason="overweight")
    assert life.refused in ("authority/confirm", "decision/separate-people")


def test_who_does_not_fly_is_not_taken_off():
    life = Life()
    life.ask(travel="road")
    life.say("approve")
    life.say("unbook", "mover", flight="UN-1", reason="overweight")
    assert life.refused == "movement/manifest"


@pytest.mark.rule("movement/manifest")
@pytest.mark.parametrize(
    ("step", "flight", "expected"),
    [
        ("sign-out", "UN-3", "UN-1 or UN-2"),
        ("sign-in", "UN-3", "UN-2"),
        ("sign-in", "UN-1", "UN-2"),  # it has flown
    ],
)
def test_nobody_is_taken_off_a_flight_on_which_they_have_no_seat(step, flight, expected):
    life = Life().until(step)
    before = life.state
    life.say("unbook", "mover", flight=flight, reason="overweight")
    assert life.refused == "movement/manifest"
    assert life.said[0].refusal.facts["expected"] == expected
    assert (life.at, life.state.legs, life.state.held) == (step, before.legs, before.held)


def test_a_leave_that_has_no_seat_yet_is_taken_off_no_flight():
    world = World()
    world.seat = NO_SEAT
    life = Life(world).until("book")
    life.say("unbook", "mover", flight="UN-1", reason="overweight")
    assert (life.refused, life.state.off_flights) == ("movement/manifest", ())
