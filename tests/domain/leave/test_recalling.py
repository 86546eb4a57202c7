"""Recall: by the commander in person, what becomes of the days, and whom a commander would recall first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import leave
from domain.leave.counting import each
from domain.leave.recalling import NEAR, Candidate, filled, plan
from domain.leave.state import TURNS
from domain.model import DAY, HOUR, Decimal, date
from tests.domain.leave.life import FIRST, LAST, NOW, SEALED, Life, local

SOON = FIRST + 3 * DAY


def away(day: int = 2, hour: str = "10:00") -> Life:
    """Away, at 10:00 of the n-th day of the leave."""
    life = Life().until("sign-in")
    life.wait(local(FIRST + (day - 1) * DAY, hour))
    return life


def recalled(life: Life, who: str = "co", clerk: str | None = None, back_by: date = SOON) -> Life:
    life.say("recall", who, clerk, reason="the post is attacked", back_by=back_by)
    return life


@pytest.mark.parametrize(
    ("who", "clerk", "rule"),
    [
        ("co", None, ""),
        ("dco", None, ""),
        ("force", None, ""),
        ("co", "clerk", "return/recall-in-person"),
        ("gate", None, "authority/approve"),
        ("mover", None, "authority/approve"),
        ("member", None, "decision/not-own"),
    ],
)
def test_return_recall_in_person(who, clerk, rule):
    """By the commander, or who stands above, and never recorded for another."""
    life = recalled(away(), who, clerk)
    assert (life.refused, life.face.state) == (rule, "away" if rule else "recalled")


@pytest.mark.parametrize(
    ("back_by", "rule"),
    [
        (FIRST, "return/recall"),
        (FIRST + DAY, ""),
        (LAST - DAY, ""),
        (LAST, "return/recall"),
        (LAST + DAY, "return/recall"),
    ],
)
def test_return_recall(back_by, rule):
    """To a day from today on, and before the last day: who is due back as early is not recalled."""
    life = recalled(away(2), back_by=back_by)
    assert life.refused == rule
    if rule:
        assert str(LAST - DAY) in life.said[0].refusal.facts["expected"]


@pytest.mark.parametrize("back_by", [LAST - 2 * DAY, LAST - DAY, LAST, LAST + DAY])
def test_on_the_last_day_nobody_is_recalled_and_no_day_is_named_that_cannot_be(back_by):
    life = recalled(away(8), back_by=back_by)
    assert life.refused == "return/recall"
    assert "expected" not in life.said[0].refusal.facts


@pytest.mark.parametrize("longer", [False, True])
def test_a_flight_home_that_was_named_before_a_recall_or_an_extension_is_not_meant_any_more(longer):
    life = away(2)
    life.say("confirm-travel", "mover", back_flight="UN-9")
    if longer:
        life.say("extend", "member", last=LAST + DAY, reason=SEALED)
        life.say("approve", "co")
    else:
        recalled(life)
    home = life.state.way_home
    assert home
    assert (home.flight, home.departs) == ("UN-2", local(LAST + DAY if longer else SOON, "16:00"))


def test_who_is_recalled_flies_home_by_the_day_told():
    life = recalled(away(2))
    seat, home = life.state.held["seat"], life.state.way_home
    assert home
    assert (seat.back_day, seat.back_from, home.departs) == (SOON, FIRST + DAY, local(SOON, "16:00"))


def test_a_recall_needs_a_reason():
    with pytest.raises(ValueError, match="reason"):
        away().say("recall", reason="", back_by=SOON)


def test_who_has_not_left_is_not_recalled_but_their_leave_cancelled():
    life = Life().until("sign-out")
    life.say("recall", reason="the post is attacked", back_by=SOON)
    assert life.refused == "path/recall"
    assert "cancel" in life.said[0].refusal.helps


def test_who_is_overdue_is_not_recalled():
    life = away()
    life.wait(local(LAST + DAY))
    assert recalled(life, back_by=LAST + 2 * DAY).refused == "return/recall"


def test_whoever_is_recalled_is_due_back_earlier_and_overdue_if_they_are_not():
    life = recalled(away())
    assert (life.face.due_back, life.face.state) == (local(LAST + DAY), "recalled")
    life.say("was-told", "clerk", about="recall", via="phone")
    assert (life.face.due_back, life.face.state) == (local(SOON + DAY), "recalled")
    assert life.due()[0] == "overdue"
    assert life.wait(local(SOON + DAY)) == ["overdue"]
    assert life.face.state == "overdue"
    assert "not returned" in life.due()


def test_what_is_left_of_a_leave_that_is_recalled_goes_back():
    """Eight days were asked for; three are taken."""
    life = recalled(away())
    life.say("was-told", "co", about="recall", via="phone")
    life.wait(local(FIRST + 2 * DAY, "15:00"))
    life.say("sign-in", "gate")
    held = life.state.held["days"]
    assert (life.state.charged, held.charged, held.last) == (Decimal(3), Decimal(3), FIRST + 2 * DAY)
    assert life.said[0].irregular == ()
    life.lapse()
    assert life.ends == ["settled"]


@pytest.mark.parametrize(("began", "charged"), [(1, 2), (2, 3), (3, 4), (None, 4)])
def test_who_is_recalled_is_on_duty_from_the_start_of_the_journey_back(began, charged):
    """The day on which the journey began counts as a day of return; those after it are duty, and uncharged."""
    life = recalled(away())
    life.wait(local(SOON, "09:00"))
    words: dict[str, Any] = {"journey_at": local(FIRST + began * DAY, "08:30")} if began else {}
    life.say("sign-in", "gate", **words)
    assert (life.state.charged, life.said[0].irregular) == (Decimal(charged), ())
    duty = [d.day for d in each(life.said[0].count) if d.rule == "return/recalled"]
    assert duty == ([FIRST + i * DAY for i in range(began + 1, 4)] if began else [])


def test_a_journey_that_begins_in_time_is_no_late_return():
    life = recalled(away())
    life.wait(local(SOON + 2 * DAY, "09:00"))
    life.say("sign-in", "gate", journey_at=local(SOON, "12:00"))
    assert (life.said[0].irregular, life.state.charged) == ((), Decimal(4))


@pytest.mark.parametrize("recall", [True, False])
def test_return_journey(recall):
    """A start of the journey which cannot be, or was not asked of them, is marked and counts for nothing."""
    life = away()
    if recall:
        recalled(life)
    life.hours(24)
    began = life.state.out_at - HOUR if recall else life.now - HOUR
    life.say("sign-in", "gate", journey_at=began)
    assert (life.said[0].irregular, life.state.journey_at, life.state.charged) == (
        ("return/journey",),
        None,
        Decimal(3),
    )


def test_a_corrected_sign_in_keeps_the_journey_of_a_recall():
    life = recalled(away())
    life.wait(local(SOON, "09:00"))
    life.say("sign-in", "gate", journey_at=local(FIRST + DAY, "14:00"))
    life.say("correct", "gate", signed_in_at=local(SOON, "08:00"), reason="a slip of the pen")
    assert life.state.charged == Decimal(2)


def test_until_the_member_is_told_of_the_recall_the_commander_is_reminded_each_day():
    life = recalled(away())
    assert (life.face.posts, "untold" in life.face.attention) == (("CO-A",), True)
    assert life.wait(life.now + 2 * DAY) == ["recall untold 1", "recall untold 2"]
    life.say("was-told", "clerk", about="recall", via="radio", whom="family")
    assert "untold" in life.face.attention
    life.say("was-told", "clerk", about="recall", via="radio")
    assert (life.face.posts, "untold" in life.face.attention) == ((), False)
    assert not [what for what in life.due() if what.startswith("recall")]


def test_who_was_never_told_of_a_recall_is_on_approved_leave_up_to_its_last_day():
    """The commander is reminded each day; nobody is overdue, no absence is proposed, no provost told, and none late."""
    life = recalled(away())
    fell = life.wait(local(LAST, "12:00"))
    assert fell == [f"recall untold {n + 1}" for n in range(len(fell))]
    assert len(fell) == (LAST - FIRST).days - 1
    life.say("sign-in", "gate")
    assert life.said[0].irregular == ()
    late = recalled(away())
    late.wait(local(LAST + DAY))
    assert late.face.state == "overdue"
    late.wait(local(LAST + DAY, "12:00"))
    late.say("sign-in", "gate")
    assert late.said[0].irregular == ("return/late",)


@pytest.mark.rule("return/told")
@pytest.mark.parametrize(
    ("told", "due"),
    [
        ((SOON - DAY,), SOON),
        ((SOON,), SOON),
        ((SOON + DAY,), SOON + DAY),  # after the day to be back by: due on the day of the telling
        ((LAST + DAY,), LAST),  # and never after the last day
        ((SOON + 2 * DAY, SOON + DAY), SOON + DAY),  # entered in another order
        ((SOON + DAY, SOON + 2 * DAY), SOON + DAY),
    ],
)
def test_a_recall_binds_from_when_the_member_was_told_of_it(told, due):
    life = recalled(away())
    life.wait(local(LAST, "23:00") if max(told) <= LAST else local(LAST + DAY, "01:00"))
    for day in told:
        life.say("was-told", "clerk", about="recall", via="phone", acted_at=min(local(day, "00:30"), life.now))
    assert life.state.due_day == due


def test_a_leave_of_before_is_due_by_its_recall_as_it_was_then():
    life = recalled(away())
    before = life.state.model_copy(update={"chart": TURNS - 1})
    assert before.due_day == SOON
    assert "overdue" in [lapse.what for lapse in leave.due(before)]


def test_where_the_mission_sends_notices_the_member_and_the_commander_get_one_of_the_recall():
    """It tells no reason; that the member has read it, somebody still has to say."""
    life = Life(notices=True).until("sign-in")
    recalled(life)
    (news,) = [news for news in life.world.told if "recalled" in news.says]
    assert news.says == f"recalled, to be back by the end of {SOON}; waits for CO-A"
    assert "untold" in life.face.attention


def test_an_extension_that_was_asked_for_ends_with_the_recall_and_none_is_asked_after_it():
    life = away()
    life.say("extend", "member", last=LAST + DAY, reason=SEALED)
    recalled(life)
    assert (life.kinds, life.state.extension) == (["recalled", "extension-ended"], None)
    life.say("extend", "member", last=LAST + DAY, reason=SEALED)
    assert life.refused == "return/extension"


def test_a_second_recall_names_another_day():
    """Until it is told, the day that was told before."""
    life = recalled(away())
    life.say("was-told", "clerk", about="recall", via="phone")
    recalled(life, back_by=FIRST + 2 * DAY)
    assert (life.state.due_day, life.face.due_back) == (SOON, local(SOON + DAY))
    life.say("was-told", "clerk", about="recall", via="phone")
    assert (life.state.due_day, life.face.due_back) == (FIRST + 2 * DAY, local(FIRST + 3 * DAY))


def test_a_recall_ends_by_time_alone():
    life = recalled(away())
    life.wait(local(LAST + 190 * DAY))
    assert life.ends == ["not-returned"]
    assert leave.over(life.state)


# ---- whom to recall first


def candidate(name: str, travel: Any = "flight", out: int = 1, **words: Any) -> Candidate:
    """Somebody who has been away for so many days, and is due back in twenty."""
    told = {"leave_id": name, "number": name, "travel": travel, "out_at": NOW - out * DAY} | words
    return Candidate(**({"due_back": NOW.date() + 20 * DAY} | told))


PEOPLE = (
    candidate("far-long", out=9),
    candidate("far-short", out=2),
    candidate("flown-soon", arrives=NOW + DAY),
    candidate("flown-late", arrives=NOW + 3 * DAY, out=12),
    candidate("road", "road", out=1),
    candidate("near-short", "none", out=3),
    candidate("near-long", "none", out=5),
    candidate("emergency-near", "none", out=15, emergency=True),
    candidate("emergency-far", out=15, emergency=True),
)
ORDER = [
    "near-long",
    "near-short",
    "road",
    "flown-soon",
    "flown-late",
    "far-long",
    "far-short",
    "emergency-near",
    "emergency-far",
]


def test_nearest_first_longest_rest_first_emergency_last():
    assert [one.leave_id for one in plan(PEOPLE, 0, 99, NOW.date())] == ORDER


@pytest.mark.parametrize(
    ("present", "wanted", "many"), [(30, 30, 0), (30, 31, 1), (30, 34, 4), (40, 30, 0), (0, 99, 9)]
)
def test_no_more_are_recalled_than_are_lacking(present, wanted, many):
    assert [one.leave_id for one in plan(PEOPLE, present, wanted, NOW.date())] == ORDER[:many]


@pytest.mark.parametrize(("due", "chosen"), [(0, []), (1, []), (2, ["soon"])])
def test_who_is_due_back_by_tomorrow_comes_without_a_recall(due, chosen):
    soon = candidate("soon", due_back=NOW.date() + due * DAY)
    assert [one.leave_id for one in plan((soon,), 10, 11, NOW.date())] == chosen


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(NEAR)), st.booleans(), st.integers(0, 50), st.none() | st.integers(0, 9)),
        max_size=12,
    ),
    st.integers(0, 15),
)
def test_a_plan_is_proportionate_and_ordered_whoever_is_away(people, wanted):
    """It recalls just as many as are lacking or are there to recall; no emergency while another could be recalled."""
    away_ = [
        candidate(f"L{i}", travel, out, emergency=emergency, arrives=arrives and NOW + arrives * timedelta(days=1))
        for i, (travel, emergency, out, arrives) in enumerate(people)
    ]
    chosen = plan(away_, 0, wanted, NOW.date())
    assert len(chosen) == min(wanted, len(away_))
    assert plan(reversed(away_), 0, len(away_) + 1, NOW.date())[: len(chosen)] == chosen or _ties(away_)
    left = [one for one in away_ if one not in chosen]
    assert not (any(one.emergency for one in chosen) and any(not one.emergency for one in left))
    near = [NEAR[one.travel] for one in chosen if not one.emergency]
    assert near == sorted(near)


def _ties(people: list[Candidate]) -> bool:
    """Whether two are alike in all that the order goes by."""
    keys: list[tuple[bool, str, datetime | None, datetime]] = [
        (one.emergency, one.travel, one.arrives, one.out_at) for one in people
    ]
    return len(set(keys)) < len(keys)


@pytest.mark.parametrize(
    ("wanted", "kept", "made_up"),
    [
        (10, 3, (0, 0, 0, 0, 0, 0)),
        (11, 3, (1, 0, 0, 1, 0, 0)),
        (12, 3, (2, 0, 0, 2, 0, 0)),  # one due back tomorrow, one who knows of a recall
        (13, 3, (3, 1, 0, 2, 0, 0)),  # who was recalled before anybody else is, and does not come untold
        (14, 3, (4, 1, 1, 2, 0, 0)),
        (17, 3, (7, 1, 1, 2, 3, 0)),
        (40, 3, (30, 1, 1, 2, 3, 23)),  # nobody comes by themselves who is not there at all
        (40, 0, (30, 1, 1, 2, 0, 26)),
    ],
)
def test_of_those_that_lack_it_is_told_who_can_be_recalled_who_comes_who_cannot_and_how_many_there_are_not(
    wanted, kept, made_up
):
    today = NOW.date()
    people = [candidate("A"), candidate("B", due_back=today + DAY), candidate("C", recalled=True, told=True)]
    people.append(candidate("D", recalled=True))
    found = filled(people, kept, 10, wanted, today)
    assert tuple(found) == made_up
    assert sum(found[1:]) == found.lacking
    assert found.untold + found.recalled == len(plan(people, 10, wanted, today))


def test_who_was_recalled_and_not_told_stays_on_the_list_before_whoever_else_would_be_recalled():
    """A recall binds from the telling: nobody waits for them, and to tell them is less than to recall another."""
    untold = candidate("untold", out=1, emergency=True, recalled=True)
    today = NOW.date()
    assert [one.leave_id for one in plan((*PEOPLE, untold), 0, 1, today)] == ["untold"]
    assert [one.leave_id for one in plan((*PEOPLE, untold), 0, 99, today)] == ["untold", *ORDER]
    told = untold.model_copy(update={"told": True})
    assert [one.leave_id for one in plan((*PEOPLE, told), 0, 2, today)] == ORDER[:1]
