"""An order that wants more to stay than there are is taken, and says so: the figures may change with an import."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.acts import IssueOrder
from domain.facts import KeyHolder, UnitStrength
from domain.garrison import about
from domain.garrison.events import OrderIssued
from domain.model import date
from domain.restrictions import KeyPosts, MinimumStrength, StopLeave
from tests.domain.garrison.mission import Naq, order

MARCH = date(2026, 3, 5)


def issued(naq: Naq, rule: Any, **scope: Any) -> tuple[str, ...]:
    naq.issue(order(restrictions=(rule,), scope=scope))
    assert naq.refused == ""
    return entered(naq).unattainable


def entered(naq: Naq) -> OrderIssued:
    (event,) = [event for event in naq.said if isinstance(event, OrderIssued)]
    return event


@pytest.mark.rule("minimum-strength")
@pytest.mark.parametrize(
    ("count", "told"),
    [(20, ()), (21, ("LO-1.1 wants 21 of A-COY to stay, which has 20 on 2026-03-05: nobody may go",))],
)
def test_a_minimum_above_the_assigned_strength_is_told_with_the_figures(count, told):
    naq = Naq()
    assert issued(naq, MinimumStrength(count=count), units=("A-COY",)) == told
    assert all(said in entered(naq).says() for said in told)


def test_the_strength_is_that_of_the_day_on_which_the_order_begins():
    naq = Naq()
    naq.strength["A-COY"] = UnitStrength(assigned=20, changes={MARCH: 15})
    (told,) = issued(naq, MinimumStrength(count=18), units=("A-COY",))
    assert "which has 15" in told


def test_it_is_told_of_key_posts_too():
    naq = Naq()
    doctor = KeyHolder(member="m-doctor", unit="HQ", since=date(2026, 1, 1))
    naq.strength = {"HQ": UnitStrength(assigned=6, keys={"MO-NAQ": (doctor,)})}
    (told,) = issued(naq, KeyPosts(posts=("MO-NAQ",), stay=2))
    assert told == "LO-1.1 wants 2 who hold MO-NAQ to stay, and 1 do on 2026-03-05: none may go"


def test_it_is_told_before_the_order_is_issued_too():
    naq = Naq()
    found = naq.what_if(order(restrictions=(MinimumStrength(count=120),), scope={"units": ("A-COY",)}))
    assert (found.entered, len(found.unattainable)) == (True, 1)


@pytest.mark.parametrize(("rule", "units"), [(MinimumStrength(count=9), ("B-COY",)), (StopLeave(), ())])
def test_the_strength_of_a_unit_that_an_order_names_is_looked_up_though_nobody_of_it_asks(rule, units):
    naq = Naq()
    act = IssueOrder(**naq.head(), order=order(restrictions=(rule,), scope={"units": ("B-COY",)}))
    assert about(act, naq.state).units == units


def test_more_than_all_of_a_unit_is_no_percentage():
    with pytest.raises(ValidationError, match="less than or equal to 100"):
        MinimumStrength(percent=101)
