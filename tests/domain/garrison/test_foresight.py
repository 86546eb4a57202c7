"""What an order would change, and why a leave may go or not: told before, by the functions that decide it after."""

from datetime import date, time

import pytest

from domain.garrison.explaining import Explained, discreetly, explain
from domain.orders import Scope
from domain.restrictions import (
    ClosedDestination,
    CountryClearance,
    Curfew,
    LongestAbsence,
    MinimumStrength,
    Quarantine,
    StopLeave,
)
from tests.domain.garrison.mission import CALENDAR, CLERK, COMMANDER, NOW, Naq, cited, local, order


def explained(naq: Naq, leave: str = "L1") -> Explained:
    found = explain(naq.state, leave, NOW, CALENDAR, naq.strength["A-COY"])
    assert found
    return found


def test_an_order_tells_before_it_is_issued_which_leaves_it_turns_and_changes_nothing():
    naq = Naq()
    for leave in ("L1", "L2"):
        naq.enter(leave)
    naq.ask("L1", 10, 12)
    naq.ask("L2", 20, 22)
    before = naq.state
    (turn,) = naq.what_if(order(until=local(15))).turns
    assert (turn.leave_id, turn.number, turn.before) == ("L1", "NAQ-2026-000001", naq.verdict("L1"))
    assert cited(turn.after) == ["LO-1.1"]
    assert naq.state == before
    naq.issue(order(until=local(15)))
    assert naq.verdict("L1") == turn.after


@pytest.mark.parametrize(
    ("by", "issued", "rule", "entered", "turns"),
    [
        (COMMANDER, order(), "", True, 1),
        (CLERK, order(), "authority/order", True, 1),  # told all the same
        (CLERK, order(version=2), "order/version", False, 0),
        (COMMANDER, order(version=2), "order/version", False, 0),
        (CLERK, order(scope=Scope(bases=("JUB",))), "order/scope", False, 0),
        (CLERK, order(restrictions=(MinimumStrength(),)), "order/nothing", False, 0),
    ],
)
def test_who_may_not_issue_an_order_is_told_all_the_same_what_it_would_change(by, issued, rule, entered, turns):
    naq = Naq()
    naq.ask("L1")
    found = naq.what_if(issued, by)
    assert (found.refusal.rule if found.refusal else "") == rule
    assert (found.entered, len(found.turns)) == (entered, turns)


def test_an_amendment_tells_which_leaves_it_sets_free():
    naq = Naq()
    naq.ask("L1")
    naq.issue(order())
    (turn,) = naq.what_if(order(version=2, scope=Scope(units=("HQ",)))).turns
    assert turn.before is not None
    assert (cited(turn.before), cited(turn.after)) == (["LO-1.1"], [])


def test_of_each_leave_only_what_is_new_is_told_and_who_stands_as_before_is_not_turned():
    naq = Naq()
    naq.issue(order("LO-1", restrictions=(Quarantine(after=7), Curfew(from_=time(1), until=time(5)))))
    naq.ask("L1", 10, 12)
    (stays,) = naq.what_if(order("LO-2", restrictions=(Curfew(from_=time(20), until=time(23)),))).turns
    assert (stays.turned, stays.blocks, stays.conditions) == (False, (), ())
    assert [bar.cites for bar in stays.bars] == ["LO-2.1"]
    (turns,) = naq.what_if(order("LO-2", restrictions=(LongestAbsence(days=2), Quarantine(after=9)))).turns
    assert (turns.turned, turns.bars, turns.lifted) == (True, (), ())
    assert ([b.cites for b in turns.blocks], [c.cites for c in turns.conditions]) == (["LO-2.1"], ["LO-2.1"])
    naq.issue(order("LO-3"))
    (still,) = naq.what_if(order("LO-4", restrictions=(LongestAbsence(days=2),))).turns
    assert (still.turned, [b.cites for b in still.blocks], still.after.stands) == (False, ["LO-4.1"], "suspended")
    (freed,) = naq.what_if(order("LO-3", 2, scope=Scope(units=("HQ",)))).turns
    assert (freed.turned, freed.lifted, freed.after.stands) == (True, ("LO-3.1",), "free to go")


def test_every_order_of_the_book_is_told_of_and_why_it_bars_or_not():
    naq = Naq()
    naq.ask("L1", 10, 12)
    naq.issue(order("LO-1", until=local(15)))
    naq.issue(order("LO-2", scope=Scope(units=("HQ",))))
    naq.issue(order("LO-3", scope=Scope(except_nations=("IRL",))))
    naq.issue(order("LO-4", since=local(2), until=local(5)))
    naq.issue(order("LO-5", since=local(20)))
    naq.issue(order("LO-6", since=local(2), restrictions=(ClosedDestination(destinations=("ACCRA",)),)))
    hours = Curfew.model_validate({"from": "01:00", "until": "05:00"})
    naq.issue(order("LO-7", since=local(2), restrictions=(hours,)))
    naq.issue(order("LO-8"))
    naq.exempt("L1", "LO-8.1")
    naq.issue(order("LO-9", since=local(3)))
    naq.issue(order("LO-9", 2, since=local(3), restrictions=(ClosedDestination(destinations=("ACCRA",)),)))
    assert {one.order: (one.how, one.why) for one in explained(naq).judged} == {
        "LO-1.1": ("bars", "stops leave"),
        "LO-2.1": ("not about it", "names another unit"),
        "LO-3.1": ("not about it", "excepts IRL"),
        "LO-4.1": ("over by then", ""),
        "LO-5.1": ("lets it pass", "begins after the last day"),
        "LO-6.1": ("lets it pass", ""),
        "LO-7.1": ("bars hours", "01:00 to 05:00"),
        "LO-8.1": ("exempt", ""),
        "LO-9.1": ("never in force", ""),
        "LO-9.2": ("lets it pass", ""),
    }


@pytest.mark.parametrize(
    ("rules", "until", "passes", "helps"),
    [
        ((StopLeave(),), local(15), date(2026, 3, 15), "CO-NAQ may exempt, on grounds: humanitarian"),
        ((StopLeave(),), local(15, 12), date(2026, 3, 15), "may exempt"),  # the afternoon is enough
        ((StopLeave(),), None, None, "may exempt"),
        ((CountryClearance(days=30),), None, date(2026, 3, 31), "may exempt"),
        ((LongestAbsence(days=2),), local(18), date(2026, 3, 18), "a last day of 2026-03-11 or before"),
        ((ClosedDestination(destinations=("DUBLIN",)),), local(11), date(2026, 3, 11), "another destination"),
        ((MinimumStrength(count=20),), local(14), date(2026, 3, 14), "may exempt"),
    ],
)
def test_the_first_date_that_would_pass_is_told_for_every_restriction(rules, until, passes, helps):
    naq = Naq()
    naq.issue(order(since=local(2), until=until, restrictions=rules))
    naq.ask("L1", 10, 12)
    found = explained(naq)
    assert found.blocks
    assert found.passes == passes
    assert any(helps in said for said in found.helps)
    if passes:  # and it would: the very same absence, asked for that day, is granted
        assert naq.ask("L2", passes.day, passes.day + 2 - (passes.day > 29) * 2, asked_at=NOW).granted


def test_the_first_date_that_would_pass_counts_orders_and_strength_together():
    naq = Naq()
    naq.issue(order(since=local(2), until=local(14)))
    for i in range(3):
        naq.ask(f"L{i + 2}", 14, 18)
    naq.ask("L1", 10, 12)
    assert explained(naq).passes == date(2026, 3, 19)
    without = explain(naq.state, "L1", NOW, CALENDAR)
    assert without
    assert without.passes == date(2026, 3, 14), "where strength is not known the orders alone are asked"


def test_a_full_unit_helps_an_emergency_alone_by_an_override():
    naq = Naq()
    for i in range(4):
        naq.ask(f"L{i}", leave_kind="emergency" if i == 3 else "ordinary")
    assert explained(naq, "L3").helps == ("strength: an emergency may exceed it by an override of the force-commander",)


def test_who_may_go_is_told_the_day_wanted_and_every_order():
    naq = Naq()
    naq.issue(order(scope=Scope(units=("HQ",))))
    naq.ask("L1", 10, 12)
    found = explained(naq)
    assert (found.blocks, found.passes, len(found.judged)) == ((), date(2026, 3, 10), 1)


def test_whom_the_kind_does_not_concern_is_not_told_what_would_help_an_emergency_nor_of_which_kinds_an_order_speaks():
    naq = Naq()
    for i in range(4):
        naq.ask(f"L{i}", leave_kind="emergency" if i == 3 else "ordinary")
    naq.issue(order(scope=Scope(leave_kinds=("ordinary",))))
    told = discreetly(explained(naq, "L3"))
    assert told.helps == ()
    assert [(one.how, one.why) for one in told.judged] == [("not about it", "")]
    assert [one.why for one in explained(naq, "L3").judged] == ["names another kind of leave"]
