"""What no act may be, whatever its step: of the future, of somebody else, in the name of a machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from domain import leave
from domain.leave.counting import each
from domain.leave.events import GaveBack, SignedIn
from domain.model import DAY, HOUR
from tests.domain.leave.life import FIRST, LAST, NOW, Life, local

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
    assert len(event.model_dump_json()) < 6000
    assert [d.day for d in each(event.count)] == [FIRST + DAY * i for i in range(3001)]
    assert sum(d.charge for d in each(event.count)) == event.charged


# ---- stale words


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
