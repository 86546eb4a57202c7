"""A flight home that does not go is no fault of who is away: it is a report, and a commander finds of the days."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import leave
from domain.acts import FlightChanged
from domain.leave.counting import each
from domain.leave.lapses import LADDER
from domain.leave.state import HOMEWARD
from domain.model import DAY, HOUR, Decimal
from tests.domain.leave.life import FIRST, LAST, LEAVE, NO_SEAT, SEALED, Life, local


def away(day: Any = LAST, clock: str = "09:00") -> Life:
    life = Life().until("sign-in")
    life.wait(local(day, clock))
    return life


def changed(life: Life, why: str = "cancelled", *, seat: bool = False, flight: str = "UN-2", n: int = 1) -> Life:
    """The flight home is changed, and there is another seat or none."""
    life.world.seat = None if seat else NO_SEAT
    head = {"act_id": f"register/{n}/{flight}", "decided_by": "register", "acted_at": life.now, "leave_id": LEAVE}
    life.take(FlightChanged.model_validate(head | {"flight": flight, "why": why}))
    return life


def found_another(life: Life, days: int) -> Life:
    """Movement control names a flight home so many days after the last one."""
    life.world.seat, life.world.flies = None, (0, days)
    life.say("confirm-travel", "mover", back_flight="UN-7")
    return life


@pytest.mark.parametrize("why", ["cancelled", "moved"])
def test_without_a_flight_home_nobody_is_overdue_and_the_commander_finds_each_day(why):
    life = changed(away(), why)
    assert (life.face.state, life.face.attention.count("no-way-home")) == ("away", 1)
    fell = [what for what in life.wait(local(LAST + 3 * DAY, "12:00")) if "seat" not in what]
    assert fell == ["finding due 1", "finding due 2", "finding due 3"]
    assert (life.face.state, life.face.posts) == ("delayed", ("CO-A",))


def test_the_commander_is_asked_at_the_very_minute_at_which_the_ladder_would_begin():
    life = changed(away())
    assert life.wait_for("finding due 1").to == ("CO-A",)
    assert life.now == local(LAST + DAY)


def test_what_was_found_lasts_until_its_day_and_is_asked_for_anew_after_it():
    life = changed(away())
    life.wait(local(LAST + DAY, "10:00"))
    life.say("find", "co", finding="excused", until=LAST + 3 * DAY, reason=SEALED)
    fell = [what for what in life.wait(local(LAST + 4 * DAY, "12:00")) if "seat" not in what]
    assert (life.refused, fell) == ("", ["finding due 1"])


def test_who_could_have_come_otherwise_may_be_found_absent_and_the_ladder_goes_on():
    life = changed(away())
    life.wait(local(LAST + 2 * DAY, "10:00"))
    life.say("find", "co", finding="absent", reason=SEALED)
    assert {"overdue", "absence", "deserter report"} <= {*life.due(), *life.state.lapsed}
    assert life.face.state == "absent"


def test_the_delay_can_be_found_of_before_the_last_day_is_over():
    """It is known that no flight goes: who commands need not wait for it."""
    life = changed(away(LAST - DAY))
    life.say("find", "co", finding="excused", until=LAST + 2 * DAY, reason=SEALED)
    assert (life.refused, life.state.found_until) == ("", LAST + 2 * DAY)


@pytest.mark.parametrize("days", [1, 4])
def test_a_later_flight_home_is_when_they_are_due_and_the_ladder_begins_after_it(days):
    life = found_another(changed(away()), days)
    assert (life.state.due_day, life.state.stranded) == (LAST + days * DAY, False)
    assert life.wait(local(LAST + (days + 1) * DAY) - HOUR) == []
    assert life.wait(local(LAST + (days + 1) * DAY)) == ["overdue"]


def test_a_flight_found_when_the_ladder_had_begun_begins_it_anew():
    """Told late: they were overdue already when movement control said that no flight had gone."""
    life = away(LAST + DAY, "08:00")
    assert "overdue" in life.state.lapsed
    found_another(changed(life), 3)
    assert (life.face.state, life.due()[0]) == ("away", "overdue")


def test_of_who_was_found_absent_no_flight_begins_the_ladder_anew():
    life = away(LAST + 2 * DAY, "10:00")
    life.say("find", "co", finding="absent", reason=SEALED)
    lapsed = life.state.lapsed
    found_another(changed(life), 5)
    assert life.state.lapsed == lapsed
    assert "absence" in lapsed


@pytest.mark.parametrize(("finding", "charged"), [("excused", 8), ("charged", 12), ("", 12)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_the_days_of_a_later_flight_home_are_charged_or_excused_as_the_commander_finds(finding, charged, when):
    life = found_another(changed(away()), 4)
    if finding and when == "before":
        life.say("find", "co", finding=finding, reason=SEALED)
    life.sign_in(local(LAST + 4 * DAY, "19:00"))
    if finding and when == "after":
        life.say("find", "co", finding=finding, reason=SEALED)
    assert (life.refused, life.state.charged) == ("", Decimal(charged))
    assert life.state.irregular == ()
    rules = {day.rule for day in each(life.state.counted) if day.day > LAST and day.charge == 0}
    assert rules == ({"return/excused"} if finding == "excused" else set())


def test_a_change_after_which_they_are_back_in_time_is_nobodys_to_find_of():
    life = changed(away(LAST - 2 * DAY), "moved", seat=True)
    life.say("find", "co", finding="excused", reason=SEALED)
    assert (life.refused, life.face.state) == ("return/finding-days", "away")
    assert life.wait(local(LAST + DAY)) == ["overdue"]


def test_a_recall_to_a_day_on_which_no_flight_goes_makes_nobody_overdue():
    life = away(FIRST + DAY)
    life.world.seat = NO_SEAT
    life.say("recall", "co", back_by=FIRST + 3 * DAY, reason="needed")
    life.say("was-told", "co", about="recall", via="phone")
    life.wait_for("finding due 1")
    assert (life.now, life.state.lapsed.count("overdue")) == (local(FIRST + 4 * DAY), 0)


def test_who_left_without_a_seat_is_owed_none():
    """They were at the gate without one: how they come back is their own affair."""
    life = Life()
    life.world.seat = NO_SEAT
    life.until("book")
    life.sign_out()
    assert "overdue" in life.wait(local(LAST + DAY))


def test_a_passenger_taken_off_the_flight_home_is_the_commander_s_to_find_of():
    life = away()
    life.world.seat = NO_SEAT
    life.say("unbook", "mover", flight="UN-2", reason="did not show")
    life.wait_for("finding due 1")
    assert life.now == local(LAST + DAY)


def test_a_leave_asked_for_before_this_rule_goes_by_the_ladder_it_had():
    life = Life().until("sign-in")
    life.state = life.state.model_copy(update={"chart": HOMEWARD - 1})
    changed(life)
    assert "overdue" in life.wait(local(LAST + DAY))


DONE: dict[str, Any] = {
    "cancelled": changed,
    "another": lambda life: found_another(life, 2 + (life.state.days.day(life.now) - LAST).days),
    "day": lambda life: life.wait(life.now + DAY),
    "days": lambda life: life.wait(life.now + 3 * DAY),
    "excused": lambda life: life.say("find", "co", finding="excused", reason=SEALED),
    "absent": lambda life: life.say("find", "co", finding="absent", reason=SEALED),
    "report": lambda life: life.say("report", "co", what="delay"),
}


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(sorted(DONE)), max_size=12))
def test_whatever_happens_time_proposes_nothing_of_who_has_no_seat_home(done: list[str]):
    """But of one whom a commander has found absent; and each day on which nothing is found, the commander is asked."""
    life = away()
    for what in done:
        DONE[what](life)
        s = life.state
        rungs = [due.what for due in leave.due(s) if due.what in LADDER]
        if s.stranded and s.finding != "absent":
            assert not rungs
            assert any(due.what.startswith("finding due") for due in leave.due(s))
        elif not s.held_up_at:
            assert rungs or set(LADDER) - {"provost"} <= set(s.lapsed)
