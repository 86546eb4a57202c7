"""Orders of the mission and of a base together: the strictest wins, and entering what has no effect says so."""

from datetime import datetime, time
from typing import Any

import pytest

from domain.garrison.events import OrderIssued
from domain.garrison.layers import covers, no_stricter
from domain.orders import Order, Scope
from domain.restrictions import (
    Checklist,
    ClosedDestination,
    CountryClearance,
    Curfew,
    ForceProtection,
    KeyPosts,
    LongestAbsence,
    MinimumStrength,
    MovementWindow,
    Quarantine,
    StopLeave,
)
from tests.domain.garrison.mission import COMMANDER, FORCE, Naq, cited, local, order


def wide(number: str = "FO-1", version: int = 1, since: datetime | None = None, **more: Any) -> Order:
    return order(number, version, since=since or local(5), mission_wide=True, issuer="FC", **more)


def issued(naq: Naq) -> OrderIssued:
    (event,) = [e for e in naq.said if isinstance(e, OrderIssued)]
    return event


@pytest.mark.rule("order/mission-forbids")
@pytest.mark.parametrize(
    ("mission", "local_", "rule"),
    [
        ({}, {"except_nations": ("IRL",)}, "order/mission-forbids"),
        ({}, {"except_nations": ("IRL", "GHA")}, "order/mission-forbids"),
        ({}, {}, ""),
        ({"except_nations": ("IRL",)}, {"except_nations": ("IRL",)}, ""),
        ({"except_nations": ("IRL",)}, {"except_nations": ("IRL", "GHA")}, ""),  # one of two has an effect
        ({"nations": ("GHA",)}, {"except_nations": ("IRL",)}, ""),
        ({"bases": ("JUB",)}, {"except_nations": ("IRL",)}, ""),
    ],
)
def test_a_base_does_not_allow_what_the_mission_forbids(mission, local_, rule):
    naq = Naq()
    naq.issue(wide(scope=Scope(**mission)), by=FORCE)
    naq.issue(order(since=local(6), scope=Scope(**local_)))
    assert naq.refused == rule


@pytest.mark.rule("order/mission-forbids")
@pytest.mark.parametrize(
    ("since", "until", "mission_until", "refused"),
    [
        (local(6), local(9), local(9), True),
        (local(6), local(9), local(9, 0, 1), True),
        (local(6), local(9, 0, 1), local(9), False),  # a minute is left for which it allows something
        (local(4), local(9), local(9), False),
        (local(6), None, local(9), False),
        (local(6), None, None, True),
    ],
)
def test_it_is_refused_only_where_the_mission_forbids_throughout(since, until, mission_until, refused):
    naq = Naq()
    naq.issue(wide(until=mission_until), by=FORCE)
    naq.issue(order(since=since, until=until, scope=Scope(except_nations=("IRL",))))
    assert (naq.refused == "order/mission-forbids") is refused
    if not refused:
        assert "LO-1.1 excepts IRL in vain while FO-1.1 holds" in issued(naq).without_effect


def test_an_exception_from_another_restriction_than_the_mission_s_is_the_base_s_own_business():
    naq = Naq()
    naq.issue(wide(), by=FORCE)
    rules = (LongestAbsence(days=3),)
    naq.issue(order(restrictions=rules, scope=Scope(except_nations=("IRL",))))
    assert (naq.refused, issued(naq).without_effect) == ("", ())


def hours(kind: type, since: int, until: int) -> Any:
    return kind(from_=time(since), until=time(until))


@pytest.mark.parametrize(
    ("mine", "theirs", "weak"),
    [
        (StopLeave(), StopLeave(), True),
        (StopLeave(bars_absence=True), StopLeave(), False),
        (StopLeave(), StopLeave(bars_absence=True), True),
        (MinimumStrength(percent=70), MinimumStrength(percent=80), True),
        (MinimumStrength(percent=80, count=3), MinimumStrength(percent=80), False),
        (KeyPosts(posts=("DOC",)), KeyPosts(posts=("DOC",), stay=2), True),
        (KeyPosts(posts=("DOC",)), KeyPosts(posts=("CO",)), False),
        (hours(Curfew, 23, 4), hours(Curfew, 22, 5), True),
        (hours(Curfew, 21, 4), hours(Curfew, 22, 5), False),
        (hours(MovementWindow, 6, 22), hours(MovementWindow, 8, 18), True),
        (hours(MovementWindow, 9, 22), hours(MovementWindow, 8, 18), False),
        (ClosedDestination(destinations=("A",)), ClosedDestination(destinations=("A", "B")), True),
        (ClosedDestination(routes=("A",)), ClosedDestination(destinations=("A",)), False),
        (Checklist(items=("weapon",)), Checklist(items=("weapon", "contact")), True),
        (Checklist(items=("medical",)), Checklist(items=("weapon",)), False),
        (LongestAbsence(days=20), LongestAbsence(days=14), True),
        (LongestAbsence(days=13), LongestAbsence(days=14), False),
        (CountryClearance(days=21), CountryClearance(days=30), True),
        (CountryClearance(days=21, destinations=("A",)), CountryClearance(days=30), True),
        (CountryClearance(days=21), CountryClearance(days=30, destinations=("A",)), False),
        (CountryClearance(days=45), CountryClearance(days=30), False),
        (Quarantine(after=3), Quarantine(before=1, after=3), True),
        (Quarantine(before=2, after=3), Quarantine(before=1, after=3), False),
        (ForceProtection(level=2, leave_up_to=3), ForceProtection(level=3, leave_up_to=3), True),
        (ForceProtection(level=4, leave_up_to=3), ForceProtection(level=3, leave_up_to=3), False),
        (ForceProtection(level=4, leave_up_to=3), ForceProtection(level=5, leave_up_to=1), True),
    ],
)
def test_of_two_restrictions_the_weaker_one_has_no_effect_and_entering_it_says_so(mine, theirs, weak):
    assert no_stricter(mine, theirs) is weak
    said = f"{mine.rule} of LO-1.1 has no effect while FO-1.1 holds: that is no less strict"
    both = [(wide(restrictions=(theirs,)), FORCE), (order(restrictions=(mine,)), COMMANDER)]
    for pair in (both, both[::-1]):  # whichever comes later
        naq = Naq()
        for one, by in pair:
            naq.issue(one, by=by)
        assert (said in issued(naq).says()) is weak


@pytest.mark.parametrize(
    ("mission", "local_", "covered"),
    [
        ({}, {"units": ("HQ",)}, True),
        ({"units": ("HQ",)}, {}, False),
        ({"units": ("HQ", "A")}, {"units": ("HQ",)}, True),
        ({"except_nations": ("IRL",)}, {}, False),
        ({"except_nations": ("IRL",)}, {"except_nations": ("IRL", "GHA")}, True),
        ({"except_nations": ("IRL",)}, {"nations": ("GHA",)}, True),
        ({"bases": ("JUB",)}, {}, False),
        ({"leave_kinds": ("rr",)}, {"leave_kinds": ("rr",)}, True),
        ({"destinations": ("ACCRA",)}, {}, False),
        ({"destinations": ("ACCRA", "DUBLIN")}, {"destinations": ("ACCRA",)}, True),
        ({}, {"destinations": ("ACCRA",)}, True),
    ],
)
def test_an_order_is_weaker_only_for_whom_the_other_touches_too(mission, local_, covered):
    assert covers(Scope(**mission), Scope(**local_), "NAQ") is covered


def test_both_layers_hold_and_the_strictest_wins_in_whatever_order_they_came():
    strict, lax = (LongestAbsence(days=2),), (LongestAbsence(days=20),)
    for mission, base, blocks in ((strict, lax, ["FO-1.1"]), (lax, strict, ["LO-1.1"])):
        for first in (True, False):
            naq = Naq()
            both = [(wide(restrictions=mission), FORCE), (order(restrictions=base), COMMANDER)]
            for said, by in both if first else both[::-1]:
                naq.issue(said, by=by)
            assert cited(naq.ask("L1", 10, 12)) == blocks
