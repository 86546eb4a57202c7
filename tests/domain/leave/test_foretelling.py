"""Deadlines in words: who does what if nothing happens before; no name of the record reaches people."""

from __future__ import annotations

import re

import pytest

from domain.leave.events import Lapsed
from domain.model import DAY
from tests.domain.leave.life import LAST, SEALED, Life, local
from tests.domain.leave.test_exemptions import barred
from tests.domain.leave.test_ratifying import gone

RAW = re.compile(r"\brung\b|\bremind\b|undecided|: rung|ask after|\{|countersign:")
"""Names of deadlines, and parts of them."""


@pytest.mark.parametrize(
    ("lapsed", "otherwise"),
    [
        ("", "if nobody has decided by then, a reminder goes to CO-A"),
        ("remind approve", "if nobody has decided by then, DCO-A, the deputy of CO-A, is asked too"),
        ("approve rung 1", "if nobody has decided by then, SC-WEST is asked too"),
    ],
)
def test_who_is_asked_next_is_named(lapsed, otherwise):
    life = Life()
    life.ask()
    life.until("approve")
    if lapsed:
        life.wait_for(lapsed)
    assert life.face.otherwise == otherwise


def test_where_nobody_is_left_to_ask_it_is_said():
    life = Life()
    life.ask()
    life.until("approve")
    while life.face.then.startswith(("remind", "approve rung")) and "nobody is left" not in life.face.brings:
        life.wait_for(life.face.then)
    assert "nobody is left to ask" in life.face.brings
    life.wait_for(life.face.then)
    assert life.face.otherwise == "if nobody has decided by then, it lapses"


def test_an_exemption_is_waited_for_in_words():
    life = barred("DSC-WEST")
    assert life.face.otherwise == "if nobody has exempted it by then, a reminder goes to SC-WEST"
    assert life.wait_for("exemption SC-WEST: remind").says() == "reminder: an exemption is waited for"
    assert "the deputy of SC-WEST" in life.face.brings
    assert life.wait_for("exemption SC-WEST: rung 1").says() == "no answer: another post may exempt by now"


def test_the_ladder_after_the_last_day_is_told_in_words():
    life = Life().until("sign-in")
    told = []
    while life.face.then:
        told.append((life.face.then, life.face.otherwise))
        life.wait_for(life.face.then)
    assert [then for then, _ in told][:3] == ["overdue", "absence", "provost"]
    assert dict(told)["absence"] == "if the member is not back by then, absence is proposed to CO-A"
    assert not [text for _, text in told if RAW.search(text) or not text]


@pytest.mark.parametrize("step", ["attest", "approve", "confirm", "sign-out", "sign-in", "close"])
def test_no_sentence_of_any_deadline_is_a_name_of_the_record(step):
    """Neither what is to come, nor what the journal tells of it once it came."""
    life = Life(family="listed")
    life.ask(leave_kind="emergency") if step == "attest" else life.ask()
    life.until(step)
    for _ in range(12):
        if not life.face.then:
            break
        assert life.face.brings
        assert not RAW.search(life.face.otherwise), life.face.otherwise
        said = life.wait_for(life.face.then).says()
        assert said
        assert not RAW.search(said), said


def test_of_who_left_without_an_approval_it_is_the_approval_that_is_waited_for():
    """Nobody has asked for an extension; once they do, that is what the deadline is about."""
    life = gone()
    what = "if nobody has decided on the approval after the sign-out by then"
    assert life.face.otherwise == f"{what}, a reminder goes to CO-A"
    life.wait_for(life.face.then)
    assert life.face.otherwise == f"{what}, DCO-A, the deputy of CO-A, is asked too"


def test_an_extension_is_waited_for_in_words():
    life = Life().until("sign-in")
    life.say("extend", "member", last=LAST + DAY, reason=SEALED)
    assert life.face.otherwise == "if nobody has decided on the extension by then, a reminder goes to CO-A"
    fell = Lapsed(what=f"extension {LAST} undecided", due_at=local(LAST))
    assert fell.says() == "nobody decided on the extension in time"
