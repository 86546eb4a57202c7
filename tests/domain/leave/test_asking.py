"""Asking for leave: each rule of the pack by its id, and what opens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain import leave
from domain.acts import Ask
from domain.leave.events import Asked
from domain.model import DAY, Decimal
from tests.domain.leave.life import FIRST, LAST, MEMBER, NO_DAYS, NOW, Life, World, emergency, terms

TODAY = date(2026, 3, 2)


def asked(life: Life | None = None, **words: Any) -> Life:
    life = life or Life()
    life.ask(**words)
    return life


def dates(first: date, days: int = 5) -> dict[str, Any]:
    return {"first": first, "last": first + (days - 1) * DAY}


def refused_and_over(life: Life, rule: str) -> None:
    """Refused by the rule, ended as not opened, without a number."""
    assert life.refused == rule
    assert life.ends == ["not-opened"]
    assert not life.state.number
    assert leave.over(life.state)


def test_a_request_opens_with_all_that_binds_it():
    """Terms, calendar, desks and the planned charge stand in the first entry; number and days follow."""
    life = asked()
    (event,) = life.said
    assert isinstance(event, Asked)
    assert (event.expected, event.cites) == (Decimal(8), (event.terms.pack,))
    assert life.events == ["asked", "took", "took"]
    assert (life.at, life.state.number, set(life.state.held)) == ("approve", "NAQ-2026-000412", {"days", "number"})


def test_a_kind_that_no_purse_pays_plans_no_charge():
    life = asked(leave_kind="rr", **dates(FIRST))
    assert life.state.expected == 0


NOTICE = [(TODAY + 13 * DAY, "ask/notice"), (TODAY + 14 * DAY, "")]


@pytest.mark.rule("ask/notice")
@pytest.mark.parametrize(("first", "rule"), NOTICE)
def test_ask_notice(first, rule):
    """Ordinary leave begins 14 days after the day on which it is asked for, or later."""
    assert asked(**dates(first)).refused == rule


def test_ask_notice_is_judged_by_the_later_of_said_and_recorded():
    """A paper of last week which is entered today was handed in too late."""
    life = asked(**dates(TODAY + 13 * DAY), acted_at=NOW - 7 * DAY)
    refused_and_over(life, "ask/notice")


def test_ask_notice_counts_days_of_the_base():
    """At 23:00 in UTC the base has tomorrow already."""
    life = Life()
    life.now = NOW.replace(hour=23)
    refused_and_over(asked(life, **dates(TODAY + 14 * DAY)), "ask/notice")


@pytest.mark.rule("ask/ahead")
@pytest.mark.parametrize(
    ("now", "first", "rule"),
    [
        ("2026-03-02T08:00", "2026-04-16", ""),
        ("2026-03-02T08:00", "2026-04-17", "ask/ahead"),
        ("2026-03-02T22:30", "2026-04-17", ""),  # half past midnight at the base, already the next day
        ("2026-11-20T08:00", "2027-01-04", ""),
        ("2026-11-20T08:00", "2027-01-05", "ask/ahead"),
        ("2028-01-16T08:00", "2028-03-01", ""),  # over a leap day
        ("2028-01-16T08:00", "2028-03-02", "ask/ahead"),
    ],
)
def test_ask_ahead(now, first, rule):
    """UN police: a request is made up to 45 days ahead, counted in days of the base."""
    stays = MEMBER.model_copy(update={"departs": date(2029, 12, 31)})
    life = Life(terms=terms(ahead_days=45), member=stays)
    life.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert asked(life, **dates(date.fromisoformat(first))).refused == rule


def test_ask_ahead_tells_from_when_it_may_be_asked():
    life = asked(Life(terms=terms(ahead_days=10)), **dates(TODAY + 20 * DAY))
    assert life.said[0].refusal.helps == f"ask on {TODAY + 10 * DAY} or later"


def test_an_emergency_needs_no_notice_but_cannot_begin_yesterday():
    assert asked(Life(family="listed"), leave_kind="emergency", **dates(TODAY)).refused == ""
    life = asked(Life(family="listed"), leave_kind="emergency", **dates(TODAY - DAY))
    refused_and_over(life, "ask/notice")
    assert "past" in life.said[0].refusal.why


@pytest.mark.rule("kind/longest-days")
@pytest.mark.parametrize(("days", "rule"), [(30, ""), (31, "kind/longest-days")])
def test_kind_longest_days(days, rule):
    """Both the first and the last day count."""
    assert asked(**dates(FIRST, days)).refused == rule


@pytest.mark.rule("kind/first-after")
@pytest.mark.parametrize(("arrived", "rule"), [(FIRST - 45 * DAY, ""), (FIRST - 44 * DAY, "kind/first-after")])
def test_kind_first_after(arrived, rule):
    """The first leave begins 45 days after arrival at the earliest."""
    assert asked(Life(member=MEMBER.model_copy(update={"arrived": arrived}))).refused == rule


@pytest.mark.parametrize(("arrived", "rule"), [(FIRST - 84 * DAY, ""), (FIRST - 83 * DAY, "kind/first-after")])
def test_kind_first_after_of_rest_is_its_qualifying_service(arrived, rule):
    life = Life(member=MEMBER.model_copy(update={"arrived": arrived}))
    assert asked(life, leave_kind="rr", **dates(FIRST)).refused == rule


@pytest.mark.rule("kind/not-in-last-days")
@pytest.mark.parametrize(("departs", "rule"), [(LAST + 7 * DAY, ""), (LAST + 6 * DAY, "kind/not-in-last-days")])
def test_kind_not_in_last_days(departs, rule):
    """Present in the last 7 days: the day of departure and the six before it."""
    assert asked(Life(member=MEMBER.model_copy(update={"departs": departs}))).refused == rule


def test_kind_not_in_last_days_knows_no_end_where_none_is_known():
    assert asked(Life(member=MEMBER.model_copy(update={"departs": None}))).refused == ""


@pytest.mark.rule("emergency/family")
@pytest.mark.parametrize("found", ["outside", "unreadable"])
def test_emergency_family_offers_ordinary_leave_for_the_same_dates(found):
    """A relative who is not on the list: refused, with what would help."""
    life = asked(Life(family=found), leave_kind="emergency", **dates(TODAY + DAY))
    refused_and_over(life, "emergency/family")
    assert f"--kind ordinary --first {TODAY + DAY} --last {TODAY + 5 * DAY}" in life.said[0].refusal.helps


def test_emergency_family_asks_for_the_relation_where_none_was_given():
    life = asked(Life(family=None), leave_kind="emergency", **dates(TODAY + DAY))
    refused_and_over(life, "emergency/family")
    assert "--relation" in life.said[0].refusal.helps


def test_ask_own():
    """Nobody asks for another."""
    refused_and_over(asked(who="co"), "ask/own")


def test_a_clerk_may_enter_what_the_member_signed():
    assert asked(clerk="clerk").refused == ""


def test_who_is_no_recorder_enters_nothing_and_opens_nothing():
    refused_and_over(asked(clerk="cook"), "authority/recorder")


@pytest.mark.parametrize("missing", ["member", "terms", "base", "calendar"])
def test_ask_known_member(missing):
    """Whom the register does not know, or whose base it does not know, opens nothing."""
    refused_and_over(asked(Life(**{missing: None})), "ask/known-member")


def test_who_is_not_in_the_register_opens_nothing_and_leaves_nothing_open():
    life = Life()
    act = Ask.model_validate(asked().decisions[0].act.model_dump())
    life.take(act, None)
    refused_and_over(life, "authority/known-person")


def test_a_leave_is_asked_for_once():
    life = asked()
    life.ask()
    assert (life.refused, life.ends, life.at) == ("path/ask", [], "approve")


def test_without_days_in_the_account_it_is_not_opened():
    """The refusal of the account ends it, before it has a number."""
    world = World()
    world.days = NO_DAYS
    life = asked(Life(world))
    assert life.due()[0] == "no days"
    life.lapse()
    assert (life.ends, life.state.number, leave.over(life.state)) == (["not-opened"], "", True)


@pytest.mark.rule("authority/approve")
def test_more_than_the_commander_may_grant_is_decided_by_the_next_higher():
    """In the Army pack the commander grants an emergency of up to 30 days."""
    for days, first_post in ((30, "CO-A"), (31, "SC-WEST")):
        life = asked(Life(terms=terms("us-army"), family="listed"), leave_kind="emergency", **dates(TODAY, days))
        life.say("attest", "verifier", method="phone")
        assert life.face.posts == (first_post,)


# ---- attestation and withdrawal ----


def test_attestation_is_the_verification_officer_s():
    life = emergency()
    assert life.at == "attest"
    life.say("attest", "co", method="phone")
    assert life.refused == "authority/attest"
    life.say("approve", "co")
    assert (life.refused, life.at) == ("emergency/attestation", "attest")
    life.say("attest", "verifier", method="embassy")
    assert (life.kinds, life.at) == (["attested"], "approve")


@pytest.mark.rule("emergency/attestation")
def test_an_emergency_that_does_not_hold_is_not_approved():
    life = emergency()
    life.say("attest", "verifier", method="embassy", holds=False)
    life.say("approve", "co")
    assert (life.refused, life.at) == ("emergency/attestation", "approve")
    life.say("deny", "co", reason="does not hold")
    assert life.ends == ["denied"]


@pytest.mark.parametrize("step", ["approve", "confirm", "sign-out"])
def test_the_member_withdraws_before_sign_out_and_all_goes_back(step):
    life = Life().until(step)
    life.say("withdraw", "member")
    assert life.ends == ["withdrawn"]
    assert set(life.state.held) == {"number"}
    assert leave.over(life.state)


def test_withdraw_own():
    life = asked()
    life.say("withdraw", "co")
    assert (life.refused, life.at) == ("withdraw/own", "approve")


def test_after_sign_out_nothing_is_withdrawn():
    life = Life().until("sign-in")
    life.say("withdraw", "member")
    assert (life.refused, life.at) == ("path/withdraw", "sign-in")


@pytest.mark.rule("withdraw/own")
def test_a_clerk_is_told_how_to_record_the_withdrawal_that_a_member_signed():
    life = asked()
    life.say("withdraw", "clerk")
    assert life.refused == "withdraw/own"
    assert "--for" in life.said[0].refusal.helps


def test_a_bereavement_of_another_relative_is_offered_as_an_emergency_too():
    life = Life(terms=terms("us-army", "bereavement"), family="outside")
    life.ask(leave_kind="bereavement", first=FIRST, last=LAST, died_on=NOW.date())
    assert life.refused == "emergency/family"
    assert "parent or parent-in-law" in life.said[0].refusal.helps
    assert "--kind emergency" in life.said[0].refusal.helps
