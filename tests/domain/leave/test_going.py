"""From the clearance to the gate: the word of the base, suspension and lift, seats, the sign-out, ends before it."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from domain import leave
from domain.leave.events import SignedOut
from domain.model import DAY, HOUR
from domain.orders import ALL_DAY, Bar
from tests.domain.leave.life import (
    CALENDAR,
    FIRST,
    LAST,
    NO_SEAT,
    NOW,
    Life,
    World,
    block,
    emergency,
    local,
    person,
    relieved,
)


def irregular(life: Life) -> tuple[str, ...]:
    (event,) = [e for e in life.said if isinstance(e, SignedOut)]
    return event.irregular


def suspended(until: datetime | None = None) -> Life:
    life = Life().until("sign-out")
    life.ruled(block(until=until))
    return life


# ---- the base's word


def test_an_order_suspends_and_the_paper_goes_back():
    """Place and seat stay; the paper is revoked, and issued anew when the order is lifted."""
    life = suspended()
    assert (life.at, set(life.state.held)) == ("lift", {"days", "number", "place", "seat"})
    assert life.face.waits_for == "LO-1.1"
    assert life.face.posts == ("FC",)
    life.ruled()
    assert (life.at, "paper" in life.state.held) == ("sign-out", True)


def test_a_suspension_asks_the_base_again_when_its_order_ends():
    life = suspended(until=NOW + 30 * HOUR)
    life.world.blocks = ()
    life.wait_for("ask the base again")
    assert (life.now, life.at) == (NOW + 30 * HOUR, "sign-out")


def test_an_end_that_is_past_is_not_waited_for():
    """A base that names a past end is not asked without end."""
    life = suspended(until=NOW - HOUR)
    assert "ask the base again" not in life.due()


def test_an_end_at_which_the_base_was_asked_is_not_asked_for_again():
    life = suspended(until=NOW + HOUR)
    life.lapse()
    assert (life.at, "ask the base again" in life.due()) == ("lift", False)


def test_a_leave_suspended_past_its_last_day_was_not_taken():
    life = suspended()
    life.wait(local(LAST + DAY))
    assert (life.ends, leave.over(life.state)) == (["not-taken"], True)


def test_a_waiting_leave_names_the_order_and_ends_with_its_days():
    """Approved, but without a place: it waits for strength or for an order, and is not taken at last."""
    world = World()
    world.granted, world.blocks = False, (block("strength", etp=None),)
    life = Life(world)
    life.ask()
    life.say("approve")
    assert (life.at, life.face.waits_for, life.face.attention) == ("clear", "strength", ("blocked:strength",))
    life.wait(local(LAST + DAY))
    assert life.ends == ["not-taken"]


def test_the_newest_word_of_the_base_holds_in_whatever_order_words_arrive():
    life = Life().until("sign-out")
    life.ruled(block(), seq=500)
    life.ruled(seq=499)
    assert (life.kinds, life.at, life.state.verdict.seq) == (["noted"], "lift", 500)
    life.ruled(seq=501)
    assert life.at == "sign-out"


def test_an_answer_that_a_newer_word_overtook_still_says_that_the_wish_was_met():
    life = Life()
    life.ask()
    life.slow = True
    life.say("approve")
    (want,) = leave.wants(life.state, life.now)
    answer = life.world.answer(want)
    life.ruled(block(), seq=500)
    life.write(answer)
    assert (life.state.verdict.seq, life.state.held["place"], life.at) == (500, want.spec, "book")


def test_the_base_says_nothing_to_a_leave_that_has_not_asked_it():
    """Before it is cleared, or once it was given back, a late word changes nothing."""
    life = Life().until("approve")
    life.ruled(block(), seq=500)
    assert (life.kinds, life.state.verdict) == (["noted"], None)


def test_whoever_has_left_stays_validly_away():
    life = Life().until("sign-in")
    life.ruled(block())
    assert (life.kinds, life.at) == (["noted"], "sign-in")


# ---- the journey


def test_authority_confirm():
    life = Life().until("confirm")
    life.say("confirm-travel", "dmover")
    assert life.refused == "authority/confirm"
    life.hours(24)
    life.say("confirm-travel", "dmover")
    assert life.at == "sign-out"


def test_flights_that_are_named_replace_those_booked_also_after_the_confirmation():
    life = Life().until("confirm")
    life.say("confirm-travel", "mover", out_flight="UN-1")
    assert life.state.held["seat"].out_flight == "UN-1"
    life.say("confirm-travel", "mover")
    assert life.kinds == ["noted"]
    life.say("confirm-travel", "mover", back_flight="UN-2")
    seat = life.state.held["seat"]
    assert (seat.out_flight, seat.back_flight) == ("UN-1", "UN-2")


def test_a_flight_is_not_named_for_a_journey_by_road():
    life = Life()
    life.ask(travel="road")
    life.say("approve")
    life.say("confirm-travel", "mover", out_flight="UN-1")
    assert (life.refused, life.at) == ("travel/seat", "confirm")
    life.say("confirm-travel", "mover")
    assert life.at == "sign-out"


@pytest.mark.parametrize(
    ("travel", "step", "seat"), [("flight", "confirm", True), ("road", "confirm", False), ("none", "sign-out", False)]
)
def test_only_who_flies_needs_a_seat_and_only_who_travels_a_confirmation(travel, step, seat):
    life = Life()
    life.ask(travel=travel)
    life.say("approve")
    assert (life.at, "seat" in life.state.held) == (step, seat)


def test_a_seat_that_is_not_to_be_had_is_looked_for_again():
    """Once a day, and from two weeks before every four hours, as the terms say; the state does not grow by it."""
    world = World()
    world.seat = NO_SEAT
    life = Life(world)
    life.ask()
    life.say("approve")
    assert life.at == "book"
    for i in range(1, 4):
        life.wait_for("look for a seat again")
        assert life.now == NOW + i * DAY
    life.wait(near := local(FIRST - 14 * DAY))
    for i in range(1, 4):
        life.wait_for("look for a seat again")
        assert life.now == near + i * 4 * HOUR
    assert "look for a seat again" not in life.state.lapsed
    world.seat = None
    life.wait_for("look for a seat again")
    assert life.at == "confirm"


# ---- sign-out


def test_a_regular_sign_out():
    life = Life().until("sign-out")
    life.sign_out()
    assert (irregular(life), life.at, life.state.held["place"].out_at) == ((), "sign-in", life.state.out_at)


@pytest.mark.parametrize("who", ["cook", "mover", "member"])
def test_authority_gate(who):
    """Who is not entitled records no sign-out."""
    life = Life().until("sign-out")
    life.say("sign-out", who)
    assert (life.refused, life.at) == ("authority/gate", "sign-out")


def test_a_gate_relieved_since_tells_what_it_saw_and_the_entry_is_irregular():
    life = Life().until("sign-out")
    life.wait(local(FIRST, "10:00"))
    life.say("sign-out", relieved("gate"), post="GATE-NAQ")
    assert (irregular(life), life.at) == (("authority/gate",), "sign-in")
    life.wait(local(LAST, "18:00"))
    life.say("sign-in", relieved("gate"))
    assert (life.refused, life.said[0].irregular, life.at) == ("", ("authority/gate",), "close")


def test_a_gate_which_sees_its_own_holder_out_and_in_is_recorded_and_the_entry_is_irregular():
    own = person("gate").model_copy(update={"id": "m-member"})
    life = Life().until("sign-out")
    life.wait(local(FIRST, "10:00"))
    life.say("sign-out", own)
    assert (irregular(life), life.at) == (("decision/not-own",), "sign-in")
    life.wait(local(LAST, "18:00"))
    life.say("sign-in", own)
    assert (life.refused, life.said[0].irregular, life.at) == ("", ("decision/not-own",), "close")


@pytest.mark.rule("authority/gate")
@pytest.mark.parametrize(
    ("saw", "wrote", "refused", "marks"),
    [
        ("gate", "admin", "", ()),
        ("cook", "clerk", "", ("authority/gate",)),
        ("cook", "admin", "authority/gate", ()),
        ("member", "clerk", "", ("authority/gate", "decision/not-own")),
    ],
)
def test_what_the_gate_saw_may_anybody_record_who_records_and_what_no_post_saw_is_irregular(saw, wrote, refused, marks):
    life = Life().until("sign-out")
    life.wait(local(FIRST, "10:00"))
    life.say("sign-out", saw, wrote)
    assert (life.refused, life.at) == (refused, "sign-out" if refused else "sign-in")
    assert refused or irregular(life) == marks


def test_who_has_been_relieved_decides_no_more():
    life = Life().until("approve")
    life.say("approve", relieved("co"), post="CO-A")
    assert (life.refused, life.at) == ("authority/post", "approve")


@pytest.mark.parametrize(("step", "cites"), [("approve", "path/approve"), ("confirm", "path/confirm")])
def test_a_sign_out_from_an_undone_step_is_recorded_and_names_it(step, cites):
    life = Life().until(step)
    life.sign_out(local(FIRST - DAY, "06:00"))
    assert (irregular(life), life.at) == ((cites, "travel/before-first-day"), "sign-in")


def test_a_sign_out_while_suspended_names_the_order():
    life = suspended()
    life.sign_out()
    assert (irregular(life), life.at, life.face.attention) == (("LO-1.1",), "sign-in", ("irregular",))


def test_a_sign_out_while_it_waits_for_a_place_names_the_block_and_the_step():
    world = World()
    world.granted, world.blocks = False, (block("strength", etp=None),)
    life = Life(world)
    life.ask()
    life.say("approve")
    life.sign_out()
    assert irregular(life) == ("strength", "path/clear")
    assert life.state.held["place"].out_at == life.state.out_at


def test_an_order_that_had_ended_when_the_member_left_is_not_named():
    life = suspended(until=local(FIRST, "08:00"))
    life.world.blocks = ()
    life.slow = True
    life.sign_out(local(FIRST, "09:00"))
    assert "LO-1.1" not in irregular(life)


def test_a_sign_out_before_the_first_day_names_it():
    life = Life().until("sign-out")
    life.sign_out(local(FIRST - DAY, "23:59"))
    assert irregular(life) == ("travel/before-first-day",)


NIGHT = [
    ("2026-03-23", "21:59", False),
    ("2026-03-23", "22:00", True),
    ("2026-03-24", "00:30", True),
    ("2026-03-24", "04:59", True),
    ("2026-03-24", "05:00", False),
    ("2026-03-28", "23:30", True),
    ("2026-03-29", "01:00", True),  # the clock has jumped from 00:00 to 01:00
    ("2026-03-29", "04:59", True),
    ("2026-03-29", "05:00", False),
]


@pytest.mark.parametrize(("day", "clock", "barred"), NIGHT)
def test_a_sign_out_in_barred_hours_names_the_curfew(day, clock, barred):
    """From 22:00 until 05:00 on the base's clock, over midnight, and where the clock is put forward."""
    curfew = Bar(cites="LO-3.1", from_=time(22), to=time(5), since=NOW)
    moment = local(date.fromisoformat(day), clock)
    assert curfew.holds(moment, CALENDAR.local(moment).time()) is barred


def test_a_curfew_holds_in_its_interval_alone():
    curfew = Bar(cites="LO-3.1", from_=time(1), to=time(5), since=local(FIRST, "02:00"), until=local(FIRST, "04:00"))
    hours = [h for h in range(24) if curfew.holds(local(FIRST, f"{h:02}:00"), time(h))]
    assert hours == [2, 3]


def test_as_a_stop_begins_after_the_first_day_the_base_is_asked_again_and_nobody_is_ready_any_more():
    life, begins = Life(), local(FIRST + DAY)
    life.world.bars = (Bar(cites="LO-1.1", from_=ALL_DAY[0], to=ALL_DAY[1], since=begins),)
    life.until("sign-out")
    assert [d.acted_at for d in leave.due(life.state) if d.what == "ask the base again"] == [begins]
    life.world.blocks = (block(),)
    life.wait(begins)
    assert life.at == "lift"
    assert life.face.state == "suspended"
    assert "ask the base again" not in life.due()


def test_a_leave_from_before_bars_were_watched_asks_at_no_beginning():
    life = Life()
    life.world.bars = (Bar(cites="LO-1.1", from_=ALL_DAY[0], to=ALL_DAY[1], since=local(FIRST + DAY)),)
    life.until("sign-out")
    assert "ask the base again" not in {d.what for d in leave.due(life.state.model_copy(update={"chart": 2}))}


def test_a_curfew_that_came_with_the_verdict_is_named_at_the_gate():
    world = World()
    world.bars = (Bar(cites="LO-3.1", from_=time(22), to=time(5), since=NOW),)
    life = Life(world).until("sign-out")
    life.sign_out(local(FIRST, "04:00"))
    assert irregular(life) == ("LO-3.1",)


def test_a_second_sign_out_is_noted_and_changes_nothing():
    life = Life().until("sign-in")
    out_at = life.state.out_at
    life.say("sign-out", "gate")
    assert (life.kinds, life.state.out_at) == (["noted"], out_at)


# ---- ends before departure


def test_undecided_at_the_first_day_it_has_lapsed():
    life = Life().until("approve")
    life.wait(local(FIRST))
    assert (life.ends, life.now, leave.over(life.state)) == (["lapsed"], local(FIRST), True)


def test_an_undecided_emergency_lapses_after_its_last_day():
    life = emergency()
    life.wait(local(life.state.last_day + DAY))
    assert (life.ends, life.now) == (["lapsed"], local(life.state.last_day + DAY))


def test_ready_and_not_gone_within_the_grace_it_was_not_taken():
    """24 hours from the first day on."""
    life = Life().until("sign-out")
    life.wait(local(FIRST, "23:59"))
    assert life.ends == []
    life.wait(local(FIRST + DAY))
    assert (life.ends, set(life.state.held)) == (["not-taken"], {"number"})


def test_the_grace_begins_when_the_leave_is_ready_if_that_is_later():
    life = suspended()
    life.wait(local(FIRST + 2 * DAY, "12:00"))
    life.ruled()
    life.wait(local(FIRST + 3 * DAY, "11:59"))
    assert life.ends == []
    life.wait(local(FIRST + 3 * DAY, "12:00"))
    assert life.ends == ["not-taken"]


def test_unconfirmed_past_its_last_day_it_was_not_taken():
    life = Life().until("confirm")
    life.wait(local(LAST + DAY))
    assert (life.ends, leave.over(life.state)) == (["not-taken"], True)


def test_a_going_or_coming_that_another_has_told_already_is_noted_and_not_amiss():
    life = Life().until("sign-out")
    life.say("sign-out", "gate")
    out_at = life.state.out_at
    life.now += HOUR
    life.say("sign-out", "gate")
    (note,) = life.said
    assert (note.kind, note.since, note.irregular, life.state.out_at) == ("noted", out_at, (), out_at)
