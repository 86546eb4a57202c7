"""While the member is away: extensions, delays, the overdue ladder, findings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import leave
from domain.leave.events import Lapsed
from domain.model import DAY, HOUR, Decimal
from tests.domain.leave.life import FIRST, LAST, MEMBER, NO_DAYS, NO_SEAT, SEALED, Life, local, terms

LONGER = LAST + 3 * DAY


def away(**facts: Any) -> Life:
    return Life(**facts).until("sign-in")


def extending(last: date = LONGER, **facts: Any) -> Life:
    life = away(**facts)
    life.say("extend", "member", last=last, reason=SEALED)
    return life


# ---- extend


def test_an_extension_counts_once_command_consents_and_the_days_are_held():
    """Until then the old last day stands; days, place, seat and paper are changed in place."""
    life = extending()
    assert (life.kinds, life.state.last_day, life.face.posts) == (["extension-asked"], LAST, ("CO-A",))
    life.say("approve", "co")
    assert (life.state.last_day, life.state.extension) == (LONGER, None)
    held = life.state.held
    assert {held["days"].last, held["place"].last, held["seat"].back_day, held["paper"].last} == {LONGER}
    assert held["days"].expected == Decimal(11)


def test_an_extension_without_days_falls_back_on_what_is_held():
    life = extending()
    life.world.days = NO_DAYS
    life.say("approve", "co")
    assert (life.state.last_day, life.state.extension, life.state.held["days"].last) == (LAST, None, LAST)
    assert leave.wants(life.state, life.now) == ()


def test_a_denied_extension_changes_nothing_and_may_be_asked_again():
    life = extending()
    life.hours(7)
    life.say("deny", "co", reason="needed here")
    assert (life.kinds, life.state.extension, life.state.last_day) == (["extension-ended"], None, LAST)
    life.say("extend", "member", last=LONGER, reason=SEALED)
    assert f"extension {LONGER}: remind approve" in life.due()


@pytest.mark.rule("return/extension")
def test_silence_on_an_extension_has_a_ladder_of_its_own():
    """Deputy after 12 hours; another extension begins at the bottom again."""
    life = extending()
    life.hours(12)
    assert life.face.waits_for == "CO-A, DCO-A"
    life.say("extend", "member", last=LONGER + DAY, reason=SEALED)
    assert life.face.waits_for == "CO-A"


def test_an_undecided_extension_ends_with_the_last_day():
    life = extending()
    life.wait(local(LAST + DAY))
    assert (life.state.extension, life.state.last_day, life.at) == (None, LAST, "sign-in")
    assert "extension-ended" in life.events


@pytest.mark.parametrize(("clock", "rule"), [("23:59", ""), ("24:00", "return/extension")])
def test_return_extension_is_asked_before_the_last_day_has_ended(clock, rule):
    life = away()
    life.wait(local(LAST, clock) if clock != "24:00" else local(LAST + DAY))
    life.say("extend", "member", last=LONGER, reason=SEALED)
    assert life.refused == rule


@pytest.mark.parametrize(("days", "rule"), [(30, ""), (31, "kind/longest-days")])
def test_kind_longest_days_holds_for_an_extension_too(days, rule):
    assert extending(FIRST + (days - 1) * DAY).refused == rule


def test_kind_not_in_last_days_holds_for_an_extension_too():
    member = MEMBER.model_copy(update={"departs": LAST + 8 * DAY})
    assert extending(LAST + DAY, member=member).refused == ""
    assert extending(LAST + 2 * DAY, member=member).refused == "kind/not-in-last-days"


@pytest.mark.parametrize(("who", "last"), [("co", LONGER), ("member", LAST), ("member", LAST - DAY)])
def test_return_extension(who, last):
    """Only the member asks, and for longer."""
    life = away()
    life.say("extend", who, last=last, reason=SEALED)
    assert (life.refused, life.state.extension) == ("return/extension", None)


def test_an_extension_beyond_what_the_commander_may_grant_is_decided_by_the_next_higher():
    life = Life(terms=terms("us-army"), family="listed")
    life.ask(leave_kind="emergency", first=FIRST, last=LAST)
    life.until("sign-in")
    life.say("extend", "member", last=FIRST + 30 * DAY, reason=SEALED)
    life.say("approve", "co")
    assert life.refused == "authority/approve"
    life.say("approve", "sector")
    assert life.state.last_day == FIRST + 30 * DAY


def test_nobody_asks_again_while_an_approved_extension_waits_for_its_days():
    life = extending()
    life.slow = True
    life.say("approve", "co")
    life.say("extend", "member", last=LONGER + DAY, reason=SEALED)
    assert life.refused == "return/extension"


def test_a_seat_back_is_looked_for_again_while_the_member_is_away_up_to_the_last_day():
    life = extending()
    life.world.seat = NO_SEAT
    life.say("approve", "co")
    assert life.due()[0] == "look for a seat again"
    life.wait(local(LONGER + DAY))
    assert "look for a seat again" not in life.due()


# ---- the ladder after the last day


@pytest.mark.rule(
    "silence/overdue", "silence/absence", "silence/provost", "silence/deserter-report", "silence/not-returned"
)
def test_overdue_ladder():
    """Alert at 00:00, absence proposed after a day, provost after one more, deserter after 30, the end after 180."""
    life = away()
    fell = []
    while not life.ends:
        pending = leave.due(life.state)[0]
        life.lapse()
        fell.append((pending.what, (pending.acted_at - local(LAST + DAY)) / HOUR))
    assert fell == [
        ("overdue", 0),
        ("absence", 24),
        ("provost", 48),
        ("deserter report", 24 + 30 * 24),
        ("not returned", 180 * 24),
    ]
    assert life.ends == ["not-returned"]
    assert leave.over(life.state)


def test_the_system_finds_nothing_and_tells_the_commander():
    life = away()
    lapsed = life.wait_for("absence")
    assert (lapsed.to, lapsed.task) == (("CO-A",), "absence proposed: the commander finds")
    assert (life.face.state, life.face.posts, life.state.finding) == ("absence proposed", ("CO-A",), "")


def test_a_report_stops_the_ladder_until_the_commander_finds():
    """Anybody in the register may tell; a finding is due each day."""
    life = away()
    life.wait(local(LAST, "12:00"))
    life.say("report", "cook", what="delay")
    assert life.face.state == "delayed"
    assert life.wait(local(LAST + 3 * DAY)) == ["finding due 1", "finding due 2"]
    life.say("find", "co", finding="charged", reason=SEALED)
    assert life.due()[:3] == ["overdue", "absence", "provost"]
    assert life.wait(local(LAST + 3 * DAY, "01:00")) == ["overdue", "absence", "provost"]


def test_a_second_report_is_followed_up_like_the_first():
    life = away()
    for _ in range(2):
        life.say("report", "cook", what="delay")
        assert life.wait(life.now + 2 * DAY) == ["finding due 1", "finding due 2"]
        life.say("find", "co", finding="excused", reason=SEALED)


def test_a_report_while_one_waits_does_not_put_the_finding_off():
    life = away()
    life.say("report", "cook", what="delay")
    since = life.state.held_up_at
    life.hours(5)
    life.say("report", "mover", what="hospital")
    assert life.state.held_up_at == since


def test_even_who_is_reported_is_not_waited_for_without_end():
    life = away()
    life.say("report", "cook", what="delay")
    life.wait(local(LAST + 181 * DAY))
    assert life.ends == ["not-returned"]


# ---- findings


@pytest.mark.parametrize(
    ("who", "clerk", "rule"), [("cook", None, "authority/approve"), ("co", "clerk", "return/finding")]
)
def test_return_finding(who, clerk, rule):
    """The commander finds, in person."""
    life = away()
    life.wait(local(LAST + 2 * DAY))
    life.say("find", who, clerk, finding="absent", reason=SEALED)
    assert (life.refused, life.state.finding) == (rule, "")


def test_nobody_is_found_absent_before_they_are_overdue():
    life = away()
    life.say("find", "co", finding="absent", reason=SEALED)
    assert (life.kinds, life.state.finding) == (["noted"], "")
    life.wait(local(LAST + DAY))
    life.say("find", "co", finding="absent", reason=SEALED)
    assert (life.kinds, life.face.state) == (["found"], "absent")


@pytest.mark.parametrize(("finding", "charged"), [("charged", 10), ("excused", 8), ("absent", 8)])
def test_a_finding_charges_or_excuses_the_days_after_the_last_one(finding, charged):
    """Whether it is found before the member is back, or after."""
    for found_first in (True, False):
        life = away()
        life.wait(local(LAST + 2 * DAY, "10:00"))
        if found_first:
            life.say("find", "co", finding=finding, reason=SEALED)
        life.say("sign-in", "gate")
        if not found_first:
            assert life.state.charged == Decimal(10)
            life.say("find", "co", finding=finding, reason=SEALED)
        assert life.state.charged == Decimal(charged)
        assert life.state.held["days"].charged == Decimal(charged)


def test_every_deadline_cites_its_rule_and_the_pack():
    life = away()
    life.wait(local(LAST + 5 * DAY))
    lapsed = [e.event for e in life.journal if isinstance(e.event, Lapsed)]
    assert [event.cites[0] for event in lapsed] == ["silence/overdue", "silence/absence", "silence/provost"]
    assert all(event.cites[1] == life.state.rules.pack for event in lapsed)
