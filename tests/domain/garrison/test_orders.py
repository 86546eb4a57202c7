"""Orders: versions, intervals, who issues and rescinds them."""

from datetime import time, timedelta
from typing import Any

import pytest

from domain.garrison.events import OrderIssued, OrderRescinded
from domain.garrison.orders import in_force
from domain.orders import Scope
from domain.restrictions import Curfew
from tests.domain.garrison.mission import CLERK, COMMANDER, FORCE, NOW, Naq, cited, holder, local, order


def names(naq, at):
    """The versions in force at a moment."""
    return [e.name for e in in_force(naq.state.book, at)]


def test_an_amendment_ends_the_version_before_it_to_the_minute():
    naq = Naq()
    naq.issue(order(since=local(5, 5)))
    naq.issue(order(version=2, since=local(8, 5)))
    assert naq.kinds == ["order-issued"]
    assert names(naq, local(5, 4, 59)) == []
    assert names(naq, local(5, 5)) == ["LO-1.1"]
    assert names(naq, local(8, 4, 59)) == ["LO-1.1"]
    assert names(naq, local(8, 5)) == ["LO-1.2"]


def test_until_0459_goes_on_from_0500_without_a_gap():
    naq = Naq()
    naq.issue(order(since=local(5, 5), until=local(8, 5)))
    naq.issue(order(version=2, since=local(8, 5), until=local(9, 5)))
    assert not naq.refused
    assert [names(naq, local(8, 4, 59)), names(naq, local(8, 5)), names(naq, local(9, 5))] == [
        ["LO-1.1"],
        ["LO-1.2"],
        [],
    ]


@pytest.mark.parametrize(("minutes", "rule"), [(1, "order/slip"), (2, "order/gap"), (60 * 24 * 20, "order/gap")])
def test_a_gap_between_versions_is_refused_and_a_minute_is_called_a_slip(minutes, rule):
    naq = Naq()
    naq.issue(order(since=local(5, 5), until=local(8, 5)))
    naq.issue(order(version=2, since=local(8, 5) + timedelta(minutes=minutes)))
    assert naq.refused == rule
    assert names(naq, local(8, 5)) == []


def test_an_amendment_from_before_the_first_minute_leaves_one_version():
    naq = Naq()
    naq.issue(order(since=local(8)))
    naq.issue(order(version=2, since=local(5), until=local(20)))
    assert names(naq, local(9)) == ["LO-1.2"]
    naq.issue(order(version=3, since=local(6)))
    assert names(naq, local(5, 12)) == ["LO-1.2"]
    assert names(naq, local(9)) == ["LO-1.3"]


@pytest.mark.parametrize("version", [2, 3])
def test_versions_are_issued_in_turn(version):
    naq = Naq()
    naq.issue(order(version=version))
    assert naq.refused == "order/version"
    naq.issue(order())
    naq.issue(order(version=version + 1))
    assert naq.refused == "order/version"


def test_the_same_version_again_is_so_already_and_another_text_is_refused():
    naq = Naq()
    naq.issue(order())
    before = naq.state
    naq.issue(order(), by=CLERK)
    assert naq.kinds == ["already-so"]
    naq.issue(order(title="other words"))
    assert naq.refused == "order/version"
    assert naq.state.model_copy(update={"seq": 0}) == before.model_copy(update={"seq": 0})


def test_a_rescission_ends_a_number_and_what_was_to_follow():
    naq = Naq()
    naq.issue(order(since=local(5), until=local(10)))
    naq.issue(order(version=2, since=local(10)))
    naq.rescind(ends=local(7))
    assert names(naq, local(6)) == ["LO-1.1"]
    assert names(naq, local(7)) == names(naq, local(11)) == []
    naq.rescind(ends=local(7))
    assert naq.kinds == ["already-so"]
    naq.rescind(ends=local(8))
    assert naq.refused == "order/ended"


def test_a_rescission_ends_an_order_with_the_minute_in_which_it_was_said():
    naq = Naq()
    naq.issue(order(since=local(1)))
    naq.now = local(1, 12).replace(second=30)
    naq.rescind()
    (event,) = [e for e in naq.said if isinstance(e, OrderRescinded)]
    assert event.at == local(1, 12)


def test_what_is_not_in_the_book_cannot_be_rescinded():
    naq = Naq()
    naq.rescind("LO-9")
    assert naq.refused == "order/unknown"


@pytest.mark.parametrize(
    ("by", "rule"),
    [
        (COMMANDER, ""),
        (holder("CO-NAQ", "commander", base=None), "authority/order"),
        (holder("CO-NAQ", "force-commander", base=None), ""),
        (FORCE, "authority/order"),
        (CLERK, "authority/order"),
        (holder("CO-NAQ", "clerk"), "authority/order"),
        (holder("CO-NAQ", "commander", base="KIN"), "authority/order"),
        (None, "authority/known-person"),
    ],
)
def test_the_issuer_of_a_base_order_is_a_commander_of_the_base_or_above(by, rule):
    naq = Naq()
    naq.issue(order(), by=by)
    assert naq.refused == rule


def test_a_mission_wide_order_is_the_force_commanders():
    naq = Naq()
    wide = order(mission_wide=True, issuer="FC")
    naq.issue(wide, by=holder("FC", "commander", base=None))
    assert naq.refused == "authority/order"
    naq.issue(wide, by=FORCE)
    assert naq.kinds[0] == "order-issued"
    naq.issue(order(version=2, since=local(8)))
    assert naq.refused == "order/layer"
    naq.rescind()
    assert naq.refused == "authority/order"


def test_who_speaks_as_another_post_does_not_speak_as_the_issuer():
    naq = Naq()
    naq.issue(order(), post="CLERK-NAQ")
    assert naq.refused == "authority/post"
    naq.issue(order(), post="CO-NAQ", for_post="CO-NAQ")
    assert naq.refused == "authority/post"
    held = [p.model_copy(update={"by": "delegation"}) for p in COMMANDER.posts]
    naq.issue(
        order(), by=COMMANDER.model_copy(update={"posts": (*CLERK.posts, *held)}), post="CLERK-NAQ", for_post="CO-NAQ"
    )
    assert not naq.refused


def test_no_order_weakens_another_and_entering_it_says_so():
    naq = Naq()
    naq.issue(order("FO-1", until=local(15), mission_wide=True, issuer="FC"), by=FORCE)
    naq.issue(order("LO-1", scope=Scope(except_nations=("IRL",))))
    (event,) = [e for e in naq.said if isinstance(e, OrderIssued)]
    assert event.beside == ("FO-1.1",)
    assert "LO-1.1 excepts IRL in vain while FO-1.1 holds" in event.says()
    assert cited(naq.ask("L1")) == ["FO-1.1"]


def test_an_order_about_other_bases_or_without_hours_is_refused():
    naq = Naq()
    naq.issue(order(scope=Scope(bases=("KIN",))))
    assert naq.refused == "order/scope"
    naq.issue(order(restrictions=(Curfew(from_=time(1), until=time(1)),)))
    assert naq.refused == "order/hours"


def test_a_base_that_opens_late_takes_over_the_orders_of_the_mission():
    naq = Naq()
    naq.mission_orders = (
        order("FO-1", 2, since=local(4), mission_wide=True, issuer="FC"),
        order("FO-1", 1, since=local(1), mission_wide=True, issuer="FC"),
    )
    naq.issue(naq.mission_orders[0], by=FORCE)
    assert naq.kinds == ["opened", "order-issued", "order-issued", "already-so"]
    assert [names(naq, local(d)) for d in (1, 3, 4)] == [["FO-1.1"], ["FO-1.1"], ["FO-1.2"]]


def test_a_mission_order_that_arrives_after_its_end_was_taken_over_is_so_already():
    naq = Naq()
    wide: dict[str, Any] = {"since": local(1), "mission_wide": True, "issuer": "FC"}
    naq.mission_orders = (order("FO-1", until=local(4), **wide),)
    naq.issue(order("FO-1", **wide), by=FORCE)
    assert naq.kinds[-1] == "already-so"
    naq.rescind("FO-1", ends=local(4))
    assert naq.kinds == ["already-so"]
    assert names(naq, local(5)) == []


def test_a_base_may_hear_of_a_mission_order_first_in_a_later_version():
    naq = Naq()
    naq.issue(order("FO-1", 3, mission_wide=True, issuer="FC"), by=FORCE)
    assert not naq.refused
    assert names(naq, local(6)) == ["FO-1.3"]


def test_orders_that_ended_long_ago_are_put_away():
    naq = Naq()
    naq.issue(order(since=local(2), until=local(3)))
    naq.issue(order("LO-2", since=local(2)))
    naq.now = NOW + timedelta(days=70)
    naq.ask("L1")
    assert set(naq.state.book) == {"LO-2"}


def test_an_order_that_was_over_long_ago_is_not_entered_any_more():
    naq = Naq()
    naq.issue(order(since=NOW - timedelta(days=70), until=NOW - timedelta(days=61)))
    assert naq.refused == "order/long-over"
    naq.issue(order(since=NOW - timedelta(days=70), until=NOW - timedelta(days=59)))
    assert not naq.refused
