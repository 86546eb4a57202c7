"""Holders of key posts are counted together, whatever their units: two doctors of two units are two of one base."""

from __future__ import annotations

from datetime import date

import pytest

from domain.facts import KeyHolder, UnitStrength
from domain.orders import Scope
from domain.restrictions import KeyPosts
from tests.domain.garrison.mission import Naq, cited, local, order

HOLDERS = tuple(
    KeyHolder(member=f"m-{leave.lower()}", unit=unit, since=date(2026, 1, 1))
    for leave, unit in (("COY", "A-COY"), ("HQ", "HQ"))
)


def doctors(*, units: tuple[str, ...] = (), ordered: bool = True, stay: int = 1) -> Naq:
    """A doctor of A-COY and one of HQ; so many of them stay."""
    naq = Naq()
    naq.strength = {
        "A-COY": UnitStrength(assigned=20, keys={"DOC": HOLDERS}),
        "HQ": UnitStrength(assigned=20, keys={"DOC": HOLDERS}),
    }
    if ordered:
        issue(naq, units=units, stay=stay)
    return naq


def issue(naq: Naq, units: tuple[str, ...] = (), stay: int = 1) -> None:
    rule = KeyPosts(posts=("DOC",), stay=stay)
    naq.issue(order(since=local(1), scope=Scope(units=units), restrictions=(rule,)))


@pytest.mark.rule("key-posts")
def test_a_doctor_may_go_while_one_of_another_unit_stays():
    naq = doctors()
    assert naq.ask("COY").granted
    second = naq.ask("HQ", unit="HQ")
    assert (second.granted, cited(second), second.place_in_queue) == (False, ["LO-1.1"], 1)
    assert "1 of 2" in second.blocks[0].why


@pytest.mark.rule("key-posts")
def test_who_comes_back_frees_the_place_of_another_unit_too():
    naq = doctors()
    naq.ask("COY")
    naq.ask("HQ", unit="HQ")
    naq.out("COY", local(10, 9))
    assert not naq.verdict("HQ").granted
    naq.back("COY")
    assert naq.verdict("HQ").granted


@pytest.mark.rule("key-posts")
def test_of_two_units_the_one_who_asked_last_is_suspended_and_nobody_keeps_both():
    naq = doctors(ordered=False)
    naq.ask("HQ", unit="HQ")
    naq.ask("COY")
    issue(naq)
    assert [cited(naq.verdict(leave)) for leave in ("HQ", "COY")] == [[], ["LO-1.1"]]
    naq.ask("OTHER")
    assert [cited(naq.verdict(leave)) for leave in ("HQ", "COY")] == [[], ["LO-1.1"]]
    naq.back("HQ")
    assert cited(naq.verdict("COY")) == []


@pytest.mark.rule("key-posts")
def test_two_who_wait_in_two_units_do_not_both_get_the_one_place():
    naq = doctors(stay=2)
    assert not naq.ask("HQ", unit="HQ").granted
    assert not naq.ask("COY").granted
    naq.issue(order(version=2, since=local(1), restrictions=(KeyPosts(posts=("DOC",), stay=1),)))
    assert sorted(naq.verdict(leave).granted for leave in ("HQ", "COY")) == [False, True]


@pytest.mark.rule("key-posts")
@pytest.mark.parametrize(("units", "granted"), [(("A-COY",), False), (("A-COY", "HQ"), True), ((), True)])
def test_an_order_for_one_unit_counts_the_holders_of_that_unit_alone(units, granted):
    assert doctors(units=units).ask("COY").granted is granted


@pytest.mark.rule("key-posts")
def test_who_holds_no_key_post_is_not_concerned():
    naq = doctors(stay=2)
    assert naq.ask("L1").granted
    assert naq.ask("L2", unit="HQ").granted
