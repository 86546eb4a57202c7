"""After the last day: the overdue ladder of each pack, delays that are reported, and what time proposes to humans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.packs import load
from domain import leave
from domain.leave.events import Lapsed, Reported
from domain.model import DAY, HOUR, Decimal
from tests.domain.leave.life import FIRST, LAST, SEALED, Life, local, terms


def away(pack: str = "contingent", **facts: Any) -> Life:
    return Life(terms=terms(pack), **facts).until("sign-in")


def ladder(pack: str, days: int = 40) -> list[tuple[str, str]]:
    """What falls due within so many days after the last one, with the base's clock at that moment."""
    life, fell = away(pack), []
    while (pending := leave.due(life.state)[0]).acted_at <= local(LAST + days * DAY):
        life.lapse()
        fell.append((pending.what, f"{life.state.days.local(pending.acted_at):%Y-%m-%d %H:%M}"))
    return fell


CONTINGENT = [
    ("overdue", "2026-03-31 00:00"),
    ("absence", "2026-04-01 00:00"),
    ("provost", "2026-04-02 00:00"),
    ("deserter report", "2026-05-01 00:00"),
]
AIR_FORCE = [
    ("overdue", "2026-03-31 00:00"),
    ("absence", "2026-04-01 00:00"),
    ("deserter report", "2026-05-01 00:00"),
]
AT_ONCE = [
    ("absence", "2026-03-31 00:00"),
    ("overdue", "2026-03-31 00:00"),
    ("deserter report", "2026-04-30 00:00"),
]


@pytest.mark.rule("silence/overdue", "silence/absence", "silence/provost", "silence/deserter-report")
@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        ("contingent", CONTINGENT),
        ("un-observer", CONTINGENT),
        ("us-air-force", AIR_FORCE),
        ("us-army", AT_ONCE),
        ("us-marines", AT_ONCE),
    ],
)
def test_overdue_ladder_over_40_days(pack, expected):
    """Alert at 00:00 after the last day; absence by the pack; a deserter report is proposed after 30 days of it.

    The provost is told after the proposal, or, in the packs of the United States, after a finding: without one, never.
    """
    assert ladder(pack) == expected


def test_the_ladder_over_its_whole_length_ends_the_leave_and_settles_the_days_that_were_leave():
    life = away()
    life.wait_for("not returned")
    assert life.now == local(LAST + DAY) + 180 * DAY
    assert (life.face.state, life.state.held["days"].charged) == ("gone", Decimal(8))
    life.lapse()
    settled = local(LAST + DAY) + 180 * DAY + life.state.rules.back.settle_hours * HOUR
    assert (life.now, life.ends) == (settled, ["not-returned"])
    assert leave.over(life.state)


@pytest.mark.rule("silence/not-returned")
@pytest.mark.parametrize("pack", ["contingent", "us-air-force"])
def test_silence_not_returned(pack):
    life = away(pack)
    life.wait_for("not returned")
    assert (life.now - local(LAST + DAY)).days == load(pack).back.close_days
    life.lapse()
    assert life.ends == ["not-returned"]


@pytest.mark.rule("silence/absence")
@pytest.mark.parametrize("last", [FIRST + 4 * DAY, FIRST + 5 * DAY])
def test_days_of_the_ladder_are_days_of_the_base_also_where_its_clock_changes(last):
    """24:00 of the next day: on the day of 23 hours (29 March in Beirut) that is 23 hours after the alert."""
    life = Life()
    life.ask(last=last)
    life.until("sign-in")
    life.wait_for("absence")
    assert life.now == local(last + 2 * DAY)
    long = timedelta(hours=23 if last == FIRST + 5 * DAY else 24)
    assert life.now - local(last + DAY) == long


def test_the_system_finds_nothing_and_tells_the_commander():
    life = away()
    lapsed = life.wait_for("absence")
    assert (lapsed.to, lapsed.task) == (("CO-A",), "absence proposed: the commander finds")
    assert (life.face.state, life.face.posts, life.state.finding) == ("absence proposed", ("CO-A",), "")
    assert life.wait_for("deserter report").task == "deserter report proposed: a human authority decides"
    assert (life.state.finding, life.ends) == ("", [])


@pytest.mark.rule("silence/provost")
@pytest.mark.parametrize("pack", ["us-army", "us-air-force"])
def test_where_the_pack_says_so_the_provost_is_told_within_a_day_of_the_finding(pack):
    life = away(pack)
    life.wait(local(LAST + 4 * DAY, "10:15"))
    assert "provost" not in life.due()
    life.say("find", finding="absent", reason=SEALED)
    life.wait_for("provost")
    assert life.now == local(LAST + 5 * DAY, "10:15")


def test_every_deadline_cites_its_rule_and_the_pack():
    life = away()
    life.wait(local(LAST + 5 * DAY))
    lapsed = [e.event for e in life.journal if isinstance(e.event, Lapsed)]
    assert [event.cites[0] for event in lapsed] == ["silence/overdue", "silence/absence", "silence/provost"]
    assert all(event.cites[1] == life.state.rules.pack for event in lapsed)


# ---- a delay that is reported


def test_a_report_stops_the_ladder_until_the_commander_finds():
    """Anybody in the register may tell; a finding is due each day. Then it begins anew after the days found."""
    life = away()
    life.wait(local(LAST, "12:00"))
    life.say("report", "cook", what="delay")
    assert life.face.state == "delayed"
    assert life.wait(local(LAST + 3 * DAY)) == ["finding due 1", "finding due 2"]
    life.say("find", "co", finding="charged", reason=SEALED)
    assert (life.face.state, life.due()[:3]) == ("away", ["overdue", "absence", "provost"])
    assert life.wait(local(LAST + 4 * DAY, "01:00")) == ["overdue"]


@pytest.mark.parametrize("finding", ["excused", "charged"])
def test_a_finding_reaches_until_the_day_to_which_the_delay_was_told(finding):
    """Nobody is overdue before it, and it is nobody's word that they are absent."""
    life = away()
    life.wait(local(LAST, "12:00"))
    life.say("report", "cook", what="delay", until=LAST + 5 * DAY)
    life.say("find", "co", finding=finding, reason=SEALED)
    assert life.said[0].until == LAST + 5 * DAY
    assert life.wait(local(LAST + 6 * DAY) - HOUR) == []
    assert life.wait(local(LAST + 6 * DAY)) == ["overdue"]
    assert life.face.state == "overdue"


def test_after_days_that_were_excused_thirty_days_are_counted_anew():
    life = away()
    life.wait(local(LAST + 20 * DAY, "12:00"))
    life.say("find", "co", finding="excused", reason=SEALED)
    life.wait_for("deserter report")
    assert life.now == local(LAST + (20 + 2 + 30) * DAY)


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


@pytest.mark.parametrize(("until", "rules"), [(LAST, ("return/until-past",)), (LAST + DAY, ()), (None, ())])
def test_return_until_past(until, rules):
    """A delay that was over when it was told is recorded and marked; the finding goes by today."""
    life = away()
    life.wait(local(LAST + DAY, "12:00"))
    life.say("report", "cook", what="delay", until=until)
    (event,) = life.said
    assert isinstance(event, Reported)
    assert (event.irregular, life.state.irregular, life.face.state) == (rules, rules, "delayed")
    life.say("find", "co", finding="excused", reason=SEALED)
    assert life.said[0].until == LAST + DAY


def test_even_who_is_reported_is_not_waited_for_without_end():
    life = away()
    life.say("report", "cook", what="delay")
    life.wait(local(LAST + 182 * DAY) + HOUR)
    assert life.ends == ["not-returned"]
