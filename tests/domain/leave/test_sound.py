"""What no act may be, whatever its step: of the future, of somebody else, in the name of a machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from domain import leave
from domain.facts import BaseFacts, Person
from domain.leave.counting import each
from domain.leave.events import GaveBack, Lacks, SignedIn
from domain.leave.state import Written
from domain.model import DAY, HOUR
from tests.domain.leave.life import FIRST, LAST, NO_DAYS, NOW, SEALED, Life, block, local, person, terms

MINUTE = timedelta(minutes=1)


# ---- times


@pytest.mark.parametrize(
    ("step", "kind", "who", "words"),
    [
        ("approve", "approve", "co", {}),
        ("approve", "sign-out", "gate", {}),
        ("sign-in", "sign-in", "gate", {}),
        ("sign-in", "report", "cook", {"what": "delay"}),
        ("approve", "attach", "cook", {}),
    ],
)
def test_nothing_is_recorded_that_has_not_happened_yet(step, kind, who, words):
    """Neither a decision nor an observation; clocks may differ by ten minutes."""
    life = Life().until(step)
    life.say(kind, who, acted_at=life.now + 11 * MINUTE, **words)
    assert (life.refused, life.at) == ("record/future", step)
    life.say(kind, who, acted_at=life.now + 9 * MINUTE, **words)
    assert life.refused == ""


def test_a_request_of_the_future_is_not_opened():
    life = Life()
    life.ask(acted_at=NOW + HOUR)
    assert (life.refused, life.ends) == ("record/future", ["not-opened"])


def test_times_are_not_corrected_into_the_future():
    life = Life().until("close")
    life.say("correct", "gate", reason="a slip", signed_in_at=datetime(2099, 1, 1, tzinfo=UTC))
    assert life.refused == "record/future"


def test_a_moment_in_another_century_is_no_moment():
    with pytest.raises(ValidationError):
        Life().act("approve", acted_at=datetime(1999, 12, 31, tzinfo=UTC))


def test_a_long_absence_makes_a_small_entry_which_tells_each_day():
    life = Life().until("sign-out")
    life.sign_out(local(FIRST, "10:00"))
    life.now = life.now + 3000 * DAY
    life.say("sign-in", "gate")
    (event,) = [e for e in life.said if isinstance(e, SignedIn)]
    assert len(event.model_dump_json()) < 8000
    assert [d.day for d in each(event.count)] == [FIRST + DAY * i for i in range(3001)]
    assert sum(d.charge for d in each(event.count)) == event.charged


# ---- stale words


def test_a_leave_brings_its_number_along_when_it_asks_for_a_place():
    life = Life().until("sign-out")
    assert life.state.held["place"].number == life.state.number != ""


def test_a_word_about_a_place_that_was_given_back_is_not_obeyed():
    """The dates change: the place goes back, and comes again by another wish. What was said of the first is over."""
    life = Life().until("sign-out")
    stale = life.world.verdict(life.state.heard.n).model_copy(update={"granted": False, "seq": 1000})
    life.say("correct", "member", reason="a slip", last=LAST - DAY)
    life.say("approve", "co")
    verdict = life.state.verdict
    life.take(life.act("ruled", decided_by="base-NAQ", base="NAQ", verdict=stale))
    assert (life.kinds, life.state.verdict) == (["noted"], verdict)


def test_a_place_given_back_does_not_make_old_words_new():
    """Between two wishes for a place, the base's last word is still known to be the last."""
    life = Life().until("sign-out")
    seq = life.state.verdict.seq
    life.slow = True
    life.say("correct", "member", reason="a slip", last=LAST - DAY)
    life.write((GaveBack(what="place", n=life.state.seq, cites=("world",)),))
    life.say("approve", "co")
    late = life.world.verdict(life.state.seq).model_copy(update={"seq": seq})
    life.take(life.act("ruled", decided_by="base-NAQ", base="NAQ", verdict=late))
    assert (life.kinds, life.state.verdict) == (["noted"], None)


# ---- who speaks


def test_a_post_that_is_named_is_held_by_who_names_it_whatever_they_say():
    for step, kind, who, words in (
        ("approve", "withdraw", "member", {}),
        ("approve", "approve", "co", {}),
        ("sign-out", "sign-out", "gate", {}),
        ("sign-in", "report", "cook", {"what": "delay"}),
    ):
        life = Life().until(step)
        life.say(kind, who, post="FC", **words)
        assert (life.refused, life.at) == ("authority/post", step)


def test_a_delegate_speaks_for_the_post_that_was_delegated_and_nobody_else_does():
    life = Life().until("approve")
    life.say("approve", "co", for_post="CO-A")
    assert life.refused == "authority/post"
    held = [p.model_copy(update={"by": "delegation"}) for p in person("co").posts]
    life.say("approve", person("cook").model_copy(update={"posts": tuple(held)}), for_post="CO-A")
    assert life.kinds == ["approved"]


def of_jub(who: str) -> Person:
    """Somebody with the same post at another base."""
    there = person(who)
    return there.model_copy(update={"posts": tuple(p.model_copy(update={"base": "JUB"}) for p in there.posts)})


def test_comings_and_goings_are_seen_by_the_member_s_base_or_the_mission_s():
    life = Life().until("sign-out")
    life.say("sign-out", of_jub("gate"))
    assert life.refused == "authority/gate"
    nowhere = of_jub("sector")
    life.say("sign-out", nowhere.model_copy(update={"posts": (nowhere.posts[0].model_copy(update={"base": None}),)}))
    assert life.kinds == ["signed-out"]


@pytest.mark.parametrize("step", ["sign-out", "sign-in"])
@pytest.mark.parametrize(("who", "by_hand_of"), [("clerk", None), ("member", "clerk")])
def test_who_saw_themself_come_and_go_is_recorded_and_it_is_irregular(step, who, by_hand_of):
    """It happened. A member who is a clerk, and one for whom a clerk writes, is looked at by an auditor."""
    life = Life().until(step)
    life.say(step, person(who).model_copy(update={"id": "m-member"}), by_hand_of)
    assert life.refused == ""
    assert "decision/not-own" in life.said[0].irregular


def test_a_recorder_is_of_the_member_s_base_or_the_mission_s_and_another_person():
    life = Life().until("approve")
    act = life.act("approve", decided_by="m-co", entered_by="m-clerk", medium="paper")
    life.take(act, person("co"), of_jub("clerk"))
    assert life.refused == "authority/recorder"
    life.say("attach", "clerk", "clerk")
    assert life.refused == "authority/recorder"


def test_a_member_at_the_gate_does_not_correct_their_own_times():
    life = Life().until("sign-in")
    gate = person("gate").model_copy(update={"id": "m-member"})
    life.state = life.state.model_copy(
        update={"written": {"sign-out": Written(at=life.now, by=("m-gate",), posts=("GATE-NAQ",))}}
    )
    life.say("correct", gate, reason="a slip", signed_out_at=life.now - HOUR)
    assert life.refused == "decision/not-own"


# ---- corrections and orders


def test_an_approver_corrects_within_their_own_power_alone():
    """Longer than the commander may grant: the next higher puts it right, or it is approved anew."""
    life = Life(terms=terms(commander_up_to_days=10)).until("confirm")
    life.hours(7 * 24)
    life.say("correct", "co", reason="a slip", last=LAST + 10 * DAY)
    assert life.refused == "record/correction"
    life.say("correct", "sector", reason="a slip", last=LAST + 10 * DAY)
    assert (life.kinds, life.state.approved) == (["corrected"], True)


def test_who_cleared_the_leave_does_not_correct_as_its_approver():
    """Three capacities, three people: a correction of approved dates is an approval."""
    life = Life(base=BaseFacts(code="NAQ", clearance="officer")).until("officer")
    both = person("officer", "sector")
    life.say("clear", both)
    life.hours(7 * 24)
    life.say("correct", both, reason="a slip", last=LAST - DAY)
    assert life.refused == "record/correction"


def test_an_order_that_had_not_begun_when_the_member_left_is_not_named():
    life = Life().until("sign-out")
    life.ruled(block().model_copy(update={"since": local(FIRST, "08:30")}))
    life.sign_out(local(FIRST, "08:00"))
    assert not [mark for e in life.said for mark in e.irregular if mark == "LO-1.1"]


def test_a_suspension_told_late_is_lifted():
    """The order ended while the base's word was on its way: the base is asked again at once."""
    life = Life().until("sign-out")
    life.world.blocks = (block(until=life.now - HOUR),)
    late = life.world.verdict(life.state.heard.n).model_copy(update={"as_of": life.now - 2 * HOUR})
    life.world.blocks, life.slow = (), True
    life.take(life.act("ruled", decided_by="base-NAQ", base="NAQ", verdict=late))
    assert life.at == "lift"
    life.slow = False
    life.wait(life.now)
    assert life.at == "sign-out"


# ---- what is left over


def test_days_refused_for_other_dates_do_not_end_the_leave():
    """What counts is whether the present wish was refused."""
    life = Life()
    life.slow = True
    life.ask()
    wish = leave.wants(life.state, life.now)[0].spec
    assert wish
    life.write((Lacks(spec=wish, n=1, refusal=NO_DAYS, cites=("world",)),))
    assert "no days" in life.due()
    life.say("correct", "member", reason="a slip", last=LAST - DAY)
    assert life.kinds == ["corrected"]
    assert "no days" not in life.due()


@pytest.mark.parametrize(("who", "stops"), [("member", False), ("cook", True)])
def test_after_a_finding_it_takes_a_post_to_stop_the_ladder_again(who, stops):
    life = Life().until("sign-in")
    life.wait(local(LAST + 2 * DAY))
    life.say("report", "member", what="delay")
    assert life.face.state == "delayed"
    life.say("find", "co", finding="excused", reason=SEALED)
    life.say("report", who, what="delay")
    assert life.kinds == ["reported"]
    assert (life.face.state == "delayed") == stops


# ---- machines


def test_nobody_outside_speaks_for_time_or_for_the_server():
    life = Life().until("confirm")
    for name in ("server", "time", "machine"):
        refusal = leave.impersonates(life.act("cancel", decided_by=name, reason="no"), life.state)
        assert refusal
        assert refusal.rule == "authority/machine"
    assert leave.impersonates(life.act("lapse", what="no days"), life.state)
    assert leave.impersonates(life.act("cancel", reason="no"), life.state) is None


def test_only_the_member_s_base_rules():
    life = Life().until("confirm")
    verdict = life.world.verdict()
    for name, act_id, allowed in (
        ("base-NAQ", f"base-NAQ/{verdict.seq}", True),
        ("base-NAQ", "base-NAQ/1", False),
        ("base-JUB", f"base-JUB/{verdict.seq}", False),
        ("m-co", f"base-NAQ/{verdict.seq}", False),
    ):
        act = life.act("ruled", decided_by=name, act_id=act_id, base="NAQ", verdict=verdict)
        assert (leave.impersonates(act, life.state) is None) == allowed
