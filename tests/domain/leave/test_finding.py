"""What a commander finds of late days: by whom, of which days, and what they then cost."""

from __future__ import annotations

from typing import Any

import pytest

from domain.holdings import Word
from domain.leave.counting import each
from domain.leave.deciding import no
from domain.leave.late import found_of, unfound
from domain.model import DAY, Decimal, date
from tests.domain.leave.life import FIRST, LAST, NOW, SEALED, Life, local, terms


def late(days: int = 2) -> Life:
    """Still away at 10:00, so many days after the last one."""
    life = Life().until("sign-in")
    life.wait(local(LAST + days * DAY, "10:00"))
    return life


def find(life: Life, finding: str, who: str = "co", clerk: str | None = None, **words: Any) -> Life:
    life.say("find", who, clerk, finding=finding, reason=SEALED, **words)
    return life


def charges(life: Life) -> dict[date, tuple[Decimal, str]]:
    """What the newest count says of each day after the last one."""
    counted = [e.event.count for e in life.journal if getattr(e.event, "count", ())][-1]
    return {d.day: (d.charge, d.rule) for d in each(counted) if d.day > LAST}


@pytest.mark.parametrize(
    ("who", "clerk", "rule"),
    [
        ("cook", None, "authority/approve"),
        ("member", None, "decision/not-own"),
        ("co", "clerk", "return/finding"),
        ("co", None, ""),
        ("dco", None, ""),
        ("force", None, ""),
    ],
)
def test_return_finding(who, clerk, rule):
    """The commander finds, or who stands above, in person."""
    life = find(late(), "absent", who, clerk)
    assert (life.refused, life.state.finding) == (rule, "" if rule else "absent")


@pytest.mark.parametrize("finding", ["excused", "charged", "absent"])
@pytest.mark.parametrize("reported", [False, True])
def test_nothing_is_found_of_days_that_have_not_come(finding, reported):
    """Before the last day has ended: but for a delay that was reported, which is found without fault or with."""
    life = late(0)
    if reported:
        life.say("report", "cook", what="delay", until=LAST + 3 * DAY)
    find(life, finding)
    allowed = reported and finding != "absent"
    assert life.refused == ("" if allowed else "return/finding-days")
    assert life.state.finding == (finding if allowed else "")


def test_a_refused_finding_says_from_when_on_it_could_be_found():
    (no,) = find(late(0), "absent").said
    assert str(LAST + DAY) in no.refusal.helps
    assert no.refusal.facts == {"last day": str(LAST), "member": "away"}


def test_nothing_is_found_of_a_member_who_was_back_in_time():
    life = Life().until("close")
    assert find(life, "charged").refused == "return/finding-days"
    assert "back in time" in life.said[0].refusal.why


EXCUSED, ABSENT = (Decimal(0), "return/excused"), (Decimal(0), "return/absent")


@pytest.mark.rule("return/finding-days")
@pytest.mark.parametrize(
    ("first", "until", "refused", "absent", "awaited"),
    [
        (None, None, "return/finding-days", (), 5),
        (6, None, "return/finding-days", (), 5),
        (5, None, "", (5,), 4),
        (3, None, "", (3, 4, 5), 2),
        (1, None, "", (1, 2, 3, 4, 5), 0),
        (2, 3, "", (2, 3), 5),
        (4, 5, "", (4, 5), 3),
        (4, 9, "", (4, 5), 3),
    ],
)
def test_an_excuse_that_reached_too_far_is_taken_back_by_the_newer_finding(first, until, refused, absent, awaited):
    """An excuse without days names the five it is of; of two findings about one day the newer holds."""
    life = find(late(5), "excused")
    (found,) = life.said
    assert found.says() == f"days from {LAST + DAY} to {LAST + 5 * DAY} found: excused"
    days = {"first": first, "until": until}
    find(life, "absent", **{name: LAST + n * DAY for name, n in days.items() if n})
    assert life.refused == refused
    assert life.state.awaited_until == LAST + awaited * DAY
    life.say("sign-in", "gate")
    assert charges(life) == {LAST + n * DAY: ABSENT if n in absent else EXCUSED for n in range(1, 6)}


@pytest.mark.parametrize(
    "words", [{"first": LAST}, {"until": LAST}, {"first": LAST + 2 * DAY, "until": LAST + DAY}, {"first": LAST - DAY}]
)
def test_a_finding_is_of_days_after_the_last_day(words):
    life = late(5)
    if words.get("until", LAST + 9 * DAY) < words.get("first", LAST):
        with pytest.raises(ValueError, match="expected a day on or after"):
            find(life, "excused", **words)
    else:
        assert find(life, "excused", **words).refused == "return/finding-days"


@pytest.mark.rule("return/delay")
@pytest.mark.parametrize(("finding", "charged"), [("charged", 10), ("excused", 8), ("absent", 8)])
@pytest.mark.parametrize("found_first", [True, False])
def test_a_finding_charges_or_excuses_the_days_after_the_last_one(finding, charged, found_first):
    """Whether it is found before the member is back, or after."""
    life = late()
    if found_first:
        find(life, finding)
    life.say("sign-in", "gate")
    if not found_first:
        assert life.state.charged == Decimal(10)
        find(life, finding)
    assert life.state.charged == Decimal(charged)
    assert life.state.held["days"].charged == Decimal(charged)


UNCHARGED = {
    "rr": (terms("un-civilian", "rr", first_after_days=0, eligible_after_days=0), {}),
    "special": (terms("un-civilian", "special", first_after_days=0), {}),
    "sick": (terms("un-civilian", "sick", first_after_days=0), {}),
    "bereavement": (
        terms("us-army", "bereavement", first_after_days=0),
        {"died_on": NOW.date() - DAY, "last_service": FIRST},
    ),
}


@pytest.mark.rule("return/charged")
@pytest.mark.parametrize(("finding", "charged"), [(None, 3), ("charged", 3), ("excused", 0), ("absent", 0)])
@pytest.mark.parametrize("kind", UNCHARGED)
def test_late_days_of_a_kind_that_is_not_charged_are_charged_until_they_are_found(kind, finding, charged):
    """No day of the kind was given after the last one: being late with it is no free leave until somebody finds."""
    (under, words), last = UNCHARGED[kind], FIRST + 2 * DAY
    life = Life(terms=under, family="listed")
    life.world.word = Word(had=Decimal(10), left={2026: Decimal(7)})
    life.ask(leave_kind=kind, first=FIRST, last=last, **words)
    life.until("sign-in").sign_in(local(last + 3 * DAY, "18:00"))
    if finding:
        find(life, finding)
    assert (life.refused, life.state.charged) == ("", Decimal(charged))
    counted = [e.event.count for e in life.journal if getattr(e.event, "count", ())][-1]
    late_days = [d for d in each(counted) if d.day > last]
    assert {d.rule for d in late_days} == {f"return/{finding or 'charged'}"}
    assert {d.charge for d in each(counted) if d.day <= last} == {Decimal(0)}


def test_a_late_day_that_counting_leaves_free_is_free_in_a_kind_that_is_not_charged_too():
    """Back before duty on the day after the last one, where the pack does not charge that."""
    free = []
    for kind in ("ordinary", "pass"):
        life = Life(terms=terms("us-marines", kind, first_after_days=0))
        life.ask(leave_kind=kind, first=FIRST, last=FIRST + 2 * DAY)
        life.until("sign-in").sign_in(local(FIRST + 3 * DAY, "05:00"))
        free.append([d.charge for d in each(life.said[0].count) if d.day > FIRST + 2 * DAY])
    assert free == [[Decimal(0)], [Decimal(0)]]


def test_findings_that_follow_each_other_are_each_of_their_own_days():
    """Excused while the airport was closed, absent from then on: each day by its finding."""
    life = find(late(2), "excused")
    life.wait(local(LAST + 5 * DAY, "10:00"))
    find(life, "absent")
    life.say("sign-in", "gate")
    rules = [charges(life)[LAST + i * DAY] for i in range(1, 6)]
    assert rules == [(Decimal(0), "return/excused")] * 2 + [(Decimal(0), "return/absent")] * 3


def test_an_absence_that_turns_out_to_be_without_fault_is_found_anew_and_the_first_finding_stays():
    """An unreported delay, found to be absence, then without fault: the days are settled anew, nothing is erased."""
    life = find(late(3), "absent")
    life.say("sign-in", "gate")
    before, charged = len(life.journal), life.state.charged
    find(life, "charged")
    assert (charged, life.state.charged, life.state.held["days"].charged) == (Decimal(8), Decimal(11), Decimal(11))
    find(life, "excused")
    assert (life.state.charged, life.at) == (Decimal(8), "close")
    assert [e.event.finding for e in life.journal if e.event.kind == "found"] == ["absent", "charged", "excused"]
    assert before < len(life.journal)


def test_some_of_the_late_days_are_relabelled_by_their_dates():
    life = late(4)
    life.say("sign-in", "gate")
    find(life, "excused", first=LAST + 2 * DAY, until=LAST + 3 * DAY)
    assert [charges(life)[LAST + i * DAY][0] for i in range(1, 5)] == [1, 0, 0, 1]
    find(life, "charged", first=LAST + 3 * DAY, until=LAST + 3 * DAY)
    assert [charges(life)[LAST + i * DAY][0] for i in range(1, 5)] == [1, 0, 1, 1]
    assert found_of(life.state.findings, LAST + 4 * DAY) == ""


def test_a_corrected_sign_in_keeps_what_was_found():
    life = find(late(3), "excused")
    life.say("sign-in", "gate")
    life.say("correct", "gate", signed_in_at=local(LAST + 2 * DAY, "10:00"), reason="a slip of the pen")
    assert life.state.charged == Decimal(8)


def test_what_is_offered_is_what_is_typed():
    life = late(3)
    life.say("withdraw", "member")
    assert life.said[0].refusal.helps.startswith("possible now: ")
    assert "finding" in life.said[0].refusal.helps.removeprefix("possible now: ").split(", ")
    assert "find" not in life.said[0].refusal.helps.removeprefix("possible now: ").split(", ")


@pytest.mark.parametrize(
    ("step", "travel", "offered"),
    [
        ("approve", "flight", "approve, correct, deny, withdraw"),
        ("sign-out", "none", "cancel, correct, withdraw"),
        ("sign-out", "flight", "cancel, confirm-travel, correct, unbook, withdraw"),
        ("sign-in", "road", "correct, extend, recall"),
        ("close", "flight", "correct"),
    ],
)
def test_what_nothing_waits_for_is_not_offered(step, travel, offered):
    """No countersignature, review, finding, check or clearance where there is none to be had."""
    life = Life()
    life.ask(travel=travel)
    life.until(step)
    said = no(life.act("attach"), life.state, "it is tried").helps
    assert sorted(said.removeprefix("possible now: ").split(", ")) == offered.split(", ")


def test_what_could_be_about_nothing_is_not_offered():
    """Nobody is late, nothing waits for a signature or a review, and no emergency is to be checked."""
    life = Life().until("sign-in")
    life.say("withdraw", "member")
    offered = life.said[0].refusal.helps.removeprefix("possible now: ").split(", ")
    assert not {"finding", "countersign", "review", "attest", "clear"} & set(offered), offered
    assert {"extend", "recall", "correct"} <= set(offered)


def test_what_was_just_refused_is_not_offered():
    life = Life().until("approve")
    life.say("cancel", "co", reason="needed here")
    offered = life.said[0].refusal.helps.removeprefix("possible now: ").split(", ")
    assert "deny" in offered
    assert "cancel" not in offered


def test_of_who_came_back_late_a_finding_is_waited_for_until_each_late_day_has_one():
    life = late(3)
    life.say("sign-in", "gate")
    assert unfound(life.state)
    find(life, "excused", first=LAST + DAY, until=LAST + DAY)
    assert unfound(life.state)
    find(life, "charged", first=LAST + 2 * DAY)
    assert not unfound(life.state)


def test_of_who_is_away_or_came_back_in_time_no_finding_of_late_days_is_waited_for():
    life = late(3)
    assert not unfound(life.state)
    life = Life().until("sign-in")
    life.wait(local(LAST, "10:00"))
    life.say("sign-in", "gate")
    assert not unfound(life.state)
