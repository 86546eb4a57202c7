"""A script in a loop fills no history, and silences nobody but who runs it."""

from __future__ import annotations

from typing import Any

import pytest

from domain import leave
from domain.leave.hearing import MOST_ACTS, MOST_REFUSALS
from domain.model import DAY
from tests.domain.leave.life import LAST, SEALED, Life, person

ABROAD: dict[str, tuple[str, dict[str, Any]]] = {
    "find": ("co", {"finding": "absent", "reason": SEALED}),
    "recall": ("co", {"reason": "needed here", "back_by": LAST - DAY}),
    "contact": ("clerk", {"via": "phone", "reached": False}),
    "was-told": ("clerk", {"via": "phone", "about": "recall"}),
    "attach": ("clerk", {"evidence": ("0" * 64,)}),
    "report": ("cook", {"what": "hospital"}),
    "sign-in": ("gate", {}),
}


def away_and_looping() -> Life:
    """A member who is away, and asked for an extension in vain as often as is recorded."""
    life = Life().until("sign-in")
    while leave.possible(life.act("extend", last=LAST, reason=SEALED, decided_by="m-member"), life.state) is None:
        life.say("extend", "member", last=LAST, reason=SEALED)
        assert life.refused
    return life


@pytest.fixture(scope="module")
def looping() -> Life:
    return away_and_looping()


def gone_on(life: Life) -> Life:
    """The same leave, to go on with apart from others."""
    other = Life()
    other.state, other.now = life.state, life.now
    other.journal, other.decisions = [*life.journal], [*life.decisions]
    return other


@pytest.mark.rule("path/too-often")
def test_so_many_refused_acts_of_one_speaker_and_no_more_are_recorded(looping: Life):
    assert looping.events.count("refused") == MOST_REFUSALS
    refusal = leave.possible(looping.act("extend", last=LAST, reason=SEALED, decided_by="m-member"), looping.state)
    assert refusal
    assert refusal.rule == "path/too-often"


@pytest.mark.parametrize("kind", ABROAD)
def test_the_loop_of_a_member_who_is_away_keeps_nobody_from_being_heard(looping: Life, kind: str):
    who, words = ABROAD[kind]
    life = gone_on(looping)
    assert leave.possible(life.act(kind, **words), life.state) is None
    life.say(kind, who, **words)
    assert life.said
    assert kind == "find" or not life.refused, life.refused  # nobody is late yet, which is told, and leaves a trace


def test_who_was_refused_too_often_is_believed_what_they_saw(looping: Life):
    for what in ("hospital", "delay"):
        assert leave.possible(looping.act("report", what=what, decided_by="m-member"), looping.state) is None


def test_absence_is_found_whatever_the_member_sent(looping: Life):
    life = gone_on(looping)
    life.wait_for("absence")
    life.say("find", "co", finding="absent", reason=SEALED)
    assert life.kinds == ["found"]
    life.wait(life.now + 200 * DAY)
    assert life.ends == ["not-returned"]


@pytest.mark.rule("path/too-often")
@pytest.mark.parametrize("entered", [False, True])
def test_who_observes_without_end_is_heard_of_a_coming_that_nobody_has_told(entered: bool):
    """A gate which tells a departure again and again is no longer recorded, and still tells the return."""
    life = Life().until("sign-in")
    told = {"decided_by": "m-gate"} | ({"entered_by": "m-clerk"} if entered else {})
    for _ in range(MOST_ACTS):
        if leave.possible(life.act("sign-out", **told), life.state):
            break
        life.say("sign-out", "gate", "clerk" if entered else None)
    assert leave.possible(life.act("sign-out", **told), life.state)
    assert leave.possible(life.act("sign-in", **told), life.state) is None
    life.sign_in(clerk="clerk" if entered else None)
    assert life.kinds == ["signed-in"]
    assert leave.possible(life.act("sign-in", **told), life.state)


def test_a_clerks_loop_silences_the_clerk_and_not_who_is_named_in_it():
    life = Life().until("approve")
    for _ in range(MOST_REFUSALS):
        life.say("approve", person("co"), "cook")
    assert leave.possible(life.act("approve", decided_by="m-co", entered_by="m-cook"), life.state)
    life.say("approve", "co")
    assert life.kinds == ["approved"]
