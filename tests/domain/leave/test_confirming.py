"""Who countersigns what was recorded for them, or was said as a post that they did not hold throughout."""

from __future__ import annotations

from typing import Any

import pytest

from domain.facts import BaseFacts
from domain.model import DAY, HOUR
from tests.domain.leave.life import NOW, Life, appointed, person, relieved

YESTERDAY = NOW - DAY


def waiting() -> Life:
    return Life().until("approve")


def of(life: Life) -> str:
    return str(next(iter(life.state.countersigns)))


# ---- the post at both times


def test_a_decision_of_a_former_holder_is_entered_from_paper_and_countersigned_by_the_post():
    """What the commander signed before the handover counts; the new holder of the post, or one above, confirms it."""
    life = waiting()
    life.say("approve", relieved("co"), "clerk", post="CO-A", acted_at=YESTERDAY)
    assert life.kinds == ["approved", "unconfirmed"]
    assert life.said[1].posts == ("CO-A", "SC-WEST", "FC")
    assert "authority/both-times" in life.state.irregular
    life.say("countersign", relieved("co"), of=of(life))
    assert life.refused == "record/countersign"
    life.say("countersign", "mover", of=of(life))
    assert life.refused == "record/countersign"
    life.say("countersign", person("co").model_copy(update={"id": "m-new"}), of=of(life))
    assert (life.refused, life.state.countersigns, life.state.confirmers) == ("", {}, {})


def test_who_has_left_the_post_says_nothing_themself():
    life = waiting()
    life.say("approve", relieved("co"), post="CO-A", acted_at=YESTERDAY)
    assert (life.refused, life.at) == ("authority/post", "approve")


def test_a_new_holder_s_decision_dated_before_the_post_is_countersigned_from_above():
    life = waiting()
    life.say("approve", appointed("co"), acted_at=YESTERDAY)
    assert life.kinds == ["approved", "unconfirmed"]
    assert life.said[1].posts == ("SC-WEST", "FC")
    life.say("countersign", "co", of=of(life))
    assert life.refused == "record/countersign"
    life.say("countersign", "sector", of=of(life))
    assert (life.refused, life.state.countersigns) == ("", {})


def test_a_post_held_throughout_goes_before_one_that_was_not():
    both = person("co").model_copy(update={"relieved": person("dco").posts})
    life = waiting()
    life.say("approve", both, acted_at=NOW)
    assert life.kinds == ["approved"]


@pytest.mark.rule("record/countersign")
@pytest.mark.parametrize("who", [relieved, appointed])
def test_what_the_post_does_not_countersign_within_7_days_stands_as_an_exception_for_audit(who):
    life = waiting()
    life.say("approve", who("co"), "clerk", post="CO-A", acted_at=YESTERDAY)
    said_at, fell = life.now, life.wait_for(f"countersign:{of(life)}")
    assert fell.due_at == said_at + 7 * DAY
    assert fell.irregular == ("record/countersign",)
    assert (life.state.countersigns, life.state.confirmers, life.state.approved) == ({}, {}, True)


@pytest.mark.parametrize("kind", ["cancel", "correct"])
def test_only_the_desks_of_a_leave_take_what_a_former_holder_decided(kind):
    life = Life().until("sign-out")
    words: dict[str, Any] = {"reason": "the situation"} | ({"destination": "LAGOS"} if kind == "correct" else {})
    life.say(kind, relieved("co"), "clerk", post="CO-A", acted_at=YESTERDAY, **words)
    assert (life.refused, life.at) == ("authority/post", "sign-out")


# ---- further answers


def test_a_further_answer_of_each_desk_is_recorded_and_changes_nothing():
    life = Life(base=BaseFacts(code="NAQ", clearance="officer"))
    life.until("sign-out")
    before = life.state
    for kind, who in (("approve", "co"), ("clear", "officer"), ("confirm-travel", "mover"), ("deny", "sector")):
        words = {"reason": "needed here"} if kind == "deny" else {}
        life.say(kind, who, **words)
        assert life.kinds == ["noted"], kind
        assert life.said[0].cites == ("decision/further-answer",)
    same: dict[str, Any] = {"seq": 0, "acts": {}, "spoken": {}}
    assert life.state.model_copy(update=same) == before.model_copy(update=same)


def test_hours_of_a_recorder_do_not_move_the_decision():
    """The entry keeps both times: when it was said and when it was written down."""
    life = waiting()
    life.say("approve", "co", "clerk", acted_at=NOW - 2 * HOUR)
    entry = next(e for e in life.journal if e.event.kind == "approved")
    assert (entry.effective_at, entry.recorded_at) == (NOW - 2 * HOUR, life.now)


def test_what_a_clerk_records_once_more_asks_for_no_second_countersignature():
    life = Life().until("approve")
    for _ in range(2):
        life.say("approve", "co", clerk="clerk")
        assert life.refused == ""
    assert len(life.state.countersigns) == 1
    life.say("countersign", "co", of=of(life))
    assert (life.refused, life.state.countersigns) == ("", {})
