"""What a clerk records of a decision comes with its evidence; without it stands, and is told until a paper is laid."""

from __future__ import annotations

from typing import Any

import pytest

from domain import leave
from domain.facts import BaseFacts
from tests.domain.leave.life import LAST, SEALED, Life, local

PAPER = "a" * 64
MARK = "record/evidence"


def recorded(kind: str = "approve", clerk: str | None = "clerk", **words: Any) -> Life:
    life = Life().until("approve")
    life.say(kind, "co", clerk, **words)
    return life


@pytest.mark.rule("record/evidence")
@pytest.mark.parametrize("medium", ["paper", "radio", "phone", "mail"])
@pytest.mark.parametrize(
    ("clerk", "evidence", "marked"), [("clerk", (), True), ("clerk", (PAPER,), False), (None, (), False)]
)
def test_a_decision_that_is_recorded_without_evidence_stands_and_is_marked(medium, clerk, evidence, marked):
    """One by radio from a base with a bad link is not lost for want of a scan."""
    life = recorded(clerk=clerk, evidence=evidence, **({"medium": medium} if clerk else {}))
    assert (life.state.approved, MARK in life.state.irregular) == (True, marked)
    assert ("irregular" in life.face.attention) == marked


@pytest.mark.parametrize(
    ("who", "laid", "good"), [("clerk", True, True), ("clerk", False, False), ("member", True, False)]
)
def test_the_mark_goes_once_a_paper_is_laid_to_the_leave_and_its_entry_stays(who, laid, good):
    """But by a paper of the member's own: it shows nothing of what others decided."""
    life = recorded(medium="radio")
    life.say("attach", who, evidence=(PAPER,) if laid else ())
    assert (MARK in life.state.irregular) == (not good)
    assert any(MARK in entry.event.irregular for entry in life.journal)


def twice() -> tuple[Life, str, str]:
    """A leave that was approved, and let go by the clearance officer, both told by telephone."""
    life = Life(base=BaseFacts(code="NAQ", clearance="officer")).until("approve")
    life.say("approve", "co", "clerk", medium="phone")
    life.say("clear", "officer", "clerk", medium="phone")
    approved, cleared = life.state.bare
    return life, approved, cleared


@pytest.mark.rule("record/evidence")
def test_one_paper_shows_the_one_decision_that_is_named():
    life, approved, cleared = twice()
    life.say("attach", "clerk", evidence=(PAPER,), of=approved)
    assert (life.said[0].shows, list(life.state.bare), MARK in life.state.irregular) == ((approved,), [cleared], True)
    life.say("attach", "clerk", evidence=(PAPER,), of=cleared)
    assert (life.state.bare, MARK in life.state.irregular) == ({}, False)


@pytest.mark.rule("record/evidence")
@pytest.mark.parametrize("of", ["", "none", "another"])
def test_a_paper_of_none_that_is_named_is_kept_and_shows_none_of_several(of: str):
    """Nobody refuses a paper; but what it shows is said by who lays it."""
    life, *both = twice()
    life.say("attach", "clerk", evidence=(PAPER,), of=of)
    assert (life.kinds, life.said[0].shows, list(life.state.bare)) == (["attached"], (), both)
    assert MARK in life.state.irregular


def test_a_ticket_is_laid_beside_a_decision_that_lacks_its_paper():
    life = recorded(medium="radio")
    life.say("attach", "clerk", evidence=(PAPER,), of="none")
    assert MARK in life.state.irregular


def test_papers_of_before_it_was_told_what_they_show_made_good_all_there_was():
    """So journals of then fold to the same states."""
    life, *_ = twice()
    life.say("attach", "clerk", evidence=(PAPER,), of="none")
    entry = life.journal[-1]
    before = life.state.model_copy(update={"bare": dict.fromkeys(("a", "b"), "approved"), "seq": entry.seq - 1})
    old = entry.model_copy(update={"event": entry.event.model_copy(update={"shows": None})})
    after = leave.evolve(before, old)
    assert (after.bare, MARK in after.irregular) == ({}, False)


def test_a_countersignature_is_no_evidence_of_what_the_clerk_had_before_them():
    life = recorded(medium="phone")
    life.say("countersign", "co", of=next(iter(life.state.countersigns)))
    assert (life.state.countersigns, life.state.irregular) == ({}, (MARK,))


def test_what_a_member_asks_for_or_is_seen_to_do_needs_no_evidence():
    life = Life()
    life.ask(clerk="clerk")
    life.say("withdraw", "member", "clerk")
    other = Life().until("sign-out")
    other.say("sign-out", "gate", "clerk", medium="radio")
    other.wait(local(LAST, "08:00"))
    other.say("report", "co", "clerk", what="delay", detail=SEALED)
    assert MARK not in (*life.state.irregular, *other.state.irregular)


def test_a_refused_decision_and_a_further_answer_leave_no_mark():
    life = recorded(evidence=(PAPER,))
    life.say("approve", "sector", "clerk")
    life.say("approve", "co", "clerk")
    assert MARK not in life.state.irregular
