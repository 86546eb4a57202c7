"""Orders said first and entered later, orders that rescind others, and orders that outlive what they name."""

from datetime import timedelta
from typing import Any

import pytest

from domain.decider import Refused
from domain.facts import Unknown
from domain.garrison.events import OrderIssued
from domain.garrison.orders import find, in_force
from domain.model import HOUR
from domain.orders import Scope
from domain.restrictions import KeyPosts
from tests.domain.garrison.mission import COMMANDER, FORCE, NOW, Naq, cited, holder, local, order

SECTOR = holder("SC-NORTH", "commander", base="JUB", who="m-sector")


def issued(naq: Naq) -> OrderIssued:
    (event,) = [e for e in naq.said if isinstance(e, OrderIssued)]
    return event


def test_a_verbal_order_keeps_both_times_and_tells_what_was_decided_between():
    naq = Naq()
    naq.ask("BEFORE", 10, 12)
    said, naq.now = NOW + HOUR, NOW + 2 * HOUR
    naq.ask("CLEARED", 10, 12)
    naq.ask("OUTSIDE", 10, 12, unit="HQ")
    naq.out("GONE", naq.now)
    naq.issue(order("LO-7", since=local(20)))
    naq.exempt("BEFORE", "LO-7.1")
    naq.now = NOW + 5 * HOUR
    naq.issue(order("LO-9", since=said, scope=Scope(units=("A-COY",))))
    event = issued(naq)
    assert [(fell.what, fell.of) for fell in event.between] == [
        ("exempted", "BEFORE"),
        ("cleared", "CLEARED"),
        ("order issued", "LO-7.1"),
    ]
    assert {fell.at for fell in event.between} == {NOW + 2 * HOUR}
    assert event.departed == ("GONE",)
    assert "1 signed out before it was entered; 3 decisions fell before it was entered" in event.says()
    edition = find(naq.state.book, "LO-9.1")
    assert edition
    assert (edition.order.since, edition.recorded_at, edition.said_before) == (said, NOW + 5 * HOUR, True)


def test_a_verbal_order_names_who_left_under_it_also_those_who_are_back_and_what_was_cleared_of_them():
    naq = Naq()
    said = NOW + HOUR
    naq.now = NOW + 2 * HOUR
    for leave in ("BACK", "AWAY", "WITHDRAWN"):
        naq.ask(leave, 1, 4)
    naq.ask("LATER", 10, 12)
    naq.out("BACK", NOW + 3 * HOUR)
    naq.out("AWAY", NOW + 3 * HOUR)
    naq.out("UNCLEARED", NOW + 3 * HOUR, first=local(1).date(), last=local(4).date())
    naq.back("BACK")
    naq.back("WITHDRAWN")
    naq.now = local(3, 9)
    naq.issue(order("LO-9", since=said, until=local(3)))
    event = issued(naq)
    assert event.departed == ("AWAY", "BACK", "UNCLEARED")
    assert [(fell.what, fell.of) for fell in event.between] == [("cleared", "AWAY"), ("cleared", "BACK")]
    assert {fell.at for fell in event.between} == {NOW + 2 * HOUR}


def test_a_leave_that_a_verbal_order_cannot_touch_is_not_among_what_fell_before_it_was_entered():
    naq = Naq()
    naq.issue(order("LO-7", since=local(20)))
    naq.issue(order("LO-8", since=local(1), scope=Scope(units=("HQ",))))
    naq.now = NOW + HOUR
    naq.ask("L1", 10, 12)
    naq.issue(order("LO-5", since=local(1), scope=Scope(nations=("GHA",))))
    naq.now = NOW + 2 * HOUR
    naq.issue(order("LO-9", since=local(1), until=local(2), scope=Scope(units=("A-COY",), nations=("IRL",))))
    assert issued(naq).between == ()
    naq.now = NOW + 3 * HOUR
    naq.issue(order("LO-10", since=local(1), until=local(10, 1), scope=Scope(nations=("IRL",))))
    assert [(fell.what, fell.of) for fell in issued(naq).between] == [
        ("cleared", "L1"),
        ("order issued", "LO-8.1"),
        ("order issued", "LO-9.1"),
    ]


def test_an_order_from_the_minute_of_its_entry_on_fell_before_nothing():
    naq = Naq()
    naq.now = NOW + timedelta(seconds=5)
    naq.ask("L1", 1, 3)
    naq.now = NOW + timedelta(seconds=50)
    naq.issue(order(since=NOW))
    assert issued(naq).between == ()
    assert "fell before" not in issued(naq).says()


@pytest.mark.parametrize(("minutes", "before"), [(-60, True), (-1, True), (0, False), (1, False)])
def test_an_order_is_said_before_it_was_entered_where_its_first_minute_was_over(minutes, before):
    naq = Naq()
    naq.issue(order(since=NOW + timedelta(minutes=minutes)))
    edition = find(naq.state.book, "LO-1.1")
    assert edition
    assert (edition.said_before, issued(naq).between) == (before, ())


def test_a_base_that_opens_late_did_not_record_the_mission_s_orders_late():
    naq = Naq()
    naq.mission_orders = (order("FO-1", since=local(1) - 20 * 24 * HOUR, mission_wide=True, issuer="FC"),)
    naq.enter("L1")
    edition = find(naq.state.book, "FO-1.1")
    assert edition
    assert (edition.recorded_at, edition.said_before) == (None, False)


def test_an_order_that_rescinds_another_ends_it_with_its_first_minute():
    naq = Naq()
    naq.issue(order("LO-1"))
    naq.ask("L1", 10, 12)
    naq.issue(order("LO-2", since=local(8), rescinds=("LO-1.1",), scope=Scope(units=("HQ",))))
    assert not naq.refused
    assert naq.verdict("L1").granted
    edition = find(naq.state.book, "LO-1.1")
    assert edition
    assert (edition.end, edition.rescinded_by) == (local(8), "LO-2.1")
    assert [e.name for e in in_force(naq.state.book, local(8))] == ["LO-2.1"]


@pytest.mark.parametrize(
    ("rescinds", "since", "by", "superiors", "rule"),
    [
        (("LO-1.2",), local(8), COMMANDER, (), ""),
        (("LO-1.1",), local(8), COMMANDER, (), "order/unknown"),
        (("LO-9.1",), local(8), COMMANDER, (), "order/unknown"),
        (("FO-1.1",), local(8), COMMANDER, (), "order/layer"),
        (("LO-5.1",), local(8), COMMANDER, (), "order/ended"),
        (("LO-1.2",), NOW - HOUR, COMMANDER, (), "order/past"),
        (("LO-3.1",), local(8), COMMANDER, (), "authority/order"),
        (("LO-3.1",), local(8), COMMANDER, ("CO-NAQ",), ""),
        (("LO-1.2", "LO-3.1"), local(8), COMMANDER, (), "authority/order"),
    ],
)
def test_an_order_rescinds_what_its_issuer_may_end(rescinds, since, by, superiors, rule):
    naq = Naq()
    naq.over = ("SC-NORTH",)
    naq.issue(order("LO-1", since=local(2)))
    naq.issue(order("LO-1", 2, since=local(3)))
    naq.issue(order("LO-3", issuer="SC-NORTH"), by=SECTOR)
    naq.issue(order("LO-5", since=local(2), until=local(4)))
    naq.issue(order("FO-1", mission_wide=True, issuer="FC"), by=FORCE)
    naq.superiors = superiors
    naq.issue(order("LO-2", since=since, rescinds=rescinds), by=by)
    assert naq.refused == rule
    if rule:
        assert find(naq.state.book, "LO-2.1") is None


def test_what_a_mission_s_order_rescinds_ends_also_where_it_arrives_after_it():
    wide: dict[str, Any] = {"mission_wide": True, "issuer": "FC"}
    old, new = order("FO-1", since=local(2), **wide), order("FO-2", since=local(8), rescinds=("FO-1.1",), **wide)
    books = []
    for first, second in ((old, new), (new, old)):
        naq = Naq()
        naq.issue(first, by=FORCE)
        naq.issue(second, by=FORCE)
        assert not naq.refused
        books.append({e.name: e.end for versions in naq.state.book.values() for e in versions})
    assert books[0] == books[1] == {"FO-1.1": local(8), "FO-2.1": None}


@pytest.mark.rule("order/unknown-name")
@pytest.mark.parametrize(
    ("what", "name", "etp", "rule"),
    [
        ("unit", "OLD", "CO-NAQ", ""),  # it was there when the order was first issued
        ("unit", "TYPO", "CO-NAQ", "order/unknown-name"),
        ("post", "GONE-POST", "GONE-POST", "order/unknown-name"),  # somebody is to exempt, in any case
    ],
)
def test_an_order_that_names_a_dissolved_unit_is_amended_all_the_same(what, name, etp, rule):
    naq = Naq()
    naq.issue(order(scope=Scope(units=("A-COY", "OLD")), etp=etp))
    naq.unknown = (Unknown(what=what, name=name),)
    units = ("A-COY", "OLD") if name != "TYPO" else ("A-COY", "TYPO")
    naq.issue(order(version=2, since=local(6), until=local(9), scope=Scope(units=units), etp=etp))
    assert naq.refused == rule
    if not rule:
        assert issued(naq).kept == ("OLD",)
        assert "the register knows OLD no more" in issued(naq).says()
        assert cited(naq.ask("L1", 7, 8)) == ["LO-1.2"]


def test_a_new_order_names_no_dissolved_unit():
    naq = Naq()
    naq.unknown = (Unknown(what="unit", name="OLD", known=("A-COY",)),)
    naq.issue(order(scope=Scope(units=("OLD",))))
    (refused,) = [e.refusal for e in naq.said if isinstance(e, Refused)]
    assert (refused.rule, refused.facts["expected"]) == ("order/unknown-name", "the unit A-COY")


def test_an_order_that_wants_holders_of_a_post_which_nobody_knows_to_stay_is_refused_and_amended_all_the_same():
    naq = Naq()
    keys = KeyPosts(posts=("G1-XXX", "CO-NAQ"))
    naq.issue(order(restrictions=(keys,)))
    naq.unknown = (Unknown(what="key post", name="G1-XXX", known=("G1-NAQ",), of=9),)
    naq.issue(order("LO-2", restrictions=(keys,)))
    (refused,) = [e.refusal for e in naq.said if isinstance(e, Refused)]
    assert (refused.rule, refused.facts["got"]) == ("order/unknown-name", "G1-XXX")
    assert refused.why.startswith("the register knows no key post G1-XXX")
    assert "furlough register list posts" in refused.facts["expected"]
    naq.issue(order(version=2, since=local(6), restrictions=(keys,)))
    assert (naq.refused, issued(naq).kept) == ("", ("G1-XXX",))
