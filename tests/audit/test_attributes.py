"""Each attribute of a leave is answered out of its journal: passed, an exception and its entries, or not applicable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from audit.attributes import ATTRIBUTES, Around, Attribute, Case, attributes_of
from audit.journals import Written
from audit.population import Beside, unshown
from audit.testing import bases
from domain import marks
from domain.account import Account, Line
from domain.facts import BaseFacts
from domain.garrison import Garrison
from domain.garrison.flights import FLIGHTS
from domain.garrison.orders import Edition
from domain.garrison.state import Line as GarrisonLine
from domain.model import HOUR, Decimal, timedelta
from domain.orders import Order
from domain.restrictions import StopLeave
from tests.audit.lived import journal_of
from tests.domain.garrison.mission import Naq, order
from tests.domain.leave.life import FIRST, LEAVE, Life, local, person

OUT = local(FIRST, "10:00")
PAPER = "a" * 64
AROUND = Around(today=date(2026, 5, 1))


def answers(life: Life, around: Around = AROUND) -> dict[str, Attribute]:
    return {one.name: one for one in attributes_of(Case(journal_of(life), lambda _: around))}


def only(life: Life, around: Around = AROUND) -> dict[str, str]:
    """The exceptions alone, and why."""
    return {name: one.why for name, one in answers(life, around).items() if one.answer == "exception"}


def kinds(life: Life, one: Attribute) -> list[str]:
    """What the entries are on which an answer rests."""
    return [life.journal[seq - 1].event.kind for seq in one.entries]


def back() -> Life:
    life = Life().until("sign-in")
    life.sign_in()
    return life


def test_a_leave_by_the_book_passes_whatever_applies():
    told = answers(back())
    assert list(told) == list(ATTRIBUTES)
    assert {name for name, one in told.items() if one.answer == "pass"} == set(ATTRIBUTES) - {"evidence attached"}
    assert told["evidence attached"].answer == "not applicable"
    assert kinds(back(), told["approved before sign-out"]) == ["approved", "signed-out"]


def test_of_a_leave_that_was_never_opened_or_never_left_little_applies():
    life = Life()
    life.ask(first=FIRST, last=date(2027, 3, 30))
    assert {one.answer for one in answers(life).values()} == {"not applicable"}
    life = Life().until("approve")
    life.say("deny", "co", reason="no")
    assert {name: one.answer for name, one in answers(life).items() if one.answer != "not applicable"} == {
        "by an entitled post": "pass",
        "not own": "pass",
        "late entry": "pass",
    }


def test_who_left_without_an_approval_is_an_exception_also_where_it_came_later():
    life = Life().until("approve")
    life.now = OUT
    life.say("sign-out", "gate")
    assert "not approved since" in only(life)["approved before sign-out"]
    life.say("approve", "co")
    found = answers(life)["approved before sign-out"]
    assert (found.answer, kinds(life, found)) == ("exception", ["signed-out", "approved"])


@pytest.mark.parametrize(("after", "answer"), [(-1, "pass"), (1, "exception")])
def test_an_approval_counts_from_when_it_was_recorded_and_a_sign_out_from_when_it_was_seen(after: int, answer: str):
    life = Life().until("approve")
    life.wait(OUT - 48 * HOUR)
    life.now = OUT + after * HOUR
    life.say("approve", "co", acted_at=OUT - 24 * HOUR)
    life.say("confirm-travel", "mover")
    life.now = OUT + 4 * HOUR
    life.say("sign-out", "gate", acted_at=OUT)
    assert answers(life)["approved before sign-out"].answer == answer


def forged(life: Life, kind: str, who: Any) -> Life:
    """A leave of whose decision it is said that somebody else made it, in the act, the facts and the entries."""
    for i, one in enumerate(life.decisions):
        if one.act.kind == kind:
            act = one.act.model_copy(update={"decided_by": who.id})
            facts = one.facts.model_copy(update={"person": who})
            life.decisions[i] = one.model_copy(update={"act": act, "facts": facts})
    return life


@pytest.mark.parametrize("kind", ["approve", "confirm-travel"])
def test_a_decision_by_a_post_that_could_not_make_it_is_an_exception(kind: str):
    found = only(forged(back(), kind, person("cook")))
    assert set(found) == {"by an entitled post"}
    assert found["by an entitled post"].startswith(f"{kind}: it is not the turn of this post")


def test_a_decision_on_ones_own_leave_is_an_exception_of_its_own():
    own = person("co").model_copy(update={"id": "m-member"})
    assert set(only(forged(back(), "approve", own))) == {"not own"}
    life = Life().until("sign-out")
    life.wait(OUT)
    life.say("sign-out", own)
    assert "told by the member" in only(life)["not own"]


def test_what_a_clerk_recorded_and_nobody_countersigned_is_an_exception():
    life = Life().until("approve")
    life.say("approve", "co", "clerk", evidence=(PAPER,))
    assert "by an entitled post" not in only(life)
    life.wait_for(next(what for what in _pending(life) if what.startswith("countersign:")))
    found = answers(life)["by an entitled post"]
    assert (found.answer, "approved" in kinds(life, found)) == ("exception", True)


def _pending(life: Life) -> list[str]:
    from domain import leave

    return [lapse.what for lapse in leave.due(life.state)]


def test_what_was_recorded_from_paper_has_its_paper_and_the_record_has_it_too():
    life = Life().until("approve")
    life.say("approve", "co", "clerk")
    assert "without its paper" in only(life)["evidence attached"]
    life.say("attach", "clerk", evidence=(PAPER,))
    assert "evidence attached" not in only(life)
    sealed = Around(today=AROUND.today, evidence=frozenset({PAPER}))
    assert answers(life, sealed)["evidence attached"].answer == "pass"
    lost = Around(today=AROUND.today, evidence=frozenset())
    assert "is not in this record" in only(life, lost)["evidence attached"]


def test_the_paper_of_one_decision_is_none_of_another_nor_is_one_of_the_members_own():
    life = Life(base=BaseFacts(code="NAQ", clearance="officer")).until("approve")
    life.say("approve", "co", "clerk", medium="phone")
    life.say("clear", "officer", "clerk", medium="radio")
    approved, cleared = life.state.bare
    life.say("attach", "member", evidence=(PAPER,), of=cleared)
    life.say("attach", "clerk", evidence=(PAPER,), of=approved)
    assert kinds(life, answers(life)["evidence attached"]) == ["officer-cleared"]
    life.say("attach", "clerk", evidence=(PAPER,), of=cleared)
    assert "evidence attached" not in only(life)


def test_what_a_clerk_recorded_at_a_base_without_its_paper_is_an_exception_of_the_leave_or_of_the_base():
    naq = Naq()
    naq.issue_by_clerk(order())
    naq.ask("L1")
    naq.exempt_by_clerk("L1", {"entered_by": "m-clerk", "medium": "phone"})
    written = tuple(Written(entry, "r", entry.seq, None) for entry in naq.entries)
    found = unshown(written)
    assert [one.entry.event.kind for one in found] == ["order-issued", "exempted"]
    known = Beside({}, {}, None, (), (), bare=tuple(("base-NAQ", one) for one in found))
    (at_base,) = bases(known)
    assert "order LO-1.1 issued: a title: recorded by a clerk without its paper" in at_base.exceptions[0].why
    told = only(Life().until("sign-out"), replace(AROUND, bare=found[1:]))
    assert told["evidence attached"] == "exempted recorded by a clerk at its base without its paper"
    for act in list(naq.state.bare):
        naq.lay(act)
    assert unshown(tuple(Written(entry, "r", entry.seq, None) for entry in naq.entries)) == ()


def test_days_are_counted_anew():
    life = back()
    event = next(one for one in life.journal if one.event.kind == "signed-in")
    more = event.event.model_copy(update={"charged": event.event.charged + 1})
    life.journal[event.seq - 1] = event.model_copy(update={"event": more})
    found = only(life)
    assert found["days recomputed"].startswith(f"expected {event.event.charged.normalize():f} days charged, got")


def stop(recorded_at: Any) -> Garrison:
    """The base with an order that stops all leave from two hours before the sign-out on."""
    order = Order(
        number="LO-1",
        version=1,
        issuer="FC",
        title="Stop",
        since=(OUT - 2 * HOUR).replace(second=0, microsecond=0),
        restrictions=(StopLeave(),),
        etp="FC",
    )
    return Garrison(base="NAQ", book={"LO-1": (Edition(order=order, recorded_at=recorded_at),)})


def test_an_order_that_stood_against_a_sign_out_is_an_exception_also_where_it_was_entered_later():
    verbal = Around(today=AROUND.today, base=stop(OUT + HOUR))
    found = only(back(), verbal)
    assert found == {"clearance under orders in force": "LO-1.1 was in force, and was entered or told too late"}
    none = Around(today=AROUND.today, base=Garrison(base="NAQ"))
    assert "the base's book of orders" in answers(back(), none)["clearance under orders in force"].why


@pytest.mark.parametrize(("until", "answer"), [(None, "pass"), (HOUR, "pass"), (-HOUR, "exception")])
def test_an_exemption_counts_for_as_long_as_it_lasts(until: timedelta | None, answer: str):
    base = stop(OUT - 3 * HOUR)
    exempt = {"LO-1.1": None if until is None else OUT + until}
    line = GarrisonLine(seen=FIRST, exempt=exempt)
    around = Around(today=AROUND.today, base=base.model_copy(update={"leaves": {LEAVE: line}}))
    assert answers(back(), around)["clearance under orders in force"].answer == answer


def test_who_left_without_a_place_is_an_exception():
    life = Life()
    life.world.granted = False
    life.until("clear") if life.at != "requested" else life.ask()
    life.say("approve", "co")
    life.now = OUT
    life.say("sign-out", "gate")
    assert "the base had granted no place" in only(life)["clearance under orders in force"]


def test_a_place_above_the_strength_by_days_of_flights_is_an_exception_and_is_shown():
    life = Life()
    life.world.irregular = (FLIGHTS,)
    life.until("sign-in")
    life.sign_in()
    assert only(life) == {"clearance under orders in force": marks.told(FLIGHTS)}
    assert (life.state.irregular, "irregular" in life.face.attention) == ((FLIGHTS,), True)


def test_what_the_account_says_is_compared():
    life = back()
    days = life.state.held["days"]
    right, wrong = (
        Account(lines={LEAVE: Line(n=1, days=each)}) for each in (days, days.model_copy(update={"charged": Decimal(1)}))
    )
    assert only(life, Around(today=AROUND.today, account=right)) == {}
    found = only(life, Around(today=AROUND.today, account=wrong))
    assert "got 1" in found["settled and posted"]
    assert "got nothing" in only(life, Around(today=AROUND.today, account=Account()))["settled and posted"]


@pytest.mark.parametrize(("hours", "late"), [(23, False), (24, True)])
def test_an_entry_is_late_from_so_many_hours_on(hours: int, late: bool):
    life = Life().until("sign-out")
    life.wait(OUT)
    life.now = OUT + hours * HOUR
    life.say("sign-out", "gate", acted_at=OUT)
    found = answers(life)["late entry"]
    assert (found.answer == "exception") == late
    if late:
        assert kinds(life, found) == ["signed-out"]
        assert found.why.endswith("at most 1 d")
    assert answers(life, Around(today=AROUND.today, late_hours=hours + 1))["late entry"].answer == "pass"
