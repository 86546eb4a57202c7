"""Orders about journeys to some places alone: whatever they restrict, who goes elsewhere is left alone."""

from datetime import date

import pytest

from domain.garrison.events import OrderIssued
from domain.garrison.explaining import explain
from domain.garrison.foresight import WhatIf
from domain.orders import Scope
from domain.restrictions import Checklist, LongestAbsence, MinimumStrength, Quarantine, Restriction, StopLeave
from tests.domain.garrison.mission import CALENDAR, Naq, cited, local, order

ACCRA = Scope(destinations=("ACCRA", "LAGOS"))


@pytest.mark.parametrize("rule", [StopLeave(), LongestAbsence(days=1), MinimumStrength(percent=100)])
def test_a_restriction_of_journeys_to_one_place_bars_no_journey_elsewhere(rule: Restriction):
    naq = Naq()
    naq.issue(order(scope=ACCRA, restrictions=(rule,)))
    assert cited(naq.ask("THERE", destination="ACCRA")) == ["LO-1.1"]
    assert cited(naq.ask("ELSEWHERE", destination="DUBLIN")) == []
    assert naq.ask("THERE", destination="DUBLIN").granted, "who goes elsewhere now is free to go"


def test_a_checklist_and_a_quarantine_are_asked_of_who_goes_there_alone():
    naq = Naq()
    naq.issue(order(since=naq.now, scope=ACCRA, restrictions=(Checklist(items=("medical",)), Quarantine(after=3))))
    there, elsewhere = naq.ask("THERE", destination="LAGOS"), naq.ask("ELSEWHERE")
    assert [one.rule for one in there.conditions] == ["checklist", "quarantine"]
    assert elsewhere.conditions == ()
    for leave, until in (("THERE", [date(2026, 3, 15)]), ("ELSEWHERE", [])):
        naq.out(leave, local(10, 9))
        naq.now = local(12, 9)
        naq.back(leave)
        assert [x.last for x in naq.state.quarantined.values() if x.member == f"m-{leave.lower()}"] == until


def test_what_if_turns_only_who_goes_there_and_each_is_told_why_and_what_would_help():
    naq = Naq()
    naq.ask("THERE", destination="ACCRA")
    naq.ask("ELSEWHERE")
    one = order(scope=ACCRA)
    assert _turned(naq.what_if(one)) == ["THERE"]
    naq.issue(one)
    assert _explained(naq, "ELSEWHERE") == ("not about it", "names another destination", ())
    how, _, helps = _explained(naq, "THERE")
    assert how == "bars"
    assert "LO-1.1: a destination other than ACCRA or LAGOS" in helps


def test_an_order_entered_late_tells_who_left_for_there_and_what_fell_between_of_them():
    naq, said = Naq(), local(2)
    naq.now = local(2, 6)
    for leave, where in (("THERE", "ACCRA"), ("ELSEWHERE", "DUBLIN")):
        naq.ask(leave, 3, 8, destination=where)
        naq.out(leave, local(3, 9))
    naq.issue(order("LO-2", since=local(3), scope=Scope(destinations=("DUBLIN",))))
    naq.now = local(4)
    naq.issue(order("LO-9", since=said, scope=ACCRA))
    (told,) = [e for e in naq.said if isinstance(e, OrderIssued)]
    assert told.departed == ("THERE",)
    assert [(fell.what, fell.of) for fell in told.between] == [("cleared", "THERE")], "not the order about DUBLIN"


def _turned(found: WhatIf) -> list[str]:
    return [turn.leave_id for turn in found.turns]


def _explained(naq: Naq, leave: str) -> tuple[str, str, tuple[str, ...]]:
    told = explain(naq.state, leave, naq.now, CALENDAR, naq.strength["A-COY"])
    assert told
    (judged,) = told.judged
    return judged.how, judged.why, told.helps
