"""When time speaks to a leave, in hours that pass and days of the base: months, years, leap days, changes of the clock.

Each term of `silence/<deadline>` has its table. Moments are told in UTC, so that no clock of a base hides an hour.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from activities.register.calendars import calendar
from domain import leave
from domain.facts import BaseFacts
from domain.model import DAY
from tests.domain.leave.life import MEMBER, Life, terms

NAQ, ICELAND, HOWE = "Asia/Beirut", "Atlantic/Reykjavik", "Australia/Lord_Howe"
"""Beirut puts its clock forward as 29 March 2026 begins, so that it has no 00:00, and back as 24 October ends, so
that its 23:00 comes twice; Lord Howe by half an hour, on 4 October forward and on 5 April back. Reykjavik never."""
NEVER_NEAR: dict[str, Any] = {"notice_days": 0, "first_after_days": 0, "answer_before_first_days": 0}


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}+00:00")


def waiting(
    first: str, length: int, said: str, zone: str = NAQ, known: Any = None, kind: str = "ordinary", **facts: Any
) -> Life:
    """A leave that is asked for at a moment, of so many days, at a base of this zone."""
    begins = date.fromisoformat(first)
    life = Life(
        member=MEMBER.model_copy(update={"departs": None}),
        terms=known or terms(kind=kind, **NEVER_NEAR),
        calendar=calendar(zone, begins - 90 * DAY, begins + 90 * DAY, "GHA"),
        family="listed",
        **facts,
    )
    life.now = utc(said)
    life.ask(leave_kind=kind, first=begins, last=begins + (length - 1) * DAY)
    assert life.refused == ""
    return life


def falls(life: Life, what: str) -> str:
    """When a deadline falls due; empty where it does not."""
    return next((f"{due.acted_at:%Y-%m-%dT%H:%M}" for due in leave.due(life.state) if due.what == what), "")


def ladder(life: Life) -> list[str]:
    """When a desk is reminded, its deputy asked, and the next higher post."""
    mine = ("remind", f"{life.at} rung")
    return [f"{due.acted_at:%Y-%m-%dT%H:%M}" for due in leave.due(life.state) if due.what.startswith(mine)]


def with_hours(part: str, hours: int) -> Any:
    """The terms of ordinary leave in which a desk has so many hours."""
    known = terms(**NEVER_NEAR)
    return known.model_copy(update={part: getattr(known, part).model_copy(update={"answer_hours": hours})})


HOURS: dict[str, tuple[str, int, str, list[str]]] = {
    "three days": (NAQ, 72, "2026-05-04T08:00", ["2026-05-05T20:00", "2026-05-07T08:00", "2026-05-10T08:00"]),
    "the clock goes forward": (
        NAQ,
        72,
        "2026-03-27T08:00",
        ["2026-03-28T20:00", "2026-03-30T08:00", "2026-04-02T08:00"],
    ),
    "the clock goes back": (NAQ, 24, "2026-10-24T12:00", ["2026-10-25T00:00", "2026-10-25T12:00", "2026-10-26T12:00"]),
    "half an hour": (HOWE, 2, "2026-10-03T14:00", ["2026-10-03T15:00", "2026-10-03T16:00", "2026-10-03T18:00"]),
    "over a month": (ICELAND, 72, "2026-04-29T08:00", ["2026-04-30T20:00", "2026-05-02T08:00", "2026-05-05T08:00"]),
    "over a year": (ICELAND, 24, "2026-12-30T18:00", ["2026-12-31T06:00", "2026-12-31T18:00", "2027-01-01T18:00"]),
    "over a leap day": (ICELAND, 48, "2028-02-27T06:00", ["2028-02-28T06:00", "2028-02-29T06:00", "2028-03-02T06:00"]),
    "an odd hour": (ICELAND, 1, "2026-05-04T08:00", ["2026-05-04T08:30", "2026-05-04T09:00", "2026-05-04T10:00"]),
}


@pytest.mark.rule("silence/<deadline>", term="kinds.*.answer_hours")
@pytest.mark.parametrize(("zone", "hours", "said", "due"), HOURS.values(), ids=HOURS.keys())
def test_half_the_limit_the_limit_and_twice_the_limit_are_hours_that_pass_whatever_the_clock_shows(
    zone, hours, said, due
):
    first = f"{utc(said).date() + 40 * DAY}"
    life = waiting(first, 8, said, zone, terms(**NEVER_NEAR | {"answer_hours": hours}))
    assert ladder(life)[:3] == due


@pytest.mark.rule("silence/<deadline>", term="clearing.answer_hours")
@pytest.mark.parametrize(("zone", "hours", "said", "due"), HOURS.values(), ids=HOURS.keys())
def test_a_clearance_officer_has_the_hours_of_clearing_from_when_it_is_their_turn(zone, hours, said, due):
    first = f"{utc(said).date() + 40 * DAY}"
    desk = BaseFacts(code="NAQ", clearance="officer")
    life = waiting(first, 8, said, zone, with_hours("clearing", hours), base=desk)
    life.say("approve", "co")
    assert life.at == "officer"
    assert ladder(life)[:2] == due[:2]


@pytest.mark.rule("silence/<deadline>", term="travel.answer_hours")
@pytest.mark.parametrize(("zone", "hours", "said", "due"), HOURS.values(), ids=HOURS.keys())
def test_movement_control_has_the_hours_of_travel_from_when_it_is_their_turn(zone, hours, said, due):
    first = f"{utc(said).date() + 40 * DAY}"
    life = waiting(first, 8, said, zone, with_hours("travel", hours))
    life.say("approve", "co")
    assert life.at == "confirm"
    assert ladder(life)[:2] == due[:2]


@pytest.mark.rule("silence/<deadline>", term="kinds.*.answer_before_first_days")
@pytest.mark.parametrize(
    ("zone", "days", "first", "said", "limit"),
    [
        (ICELAND, 10, "2026-05-30", "2026-05-04T08:00", "2026-05-07T08:00"),  # 72 hours come sooner
        (ICELAND, 10, "2026-05-17", "2026-05-04T00:00", "2026-05-07T00:00"),  # both at once
        (ICELAND, 10, "2026-05-16", "2026-05-04T08:00", "2026-05-06T00:00"),
        (ICELAND, 10, "2026-05-14", "2026-05-03T22:59", "2026-05-04T00:00"),
        (ICELAND, 10, "2026-05-14", "2026-05-03T23:30", "2026-05-04T00:30"),  # never in less than an hour
        (ICELAND, 10, "2026-05-06", "2026-05-04T08:00", "2026-05-04T09:00"),
        (ICELAND, 0, "2026-05-06", "2026-05-04T08:00", "2026-05-07T08:00"),  # a kind which never is near
        (NAQ, 10, "2026-04-08", "2026-03-27T08:00", "2026-03-28T22:00"),  # 29 March has no 00:00 there
        (
            NAQ,
            10,
            "2026-11-04",
            "2026-10-23T08:00",
            "2026-10-24T22:00",
        ),  # 25 October has one, an hour later than the 24th had
        (HOWE, 10, "2026-10-15", "2026-10-03T00:00", "2026-10-04T13:00"),
        (ICELAND, 10, "2028-03-10", "2028-02-27T08:00", "2028-02-29T00:00"),
        (ICELAND, 10, "2027-03-10", "2027-02-26T08:00", "2027-02-28T00:00"),
        (ICELAND, 10, "2027-01-09", "2026-12-28T08:00", "2026-12-30T00:00"),
        (ICELAND, 10, "2027-01-11", "2026-12-30T08:00", "2027-01-01T00:00"),
    ],
)
def test_near_departure_the_limit_is_the_beginning_of_a_day_at_the_base_so_many_days_before(
    zone, days, first, said, limit
):
    life = waiting(first, 5, said, zone, terms(**NEVER_NEAR | {"answer_before_first_days": days, "answer_hours": 72}))
    assert falls(life, "approve rung 1") == limit


@pytest.mark.rule("silence/<deadline>", term="kinds.*.undecided_ends")
@pytest.mark.parametrize(
    ("zone", "ends", "first", "length", "due"),
    [
        (ICELAND, "first-day", "2026-05-30", 8, "2026-05-30T00:00"),
        (ICELAND, "last-day", "2026-05-30", 8, "2026-06-07T00:00"),
        (ICELAND, "last-day", "2026-05-30", 1, "2026-05-31T00:00"),
        (NAQ, "first-day", "2026-03-29", 8, "2026-03-28T22:00"),
        (NAQ, "last-day", "2026-03-28", 1, "2026-03-28T22:00"),
        (NAQ, "last-day", "2026-03-29", 1, "2026-03-29T21:00"),
        (NAQ, "first-day", "2026-10-25", 8, "2026-10-24T22:00"),
        (NAQ, "last-day", "2026-10-24", 2, "2026-10-25T22:00"),
        (HOWE, "first-day", "2026-10-05", 3, "2026-10-04T13:00"),
        (HOWE, "last-day", "2026-04-05", 1, "2026-04-05T13:30"),
        (ICELAND, "last-day", "2028-02-28", 1, "2028-02-29T00:00"),
        (ICELAND, "last-day", "2027-02-28", 1, "2027-03-01T00:00"),
        (ICELAND, "last-day", "2026-12-24", 8, "2027-01-01T00:00"),
    ],
)
def test_a_request_that_nobody_decides_lapses_as_its_first_day_begins_or_its_last_is_over(
    zone, ends, first, length, due
):
    said = f"{date.fromisoformat(first) - 30 * DAY}T08:00"
    life = waiting(first, length, said, zone, terms(**NEVER_NEAR | {"undecided_ends": ends}))
    assert falls(life, "undecided") == due
    assert falls(life, "not taken") == ""


@pytest.mark.rule("silence/<deadline>", term="kinds.*.no_show_hours")
@pytest.mark.parametrize(
    ("zone", "hours", "first", "length", "due"),
    [
        (ICELAND, 24, "2026-05-30", 8, "2026-05-31T00:00"),
        (ICELAND, 48, "2026-05-30", 8, "2026-06-01T00:00"),
        (ICELAND, 48, "2026-05-30", 1, "2026-05-31T00:00"),  # the last day is over before
        (ICELAND, 48, "2026-05-30", 2, "2026-06-01T00:00"),
        (NAQ, 24, "2026-03-29", 8, "2026-03-29T22:00"),  # a day of 23 hours: until 01:00 of the next
        (NAQ, 24, "2026-03-29", 1, "2026-03-29T21:00"),
        (NAQ, 24, "2026-10-24", 8, "2026-10-24T21:00"),  # a day of 25 hours: until it is 23:00 for the second time
        (ICELAND, 24, "2028-02-28", 8, "2028-02-29T00:00"),
        (ICELAND, 48, "2028-02-28", 8, "2028-03-01T00:00"),
        (ICELAND, 48, "2026-12-31", 8, "2027-01-02T00:00"),
    ],
)
def test_who_has_not_signed_out_so_long_after_the_first_day_began_is_no_more_waited_for(
    zone, hours, first, length, due
):
    said = f"{date.fromisoformat(first) - 30 * DAY}T08:00"
    life = waiting(first, length, said, zone, terms(**NEVER_NEAR | {"no_show_hours": hours}))
    life.say("approve", "co")
    life.say("confirm-travel", "mover")
    assert life.at == "sign-out"
    assert falls(life, "not taken") == due


SETTLED: list[tuple[str, int, str, int, str, str]] = [
    (ICELAND, 24, "2026-05-30", 2, "2026-05-31T18:00", "2026-06-01T18:00"),
    (ICELAND, 1, "2026-05-30", 2, "2026-05-31T18:00", "2026-05-31T19:00"),
    (NAQ, 24, "2026-03-27", 2, "2026-03-28T15:00", "2026-03-29T15:00"),
    (NAQ, 24, "2026-10-23", 2, "2026-10-24T15:00", "2026-10-25T15:00"),
    (ICELAND, 48, "2028-02-26", 3, "2028-02-28T18:00", "2028-03-01T18:00"),
    (ICELAND, 48, "2026-12-26", 5, "2026-12-30T18:00", "2027-01-01T18:00"),
]


def returned(zone: str, hours: int, first: str, length: int, back: str, *, slow: bool = False) -> Life:
    """Somebody who was away and has signed in, under terms with so many hours to settle; `slow`: no account answers."""
    known = terms(**NEVER_NEAR)
    known = known.model_copy(update={"back": known.back.model_copy(update={"settle_hours": hours})})
    life = waiting(first, length, f"{date.fromisoformat(first) - 30 * DAY}T08:00", zone, known)
    life.say("approve", "co")
    life.say("confirm-travel", "mover")
    life.sign_out(life.facts.calendar.instant(date.fromisoformat(first), time(10)) if life.facts.calendar else None)
    life.slow = slow
    life.sign_in(utc(back))
    return life


@pytest.mark.rule("silence/close")
@pytest.mark.parametrize(("zone", "hours", "first", "length", "back", "due"), SETTLED)
def test_a_settled_leave_is_open_to_corrections_for_so_many_hours_that_pass(zone, hours, first, length, back, due):
    life = returned(zone, hours, first, length, back)
    assert (life.at, falls(life, "close")) == ("close", due)
    assert life.wait_for("close").due_at == utc(due)
    assert life.ends == ["settled"]


@pytest.mark.rule("silence/unsettled")
@pytest.mark.parametrize(("zone", "hours", "first", "length", "back", "due"), SETTLED)
def test_an_account_that_does_not_answer_is_told_after_so_many_hours_and_then_each_24(
    zone, hours, first, length, back, due
):
    life = returned(zone, hours, first, length, back, slow=True)
    assert life.at == "settle"
    for day in range(3):
        assert life.wait_for(f"unsettled {day + 1}").due_at == utc(due) + day * DAY
    assert "unanswered" in life.face.attention


@pytest.mark.rule("silence/check-due")
@pytest.mark.parametrize(
    ("zone", "days", "prove_by", "first", "back", "due"),
    [
        (ICELAND, 30, None, "2026-04-10", "2026-04-10T23:59", "2026-05-11T00:00"),
        (ICELAND, 1, None, "2026-04-10", "2026-04-10T12:00", "2026-04-12T00:00"),
        (NAQ, 30, None, "2026-02-26", "2026-02-26T15:00", "2026-03-28T22:00"),  # as 29 March begins, without a 00:00
        (NAQ, 30, None, "2026-02-26", "2026-02-26T21:30", "2026-03-28T22:00"),
        (NAQ, 30, None, "2026-02-26", "2026-02-26T22:30", "2026-03-29T21:00"),  # back on the next day of the base
        (NAQ, 30, None, "2026-09-25", "2026-09-25T15:00", "2026-10-25T22:00"),
        (HOWE, 30, None, "2026-09-05", "2026-09-05T10:00", "2026-10-05T13:00"),
        (ICELAND, 30, None, "2028-01-29", "2028-01-29T12:00", "2028-02-29T00:00"),
        (ICELAND, 30, None, "2027-01-29", "2027-01-29T12:00", "2027-03-01T00:00"),
        (ICELAND, 30, None, "2026-12-02", "2026-12-02T12:00", "2027-01-02T00:00"),
        (ICELAND, 30, "2026-04-30", "2026-04-10", "2026-04-10T12:00", "2026-05-01T00:00"),
        (NAQ, 30, "2026-03-28", "2026-03-10", "2026-03-10T12:00", "2026-03-28T22:00"),
    ],
)
def test_a_proof_is_waited_for_to_the_end_of_a_day_of_the_base(zone, days, prove_by, first, back, due):
    """So many days after the day of the return, or the day which the approval named."""
    known = terms("us-army", "emergency", **NEVER_NEAR | {"attestation": prove_by is not None, "proof_days": days})
    life = waiting(first, 1, f"{date.fromisoformat(first) - 5 * DAY}T08:00", zone, known, "emergency")
    life.say("approve", "co", **({"prove_by": prove_by} if prove_by else {}))
    life.say("confirm-travel", "mover")
    assert life.facts.calendar
    life.sign_out(life.facts.calendar.instant(date.fromisoformat(first), time(10)))
    life.sign_in(utc(back))
    assert falls(life, "check due") == due
