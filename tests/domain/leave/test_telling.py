"""Calls to members who are away, and who was told what: observations, never refused."""

from __future__ import annotations

import pytest

from domain.leave.state import RETOLD, SAID_FIRST
from domain.model import DAY, HOUR
from tests.domain.leave.life import SEALED, Life, block


def test_return_contact():
    """Each call is an entry; the newest counts, and when the member was reached last stays known."""
    life = Life().until("sign-in")
    life.hours(30)
    life.say("contact", "clerk", via="phone", where=SEALED)
    reached = life.now
    assert (life.kinds, life.said[0].says()) == (["contacted"], "reached by phone")
    life.hours(24)
    life.say("contact", "gate", via="radio", reached=False)
    assert life.said[0].says() == "called and not reached by radio"
    assert (life.state.called.at, life.state.called.reached, life.state.called.reached_at) == (life.now, False, reached)


@pytest.mark.parametrize(("who", "rules"), [("clerk", ()), ("cook", ()), ("member", ("return/contact",))])
def test_a_call_told_from_no_post_is_recorded_and_marked(who, rules):
    life = Life().until("sign-in")
    life.say("contact", who, via="mail")
    assert (life.kinds, life.said[0].irregular) == (["contacted"], rules)


def test_a_call_from_before_the_sign_out_is_marked():
    life = Life().until("sign-in")
    life.say("contact", "clerk", via="phone", acted_at=life.state.out_at - HOUR)
    assert life.said[0].irregular == ("return/order-of-times",)


@pytest.mark.parametrize("step", ["approve", "sign-out", "close"])
def test_who_is_not_away_is_not_called(step):
    life = Life().until(step)
    life.say("contact", "clerk", via="phone")
    assert (life.kinds, life.state.called) == (["noted"], None)


@pytest.mark.parametrize("step", ["approve", "sign-out", "sign-in", "close"])
def test_return_told(step):
    """By whom, how and when somebody was told: at every step."""
    life = Life().until(step)
    life.say("was-told", "clerk", about="suspension", via="in-person", acted_at=life.now - HOUR)
    entry = life.journal[-1]
    assert (entry.by, entry.effective_at, entry.event.via) == ("m-clerk", life.now - HOUR, "in-person")
    assert entry.event.says() == "member told of the suspension (in-person)"
    assert life.state.told == {"suspension": life.now - HOUR}


def test_what_a_family_was_told_the_member_does_not_know_by_it():
    life = Life().until("sign-in")
    life.say("was-told", "clerk", about="recall", via="phone", whom="family")
    assert life.state.told == {}


def test_a_provost_who_was_told_is_no_task_any_more():
    life = Life().until("sign-in")
    life.wait_for("absence")
    assert "provost" in life.due()
    life.say("was-told", "co", about="finding", via="phone", whom="provost")
    assert "provost" not in life.due()
    assert life.wait(life.now + 3 * DAY) == []


@pytest.mark.rule("return/told")
@pytest.mark.parametrize(("chart", "anew"), [(RETOLD, True), (RETOLD - 1, False)])
def test_who_is_suspended_already_is_to_be_told_of_each_order_more(chart: int, anew: bool):
    """Which stays when the first one ends; leaves asked for before this rule go on as they were."""
    life = Life().until("sign-out")
    life.state = life.state.model_copy(update={"chart": chart})
    life.hours(1)
    life.ruled(block("LO-1.1"))
    life.hours(1)
    life.say("was-told", "clerk", about="suspension", via="phone")
    for orders, untold in ((("LO-1.1",), False), (("LO-1.1", "LO-2.1"), anew), (("LO-2.1",), anew)):
        life.hours(1)
        life.ruled(*map(block, orders))
        assert ("untold" in life.face.attention) == untold
    life.say("was-told", "clerk", about="suspension", via="phone")
    assert "untold" not in life.face.attention


@pytest.mark.rule("return/told")
def test_who_is_suspended_is_to_be_told_and_anew_by_the_next_order():
    """The member is to know which order blocks them; who told them, how and when is recorded."""
    life = Life().until("sign-out")
    for order in ("LO-1.1", "LO-2.1"):
        life.hours(1)
        life.ruled(block(order))
        assert (life.face.state, "untold" in life.face.attention) == ("suspended", True)
        life.hours(1)
        life.say("was-told", "clerk", about="suspension", via="phone")
        assert "untold" not in life.face.attention
        life.ruled()
        assert (life.face.state, "untold" in life.face.attention) == ("ready", False)


@pytest.mark.rule("return/told")
@pytest.mark.parametrize("entered_first", [True, False])
@pytest.mark.parametrize(
    ("said", "chart", "untold"),
    [(-2, SAID_FIRST, False), (-3, SAID_FIRST, False), (-4, SAID_FIRST, True), (-2, SAID_FIRST - 1, True)],
)
def test_who_was_told_of_a_verbal_order_before_it_was_entered_knows_it(
    entered_first: bool, said: int, chart: int, untold: bool
):
    """Whichever comes in first; but not who was told of something before the order began at all."""
    life = Life().until("sign-out")
    life.state = life.state.model_copy(update={"chart": chart})
    life.hours(10)
    verbal = block().model_copy(update={"since": life.now - 3 * HOUR})
    told_at = life.now + said * HOUR
    if entered_first:
        life.ruled(verbal)
        life.hours(1)
    life.say("was-told", "clerk", about="suspension", via="in-person", acted_at=told_at)
    if not entered_first:
        life.hours(1)
        life.ruled(verbal)
    assert (life.face.state, "untold" in life.face.attention) == ("suspended", untold)


@pytest.mark.rule("return/told")
@pytest.mark.parametrize("lifted", [True, False])
def test_a_word_of_an_order_that_stood_then_is_none_of_a_verbal_one_entered_since(lifted: bool):
    life = Life().until("sign-out")
    life.ruled(block("LO-1.1"))
    began = life.now
    life.hours(1)
    life.say("was-told", "clerk", about="suspension", via="phone")
    life.hours(1)
    first = () if lifted else (block("LO-1.1"),)
    if lifted:
        life.ruled()
    life.hours(1)
    life.ruled(*first, block("LO-2.1").model_copy(update={"since": began}))
    assert "untold" in life.face.attention
