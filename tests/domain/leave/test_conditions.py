"""What must come with a request for a kind of leave, and who grants more of it than the commander may."""

from __future__ import annotations

from datetime import date

import pytest

from domain.facts import Rung
from domain.leave.ladders import lacking
from domain.model import DAY
from tests.domain.leave.life import DESKS, FIRST, Life, terms

FRIDAY = date(2026, 3, 27)
PAPER = ("a" * 64,)


@pytest.mark.rule("kind/non-duty-days")
@pytest.mark.parametrize(
    ("first", "length", "refused"),
    [
        (FRIDAY, 4, ""),  # Friday to Monday
        (FRIDAY - 1 * DAY, 4, ""),  # Thursday to Sunday
        (FRIDAY - 2 * DAY, 4, "kind/non-duty-days"),  # Wednesday to Saturday
        (FRIDAY - 4 * DAY, 4, "kind/non-duty-days"),  # Monday to Thursday
        (FRIDAY - 4 * DAY, 3, ""),  # three days are no 4-day pass
        (date(2026, 4, 2), 4, ""),  # over Good Friday and Saturday
    ],
)
def test_a_pass_of_four_days_holds_two_without_duty(first, length, refused):
    life = Life(terms=terms("us-army"))
    life.ask(leave_kind="pass", first=first, last=first + (length - 1) * DAY)
    assert life.refused == refused


@pytest.mark.rule("ask/half-days")
@pytest.mark.parametrize(
    ("pack", "begins", "ends", "length", "refused", "charged"),
    [
        ("contingent", "afternoon", "afternoon", 3, "ask/half-days", None),
        ("contingent", "morning", "afternoon", 3, "", 3),
        ("un-civilian", "afternoon", "afternoon", 3, "", 2.5),
        ("un-civilian", "morning", "morning", 3, "", 2.5),
        ("un-civilian", "afternoon", "morning", 3, "", 2),
        ("un-civilian", "morning", "morning", 1, "", 0.5),
        ("un-civilian", "afternoon", "afternoon", 1, "", 0.5),
    ],
)
def test_half_days_are_named_and_only_where_the_pack_allows_them(pack, begins, ends, length, refused, charged):
    life = Life(terms=terms(pack))
    life.ask(begins=begins, ends=ends, last=FIRST + (length - 1) * DAY)
    assert life.refused == refused
    if not refused:
        assert life.state.expected == charged


def test_no_day_ends_before_it_began():
    with pytest.raises(ValueError, match="an afternoon until the morning"):
        Life().ask(first=FIRST, last=FIRST, begins="afternoon", ends="morning")


@pytest.mark.parametrize("days", [(0,), (3, 3), (5, 3), (9,)])
def test_kinds_of_an_absence_follow_each_other_within_it(days):
    then = tuple({"leave_kind": "ordinary", "first": FIRST + n * DAY} for n in days)
    with pytest.raises(ValueError, match="kinds that follow each other"):
        Life().ask(then=then)


@pytest.mark.rule("authority/approve")
@pytest.mark.parametrize(("length", "who"), [(30, "co"), (31, "hospital")])
def test_convalescent_leave_above_30_days_is_granted_by_the_hospital_commander(length, who):
    posts = {"co": "CO-A", "hospital": "HOSP-NAQ"}
    life = Life(terms=terms("us-army"), desks=DESKS | {"above": (Rung(post="HOSP-NAQ"),)})
    life.ask(leave_kind="convalescent", evidence=PAPER, last=FIRST + (length - 1) * DAY)
    assert life.face.posts == (posts[who],)


@pytest.mark.parametrize(
    ("pack", "length", "above", "told"),
    [
        ("contingent", 31, (), "there is no hospital commander in reach: SC-WEST decides as the next higher post"),
        ("us-army", 31, (), "kinds.convalescent.above_else of us-army@"),
        ("contingent", 30, (), ""),
        ("contingent", 31, (Rung(post="HOSP-NAQ"),), ""),
    ],
)
def test_where_no_post_of_the_role_is_in_reach_who_grants_it_instead_is_told(pack, length, above, told):
    """With the term of the pack which says so: `rules show` tells its source, and that it is our default."""
    life = Life(terms=terms(pack), desks=DESKS | ({"above": above} if above else {}))
    life.ask(leave_kind="convalescent", evidence=PAPER, last=FIRST + (length - 1) * DAY)
    assert told in lacking(life.state)
    assert bool(told) == bool(lacking(life.state))


def test_excess_leave_is_not_granted_by_the_commander_alone():
    life = Life()
    life.ask(excess=True)
    life.say("approve", "co")
    assert life.refused == "authority/approve"
    life.say("approve", "sector")
    assert life.state.approved
    assert life.state.held["days"].excess


ONE_RUNG = DESKS | {"approve": (Rung(post="CO-A", deputy="DCO-A"),)}


@pytest.mark.rule("authority/nobody-above")
@pytest.mark.parametrize(
    ("desks", "asked", "who", "marked"),
    [
        (ONE_RUNG, {"excess": True}, "co", True),
        (ONE_RUNG, {}, "co", False),
        (DESKS, {"excess": True}, "sector", False),
        (ONE_RUNG, {"leave_kind": "convalescent", "evidence": PAPER, "last": FIRST + 30 * DAY}, "co", True),
        (ONE_RUNG, {"leave_kind": "convalescent", "evidence": PAPER, "last": FIRST + 29 * DAY}, "co", False),
    ],
)
def test_what_the_commander_may_not_grant_alone_is_marked_where_no_post_stands_above(desks, asked, who, marked):
    """Somebody must decide; the request tells beforehand who, and auditors find the approval among the irregular."""
    life = Life(desks=desks)
    life.ask(**asked)
    assert ("no post stands above the unit's commander: CO-A decides alone" in lacking(life.state)) is marked
    life.say("approve", who)
    assert life.state.approved
    assert ("authority/nobody-above" in life.said[0].irregular) is marked
    assert ("authority/nobody-above" in life.state.irregular) is marked
