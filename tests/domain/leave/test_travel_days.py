"""Flights on other days than were asked for: those days are held, counted and warned of, and nobody is late by them."""

from __future__ import annotations

import pytest

from domain.leave.counting import each
from domain.model import DAY, HOUR, Decimal, date
from domain.orders import ALL_DAY, Bar
from tests.domain.leave.life import FIRST, LAST, MEMBER, NO_DAYS, NO_SEAT, SEALED, Life, local


def flying(out: int = -1, back: int = 0) -> Life:
    """Booked on flights so many days from the first and the last."""
    life = Life()
    life.world.flies = (out, back)
    life.ask()
    life.say("approve")
    return life


@pytest.mark.rule("movement/travel-days")
@pytest.mark.parametrize(
    ("out", "back", "first", "last", "days"),
    [
        (0, 0, FIRST, LAST, []),
        (-1, 0, FIRST - DAY, LAST, [FIRST - DAY]),
        (0, 1, FIRST, LAST + DAY, [LAST + DAY]),
        (-1, 1, FIRST - DAY, LAST + DAY, [FIRST - DAY, LAST + DAY]),
        (-3, 0, FIRST - 3 * DAY, LAST, [FIRST - 3 * DAY, FIRST - 2 * DAY, FIRST - DAY]),
        (1, -1, FIRST, LAST, []),
    ],
)
def test_days_of_flights_outside_the_dates_are_held_and_counted_and_warned_of(out, back, first, last, days):
    life = flying(out, back)
    held = life.state.held
    assert (held["days"].first, held["days"].last, held["days"].expected) == (first, last, Decimal(8 + len(days)))
    assert (held["place"].first, held["place"].last, list(held["place"].travels)) == (FIRST, LAST, days)
    assert ("travel-days" in life.face.attention) == bool(days)
    life.until("sign-out")
    assert (life.state.held["paper"].first, life.state.held["paper"].last) == (first, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 4, 1), date(2026, 4, 3)),
        (date(2026, 3, 30), date(2026, 3, 31)),  # the clock is put forward on 29 March
        (date(2027, 1, 1), date(2027, 1, 3)),
        (date(2028, 3, 1), date(2028, 3, 2)),
    ],
)
def test_the_eve_of_a_month_a_year_or_the_day_after_a_leap_day(first, last):
    life = Life(member=MEMBER.model_copy(update={"departs": None}))
    life.world.flies = (-1, 1)
    life.ask(first=first, last=last)
    life.say("approve")
    assert life.state.travels == (first - DAY, last + DAY)


def test_what_is_warned_of_says_which_flight_and_which_days():
    (told,) = flying(-1, 1).face.warnings
    assert told == (
        f"flight UN-1 (departs {FIRST - DAY}) and UN-2 (arrives {LAST + DAY}): "
        f"away on 2 days beside {FIRST} to {LAST}, held and counted too"
    )


def test_where_the_account_has_no_such_day_that_is_told_and_nothing_else_changes():
    life = Life()
    life.ask()
    life.world.flies, life.world.days = (-1, 0), NO_DAYS
    life.say("approve")
    held = life.state.held
    assert (held["days"].first, "seat" in held, life.at) == (FIRST, True, "confirm")
    assert "not held by the account" in life.face.warnings[0]


def test_who_leaves_on_that_flight_leaves_as_booked_and_is_charged_for_the_day():
    life = flying(-1).until("sign-out")
    life.sign_out(local(FIRST - DAY, "06:00"))
    assert life.said[0].irregular == ()
    life.sign_in()
    assert life.state.charged == Decimal(9)
    assert each(life.said[0].count)[0].day == FIRST - DAY


def test_who_leaves_before_it_is_irregular_as_ever():
    life = flying(-1).until("sign-out")
    life.sign_out(local(FIRST - 2 * DAY, "23:00"))
    assert life.said[0].irregular == ("travel/before-first-day",)


def test_who_comes_home_on_that_flight_is_not_late_and_overdue_the_day_after():
    life = flying(0, 1).until("sign-in")
    assert life.face.due_back == local(LAST + 2 * DAY)
    life.wait(local(LAST + DAY, "20:00"))
    assert "overdue" not in life.state.lapsed
    life.hours(5)
    assert "overdue" in life.state.lapsed
    life = flying(0, 1).until("sign-in")
    life.sign_in(local(LAST + DAY, "18:00"))
    assert (life.said[0].irregular, life.state.charged) == ((), Decimal(9))
    life.say("find", "co", finding="absent", reason=SEALED)
    assert life.refused == "return/finding-days"


def test_a_flight_that_goes_on_the_day_wanted_gives_those_days_back():
    life = flying(-1)
    life.world.flies = (0, 0)
    life.say("unbook", "mover", flight="UN-1", reason="overweight")
    held = life.state.held
    assert (held["days"].first, held["days"].expected, held["place"].travels) == (FIRST, Decimal(8), ())
    assert "travel-days" not in life.face.attention


def test_other_dates_are_asked_for_without_the_days_of_the_old_flights():
    life = flying(-1)
    life.world.flies = (0, 0)
    life.say("correct", "co", first=FIRST + 2 * DAY, reason="a slip of the pen")
    assert (life.refused, life.state.held["days"].first) == ("", FIRST + 2 * DAY)


def test_without_a_flight_on_other_dates_there_is_no_seat_any_more_and_it_is_waited_for():
    life = flying(0)
    life.world.seat = NO_SEAT
    life.say("correct", "co", first=FIRST + 2 * DAY, reason="a slip of the pen")
    assert (life.refused, life.at, life.state.legs) == ("", "book", ())


def test_an_extension_keeps_the_day_on_which_the_member_left():
    life = flying(-1).until("sign-out")
    life.sign_out(local(FIRST - DAY, "06:00"))
    life.say("extend", "member", last=LAST + 2 * DAY, reason=SEALED)
    life.say("approve", "co")
    held = life.state.held["days"]
    assert (held.first, held.last, held.expected) == (FIRST - DAY, LAST + 2 * DAY, Decimal(11))
    life.wait(local(LAST + DAY) + HOUR)
    assert "overdue" not in life.state.lapsed


def test_the_base_is_told_when_the_flight_goes_where_a_stop_or_a_day_of_it_makes_that_matter():
    """A flight in the night before a stop ends goes without those who may not sign out."""
    life = Life().until("sign-out")
    assert life.state.held["place"].departs is None
    life.world.bars = (
        Bar(cites="LO-1.1", from_=ALL_DAY[0], to=ALL_DAY[1], since=local(FIRST), until=local(FIRST, "05:00")),
    )
    life.ruled()
    out = life.state.legs[0].departs
    assert life.state.held["place"].departs == out
    life.world.bars = ()
    life.ruled()
    assert (life.state.held["place"].departs, life.at) == (out, "sign-out")
