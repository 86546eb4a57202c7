"""Security clearance: where it is wanted, who travels asks in time for it; an emergency is warned and goes on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.model import DAY
from domain.terms import Terms
from tests.domain.leave.life import MEMBER, Life, local, terms

PACKS = {"contingent": None, "us-army": None, "un-observer": 7, "un-police": 7, "un-civilian": 7}
SPRING = date(2026, 3, 29)
"""The day that begins an hour late."""


def wanting(pack: str = "un-observer", kind: str = "ordinary") -> Terms:
    """The terms of a pack without its other lead time for this kind."""
    return terms(pack, kind, notice_days=0, first_after_days=0, ahead_days=None)


def asking(first: date, pack: str = "un-observer", **words: Any) -> Life:
    kind = words.get("leave_kind", "ordinary")
    life = Life(terms=wanting(pack, kind), family="listed", member=MEMBER.model_copy(update={"departs": None}))
    life.now = words.pop("now", life.now)
    life.ask(first=first, last=first + DAY, **words)
    return life


@pytest.mark.parametrize("pack", PACKS)
def test_which_packs_want_a_security_clearance(pack):
    assert terms(pack).travel.security_days == PACKS[pack]


@pytest.mark.rule("travel/security-clearance")
@pytest.mark.parametrize(
    ("asked", "first", "rule"),
    [
        ("2026-03-02 09:00", "2026-03-09", ""),
        ("2026-03-02 23:59", "2026-03-09", ""),
        ("2026-03-03 00:00", "2026-03-09", "travel/security-clearance"),
        ("2026-03-25 12:00", "2026-04-01", ""),  # over the change of the clock
        ("2026-03-26 00:30", "2026-04-01", "travel/security-clearance"),
        ("2028-02-23 12:00", "2028-03-01", ""),  # 2028 has a 29 February
        ("2028-02-24 12:00", "2028-03-01", "travel/security-clearance"),
        ("2027-02-22 12:00", "2027-03-01", ""),
        ("2027-02-23 12:00", "2027-03-01", "travel/security-clearance"),
        ("2026-12-25 12:00", "2027-01-01", ""),
        ("2026-12-26 12:00", "2027-01-01", "travel/security-clearance"),
    ],
)
def test_travel_security_clearance(asked, first, rule):
    """Seven days of the base; what may be asked for is told."""
    day, clock = asked.split()
    life = asking(date.fromisoformat(first), now=local(day, clock))
    assert life.refused == rule
    if rule:
        refusal = life.said[0].refusal
        assert refusal.facts["expected"] == f"{date.fromisoformat(day) + 7 * DAY} or later"


@pytest.mark.parametrize(("travel", "rule"), [("road", "travel/security-clearance"), ("none", "")])
def test_who_makes_no_journey_wants_no_clearance(travel, rule):
    assert asking(date(2026, 3, 4), travel=travel).refused == rule


def test_contingents_want_none():
    assert asking(date(2026, 3, 4), "contingent").refused == ""


def test_an_emergency_is_warned_and_goes_on_and_who_may_waive_it_is_named():
    life = asking(date(2026, 3, 4), leave_kind="emergency")
    life.until("confirm")
    assert "late-security" in life.face.attention
    told = next(words for words in life.face.warnings if "security" in words)
    assert told == "a security clearance is asked for at least 7 days before the journey; CLR-NAQ may waive it"
    life.say("confirm-travel", "mover")
    assert "late-security" not in life.face.attention


def test_other_dates_are_judged_by_when_the_leave_was_asked_for():
    life = asking(date(2026, 3, 20)).until("approve")
    life.say("correct", "co", first=date(2026, 3, 8), last=date(2026, 3, 21), reason="a slip of the pen")
    assert life.refused == "travel/security-clearance"


@pytest.mark.rule("travel/security-clearance")
@pytest.mark.parametrize(
    ("pack", "travel", "wanted"),
    [
        ("un-observer", "flight", True),
        ("un-police", "road", True),
        ("un-civilian", "none", False),
        ("contingent", "flight", False),
        ("us-army", "flight", False),
    ],
)
def test_a_clearance_that_nobody_has_checked_off_is_warned_of_until_the_sign_out(pack, travel, wanted):
    """Who confirms the journey, and the gate, see it; it bars nothing."""
    life = asking(date(2026, 3, 23), pack, travel=travel).until("sign-out")
    assert ("no-security" in life.face.attention) == wanted
    life.sign_out()
    assert life.state.irregular == ()


@pytest.mark.parametrize("item", ["security", "all"])
def test_that_it_was_given_is_recorded_with_its_day_and_by_whom_and_may_be_taken_back(item):
    life = asking(date(2026, 3, 23)).until("confirm")
    life.say("check-off", "clerk", item=item)
    assert (life.kinds, life.state.checked) == (["checked-off"], ("security",))
    assert "no-security" not in life.face.attention
    life.say("check-off", "clerk", item="security", done=False)
    assert "no-security" in life.face.attention
