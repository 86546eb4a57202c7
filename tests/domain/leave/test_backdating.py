"""What was said long before it is recorded: judged by the later moment, by when it was signed, or marked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.backdating import counts_from
from domain.facts import BaseFacts
from domain.leave.deadlines import due
from domain.leave.reading import sentence
from domain.model import DAY, HOUR
from domain.orders import Order
from domain.restrictions import DegradedCommunications, StopLeave
from tests.domain.leave.life import FIRST, LAST, MEMBER, NOW, SEALED, Life, local, terms

TODAY = NOW.date()
STAYS = MEMBER.model_copy(update={"departs": date(2029, 12, 31)})
LATE = "record/entered-late"


def asked(degraded: tuple[str, ...] = (), notice: int = 14, days_late: int = 0) -> Life:
    """Asked for just in time on paper, and recorded some days later."""
    life = Life(degraded=degraded, terms=terms(notice_days=notice))
    said_at = local(FIRST - notice * DAY, "10:00")
    life.now = said_at + days_late * DAY
    life.ask(acted_at=said_at)
    return life


@pytest.mark.parametrize("days_late", [0, 1, 13])
def test_a_request_of_ones_own_that_comes_in_late_is_judged_by_when_it_is_recorded(days_late):
    life = asked(days_late=days_late)
    assert life.refused == ("ask/notice" if days_late else "")


@pytest.mark.parametrize("days_late", [0, 1, 13])
def test_while_communications_were_degraded_it_is_judged_by_when_it_was_said_and_marked(days_late):
    life = asked(degraded=("MO-7.1",), days_late=days_late)
    assert life.refused == ""
    assert "MO-7.1" in life.said[0].cites
    assert life.said[0].irregular == ("record/degraded-communications",)


@pytest.mark.parametrize(("degraded", "refused"), [((), "return/extension"), (("MO-7.1",), "")])
def test_an_extension_asked_in_time_and_recorded_too_late(degraded, refused):
    life = Life(degraded=degraded).until("sign-in")
    life.wait(local(LAST + DAY, "09:00"))
    life.say("extend", "member", last=LAST + 3 * DAY, reason=SEALED, acted_at=local(LAST, "03:00"))
    assert life.refused == refused
    assert bool(life.state.irregular) is not bool(refused)


def test_only_the_mission_says_that_communications_are_degraded():
    """A commander who could would date their own decisions back."""
    words = {
        "number": "MO-7",
        "version": 1,
        "issuer": "FC",
        "title": "outage",
        "since": NOW,
        "etp": "FC",
        "restrictions": (DegradedCommunications(), StopLeave()),
    }
    with pytest.raises(ValueError, match="of the whole mission"):
        Order.model_validate(words)
    assert Order.model_validate(words | {"mission_wide": True}).mission_wide


# ---- what a member signed, and a clerk enters later


@pytest.mark.parametrize("days_late", [0, 1, 13, 14, 20])
def test_what_a_member_signed_in_time_is_not_refused_because_a_clerk_typed_it_late(days_late):
    """Signed 14 days before the first day; the paper lay about, also until the first day was past."""
    life = Life()
    said_at = local(FIRST - 14 * DAY, "10:00")
    life.now = said_at + days_late * DAY
    life.ask(acted_at=said_at, clerk="clerk")
    assert life.refused == ""
    assert life.said[0].irregular == ((LATE,) if days_late else ())
    assert life.state.as_of == (said_at if days_late else None)


@pytest.mark.parametrize(("signed", "refused"), [(14, ""), (13, "ask/notice")])
def test_what_was_signed_too_late_stays_refused_whenever_it_is_typed(signed, refused):
    life = Life()
    life.now = local(FIRST - 2 * DAY, "10:00")
    life.ask(acted_at=local(FIRST - signed * DAY, "10:00"), clerk="clerk")
    assert life.refused == refused


def test_nobody_asks_too_early_by_dating_a_paper_to_the_future():
    life = Life()
    life.ask(acted_at=NOW + DAY, clerk="clerk")
    assert life.refused == "record/future"


def test_an_extension_signed_in_time_counts_when_a_clerk_enters_it_after_the_last_day():
    life = Life().until("sign-in")
    life.wait(local(LAST + DAY, "09:00"))
    life.say("extend", "member", "clerk", last=LAST + 3 * DAY, reason=SEALED, acted_at=local(LAST, "03:00"))
    assert life.refused == ""
    assert life.said[0].irregular == (LATE,)


def test_a_leave_that_is_over_when_its_paper_is_typed_goes_its_whole_way():
    """Signed in time, taken, and all of it entered a week after the return: days are counted by what the gate saw."""
    life = Life()
    signed = local(FIRST - 20 * DAY, "10:00")
    life.now = local(LAST + 7 * DAY, "10:00")
    life.ask(acted_at=signed, clerk="clerk", travel="none")
    life.say("approve", "co", "clerk", acted_at=signed + HOUR)
    assert life.at == "sign-out"
    life.say("sign-out", "gate", acted_at=local(FIRST, "10:00"))
    life.say("sign-in", "gate", acted_at=local(LAST, "18:00"))
    assert (life.at, life.state.charged, life.said[0].irregular) == ("close", 8, ())


def test_a_request_typed_after_its_first_day_is_decided_within_two_limits_and_does_not_lapse_at_once():
    """Ordinary leave is answered within 72 hours; silence has then reached the next higher after twice that."""
    life = Life()
    life.now = local(FIRST + DAY, "10:00")
    life.ask(acted_at=local(FIRST - 20 * DAY, "10:00"), clerk="clerk")
    (undecided,) = [lapse for lapse in due(life.state) if lapse.what == "undecided"]
    assert undecided.acted_at == life.now + 144 * HOUR
    assert life.wait(undecided.acted_at)[-1] == "undecided"
    assert life.ends == ["lapsed"]


def test_an_approved_leave_typed_after_its_last_day_waits_for_the_gate_as_long_as_for_any_who_does_not_come():
    life = Life()
    life.now = local(LAST + 3 * DAY, "10:00")
    life.ask(acted_at=local(FIRST - 20 * DAY, "10:00"), clerk="clerk", travel="none")
    life.say("approve", "co", "clerk", acted_at=local(FIRST - 19 * DAY, "10:00"))
    ready = life.now
    assert life.at == "sign-out"
    assert life.wait_for("not taken").due_at == ready + 24 * HOUR
    assert life.ends == ["not-taken"]


def test_the_dates_of_a_leave_typed_late_are_corrected_to_what_the_paper_says():
    life = Life()
    life.now = local(FIRST + 2 * DAY, "10:00")
    life.ask(acted_at=local(FIRST - 20 * DAY, "10:00"), clerk="clerk")
    life.say("correct", "clerk", first=FIRST + DAY, reason="read 23 for 24")
    assert (life.refused, life.state.first) == ("", FIRST + DAY)


# ---- what nobody knows ahead


SICK = {"leave_kind": "sick", "travel": "none", "destination": "NAQ"}


@pytest.mark.rule("ask/notice")
@pytest.mark.parametrize(("days_ago", "refused"), [(0, ""), (1, ""), (7, ""), (8, "ask/notice")])
def test_sick_leave_is_asked_for_up_to_a_week_after_its_first_day(days_ago, refused):
    """UN civilians: who falls ill signs when they are back."""
    life = Life(terms=terms("un-civilian", "sick"))
    first = TODAY - days_ago * DAY
    life.ask(**SICK, first=first, last=first)
    assert life.refused == refused


@pytest.mark.rule("ask/notice")
@pytest.mark.parametrize(
    ("now", "first", "refused"),
    [
        ("2028-03-05T08:00:00+00:00", "2028-02-27", ""),  # over a leap day
        ("2028-03-05T08:00:00+00:00", "2028-02-26", "ask/notice"),
        ("2027-01-04T22:30:00+00:00", "2026-12-29", ""),  # half past midnight at the base, already the next day
        ("2027-01-04T22:30:00+00:00", "2026-12-28", "ask/notice"),
    ],
)
def test_the_week_is_one_of_days_of_the_base(now, first, refused):
    life = Life(terms=terms("un-civilian", "sick"), member=STAYS)
    life.now = datetime.fromisoformat(now)
    life.ask(**SICK, first=first, last=first)
    assert life.refused == refused


@pytest.mark.parametrize(
    ("first_ago", "last_ago", "asked", "lapses"),
    [
        (0, 0, "21:55", "21:55"),  # on its only day, just before midnight: six days of 24 hours later
        (3, 0, "21:55", "21:55"),
        (2, 1, "21:55", "21:55"),  # a day later: as before
        (0, -5, "09:00", "09:00"),  # five days still to come: 144 hours end after the last day
        (0, -6, "09:00", None),  # the last day ends later than that
    ],
)
def test_sick_leave_asked_for_on_its_last_day_lives_as_long_as_one_asked_for_afterwards(
    first_ago, last_ago, asked, lapses
):
    """It is answered within 72 hours: silence reaches the next higher after twice that, and then it may lapse."""
    life = Life(terms=terms("un-civilian", "sick"))
    life.now = local(TODAY, asked)
    life.ask(**SICK, first=TODAY - first_ago * DAY, last=TODAY - last_ago * DAY)
    expected = local(TODAY + 6 * DAY, lapses) if lapses else local(TODAY + 7 * DAY)
    (undecided,) = [lapse for lapse in due(life.state) if lapse.what == "undecided"]
    assert undecided.acted_at == expected
    remind = next(lapse for lapse in due(life.state) if "remind" in lapse.what)
    assert (due(life.state)[0], remind.acted_at) == (remind, life.now + 36 * HOUR)


def test_a_day_of_sickness_that_is_over_is_approved_and_waits_for_the_gate():
    life = Life(terms=terms("un-civilian", "sick"))
    life.ask(**SICK, first=TODAY - DAY, last=TODAY - DAY)
    assert life.at == "approve"
    life.say("approve", "co")
    assert (life.refused, life.at, life.ends) == ("", "sign-out", [])


# ---- decisions of others


def test_a_decision_said_while_communications_were_degraded_is_marked_whoever_decides():
    life = Life(degraded=("MO-7.1",)).until("approve")
    life.hours(5)
    life.say("approve", "co", acted_at=life.now - 3 * HOUR)
    assert (life.kinds, life.said[0].irregular) == (["approved"], ("record/degraded-communications",))
    assert "MO-7.1" in life.said[0].cites


CONSENTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("approve", "co", {}),
    ("clear", "officer", {}),
    ("confirm-travel", "mover", {"waive": "a full flight"}),
)


def written_after_the_gate_saw(late: str, minutes: int, degraded: tuple[str, ...] = ()) -> Life:
    """Each consent said the day before the first day; one of them recorded so many minutes after the sign-out."""
    left, said = local(FIRST, "10:00"), local(FIRST - DAY, "10:00")
    life = Life(degraded=degraded, base=BaseFacts(code="NAQ", clearance="officer"))
    life.ask()
    life.now = said
    for kind, who, words in CONSENTS:
        life.now = left + timedelta(minutes=minutes) if kind == late else max(life.now, said)
        life.say(kind, who, acted_at=said, **words)
        assert life.refused == ""
    life.now = max(left, life.now) + HOUR
    life.say("sign-out", "gate", acted_at=left)
    return life


@pytest.mark.parametrize(
    ("late", "marks"),
    [
        ("approve", {"path/approve", "path/officer", "path/confirm"}),
        ("clear", {"path/officer", "path/confirm"}),
        ("confirm-travel", {"path/confirm"}),
    ],
)
@pytest.mark.parametrize("minutes", [-1, 0, 1, 14 * 24 * 60])
def test_a_sign_out_seen_before_a_consent_counts_is_irregular_and_stands(late, marks, minutes):
    """Said in order, and recorded after the gate's moment: the consent counts from then, and the sign-out stands."""
    life = written_after_the_gate_saw(late, minutes)
    assert (life.at, life.state.approved) == ("sign-in", True)
    assert {mark for mark in life.said[0].irregular if mark.startswith("path/")} == (marks if minutes > 0 else set())
    told = [one.act_id for one in life.journal if "counts from when it was recorded" in sentence(one, entitled=True)]
    assert told[0] == next(one.act.act_id for one in life.decisions if one.act.kind == late)


def test_while_communications_were_degraded_consents_count_from_when_they_were_said():
    life = written_after_the_gate_saw("approve", 14 * 24 * 60, degraded=("MO-7.1",))
    assert not {mark for mark in life.said[0].irregular if mark.startswith("path/")}


@pytest.mark.parametrize(("minutes", "late"), [(10, False), (11, True)])
def test_minutes_by_which_clocks_differ_make_no_decision_a_late_one(minutes, late):
    life = Life().until("approve")
    said = life.now
    life.now += timedelta(minutes=minutes)
    life.say("approve", "co", acted_at=said)
    (entry,) = [one for one in life.journal if one.event.kind == "approved"]
    assert (counts_from(entry) > said) is late


def test_other_flights_named_after_the_return_was_planned_make_no_later_confirmation():
    life = Life().until("sign-out")
    before = life.state.consents["movement"]
    life.hours(5)
    life.say("confirm-travel", "mover", back_flight="UN-7")
    assert (life.refused, life.state.consents["movement"]) == ("", before)


@pytest.mark.parametrize(("degraded", "refund"), [((), True), (("MO-7.1",), False)])
def test_a_cancel_counts_for_the_refund_from_when_it_is_recorded_unless_communications_were_degraded(degraded, refund):
    """Cancelled 50 hours before the first day and recorded 40 hours before: 48 hours are the line."""
    us = terms("us-army")
    life = Life(degraded=degraded, terms=us.model_copy(update={"accrual": us.accrual})).until("sign-out")
    life.wait(local(FIRST) - 40 * HOUR)
    life.say("cancel", "co", reason="needed", contingency=True, acted_at=local(FIRST) - 50 * HOUR)
    assert life.said[0].refund is refund
