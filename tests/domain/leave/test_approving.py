"""Who decides on a leave: turn, silence, three people, further answers; deny, cancel and their differences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain import leave
from domain.acts import Approve, Cancel
from domain.facts import BaseFacts
from domain.model import DAY, HOUR
from tests.domain.leave.life import FIRST, LAST, LEAVE, NOW, Life, emergency, local, person, terms

FAR = {"first": FIRST + 40 * DAY, "last": LAST + 40 * DAY}
DESK = BaseFacts(code="NAQ", clearance="officer")


def waiting(**words) -> Life:
    life = Life()
    life.ask(**words)
    return life


# ---- approve


@pytest.mark.parametrize("who", ["cook", "mover", "sector", "dco"])
def test_authority_approve(who):
    """Only the post whose turn it is approves."""
    life = waiting()
    life.say("approve", who)
    assert (life.refused, life.at) == ("authority/approve", "approve")
    assert life.said[0].refusal.facts["expected"] == "CO-A"


def test_decision_not_own():
    """Nobody decides on their own leave, whatever their post; nor does the member record the decision."""
    life = waiting()
    own = person("co").model_copy(update={"id": "m-member"})
    life.say("approve", own)
    assert life.refused == "decision/not-own"
    clerk = person("clerk").model_copy(update={"id": "m-member"})
    act = life.decisions[-1].act.model_copy(
        update={"act_id": "own-clerk", "decided_by": "m-co", "entered_by": "m-member", "medium": "paper"}
    )
    life.take(act, person("co"), clerk)
    assert (life.refused, life.at) == ("decision/not-own", "approve")


def test_authority_post():
    """A post that is named must be held."""
    life = waiting()
    life.say("approve", "co", post="FC")
    assert life.refused == "authority/post"


@pytest.mark.rule("silence/<deadline>")
def test_silence_reaches_the_deputy_at_the_limit_and_the_next_higher_at_twice_the_limit():
    """Remind at 36 h, deputy at 72 h, next higher at 144 h, then daily to the top, then unanswered."""
    life = waiting(**FAR)
    fell = []
    while not life.said or life.due()[0] != "undecided":
        asked_for = leave.due(life.state)[0]
        (event,) = life.lapse()
        fell.append(((asked_for.acted_at - NOW) / HOUR, event.to))
    assert fell == [
        (36, ("CO-A",)),
        (72, ("DCO-A",)),
        (144, ("SC-WEST",)),
        (168, ("FC",)),
        (192, ()),
    ]
    assert life.face.posts == ("CO-A", "DCO-A", "SC-WEST", "FC")
    assert "unanswered" in life.face.attention


@pytest.mark.parametrize("who", ["co", "dco", "sector"])
def test_until_somebody_decides_each_authority_reached_may(who):
    life = waiting(**FAR)
    life.hours(150)
    life.say("approve", who)
    assert life.kinds == ["approved"]


def test_the_deputy_may_not_before_the_limit_and_may_at_it():
    life = waiting(**FAR)
    life.hours(71.9)
    life.say("approve", "dco")
    assert life.refused == "authority/approve"
    life.hours(0.2)
    life.say("approve", "dco")
    assert life.kinds == ["approved"]


def test_an_ordinary_answer_is_due_ten_days_before_departure_and_never_in_less_than_an_hour():
    life = waiting(first=FIRST, last=LAST)
    assert leave.due(life.state)[0].acted_at == NOW + 36 * HOUR
    life = Life()
    life.now = local(FIRST - 14 * DAY, "08:00") + 3 * DAY  # as if notice were short
    life.facts = life.facts.model_copy(update={"terms": terms(notice_days=0)})
    life.ask()
    near = local(FIRST - 10 * DAY) - life.now
    assert leave.due(life.state)[0].acted_at == life.now + near / 2
    life = Life(terms=terms(notice_days=0))
    life.now = local(FIRST - 2 * DAY)
    life.ask()
    assert leave.due(life.state)[0].acted_at == life.now + timedelta(minutes=30)


def test_an_emergency_is_answered_within_hours():
    life = emergency()
    assert (life.due()[0], leave.due(life.state)[0].acted_at) == ("remind check", NOW + HOUR)
    life.lapse()
    assert (life.lapse()[0].to, leave.due(life.state)[0].acted_at) == (("SC-WEST",), NOW + 4 * HOUR)


@pytest.mark.parametrize("who", ["co", "dco", "force"])
def test_a_further_answer_is_recorded_and_changes_nothing(who):
    """From any post of the ladder, reached or not: the decision is made."""
    life = Life().until("confirm")
    before = life.state
    life.say("approve", who)
    assert life.kinds == ["noted"]
    life.say("deny", who, reason="too late")
    assert life.kinds == ["noted"]
    same: dict[str, Any] = {"seq": 0, "acts": {}, "spoken": {}}
    assert life.state.model_copy(update=same) == before.model_copy(update=same)


def test_decision_separate_people():
    """Approval, clearance and movement are decided by three people, though one may hold all three posts."""
    life = Life(base=DESK)
    life.ask()
    everything = person("co", "officer", "mover")
    life.say("approve", everything)
    life.say("clear", everything)
    assert (life.refused, life.at) == ("decision/separate-people", "officer")
    life.say("clear", "officer")
    assert life.at == "confirm"
    life.say("confirm-travel", everything)
    assert life.refused == "decision/separate-people"
    life.say("confirm-travel", person("mover", "cook").model_copy(update={"id": "m-officer"}))
    assert life.refused == "decision/separate-people"
    life.say("confirm-travel", "mover")
    assert life.at == "sign-out"


def test_the_clearance_desk_answers_within_four_hours_and_may_deny():
    life = Life(base=DESK)
    life.ask()
    life.say("approve")
    life.say("clear", "co")
    assert life.refused == "authority/officer"
    life.hours(4)
    assert life.face.posts == ("CLR-NAQ", "SC-WEST")
    life.say("deny", "officer", reason="no")
    assert life.ends == ["denied"]


def test_what_a_clerk_enters_is_decided_by_who_said_it():
    """The clerk is the recorder; the approval is the commander's."""
    life = waiting()
    life.say("approve", "co", "clerk")
    assert life.state.deciders == {"approval": "m-co"}
    (entry,) = [e for e in life.journal if e.event.kind == "approved"]
    assert (entry.by, entry.entered_by, entry.assurance) == ("m-co", "m-clerk", "recorded")
    life = waiting()
    life.say("approve", "co", "cook")
    assert life.refused == "authority/recorder"
    life.say("approve", "cook", "clerk")
    assert life.refused == "authority/approve"


# ---- deny, cancel, and the server


def test_command_denies_while_it_waits_for_it():
    life = waiting()
    life.say("deny", "co", reason="needed here")
    assert (life.ends, set(life.state.held), leave.over(life.state)) == (["denied"], {"number"}, True)


def test_an_attestation_is_not_waited_for_to_deny():
    life = emergency()
    life.say("deny", "co", reason="needed here")
    assert life.ends == ["denied"]


def test_what_is_not_approved_is_denied_and_not_cancelled():
    life = waiting()
    life.say("cancel", "co", reason="needed here")
    assert (life.refused, life.at) == ("path/cancel", "approve")


@pytest.mark.parametrize("who", ["co", "dco", "force"])
def test_any_authority_of_the_ladder_cancels_what_is_approved(who):
    """Also the deputy who approved it, and those above."""
    life = Life().until("sign-out")
    life.say("cancel", who, reason="needed here")
    assert (life.ends, set(life.state.held)) == (["cancelled"], {"number"})


def test_authority_cancel():
    life = Life().until("sign-out")
    life.say("cancel", "mover", reason="no")
    assert (life.refused, life.ends) == ("authority/approve", [])


def test_after_sign_out_nothing_is_cancelled():
    life = Life().until("sign-in")
    life.say("cancel", "co", reason="needed here")
    assert (life.refused, life.at) == ("path/cancel", "sign-in")


def test_a_denial_of_who_is_away_changes_nothing_and_is_told_as_such():
    life = Life().until("sign-in")
    life.say("deny", "co", reason="needed here")
    (noted,) = life.said
    assert (noted.since, noted.what) == (
        None,
        "a denial while the member is away changes nothing; to call them back, recall",
    )
    assert life.at == "sign-in"


@pytest.mark.parametrize("step", ["requested", "approve", "sign-out"])
def test_a_cancel_on_the_server_ends_it_from_anywhere_before_sign_out(step):
    life = Life() if step == "requested" else Life().until(step)
    act = Cancel(act_id="s", decided_by="server", acted_at=life.now, leave_id=LEAVE, reason="cancelled on the server")
    life.take(act)
    assert (life.ends, leave.over(life.state)) == (["cancelled"], True)


def test_the_server_says_nothing_but_cancel():
    """Nobody decides under the server's name."""
    life = waiting()
    act = life.decisions[0].act
    head = {"act_id": "s", "decided_by": "server", "acted_at": life.now, "leave_id": act.leave_id}
    life.take(Approve.model_validate(head))
    assert (life.refused, life.at) == ("authority/known-person", "approve")


def test_a_denial_which_a_clerk_recorded_waits_for_its_countersignature_and_then_ends():
    """It is over with the countersignature, or after seven days without."""
    signed, unsigned = waiting(), waiting()
    for life in (signed, unsigned):
        life.say("deny", "co", "clerk", reason="needed here")
        assert (life.ends, leave.over(life.state)) == (["denied"], False)
        assert life.face.waits_for == "countersignature (1)"
    denial = next(iter(signed.state.countersigns))
    signed.say("countersign", "co", of=denial)
    assert leave.over(signed.state)
    unsigned.lapse()
    assert unsigned.now == NOW + 7 * DAY
    assert leave.over(unsigned.state)
    assert unsigned.state.irregular == ("record/evidence", "record/countersign")


@pytest.mark.parametrize("who", ["sector", "clerk", "member"])
def test_record_countersign(who):
    """Only who decided countersigns, and not through a clerk."""
    life = waiting()
    life.say("approve", "co", "clerk")
    of = next(iter(life.state.countersigns))
    life.say("countersign", who, of=of)
    assert life.refused == "record/countersign"
    life.say("countersign", "co", "clerk", of=of)
    assert life.refused == "record/countersign"
    life.say("countersign", "co", of="another")
    assert life.refused == "record/countersign"
    life.say("countersign", "co", of=of)
    assert (life.kinds, life.state.countersigns, life.state.signers) == (["countersigned"], {}, {})


@pytest.mark.rule("record/countersign")
def test_a_missing_countersignature_is_an_exception_for_audit_and_undoes_nothing():
    life = waiting(**FAR)
    life.say("approve", "co", "clerk")
    life.wait(NOW + 7 * DAY)
    assert (life.state.approved, life.state.irregular) == (True, ("record/evidence", "record/countersign"))
    assert life.at == "confirm"


def test_what_was_refused_waits_for_no_countersignature():
    life = waiting()
    life.say("approve", "sector", "clerk")
    assert life.refused
    assert not life.state.countersigns


@pytest.mark.rule("return/refund")
@pytest.mark.parametrize(
    ("pack", "hours", "contingency", "flagged"),
    [
        ("us-army", 48, True, True),
        ("us-army", 48.02, True, False),
        ("us-army", 0, True, True),
        ("us-army", 1, False, False),
        ("contingent", 1, True, False),
    ],
)
def test_return_refund(pack, hours, contingency, flagged):
    """Cancelled for a contingency within 48 hours before the start: flagged, where the pack says so."""
    life = Life(terms=terms(pack)).until("sign-out")
    life.wait(local(FIRST) - timedelta(hours=hours))
    life.say("cancel", reason="the situation", contingency=contingency)
    (ended,) = life.said
    assert (life.ends, ended.refund) == (["cancelled"], flagged)
    assert ("return/refund" in ended.cites, "refund" in ended.says()) == (flagged, flagged)


@pytest.mark.parametrize(("minutes", "marks"), [(5, ()), (11, ("record/before-request",))])
def test_a_decision_dated_before_the_request_stands_and_is_irregular(minutes, marks):
    """Clocks may differ by ten minutes; beyond that one of the two dates is wrong."""
    life = waiting()
    life.say("approve", "co", acted_at=NOW - timedelta(minutes=minutes))
    assert (life.refused, life.said[0].irregular) == ("", marks)


def test_a_denial_after_the_approval_is_told_as_a_new_word_that_changes_nothing():
    life = waiting()
    life.say("approve", "co")
    life.say("deny", "co", reason="needed here")
    (said,) = life.said
    assert (said.kind, said.since, life.state.ended) == ("noted", None, None)
    assert "to revoke it, cancel" in said.what
