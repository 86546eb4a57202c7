"""Days that are given: uncertified leave of civilians, leave without pay, days of travel to a gateway, half days."""

from __future__ import annotations

from datetime import date

import pytest

from domain.holdings import Word
from domain.leave.absence import Absence, by_year, charge, plan, shares
from domain.model import DAY, Decimal
from tests.domain.leave.life import CALENDAR, FIRST, Life, local, terms

CIVIL = terms("un-civilian", "emergency", first_after_days=0)


def civilian(first: date, last: date, left: dict[int, str] | None, kind: str = "sick") -> list[str]:
    """The days of uncertified leave, each as s(ick), - (no duty) or x (not paid)."""
    life = Life(terms=CIVIL, family="listed")
    life.ask(leave_kind=kind, first=FIRST, last=FIRST)
    word = None if left is None else Word(left={year: Decimal(days) for year, days in left.items()})
    days = plan(Absence(life.state.asked, CIVIL, CALENDAR, word), first, last)
    assert charge(days) == 0
    return ["".join({"sick/uncertified": "s", "sick/no-duty": "-", "sick/without-pay": "x"}[d.rule] for d in days)]


MONDAY = date(2026, 3, 9)


@pytest.mark.rule("sick/uncertified")
@pytest.mark.rule("sick/no-duty")
@pytest.mark.rule("sick/without-pay")
@pytest.mark.parametrize(
    ("first", "last", "left", "told"),
    [
        (MONDAY, MONDAY + 8 * DAY, {2026: "7"}, "sssss--ss"),
        (MONDAY, MONDAY + 9 * DAY, {2026: "7"}, "sssss--ssx"),
        (MONDAY, MONDAY + 8 * DAY, {2026: "5"}, "sssssxxxx"),
        (MONDAY, MONDAY + 1 * DAY, {2026: "0"}, "xx"),
        (MONDAY, MONDAY + 1 * DAY, None, "ss"),
        (date(2026, 12, 30), date(2027, 1, 5), {2026: "1", 2027: "7"}, "sx---ss"),
    ],
)
def test_seven_working_days_of_a_year_are_given_and_the_rest_is_not_paid(first, last, left, told):
    assert civilian(first, last, left) == [told]


def test_an_emergency_of_civilians_takes_from_the_same_working_days():
    assert civilian(MONDAY, MONDAY + 4 * DAY, {2026: "2"}, "emergency") == ["ssxxx"]


def test_days_that_are_not_paid_earn_nothing_and_the_others_count_for_their_year():
    life = Life(terms=CIVIL, family="listed")
    life.ask(leave_kind="sick", first=MONDAY + 7 * DAY, last=MONDAY + 11 * DAY)
    held = life.state.held["days"]
    assert held.uncertified == {2026: 3}
    assert [(share.unearned, (share.last - share.first).days + 1) for share in held.shares] == [
        (None, 3),
        ("unpaid", 2),
    ]


@pytest.mark.rule("kind/uncharged")
@pytest.mark.rule("kind/unpaid")
@pytest.mark.parametrize(("kind", "rule"), [("special", "kind/unpaid"), ("administrative", "kind/uncharged")])
def test_a_kind_which_no_purse_pays_for_charges_nothing(kind, rule):
    life = Life(terms=CIVIL)
    life.ask(leave_kind=kind, first=FIRST, last=FIRST + 4 * DAY)
    life.until("sign-in").sign_in(local(FIRST + 4 * DAY, "18:00"))
    assert life.state.charged == 0
    assert {day.rule for day in life.state.counted} == {rule}
    unearned = {share.unearned for share in life.state.held["days"].shares}
    assert unearned == ({"unpaid"} if kind == "special" else {None})


US = terms("us-army", "rr", first_after_days=0, eligible_after_days=0)


@pytest.mark.rule("counting/gateway-out")
@pytest.mark.rule("counting/gateway-back")
@pytest.mark.rule("counting/gateway")
@pytest.mark.parametrize(
    ("out", "back", "charged"),
    [
        (None, None, 8),
        (FIRST, None, 7),
        (FIRST + 1 * DAY, None, 6),
        (FIRST + 1 * DAY, FIRST + 6 * DAY, 4),
        (None, FIRST + 7 * DAY, 7),
    ],
)
def test_days_on_the_way_to_the_gateway_and_back_from_it_are_not_charged(out, back, charged):
    life = Life(terms=US)
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 7 * DAY)
    life.until("sign-in")
    for way, day in (("out", out), ("back", back)):
        if day:
            life.wait(local(day, "20:00"))
            life.say("gateway", "mover", way=way)
    life.sign_in(local(FIRST + 7 * DAY, "23:00"))
    assert life.state.charged == charged


def test_a_gateway_told_after_the_return_has_the_days_counted_anew():
    life = Life(terms=US)
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 7 * DAY)
    life.until("sign-in").sign_in(local(FIRST + 7 * DAY, "23:00"))
    assert life.state.charged == 8
    life.say("gateway", "mover", way="out", acted_at=local(FIRST + 1 * DAY, "20:00"))
    assert life.kinds == ["passed-gateway", "recounted"]
    assert life.state.held["days"].charged == 6
    life.say("gateway", "mover", way="out", acted_at=local(FIRST - 3 * DAY, "20:00"))
    assert life.noted
    life.say("gateway", "cook", way="out")
    assert life.refused == "authority/gate"


@pytest.mark.rule("counting/morning")
@pytest.mark.rule("counting/afternoon")
@pytest.mark.parametrize(
    ("left", "back", "charged"),
    [
        ("07:00", "18:00", 8),
        ("12:00", "18:00", 7.5),
        ("11:59", "12:00", 7.5),
        ("12:00", "12:00", 7),
        ("11:59", "12:01", 8),
    ],
)
def test_half_a_day_is_charged_where_half_of_the_duty_was_served(left, back, charged):
    life = Life(terms=terms("un-civilian"))
    life.ask()
    life.until("sign-out")
    life.sign_out(local(FIRST, left))
    life.sign_in(local(FIRST + 7 * DAY, back))
    assert life.state.charged == Decimal(str(charged))


def test_shares_tell_runs_of_days_that_are_alike():
    life = Life(terms=US)
    then = ({"leave_kind": "ordinary", "first": FIRST + 3 * DAY},)
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 7 * DAY, then=then)
    told = [(s.leave_kind, s.purse, s.first, s.last) for s in life.state.held["days"].shares]
    assert told == [
        ("rr", "annual", FIRST, FIRST + 2 * DAY),
        ("ordinary", "annual", FIRST + 3 * DAY, FIRST + 7 * DAY),
    ]
    counted = plan(Absence(life.state.asked, US, CALENDAR), FIRST, FIRST + 7 * DAY)
    assert shares(counted) == life.state.held["days"].shares
    assert by_year(counted) == {}


@pytest.mark.rule("kind/uncharged")
@pytest.mark.parametrize(("bases", "charged"), [((), 8), (("NAQ",), 0), (("JUB",), 8)])
def test_rest_and_recuperation_is_not_charged_to_who_serves_in_a_designated_area(bases, charged):
    life = Life(terms=terms("us-army", "rr", first_after_days=0, eligible_after_days=0, uncharged_at=bases))
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 7 * DAY)
    assert life.state.expected == charged
    life.until("sign-in").sign_in(local(FIRST + 7 * DAY, "23:00"))
    assert life.state.charged == charged


@pytest.mark.rule("kind/longest-days")
@pytest.mark.parametrize(
    ("travel", "length", "refused"), [("none", 5, ""), ("none", 6, "x"), ("road", 7, ""), ("road", 8, "x")]
)
def test_who_travels_to_rest_and_recuperation_may_be_away_for_the_journey_too(travel, length, refused):
    life = Life(terms=terms("un-civilian", "rr", eligible_after_days=0))
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + (length - 1) * DAY, travel=travel)
    assert life.refused == ("kind/longest-days" if refused else "")


def test_a_year_into_which_a_leave_is_extended_is_asked_of_too():
    life = Life(terms=CIVIL, family="listed")
    life.world.word = Word(left={2026: Decimal(7)})
    life.ask(leave_kind="sick", first=FIRST, last=FIRST + 1 * DAY)
    assert life.state.word
    life.world.word = Word(left={2026: Decimal(0), 2027: Decimal(7)})
    life.say("correct", "member", last=FIRST + 2 * DAY, reason="a day more")
    assert life.state.word.left == {2026: 7, 2027: 7}
