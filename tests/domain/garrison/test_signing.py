"""What a clerk records at a base waits for the countersignature of who decided it, for so many days."""

from __future__ import annotations

from typing import Any

import pytest

from domain import garrison
from domain.acts import SignEntry
from domain.evidence import EVIDENCE
from domain.facts import Facts
from domain.garrison.orders import MEMORY, find
from domain.model import DAY, HOUR
from tests.domain.garrison.mission import CLERK, COMMANDER, FORCE, NOW, Naq, cited, local, order

MARK = "record/countersign"


def recorded() -> Naq:
    naq = Naq()
    naq.issue_by_clerk(order(until=local(20)))
    return naq


def of(naq: Naq) -> str:
    return next(iter(naq.state.unsigned), "nothing")


def marks(naq: Naq, name: str = "LO-1.1") -> tuple[str, ...]:
    """Those of an order, but that it came without its paper."""
    edition = find(naq.state.book, name)
    assert edition is not None
    return tuple(mark for mark in edition.irregular if mark != EVIDENCE)


@pytest.mark.rule("record/countersign")
def test_an_order_that_a_clerk_typed_waits_for_its_issuer_for_7_days():
    naq = recorded()
    (waits,) = naq.state.unsigned.values()
    assert (waits.who, waits.what, waits.by) == ("m-co", "LO-1.1", NOW + 7 * DAY)
    assert marks(naq) == (MARK,)
    naq.sign(of(naq))
    assert (naq.kinds, naq.state.unsigned, marks(naq)) == (["entry-signed"], {}, ())


@pytest.mark.rule("record/countersign")
@pytest.mark.parametrize(("late", "marked"), [(7 * DAY, ()), (7 * DAY + HOUR, (MARK,))])
def test_what_is_signed_late_is_taken_and_stays_an_exception_for_audit(late, marked):
    naq = recorded()
    act = of(naq)
    naq.now += late
    naq.sign(act)
    assert (naq.refused, naq.state.unsigned, marks(naq)) == ("", {}, marked)
    assert naq.said[0].irregular == marked


@pytest.mark.rule("record/countersign")
def test_what_nobody_has_signed_in_time_stands_as_an_exception_and_waits_no_more():
    naq = recorded()
    act = of(naq)
    (due,) = garrison.due(naq.state)
    assert (due.acted_at, due.decided_by) == (NOW + 7 * DAY, "time")
    naq.lapse()
    lapsed: Any = naq.said[0]
    assert (lapsed.kind, lapsed.irregular) == ("entry-lapsed", (MARK,))
    assert lapsed.says() == "countersignature missing, an exception for audit: LO-1.1"
    assert (naq.state.unsigned, garrison.due(naq.state), marks(naq)) == ({}, (), (MARK,))
    assert cited(naq.ask("L1", 10, 12)) == ["LO-1.1"], "the order holds"
    naq.now += HOUR
    naq.sign(act)
    assert naq.refused == MARK
    refused: Any = naq.said[-1]
    assert "its time is over" in refused.refusal.why
    before = naq.state
    assert (naq.again(naq.decisions[1]), naq.state) == ((), before), "time says nothing twice"


@pytest.mark.rule("record/countersign")
@pytest.mark.parametrize("time_first", [False, True])
@pytest.mark.parametrize(("said", "taken"), [(6 * DAY, True), (7 * DAY, True), (7 * DAY + HOUR, False)])
def test_what_was_said_in_time_and_arrives_after_an_outage_is_taken_whichever_word_came_first(time_first, said, taken):
    """Server and worker are back before the spool has sent: the word of time arrives first."""
    naq = recorded()
    act = of(naq)
    naq.now += 8 * DAY
    if time_first:
        naq.lapse()
    naq.act(SignEntry(**naq.head(NOW + said, by="m-co"), of=act), COMMANDER)
    assert (naq.refused, marks(naq)) == ("" if taken or not time_first else MARK, (MARK,))
    assert naq.state.unsigned == {}
    if taken:
        assert (naq.kinds, naq.said[0].irregular, naq.state.lapsed) == (["entry-signed"], (MARK,), {})
        naq.act(SignEntry(**naq.head(NOW + said, by="m-co"), of=act), COMMANDER)
        assert naq.refused == MARK, "once"


def test_time_says_nothing_of_what_was_signed_and_takes_the_earliest_first():
    naq = recorded()
    due = garrison.due(naq.state)[0]
    naq.sign(of(naq))
    assert garrison.decide(due, naq.state, Facts(), due.acted_at) == ()
    for hours, number in ((0, "LO-3"), (1, "LO-2")):
        naq.now = NOW + hours * HOUR
        naq.issue_by_clerk(order(number, until=local(20)))
    assert [one.acted_at for one in garrison.due(naq.state)] == [NOW + 7 * DAY, NOW + 7 * DAY + HOUR]


def test_nobody_else_signs_it_and_nobody_has_it_recorded():
    naq = recorded()
    act = of(naq)
    for by, more in ((FORCE, {}), (CLERK, {}), (COMMANDER, {"entered_by": CLERK.id, "medium": "paper"})):
        naq.sign(act, by, **more)
        assert naq.refused == MARK
    naq.sign("another")
    assert naq.refused == MARK
    assert act in naq.state.unsigned


def test_an_exemption_waits_too_and_says_of_what():
    naq = Naq()
    naq.issue(order())
    naq.ask("L1")
    clerk = {"entered_by": CLERK.id, "medium": "phone"}
    naq.exempt_by_clerk("L1", clerk)
    assert [one.what for one in naq.state.unsigned.values()] == ["exemption of L1 from LO-1.1"]
    naq.sign(of(naq))
    assert naq.state.unsigned == {}


def test_what_the_decider_types_waits_for_nobody():
    naq = Naq()
    naq.issue(order())
    assert (naq.state.unsigned, marks(naq)) == ({}, ())


def test_what_was_never_signed_leaves_the_state_after_long_and_stays_in_the_journal():
    naq = recorded()
    naq.now += 7 * DAY + MEMORY + HOUR
    naq.ask("L1", 10, 12)
    assert naq.state.unsigned == {}
    assert [e.event.kind for e in naq.entries].count("entry-signed") == 0
