"""Back on the base: sign-in, the count of days, mistakes put right, the settled end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain import leave
from domain.leave.events import Lacks, SignedIn
from domain.model import DAY, HOUR, Decimal
from tests.domain.leave.life import FIRST, LAST, NO_DAYS, NOW, Life, World, local, terms


def back(**words: Any) -> Life:
    life = Life().until("sign-in")
    life.sign_in(**words)
    return life


def corrected(life: Life, who: str = "co", **words: Any) -> Life:
    life.say("correct", who, reason="a slip of the pen", **words)
    return life


# ---- sign-in


@pytest.mark.rule("silence/close")
def test_the_days_really_taken_are_settled_and_the_rest_goes_back():
    life = back(moment=local(LAST, "18:00"))
    assert (life.state.charged, life.at, set(life.state.held)) == (Decimal(8), "close", {"days", "number"})
    life.lapse()
    assert (life.ends, life.face.state, leave.over(life.state)) == (["settled"], "closed", True)
    assert life.now == local(LAST, "18:00") + 24 * HOUR


def test_who_is_back_early_is_charged_less():
    life = back(moment=local(FIRST + 2 * DAY, "09:00"))
    assert (life.state.charged, life.said[0].irregular) == (Decimal(3), ())
    days = life.state.held["days"]
    assert (days.first, days.last, days.charged) == (FIRST, FIRST + 2 * DAY, Decimal(3))


@pytest.mark.parametrize(("clock", "rules"), [("23:59", ()), ("00:00", ("return/late",))])
def test_who_is_back_after_the_last_day_is_late(clock, rules):
    life = back(moment=local(LAST, clock) if clock != "00:00" else local(LAST + DAY))
    (event,) = [e for e in life.said if isinstance(e, SignedIn)]
    assert event.irregular == rules


def test_a_sign_in_is_judged_by_when_it_was_seen_and_not_by_when_it_is_entered():
    life = Life().until("sign-in")
    life.wait(local(LAST + 5 * DAY))
    life.say("sign-in", "gate", acted_at=local(LAST, "20:00"))
    assert (life.said[0].irregular, life.state.charged) == ((), Decimal(8))


def test_return_order_of_times():
    """A sign-in from before the sign-out is noted, and the member still away."""
    life = Life().until("sign-in")
    life.say("sign-in", "gate", acted_at=life.state.out_at - HOUR)
    assert (life.kinds, life.said[0].irregular, life.at) == (["noted"], ("return/order-of-times",), "sign-in")


def test_a_sign_in_of_one_who_has_not_left_is_noted():
    life = Life().until("sign-out")
    life.say("sign-in", "gate")
    assert (life.kinds, life.at) == (["noted"], "sign-out")


@pytest.mark.parametrize("who", ["cook", "member"])
def test_authority_gate(who):
    life = Life().until("sign-in")
    life.say("sign-in", who)
    assert (life.refused, life.at) == ("authority/gate", "sign-in")


@pytest.mark.parametrize("kind", ["sign-in", "sign-out", "check-off", "gateway"])
@pytest.mark.parametrize("step", ["approve", "sign-in", "close"])
def test_a_stranger_leaves_no_mark_on_a_leave_wherever_it_stands(step, kind):
    """A post of the gate is never refused; who holds none, and has nobody record it who does, has seen nothing."""
    life = Life().until(step)
    marked = life.state.irregular
    words = {"check-off": {"item": "weapon"}, "gateway": {"way": "out"}}.get(kind, {})
    life.say(kind, "cook", **words)
    assert (life.refused, life.state.irregular) == ("authority/gate", marked)
    life.say(kind, "cook", "clerk", **words)
    assert not life.refused


def test_a_leave_that_no_purse_pays_charges_nothing():
    life = Life()
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 4 * DAY)
    life.until("sign-in").sign_in(local(FIRST + 4 * DAY, "18:00"))
    assert life.state.charged == 0


def test_a_charge_that_the_account_will_not_take_ends_as_an_exception():
    """It never refuses one; if it did, the leave would still end, and say so."""
    life = Life().until("sign-in")
    life.world = Stubborn()
    life.sign_in()
    assert (life.at, life.due()) == ("settle", ["uncharged"])
    life.lapse()
    assert (life.ends, life.state.irregular) == (["settled"], ("account/settle",))


class Stubborn(World):
    def answer(self, want):
        if want.what == "days" and want.spec:
            return (Lacks(spec=want.spec, n=want.n, refusal=NO_DAYS, cites=("x",)),)
        return super().answer(want)


# ---- correct


def test_the_member_corrects_the_dates_within_a_day_and_holds_other_days():
    life = Life().until("approve")
    corrected(life, "member", last=LAST + 2 * DAY)
    assert (life.kinds, life.state.last_day, life.state.held["days"].last) == (
        ["corrected"],
        LAST + 2 * DAY,
        LAST + 2 * DAY,
    )
    assert life.state.held["days"].expected == Decimal(10)


def test_a_correction_without_days_falls_back_on_what_is_held():
    life = Life().until("approve")
    life.world.days = NO_DAYS
    corrected(life, "member", last=LAST + 2 * DAY)
    assert (life.state.last_day, life.state.held["days"].last, leave.wants(life.state, NOW)) == (LAST, LAST, ())


def test_a_correction_whose_days_are_refused_leaves_all_as_it_was():
    """Also destination, approval and confirmation, and nothing is given back meanwhile; it may be tried again."""
    life = Life().until("sign-out")
    before, held = life.state, life.state.held
    life.world.days = NO_DAYS
    corrected(life, "member", last=LAST + 2 * DAY, destination="KUMASI")
    assert (life.kinds, life.journal[-1].event.kind, life.at) == (["corrected"], "lacks", "sign-out")
    changed = {name for name in type(before).model_fields if getattr(before, name) != getattr(life.state, name)}
    assert (changed, life.state.held) == ({"seq", "acts", "spoken"}, held)
    life.world.days = None
    corrected(life, "member", last=LAST + 2 * DAY, destination="KUMASI")
    assert (life.state.last_day, life.state.destination, life.at) == (LAST + 2 * DAY, "KUMASI", "approve")


@pytest.mark.rule("record/correction")
@pytest.mark.parametrize(
    ("hours", "who", "rule"), [(24, "member", ""), (25, "member", "record/correction"), (25, "co", "")]
)
def test_record_correction_by_who_made_it_for_a_day_and_then_with_an_approver(hours, who, rule):
    life = Life().until("approve")
    life.now += hours * HOUR
    assert corrected(life, who, last=LAST - DAY).refused == rule


@pytest.mark.parametrize(
    ("who", "rule"), [("gate", ""), ("co", ""), ("cook", "record/correction"), ("member", "record/correction")]
)
def test_record_correction_of_a_sign_in_is_by_the_same_post(who, rule):
    life = back()
    assert corrected(life, who, signed_in_at=life.now - HOUR).refused == rule


def test_every_mistake_that_is_put_right_must_be_one_s_own():
    """Who wrote the sign-in does not thereby correct the sign-out of another."""
    life = Life().until("sign-out")
    life.wait(local(FIRST, "10:00"))
    life.say("sign-out", "clerk")
    life.sign_in(local(FIRST + DAY, "06:00"))
    both = {"signed_in_at": local(FIRST + DAY, "05:00"), "signed_out_at": local(FIRST, "12:00")}
    assert corrected(life, "gate", **both).refused == "record/correction"
    assert corrected(life, "gate", signed_in_at=both["signed_in_at"]).refused == ""


SENSELESS: list[tuple[str, dict[str, Any]]] = [
    ("sign-out", {}),
    ("sign-out", {"first": LAST + DAY}),
    ("sign-out", {"signed_out_at": NOW}),
    ("sign-in", {"destination": "LAGOS"}),
    ("sign-in", {"last": LAST + DAY}),
    ("sign-in", {"signed_in_at": NOW}),
    ("close", {"signed_in_at": local(FIRST, "09:59")}),
    ("close", {"signed_out_at": local(LAST, "18:01")}),
]


@pytest.mark.parametrize(("step", "words"), SENSELESS)
def test_record_correction_keeps_the_order_of_times(step, words):
    """Nothing, what is not there yet, dates after sign-out, a return before the departure: refused."""
    life = Life().until(step)
    assert corrected(life, **words).refused == "record/correction"


DATES: list[tuple[dict[str, Any], str]] = [
    ({"last": FIRST + 29 * DAY}, ""),
    ({"last": FIRST + 30 * DAY}, "kind/longest-days"),
    ({"first": NOW.date() + 14 * DAY}, ""),
    ({"first": NOW.date() + 13 * DAY}, "ask/notice"),
    ({"first": NOW.date() - DAY}, "record/correction"),
]


@pytest.mark.parametrize(("words", "rule"), DATES)
def test_a_correction_is_no_way_round_the_rules_of_a_request(words, rule):
    """The corrected dates must be such as could have been asked for."""
    life = Life().until("approve")
    assert corrected(life, "member", **words).refused == rule


def test_other_dates_after_approval_need_a_new_one_unless_an_approver_corrects():
    """Then place, seat and paper go back, and are taken anew for the new dates."""
    life = Life().until("sign-out")
    corrected(life, "member", last=LAST + DAY)
    assert (life.at, set(life.state.held)) == ("approve", {"days", "number"})
    assert (life.state.verdict, life.state.confirmed) == (None, False)
    life.say("approve", "co")
    assert (life.at, life.state.held["place"].last, life.state.held["seat"].back_day) == (
        "confirm",
        LAST + DAY,
        LAST + DAY,
    )
    life.until("sign-out")
    assert life.state.held["paper"].last == LAST + DAY


def test_an_approver_s_correction_keeps_the_approval_but_not_the_confirmation_of_another_journey():
    life = Life().until("confirm")
    life.say("confirm-travel", "mover", out_flight="UN-1")
    corrected(life, "co", first=FIRST + DAY)
    assert (life.at, life.state.approved, life.state.out_flight) == ("confirm", True, None)
    assert "paper" not in life.state.held
    assert life.state.held["place"].first == FIRST + DAY


def test_a_correction_of_what_the_gate_saw_counts_and_settles_anew():
    life = back(moment=local(LAST, "18:00"))
    life.hours(20)
    corrected(life, "gate", signed_in_at=local(LAST - DAY, "18:00"))
    assert (life.state.charged, life.state.held["days"].charged, life.at) == (Decimal(7), Decimal(7), "close")
    assert life.state.since == life.now
    life.hours(23)
    assert life.ends == []
    life.hours(1)
    assert life.ends == ["settled"]


def test_a_corrected_sign_out_is_told_to_the_base():
    life = Life().until("sign-in")
    seen = local(FIRST, "07:00")
    corrected(life, "gate", signed_out_at=seen)
    assert (life.state.out_at, life.state.held["place"].out_at) == (seen, seen)


def test_a_correction_that_was_overtaken_by_another_is_not_put_back_by_the_refusal_of_the_first():
    life = Life().until("approve")
    life.slow = True
    life.world.days = NO_DAYS
    corrected(life, "member", last=LAST + DAY)
    (want,) = leave.wants(life.state, life.now)
    corrected(life, "member", last=LAST + 2 * DAY)
    life.write(life.world.answer(want))
    assert life.state.correction.last == LAST + 2 * DAY
    life.slow, life.world.days = False, None
    life.settle_down()
    assert life.state.last_day == life.state.held["days"].last == LAST + 2 * DAY


def test_what_is_corrected_while_other_days_are_awaited_is_corrected_with_them():
    life = Life().until("approve")
    life.slow = True
    corrected(life, "member", last=LAST + DAY)
    corrected(life, "member", destination="KUMASI")
    assert (life.state.destination, life.state.last_day) == ("ACCRA", LAST)
    life.slow = False
    life.settle_down()
    assert (life.state.destination, life.state.last_day, life.state.expected) == ("KUMASI", LAST + DAY, Decimal(9))


def test_evidence_is_kept_whatever_became_of_the_leave():
    life = Life().until("approve")
    life.say("deny", "co", "clerk", reason="no")
    life.say("attach", "cook", evidence=("0" * 64,))
    assert life.kinds == ["attached"]


def test_the_army_does_not_charge_a_departure_after_duty():
    life = Life(terms=terms("us-army"))
    life.ask()
    life.until("sign-out")
    life.sign_out(local(FIRST, "16:30"))
    life.sign_in(local(LAST, "07:30"))
    assert life.state.charged == Decimal(6)
    assert life.state.in_at
    assert life.state.in_at - life.state.out_at > timedelta(days=6)
