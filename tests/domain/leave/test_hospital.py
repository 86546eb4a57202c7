"""In hospital while on leave: charging stops on the day of admission; to go on resting takes another leave."""

from __future__ import annotations

from typing import Any

import pytest

from domain import leave
from domain.leave.away_fold import found
from domain.leave.counting import each
from domain.model import DAY, HOUR, Decimal
from tests.domain.leave.life import FIRST, LAST, SEALED, Life, local, terms


def admitted(day: int = 3, who: str = "cook", **facts: Any) -> Life:
    """Admitted at 15:00 of the n-th day of the leave, told at once; days count from 1."""
    life = Life(**facts).until("sign-in")
    life.wait(local(FIRST + (day - 1) * DAY, "15:00"))
    life.say("report", who, what="hospital")
    return life


def discharged(life: Life, day: int) -> Life:
    life.wait(local(FIRST + (day - 1) * DAY, "11:00"))
    life.say("report", "cook", what="discharged")
    return life


@pytest.mark.parametrize(("day", "held"), [(1, 0), (2, 1), (3, 2), (8, 7), (9, 8), (11, 8)])
def test_return_hospital_stops_the_charge_on_the_day_of_admission(day, held):
    """Also on the first day, the last and after it; days that are held and no longer taken go back at once."""
    life = admitted(day)
    days = life.state.held["days"]
    assert (days.expected, days.interrupted) == (Decimal(held), True)
    assert days.last == FIRST + max(held - 1, 0) * DAY
    life.wait(local(FIRST + 12 * DAY, "10:00"))
    life.say("sign-in", "gate")
    late = max(day - 1 - 8, 0)
    assert (life.state.charged, life.state.held["days"].charged) == (Decimal(held + late), Decimal(held + late))
    free = [d.day for d in each(life.said[0].count) if d.rule == "return/hospital"]
    assert free == [FIRST + i * DAY for i in range(day - 1, 13)]


@pytest.mark.parametrize("pack", ["contingent", "us-army", "us-air-force"])
def test_days_in_hospital_are_free_in_every_pack(pack):
    life = admitted(4, terms=terms(pack))
    life.wait(local(LAST, "10:00"))
    life.say("sign-in", "gate")
    assert {d.charge for d in each(life.said[0].count) if d.day >= FIRST + 3 * DAY} == {Decimal(0)}


def test_nobody_in_hospital_is_overdue_and_the_commander_is_asked_to_find_each_day():
    life = admitted(7)
    assert (life.face.state, life.face.posts) == ("delayed", ("CO-A",))
    fell = life.wait(local(LAST + 2 * DAY, "18:00"))
    assert fell == ["finding due 1", "finding due 2", "finding due 3"]
    life.say("find", "co", finding="excused", reason=SEALED)
    assert life.face.state == "delayed"
    assert life.wait(local(LAST + 5 * DAY)) == [f"ask after the member {i}" for i in (1, 2, 3)]


def test_a_stay_that_was_found_to_be_without_fault_is_asked_about_again_after_the_days_found():
    life = admitted(3)
    life.say("find", "co", finding="excused", until=LAST + 10 * DAY, reason=SEALED)
    assert life.wait(local(LAST + 11 * DAY) - HOUR) == []
    assert life.wait(local(LAST + 11 * DAY)) == ["ask after the member 1"]


def test_a_stay_that_the_commander_does_not_believe_changes_nothing_of_the_days():
    life = admitted(3)
    life.say("find", "co", finding="charged", reason=SEALED)
    assert (life.state.admitted, life.state.held["days"].expected) == (None, Decimal(8))
    life.sign_in()
    assert life.state.charged == Decimal(8)


@pytest.mark.rule("return/hospital")
@pytest.mark.parametrize(
    ("finding", "words", "charged"),
    [
        ("charged", {"first": LAST + 2 * DAY, "until": LAST + 2 * DAY}, 2 + 3),
        ("charged", {"first": LAST + DAY}, 2 + 4),
        ("absent", {"first": LAST + 3 * DAY}, 2),
        ("charged", {"first": FIRST + 2 * DAY}, 8 + 4),
    ],
)
def test_what_is_found_of_late_days_leaves_the_days_in_hospital_before_them_free(finding, words, charged):
    """Told in hospital from the third day on, back four days late; only the last row finds that there was no stay."""
    life = admitted(3)
    life.wait(local(LAST + 3 * DAY, "10:00"))
    life.say("find", "co", finding=finding, reason=SEALED, **words)
    life.wait(local(LAST + 4 * DAY, "10:00"))
    life.say("sign-in", "gate")
    assert (life.refused, life.state.charged) == ("", Decimal(charged))
    assert life.state.held["days"].last == LAST + 4 * DAY
    free = [d.day for d in each(life.said[0].count) if d.rule == "return/hospital"]
    since = FIRST + 2 * DAY
    assert free == ([] if words["first"] == since else [since + i * DAY for i in range((words["first"] - since).days)])


def test_what_is_found_of_late_days_after_a_discharge_leaves_the_stay_as_it_was():
    life = discharged(admitted(3), 6)
    life.wait(local(FIRST + 7 * DAY, "10:00"))
    life.say("find", "co", finding="charged", until=FIRST + 7 * DAY, reason=SEALED)
    life.say("sign-in", "gate")
    assert life.state.charged == Decimal(2 + 2)


def test_who_is_found_to_be_kept_by_something_else_than_the_hospital_is_waited_for_as_anybody():
    life = admitted(3)
    life.wait(local(LAST + DAY, "10:00"))
    life.say("find", "co", finding="absent", reason=SEALED)
    assert (life.state.in_hospital, life.state.due_day) == (False, LAST)
    assert "provost" in life.wait(local(LAST + 3 * DAY, "10:00"))


def test_a_finding_from_before_it_told_of_the_stay_undoes_the_stay_as_it_did_then():
    life = admitted(3)
    life.wait(local(LAST + DAY, "10:00"))
    life.say("find", "co", finding="charged", reason=SEALED)
    (told,) = life.said
    assert told.believed is True
    old = told.model_copy(update={"believed": None})
    assert found(admitted(3).state, old, life.now)["admitted"] is None


def test_who_is_discharged_is_due_back_that_day():
    life = discharged(admitted(3), 6)
    assert life.state.due_day == FIRST + 5 * DAY
    life.wait(local(FIRST + 5 * DAY, "20:00"))
    life.say("sign-in", "gate")
    assert (life.said[0].irregular, life.state.charged) == ((), Decimal(2))


@pytest.mark.rule("return/discharged")
@pytest.mark.parametrize(("finding", "charged"), [("excused", 2), ("charged", 4), ("absent", 2)])
@pytest.mark.parametrize("stay", [6, 30])
def test_days_after_the_discharge_are_late_days_that_charge_nothing_until_they_are_found(finding, charged, stay):
    """Within the dates asked for and long after them: what the admission has ended does not begin again by itself."""
    life = discharged(admitted(3), stay)
    life.wait(local(FIRST + (stay + 1) * DAY, "20:00"))
    life.say("sign-in", "gate")
    assert (life.said[0].irregular, life.state.charged) == (("return/late",), Decimal(2))
    late = [d for d in each(life.said[0].count) if d.rule == "return/discharged"]
    assert [d.day for d in late] == [FIRST + stay * DAY, FIRST + (stay + 1) * DAY]
    life.say("find", "co", finding=finding, reason=SEALED)
    assert (life.refused, life.state.charged) == ("", Decimal(charged))


@pytest.mark.parametrize("what", ["hospital", "discharged"])
def test_an_admission_told_for_before_the_sign_out_is_noted_and_changes_no_days(what):
    life = Life().until("sign-in")
    life.say("report", "cook", what=what, acted_at=life.state.out_at - HOUR)
    assert (life.said[0].irregular, life.state.admitted) == (("return/order-of-times",), None)


def test_told_twice_the_first_admission_stands():
    life = admitted(3)
    at, days = life.state.admitted, life.state.held["days"]
    life.hours(30)
    life.say("report", "mover", what="hospital")
    assert (life.state.admitted, life.state.held["days"]) == (at, days)


def test_nobody_in_hospital_is_recalled_or_extends_the_leave():
    life = admitted(3)
    life.say("recall", "co", reason="the post is attacked", back_by=LAST - DAY)
    assert life.refused == "return/recall"
    life.say("extend", "member", last=LAST + DAY, reason=SEALED)
    assert life.refused == "return/extension"
    assert "--resumes" in life.said[0].refusal.helps


def test_nobody_says_by_when_who_is_in_hospital_is_due_back():
    life = admitted(3)
    life.say("find", "co", finding="excused", until=LAST + 10 * DAY, reason=SEALED)
    assert (life.face.due_back, life.face.waits_for) == (None, "sign-in, held up")
    life = discharged(life, 6)
    assert life.face.due_back == local(FIRST + 6 * DAY)


def test_nothing_that_others_read_tells_of_a_hospital():
    life = admitted(3)
    life.wait(local(LAST + 3 * DAY))
    told = [str(life.face), *(e.event.says() for e in life.journal), *life.due()]
    assert not [words for words in told if "hospital" in words]


def test_a_stay_in_hospital_ends_by_time_alone():
    life = admitted(3)
    life.say("find", "co", finding="excused", reason=SEALED)
    life.wait(local(LAST + 190 * DAY))
    assert (life.ends, life.state.charged) == (["not-returned"], Decimal(2))
    assert leave.over(life.state)


def test_who_goes_on_leave_anew_is_signed_in_onto_the_other_leave():
    life = discharged(admitted(3), 6)
    life.say("sign-in", "gate", onto="UNEX-01JE0000000000000000000001")
    assert (life.kinds, life.said[0].onto, life.state.charged) == (
        ["signed-in"],
        "UNEX-01JE0000000000000000000001",
        Decimal(2),
    )
    assert life.state.held["days"].last == FIRST + DAY


def test_what_was_found_of_days_in_hospital_stands_when_the_member_is_back_on_the_day_of_discharge():
    life = admitted(3)
    life.wait(local(LAST + 3 * DAY, "10:00"))
    life.say("find", "co", finding="excused", until=LAST + 5 * DAY, reason=SEALED)
    life.say("report", what="discharged")
    life.say("sign-in", "gate")
    assert life.kinds == ["signed-in"]
    assert [found.finding for found in life.state.findings] == ["excused"]
