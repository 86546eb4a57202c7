"""Who is late takes a place for as long as anybody knows or waits: none is promised that depends on their return."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.garrison.board import absences
from domain.model import DAY
from tests.domain.garrison.mission import CALENDAR, Naq, local
from tests.domain.leave.life import LAST, SEALED, Life
from tests.domain.leave.life import local as moment

WAITED = date(2026, 3, 30)


def march(day: int) -> date:
    return date(2026, 3, day)


def one_away(today: int, held_up_until: int | None = None) -> Naq:
    """HQ, of whom one may be away; its one absence was to end on 5 March, and nobody has come back."""
    naq = Naq()
    naq.ask("L1", 2, 5, unit="HQ", member="m-late")
    until = march(held_up_until) if held_up_until else None
    naq.out("L1", local(2, 6), held_up_until=until, waited_until=WAITED)
    naq.now = local(today, 8)
    return naq


@pytest.mark.rule("strength/ceiling")
@pytest.mark.parametrize(
    ("today", "held_up_until", "first", "granted", "free"),
    [
        (4, None, 6, True, None),  # not late yet
        (5, None, 6, True, None),
        (6, None, 7, False, march(31)),  # late, and nobody knows until when
        (6, 10, 10, False, march(11)),
        (6, 10, 11, True, None),
        (10, 10, 11, True, None),
        (11, 10, 12, False, march(31)),  # past the day that was told, too
    ],
)
def test_a_place_is_free_from_the_day_on_which_the_late_are_known_to_be_back(
    today, held_up_until, first, granted, free
):
    naq = one_away(today, held_up_until)
    verdict = naq.ask("L2", first, first + 1, unit="HQ")
    assert verdict.granted is granted
    assert [block.first_free for block in verdict.blocks] == ([] if granted else [free])


@pytest.mark.parametrize(("held_up_until", "last"), [(None, 30), (26, 26)])
def test_the_board_counts_them_as_absent_until_then(held_up_until, last):
    naq = one_away(23, held_up_until)
    shown = absences(naq.state, naq.strength, CALENDAR, naq.now, 15)
    absent = [each.day for each in shown if each.unit == "HQ" and each.absent]
    assert absent == [march(day) for day in range(23, last + 1)]


def test_once_they_are_back_the_place_is_free():
    naq = one_away(23)
    naq.ask("L2", 24, 25, unit="HQ")
    naq.back("L1")
    assert naq.verdict("L2").granted


def away() -> Life:
    life = Life().until("sign-in")
    life.wait(moment(LAST, "09:00"))
    return life


def told(life: Life) -> tuple[Any, Any]:
    """What the base was told: until when at least, and until when at most."""
    place = life.state.held["place"]
    return place.held_up_until, place.waited_until


def test_the_base_is_told_with_the_sign_out_how_long_anybody_waits_and_before_it_nothing():
    life = Life().until("sign-out")
    assert told(life) == (None, None)
    life.sign_out()
    assert told(life) == (None, LAST + 180 * DAY)


def test_the_base_is_told_until_when_a_delay_was_reported_and_excused():
    life = away()
    life.say("report", what="delay", until=LAST + 3 * DAY)
    assert told(life)[0] == LAST + 3 * DAY
    assert life.face.posts == ("CO-A",)
    life.say("find", "co", finding="excused", until=LAST + 6 * DAY, reason=SEALED)
    assert told(life)[0] == LAST + 6 * DAY
    assert life.face.waits_for == f"sign-in, due by the end of {LAST}, held up until {LAST + 6 * DAY}"
    life.wait(moment(LAST + 6 * DAY, "09:00"))
    life.say("sign-in", "gate")
    assert "place" not in life.state.held


def test_days_that_are_excused_up_to_today_tell_nothing_of_the_return():
    life = away()
    life.say("report", what="delay")
    life.wait(moment(LAST + 2 * DAY, "09:00"))
    life.say("find", "co", finding="excused", reason=SEALED)
    assert (life.refused, told(life)[0], life.state.found_until) == ("", None, LAST + 2 * DAY)


def test_nobody_knows_when_a_hospital_lets_somebody_go():
    life = away()
    life.say("report", what="hospital")
    assert told(life) == (LAST + 180 * DAY, LAST + 180 * DAY)
    life.say("report", what="discharged")
    assert told(life)[0] is None


def test_a_leave_of_before_tells_its_base_no_more_than_it_did():
    life = Life().until("sign-out")
    life.state = life.state.model_copy(update={"chart": 9})
    life.sign_out()
    life.say("report", what="delay", until=LAST + 3 * DAY)
    assert told(life) == (None, None)
