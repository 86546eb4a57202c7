"""While the member is away: extensions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import leave
from domain.model import DAY, Decimal
from tests.domain.leave.life import FIRST, LAST, MEMBER, NO_DAYS, NO_SEAT, SEALED, Life, local, terms

LONGER = LAST + 3 * DAY
SPRING = date(2026, 3, 29)
"""The day that begins an hour late."""


def away(**facts: Any) -> Life:
    return Life(**facts).until("sign-in")


def extending(last: date = LONGER, **facts: Any) -> Life:
    life = away(**facts)
    life.say("extend", "member", last=last, reason=SEALED)
    return life


# ---- extend


def test_an_extension_counts_once_command_consents_and_the_days_are_held():
    """Until then the old last day stands; days, place, seat and paper are changed in place."""
    life = extending()
    assert (life.kinds, life.state.last_day, life.face.posts) == (["extension-asked"], LAST, ("CO-A",))
    life.say("approve", "co")
    assert (life.state.last_day, life.state.extension) == (LONGER, None)
    held, home = life.state.held, life.state.way_home
    assert home
    assert home.departs == local(LONGER, "16:00"), "the flight home is another one"
    assert {held["days"].last, held["place"].last, held["seat"].back_day, held["paper"].last} == {LONGER}
    assert held["days"].expected == Decimal(11)


def test_an_extension_holds_its_days_when_it_is_asked_for_and_gives_them_back_when_it_is_denied():
    """As any request does (doctrine: the account)."""
    life = extending()
    held = life.state.held
    assert (held["days"].last, held["days"].expected) == (LONGER, Decimal(11))
    assert {held["place"].last, held["seat"].back_day, held["paper"].last} == {LAST}
    life.say("deny", "co", reason="needed here")
    assert (life.state.held["days"].last, life.state.held["days"].expected) == (LAST, Decimal(8))


def test_an_extension_for_which_there_are_no_days_ends_when_it_is_asked_for():
    """The member hears it while they can still be back in time; what is held stands."""
    life = away(notices=True)
    life.world.days = NO_DAYS
    life.say("extend", "member", last=LONGER, reason=SEALED)
    assert (life.state.last_day, life.state.extension, life.state.held["days"].last) == (LAST, None, LAST)
    assert leave.wants(life.state, life.now) == ()
    assert life.world.told[-1].says == "no days: why, furlough show tells"
    life.say("approve", "co")
    assert life.state.last_day == LAST


def test_a_denied_extension_changes_nothing_and_may_be_asked_again():
    life = extending()
    life.hours(7)
    life.say("deny", "co", reason="needed here")
    assert (life.kinds, life.state.extension, life.state.last_day) == (["extension-ended"], None, LAST)
    life.say("extend", "member", last=LONGER, reason=SEALED)
    assert f"extension {LONGER}: remind approve" in life.due()


@pytest.mark.rule("return/extension")
def test_silence_on_an_extension_has_a_ladder_of_its_own():
    """Deputy after 12 hours; another extension begins at the bottom again."""
    life = extending()
    life.hours(12)
    assert life.face.waits_for == "CO-A, DCO-A"
    life.say("extend", "member", last=LONGER + DAY, reason=SEALED)
    assert life.face.waits_for == "CO-A"


def test_an_undecided_extension_ends_with_the_last_day():
    life = extending()
    life.wait(local(LAST + DAY))
    assert (life.state.extension, life.state.last_day, life.at) == (None, LAST, "sign-in")
    assert "extension-ended" in life.events


@pytest.mark.rule("return/extension")
@pytest.mark.parametrize(
    ("travel", "last", "asked", "rule"),
    [
        ("road", LAST, local(LAST, "12:00"), ""),
        ("road", LAST, local(LAST, "12:01"), "return/extension"),
        ("road", LAST, local(LAST + DAY), "return/extension"),
        ("none", LAST, local(LAST, "12:01"), "return/extension"),
        ("flight", LAST, local(LAST, "04:00"), ""),  # the flight home departs at 16:00
        ("flight", LAST, local(LAST, "04:01"), "return/extension"),
        ("flight", SPRING, local(SPRING, "04:00"), ""),
        ("road", SPRING, local(SPRING, "12:01"), "return/extension"),
        ("road", SPRING - DAY, local(SPRING - DAY, "12:00"), ""),
    ],
)
def test_an_extension_is_asked_so_early_that_the_member_can_still_be_back_in_time(travel, last, asked, rule):
    """Command has its 12 hours before the flight home departs; without one, before the last day is over."""
    life = Life()
    life.ask(travel=travel, last=last)
    life.until("sign-in").wait(asked)
    life.say("extend", "member", last=last + 2 * DAY, reason=SEALED)
    assert life.refused == rule
    if rule:
        assert " 12 h before " in life.said[0].refusal.facts["expected"]


@pytest.mark.parametrize(("days", "rule"), [(30, ""), (31, "kind/longest-days")])
def test_kind_longest_days_holds_for_an_extension_too(days, rule):
    assert extending(FIRST + (days - 1) * DAY).refused == rule


def test_kind_not_in_last_days_holds_for_an_extension_too():
    member = MEMBER.model_copy(update={"departs": LAST + 8 * DAY})
    assert extending(LAST + DAY, member=member).refused == ""
    assert extending(LAST + 2 * DAY, member=member).refused == "kind/not-in-last-days"


@pytest.mark.parametrize(("who", "last"), [("co", LONGER), ("member", LAST), ("member", LAST - DAY)])
def test_return_extension(who, last):
    """Only the member asks, and for longer."""
    life = away()
    life.say("extend", who, last=last, reason=SEALED)
    assert (life.refused, life.state.extension) == ("return/extension", None)


def test_an_extension_beyond_what_the_commander_may_grant_is_decided_by_the_next_higher():
    life = Life(terms=terms("us-army"), family="listed")
    life.ask(leave_kind="emergency", first=FIRST, last=LAST)
    life.until("sign-in")
    life.say("extend", "member", last=FIRST + 30 * DAY, reason=SEALED)
    life.say("approve", "co")
    assert life.refused == "authority/approve"
    life.say("approve", "sector")
    assert life.state.last_day == FIRST + 30 * DAY


def test_nobody_asks_again_while_an_approved_extension_waits_for_its_days():
    life = away()
    life.slow = True
    life.say("extend", "member", last=LONGER, reason=SEALED)
    life.say("approve", "co")
    life.say("extend", "member", last=LONGER + DAY, reason=SEALED)
    assert life.refused == "return/extension"


def test_a_seat_back_is_looked_for_again_while_the_member_is_away_up_to_the_last_day():
    life = extending()
    life.world.seat = NO_SEAT
    life.say("approve", "co")
    assert life.due()[0] == "look for a seat again"
    assert (life.state.way_home, "no-way-home" in life.face.attention) == (None, True)
    life.wait(local(LONGER + DAY))
    assert "look for a seat again" not in life.due()
