"""Deadlines that are noticed late, after an outage of minutes or of days: whom they harm, and who comes before them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain import leave
from domain.leave.events import Deferred, Lapsed, Undone
from domain.leave.lapses import LADDER, UNDONE
from domain.leave.notices import news
from domain.model import DAY, HOUR
from domain.terms import Late
from tests.domain.leave.life import FIRST, LAST, NOW, SEALED, Life, emergency, local, terms

MINUTE = timedelta(minutes=1)
DUE = local(LAST + DAY)
"""When somebody who is away is overdue."""
GRACE = 2 * HOUR


def away() -> Life:
    return Life().until("sign-in")


def dark(life: Life, until: datetime) -> list[Any]:
    """Nothing is said or noticed until a moment; then what fell due meanwhile comes at once."""
    life.now, said = until, []
    while (due := leave.due(life.state)) and due[0].acted_at <= until:
        said += life.lapse()
    return said


@pytest.mark.rule("silence/grace")
@pytest.mark.parametrize(
    ("late", "kinds"),
    [
        (timedelta(0), {"lapsed"}),
        (5 * MINUTE, {"lapsed"}),
        (5 * MINUTE + timedelta(seconds=1), {"deferred"}),
        (1 * HOUR, {"deferred"}),
        (40 * DAY, {"deferred"}),
    ],
)
def test_a_deadline_noticed_more_than_five_minutes_late_harms_nobody_for_two_hours(late, kinds):
    life = away()
    said = dark(life, DUE + late)
    assert {event.kind for event in said} == kinds
    for event in said:
        if isinstance(event, Deferred):
            assert (event.until, event.cites[0]) == (life.now + GRACE, "silence/grace")
            assert event.late_minutes == (life.now - event.due_at) // MINUTE
    assert life.face.state == ("overdue" if kinds == {"lapsed"} else "away")


def test_after_its_grace_it_tells_when_it_was_due_and_how_late_it_was_noticed():
    life = away()
    dark(life, DUE + 5 * HOUR)
    lapsed = life.wait_for("overdue")
    assert (life.now, lapsed.due_at, lapsed.late_minutes) == (DUE + 5 * HOUR + GRACE, DUE, 7 * 60)
    assert lapsed.says() == "overdue: find out where the member is; noticed 7 h 00 min late"
    assert life.state.deferred == {}


def test_of_a_ladder_that_is_noticed_late_each_rung_says_what_it_brings_once_its_grace_is_over():
    life = away()
    said = [event for event in dark(life, DUE + 40 * DAY) if isinstance(event, Deferred)]
    told = {event.what: event.says().partition("Z: ") for event in said}
    assert set(told) == {"overdue", "absence", "provost", "deserter report"}
    assert {what: brings for what, (_, _, brings) in told.items()} == {
        "overdue": "it is overdue, and it is for the commander to find out where the member is",
        "absence": "absence is proposed to the commander",
        "provost": "the provost is to be told",
        "deserter report": "a deserter report is proposed, on which a human authority decides",
    }
    assert told["overdue"][0].startswith("the member is not back, noticed 40 days 0 h late; not before ")


@pytest.mark.parametrize(
    ("late", "words"),
    [(timedelta(hours=7), "7 h 00 min"), (timedelta(hours=47, minutes=59), "47 h 59 min"), (2 * DAY, "2 days 0 h")],
)
def test_a_lateness_of_two_days_and_more_is_told_in_days(late, words):
    life = away()
    (event,) = [event for event in dark(life, DUE + late) if event.what == "overdue"]
    assert f"noticed {words} late" in event.says()


def test_a_deadline_in_time_tells_of_no_lateness():
    life = away()
    assert life.wait_for("overdue").late_minutes == 0


def test_another_outage_within_the_grace_begins_it_anew():
    life = away()
    dark(life, DUE + 5 * HOUR)
    (again,) = dark(life, DUE + 20 * HOUR)
    assert (again.kind, again.due_at, again.until) == ("deferred", DUE, life.now + GRACE)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(late=st.integers(6, 90 * 24 * 60), back=st.integers(0, 30 * 60), comes=st.integers(0, 119))
def test_a_sign_in_from_before_the_deadline_that_was_spooled_meanwhile_beats_it_whatever_the_outage(late, back, comes):
    """However late the server is up again: a word that comes within the grace finds nothing said against the member."""
    life, seen = away(), DUE - MINUTE - back * MINUTE
    dark(life, DUE + late * MINUTE)
    life.wait(life.now + comes * MINUTE)
    life.say("sign-in", "gate", acted_at=seen)
    in_time = away()
    in_time.wait(seen)
    in_time.say("sign-in", "gate")
    assert life.said[0].model_dump() == in_time.said[0].model_dump()
    assert life.state.charged == in_time.state.charged
    assert not {e.event.what for e in life.journal if isinstance(e.event, Lapsed)} & {*LADDER, "not returned"}
    assert not [e for e in life.journal if isinstance(e.event, Undone)]


@pytest.mark.rule("return/in-time")
@pytest.mark.parametrize("told", ["in its time", "by hand", "not yet"])
def test_who_was_told_of_the_member_hears_that_it_does_not_hold(told: str) -> None:
    """The posts that were asked to find, and the provost, but only where they have been told or were to be."""
    life = Life(notices=True, provosts=("PM-NAQ",)).until("sign-in")
    life.wait_for("provost" if told == "in its time" else "absence")
    if told == "by hand":
        life.say("was-told", "co", about="finding", via="phone", whom="provost")
    life.say("sign-in", "gate", acted_at=DUE - MINUTE)
    (undone,) = [event for event in life.said if isinstance(event, Undone)]
    provost = () if told == "not yet" else ("PM-NAQ",)
    assert undone.to[0] == "CO-A"
    assert undone.provosts == provost
    assert undone.says().endswith("undone; PM-NAQ to be told" if provost else "undone")
    (news,) = [one for one in life.world.told if one.says.startswith("back in time")]
    assert news.to == (*undone.to, *provost)


def test_what_was_undone_before_anybody_was_told_of_it_makes_no_notice_when_it_is_read_again() -> None:
    life = Life(notices=True).until("sign-in")
    life.wait_for("absence")
    life.slow = True
    life.say("sign-in", "gate", acted_at=DUE - MINUTE)
    entry = next(entry for entry in life.journal if isinstance(entry.event, Undone))
    before = entry.model_copy(update={"event": entry.event.model_copy(update={"to": ()})})
    assert news(life.state, life.state, entry)
    assert news(life.state, life.state, before) == ()


@pytest.mark.rule("return/in-time")
@pytest.mark.parametrize(("seen", "undone"), [(DUE - MINUTE, True), (DUE, False)])
def test_a_sign_in_from_before_the_deadline_that_comes_later_still_undoes_what_was_proposed_and_found(seen, undone):
    """By an entry of its own; what was said stays in the journal."""
    life = away()
    life.wait(DUE + 30 * HOUR)
    life.say("find", finding="absent", reason=SEALED)
    assert life.face.state == "absent"
    life.say("sign-in", "gate", acted_at=seen)
    if undone:
        assert life.kinds == ["signed-in", "undone"]
        assert life.said[1].says() == "back in time: overdue, absence, 1 finding undone"
        assert (life.state.findings, life.state.finding, life.said[0].irregular) == ((), "", ())
        in_time = away()
        in_time.sign_in()
        assert life.state.charged == in_time.state.charged
    else:
        assert life.said[1].says() == f"back on {LAST + DAY} already: absence undone"
        assert [f.finding for f in life.state.findings] == ["absent"]
    assert "found" in life.events


def proposed(life: Life) -> set[str]:
    """What stands in the end of all that time has said of one who was not back."""
    said = [e.event for e in life.journal]
    undone = {what for event in said if isinstance(event, Undone) for what in event.lapsed}
    return {event.what for event in said if isinstance(event, Lapsed) and event.what in UNDONE} - undone


CLOSES = terms().back.close_days * 24
"""So many hours after the last day nobody is waited for any more, and the days are settled."""


@pytest.mark.rule("return/in-time")
@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(back=st.integers(-4 * 24, CLOSES - 1), comes=st.integers(0, CLOSES + terms().back.settle_hours - 1))
@example(back=-1, comes=CLOSES)
@example(back=30, comes=CLOSES + 5)
def test_however_late_a_return_is_told_only_that_stands_which_would_had_it_been_told_at_once(back, comes):
    """Told in time, late, of a late member, of one who was given up: the same days, and the same of the ladder."""
    seen, life, at_once = DUE + back * HOUR, away(), away()
    at_once.wait(seen)
    at_once.say("sign-in", "gate")
    life.wait(max(seen, DUE + comes * HOUR))
    life.say("sign-in", "gate", acted_at=seen)
    assert life.said[0].model_dump() == at_once.said[0].model_dump()
    assert (proposed(life), life.state.charged) == (proposed(at_once), at_once.state.charged)
    assert (life.state.gone, life.state.lapsed, life.at) == (None, (), at_once.at)
    life.lapse()
    assert life.ends == ["settled"]


@pytest.mark.rule("return/in-time")
def test_of_a_late_member_only_what_fell_due_after_the_return_is_undone_and_what_was_found_before_stands():
    """Who was absent for three days is no deserter, though nobody told for a month that they are back."""
    life = away()
    life.wait(DUE + 30 * HOUR)
    life.say("find", finding="absent", reason=SEALED)
    life.wait(DUE + 40 * DAY)
    life.say("sign-in", "gate", acted_at=DUE + 3 * DAY)
    back, undone = life.said
    assert (back.irregular, undone.lapsed) == (("return/late",), ("deserter report",))
    assert undone.says() == f"back on {LAST + 4 * DAY} already: deserter report undone"
    assert [each.finding for each in life.state.findings] == ["absent"]


@pytest.mark.rule("return/in-time")
def test_a_finding_of_days_after_the_return_is_undone_and_one_of_days_before_stands():
    life = away()
    life.wait(DUE + 30 * HOUR)
    life.say("find", finding="excused", until=LAST + 5 * DAY, reason=SEALED)
    life.wait(DUE + 10 * DAY)
    life.say("find", finding="absent", reason=SEALED)
    assert [each.finding for each in life.state.findings] == ["excused", "absent"]
    life.say("sign-in", "gate", acted_at=DUE + 3 * DAY)
    assert (life.said[1].findings, [each.finding for each in life.state.findings]) == (1, ["excused"])
    assert (life.state.finding, proposed(life)) == ("excused", set())


def test_a_return_told_of_one_whose_leave_has_ended_is_noted():
    life = away()
    life.wait_for("close")
    assert (life.now, life.ends) == (DUE + (CLOSES + life.state.rules.back.settle_hours) * HOUR, ["not-returned"])
    life.say("sign-in", "gate", acted_at=DUE - HOUR)
    assert (life.kinds, life.state.in_at) == (["noted"], None)


@pytest.mark.parametrize(
    ("step", "what", "act", "who"),
    [
        ("sign-out", "not taken", "sign-out", "gate"),
        ("approve", "undecided", "approve", "co"),
    ],
)
def test_an_end_that_was_noticed_late_leaves_time_for_the_word_that_was_said_before_it(step, what, act, who):
    life = Life().until(step)
    (due,) = [lapse.acted_at for lapse in leave.due(life.state) if lapse.what == what]
    assert what in {e.what for e in dark(life, due + 3 * DAY) if isinstance(e, Deferred)}
    life.wait(life.now + HOUR)
    life.say(act, who, acted_at=due - HOUR)
    assert life.refused == ""
    assert life.ends == []


def test_the_end_of_an_extension_stands_over_and_its_reminders_do_not():
    life = away()
    life.say("extend", "member", last=LAST + 2 * DAY, reason=SEALED)
    said = dark(life, DUE + 8 * HOUR)
    told = {e.kind for e in said if " undecided" in e.what}, {e.kind for e in said if "remind" in e.what}
    assert told == ({"deferred"}, {"lapsed"})


def test_reminders_and_the_rungs_of_a_ladder_come_at_once():
    life = emergency()
    said = dark(life, NOW + 6 * HOUR)
    assert {event.kind for event in said} == {"lapsed"}
    assert all(event.late_minutes for event in said)


def test_a_countersignature_that_was_spooled_in_time_is_no_exception_for_audit():
    life = Life().until("approve")
    life.say("approve", "co", "clerk")
    ((act_id, by),) = life.state.countersigns.items()
    dark(life, by + 2 * DAY)
    assert f"countersign:{act_id}" in life.state.deferred
    life.say("countersign", "co", of=act_id, acted_at=by - HOUR)
    assert life.state.deferred.get(f"countersign:{act_id}") is None
    assert "record/countersign" not in life.state.irregular


def test_a_deadline_that_moved_meanwhile_has_no_grace_of_before():
    life = away()
    dark(life, DUE + 5 * HOUR)
    life.say("find", finding="excused", reason=SEALED, until=LAST + 3 * DAY)
    life.wait_for("overdue")
    assert life.now == local(LAST + 4 * DAY)


def test_a_deadline_that_moved_to_the_very_end_of_its_grace_is_put_off_from_there_and_once():
    life, moved = away(), local(LAST + 4 * DAY)
    dark(life, moved - GRACE)
    life.say("find", finding="excused", reason=SEALED, until=LAST + 3 * DAY)
    assert {waits.until for waits in life.state.deferred.values()} == {moved}
    life.now = moved + 5 * HOUR
    (again,) = life.lapse()
    assert (again.kind, again.what, again.due_at, again.until) == ("deferred", "overdue", moved, life.now + GRACE)
    lapsed = life.wait_for("overdue")
    assert (lapsed.due_at, life.now) == (moved, again.until)


def test_leaves_under_terms_of_before_have_no_grace():
    life = Life(terms=terms().model_copy(update={"late": Late()})).until("sign-in")
    assert {e.kind for e in dark(life, DUE + 5 * HOUR)} == {"lapsed"}


def test_whoever_is_never_heard_of_is_still_found_missing():
    """Of days or weeks of outage each one adds a grace, and no more."""
    life = away()
    for i in range(200):
        if leave.over(life.state):
            break
        life.now = leave.due(life.state)[0].acted_at + (0 if i % 2 else 6) * DAY
        life.lapse()
    assert life.ends == ["not-returned"]
    assert local(FIRST) < life.now
