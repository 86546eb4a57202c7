"""Bereavement: charged until the balance of the day of the death is under 30, then 14 days that are not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.holdings import Days, Want, Word
from domain.leave.absence import Absence, charge, parts, plan
from domain.leave.events import Attested, Lacks, Recounted, Took
from domain.leave.state import REOPENED
from domain.model import DAY, Decimal
from tests.domain.leave.life import CALENDAR, FIRST, NO_DAYS, NOW, Life, World, local, terms

US = terms("us-army", "bereavement", first_after_days=0)
DIED = date(2026, 3, 1)


class Poor(World):
    """An account which tells its balance, and has no day to give."""

    def answer(self, want: Want) -> tuple[Any, ...]:
        if isinstance(want.spec, Days) and want.spec.expected:
            return (Lacks(spec=want.spec, n=want.n, refusal=NO_DAYS, cites=(NO_DAYS.rule,)),)
        return super().answer(want)


def bereaved(had: str = "31.5", world: World | None = None, **asked: Any) -> Life:
    """A bereavement leave of 14 days that is asked for; the account had so many days on the day of the death."""
    life = Life(world, terms=US, family="listed")
    life.world.word = Word(had=Decimal(had))
    known = {"leave_kind": "bereavement", "first": FIRST, "last": FIRST + 13 * DAY, "died_on": DIED}
    life.ask(**(known | {"last_service": FIRST} | asked))
    return life


def told(had: str, length: int, service: date = FIRST) -> list[str]:
    """Charged days, days of bereavement, and charged ones after them, of a leave of so many days."""
    act = bereaved().state.asked.model_copy(update={"last_service": service})
    days = plan(Absence(act, US, CALENDAR, Word(had=Decimal(had))), FIRST, FIRST + (length - 1) * DAY)
    runs: list[str] = []
    for day in days:
        name = day.rule.removeprefix("bereavement/")
        if runs and runs[-1].split()[1] == name:
            runs[-1] = f"{int(runs[-1].split()[0]) + 1} {name}"
        else:
            runs.append(f"1 {name}")
    return runs


@pytest.mark.rule("bereavement/charged-first")
@pytest.mark.rule("bereavement/uncharged")
@pytest.mark.rule("bereavement/charged-after")
@pytest.mark.parametrize(
    ("had", "length", "expected"),
    [
        ("29.5", 14, ["14 uncharged"]),
        ("30", 14, ["1 charged-first", "13 uncharged"]),
        ("31", 14, ["2 charged-first", "12 uncharged"]),
        ("31.5", 14, ["2 charged-first", "12 uncharged"]),
        ("60", 14, ["14 charged-first"]),
        ("60", 45, ["31 charged-first", "14 charged-after"]),
        ("0", 1, ["1 uncharged"]),
        ("-4", 17, ["14 uncharged", "3 charged-after"]),
        ("30", 16, ["1 charged-first", "14 uncharged", "1 charged-after"]),
    ],
)
def test_bereavement_is_charged_until_the_balance_is_under_30_and_free_for_14_days_in_a_row(had, length, expected):
    assert told(had, length) == expected


@pytest.mark.parametrize(("service", "free"), [(FIRST - 14 * DAY, 1), (FIRST - 10 * DAY, 5), (FIRST, 14)])
def test_the_window_ends_14_days_after_the_last_service(service, free):
    rest = [f"{14 - free} charged-after"] if free < 14 else []
    assert told("10", 14, service) == [f"{free} uncharged", *rest]


def test_days_after_a_window_that_ended_first_are_told_to_be_after_it_however_late_they_are():
    act = bereaved().state.asked.model_copy(update={"last_service": FIRST - 10 * DAY})
    days = plan(Absence(act, US, CALENDAR, Word(had=Decimal(5))), FIRST, FIRST + 19 * DAY)
    assert {day.why for day in days[5:]} == {f"charged: after the window for it, which ended on {FIRST + 4 * DAY}"}
    act = act.model_copy(update={"last_service": FIRST})
    days = plan(Absence(act, US, CALENDAR, Word(had=Decimal(5))), FIRST, FIRST + 19 * DAY)
    assert {day.why for day in days[14:]} == {"charged: after 14 days that are not charged"}


def test_without_a_service_the_window_ends_14_days_after_the_death():
    act = bereaved().state.asked.model_copy(update={"last_service": None, "died_on": FIRST - 2 * DAY})
    days = plan(Absence(act, US, CALENDAR, Word(had=Decimal(5))), FIRST, FIRST + 13 * DAY)
    assert charge(days) == 1


@pytest.mark.rule("bereavement/death")
@pytest.mark.parametrize(
    "asked",
    [
        {"died_on": None},
        {"died_on": NOW.date() + DAY},
        {"died_on": NOW.date(), "last_service": NOW.date() - DAY},
    ],
)
def test_a_death_that_is_not_told_or_lies_in_the_future_is_refused_with_the_remedy(asked):
    life = bereaved(**asked)
    assert life.refused == "bereavement/death"
    assert life.ends == ["not-opened"]


def test_the_account_is_asked_first_and_its_word_decides_what_is_held():
    life = bereaved("31.5")
    holds = [e.event.spec for e in life.journal if isinstance(e.event, Took) and e.event.spec.what == "days"]
    assert [(spec.expected, spec.balance_on) for spec in holds] == [(Decimal(0), DIED), (Decimal(2), DIED)]
    assert [(s.purse, s.first) for s in holds[1].shares] == [("annual", FIRST), ("none", FIRST + 2 * DAY)]
    assert life.at == "approve"


def test_what_is_credited_meanwhile_does_not_reopen_the_split():
    life = bereaved("31.5").until("sign-in")
    life.world.word = Word(had=Decimal(60))
    life.sign_in(local(FIRST + 13 * DAY, "23:00"))
    assert life.state.charged == 2


def test_nothing_is_held_where_the_charged_days_are_refused():
    life = bereaved(world=Poor())
    assert life.at == "hold"
    life.wait_for("no days")
    assert life.ends == ["not-opened"]


def test_a_proof_within_30_days_after_the_return_keeps_the_days_uncharged():
    life = bereaved().until("sign-in")
    life.sign_in(local(FIRST + 13 * DAY, "23:00"))
    assert life.at == "close"
    assert life.due() == ["check due"]
    assert life.face.posts == ("VO-NAQ",)
    life.say("attest", "verifier", method="document")
    assert life.kinds == ["attested"]
    life.wait_for("close")
    assert (life.ends, life.state.charged) == (["settled"], 2)


@pytest.mark.rule("silence/check-due")
def test_a_missing_proof_reopens_the_charge_and_a_late_one_gives_it_back():
    life = bereaved().until("sign-in")
    life.sign_in(local(FIRST + 13 * DAY, "23:00"))
    due = life.wait_for("check due")
    assert due.due_at == local(FIRST + (13 + 31) * DAY)
    assert (life.state.charged, life.state.held["days"].charged) == (14, 14)
    life.say("attest", "verifier", method="document")
    assert isinstance(life.said[0], Attested)
    assert isinstance(life.said[1], Recounted)
    assert life.state.held["days"].charged == 2


def test_a_failed_proof_reopens_the_charge_at_once():
    life = bereaved().until("sign-in")
    life.sign_in(local(FIRST + 13 * DAY, "23:00"))
    life.say("attest", "verifier", method="document", holds=False)
    assert life.state.held["days"].charged == 14
    life.wait_for("close")
    assert life.ends == ["settled"]


@pytest.mark.rule("emergency/prove-later")
def test_an_emergency_is_approved_now_and_proved_later():
    life = Life(terms=terms("gbr-contingent"), family="listed")
    life.ask(leave_kind="emergency", first=FIRST, last=FIRST + 6 * DAY)
    life.say("approve", "co")
    assert life.refused == "emergency/attestation"
    life.say("approve", "co", prove_by=NOW.date() - DAY)
    assert life.refused == "emergency/prove-later"
    life.say("approve", "co", prove_by=FIRST + 20 * DAY)
    assert life.state.approved
    life.until("sign-in").sign_in(local(FIRST + 6 * DAY, "18:00"))
    assert life.state.charged == 0
    assert life.wait_for("check due").due_at == local(FIRST + 21 * DAY)
    assert life.state.held["days"].charged == 7
    assert {share.purse for share in life.state.held["days"].shares} == {"annual"}


@pytest.mark.rule("emergency/prove-later")
@pytest.mark.parametrize("before", [True, False])
def test_days_of_one_who_is_away_are_held_as_charged_from_the_moment_on_in_which_their_proof_fails(before):
    """Else they could be promised to another leave. What began before leaves told it so waits for the return."""
    life = Life(terms=terms("gbr-contingent"), family="listed")
    life.ask(leave_kind="emergency", first=FIRST, last=FIRST + 6 * DAY)
    if before:
        life.state = life.state.model_copy(update={"chart": REOPENED - 1})
    life.say("approve", "co", prove_by=FIRST + 20 * DAY)
    life.until("sign-in")
    assert life.state.held["days"].expected == 0
    life.say("attest", "verifier", method="document", holds=False)
    held = life.state.held["days"]
    assert held.charged is None
    assert held.expected == (0 if before else 7)
    assert {share.purse for share in held.shares} == (set() if before else {"annual"})
    life.say("attest", "verifier", method="document", holds=True)
    assert life.state.held["days"].expected == 0
    life.sign_in(local(FIRST + 6 * DAY, "18:00"))
    assert (life.state.charged, life.state.held["days"].charged) == (0, 0)


@pytest.mark.rule("emergency/prove-later")
def test_a_commander_who_doubts_asks_for_a_proof_although_the_mission_checks_no_emergency():
    """The check is a switch of the mission; where it is off, it is asked for when the commander doubts."""
    life = Life(terms=terms("gbr-contingent", "emergency", attestation=False), family="listed")
    life.ask(leave_kind="emergency", first=FIRST, last=FIRST + 6 * DAY)
    assert life.at == "approve"
    life.say("approve", "co", prove_by=FIRST + 20 * DAY)
    life.until("sign-in").sign_in(local(FIRST + 6 * DAY, "18:00"))
    life.say("attest", "verifier", method="document", holds=False)
    assert (life.refused, life.state.charged) == ("", 7)


def test_nobody_proves_what_waits_for_no_proof():
    life = Life().until("approve")
    life.say("attest", "verifier", method="phone")
    assert life.refused == "path/attest"


def test_an_absence_of_several_kinds_is_laid_to_each_in_turn():
    us = terms("us-army", "rr", first_after_days=0, eligible_after_days=0, notice_days=0)
    life = Life(terms=us)
    then = ({"leave_kind": "ordinary", "first": FIRST + 3 * DAY}, {"leave_kind": "pass", "first": FIRST + 5 * DAY})
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 6 * DAY, then=then)
    assert not life.refused
    ask = life.state.asked
    kinds = [(p.leave_kind, (p.last - p.first).days + 1) for p in parts(ask, FIRST, FIRST + 6 * DAY)]
    assert kinds == [("rr", 3), ("ordinary", 2), ("pass", 2)]
    assert [p.leave_kind for p in parts(ask, FIRST, FIRST + 3 * DAY)] == ["rr", "ordinary"]
    assert [p.leave_kind for p in parts(ask, FIRST + 4 * DAY, FIRST + 4 * DAY)] == ["ordinary"]
    assert life.state.held["days"].expected == 5


@pytest.mark.rule("ask/then")
def test_a_kind_which_is_checked_follows_no_other():
    life = Life(terms=terms("us-army"), family="listed")
    life.ask(then=({"leave_kind": "emergency", "first": FIRST + 3 * DAY},))
    assert life.refused == "ask/then"


def test_the_last_service_is_told_once_it_is_known_and_moves_the_window():
    life = bereaved("10", last_service=None, died_on=NOW.date() - DAY)
    assert life.state.held["days"].expected == 14  # asked for after the window of a death alone
    life.say("correct", "co", last_service=FIRST, reason="the family has set the day")
    assert life.state.held["days"].expected == 0
    assert life.at == "approve"
    life.until("sign-in").sign_in(local(FIRST + 13 * DAY, "23:00"))
    assert life.state.charged == 0
    assert "service" not in " ".join(e.event.says() for e in life.journal)
    life.say("correct", "co", last_service=FIRST - 10 * DAY, reason="it was another day")
    assert life.state.held["days"].charged == 9


def test_a_last_service_is_not_told_of_another_leave_nor_before_the_death():
    life = Life().until("approve")
    life.say("correct", "co", last_service=FIRST, reason="x")
    assert life.refused == "record/correction"
    life = bereaved()
    life.say("correct", "co", last_service=DIED - DAY, reason="x")
    assert life.refused == "record/correction"
