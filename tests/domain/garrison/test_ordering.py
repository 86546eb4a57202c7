"""Whose an order is, and when it may end: amending, rescinding, and what a recorder writes down for its decider."""

from datetime import timedelta
from typing import Any

import pytest

from domain.acts import Exempt, IssueOrder, Override, RescindOrder
from domain.decider import Refused
from domain.facts import Unknown
from domain.garrison.orders import MEMORY, editions
from domain.garrison.rescinding import SLACK
from domain.model import DAY, HOUR
from domain.orders import Scope
from domain.restrictions import MinimumStrength, StopLeave
from tests.domain.garrison.mission import CLERK, COMMANDER, FIFTH, FORCE, NOW, SEALED, Naq, holder, local, order

OTHER = holder("CO-A-COY", "commander", who="m-other")


def test_nobody_voids_another_s_order_by_taking_up_its_number():
    naq = Naq()
    naq.issue(order())
    mine = order(version=2, issuer="CO-A-COY", scope=Scope(units=("A-COY",)))
    naq.issue(mine, by=OTHER)
    assert naq.refused == "authority/order"
    assert [e.name for e in editions(naq.state.book)] == ["LO-1.1"]


def test_who_issued_an_order_amends_it():
    naq = Naq()
    naq.issue(order())
    naq.issue(order(version=2))
    assert naq.kinds == ["order-issued"]


SECTOR = holder("SC-NORTH", "commander", base="JUB", who="m-sector")
NATIONAL = holder("NCC-GHA", "national-contingent-commander", who="m-national")


@pytest.mark.parametrize(
    ("by", "rescinds", "amends"),
    [
        (COMMANDER, "", ""),
        (SECTOR, "", ""),
        (FORCE, "", ""),
        (OTHER, "authority/order", "authority/order"),
        (NATIONAL, "", "authority/order"),
    ],
)
def test_whoever_stands_above_the_issuer_changes_an_order_and_nobody_beside(by, rescinds, amends):
    """Also from another base; but an amended order is the order of who gives it, and not everybody gives orders."""
    for said, rule in (("rescind", rescinds), ("amend", amends)):
        naq = Naq()
        naq.issue(order())
        naq.superiors = ("NCC-GHA", "SC-NORTH", "FC")
        naq.rescind(by=by) if said == "rescind" else naq.issue(order(version=2, issuer=by.posts[0].post), by=by)
        assert naq.refused == rule


def test_what_a_superior_has_amended_is_theirs():
    naq = Naq()
    naq.issue(order())
    naq.superiors = ("SC-NORTH",)
    naq.issue(order(version=2, issuer="SC-NORTH"), by=SECTOR)
    naq.superiors = ()
    for by, rule in ((COMMANDER, "authority/order"), (SECTOR, "")):
        naq.rescind(by=by)
        assert naq.refused == rule


def test_a_post_which_is_above_nobody_of_this_order_gives_none_at_another_base():
    naq = Naq()
    naq.superiors = ("SC-NORTH",)
    naq.issue(order(issuer="SC-NORTH"), by=SECTOR)
    assert naq.refused == "authority/order"


@pytest.mark.parametrize("base", [None, "JUB"])
@pytest.mark.parametrize(("over", "rule"), [((), "authority/order"), (("SC-NORTH", "HOM"), "")])
def test_who_is_above_the_command_posts_of_a_base_orders_there_and_no_other_commander(base, over, rule):
    """A post that belongs to no base is not above every base for that."""
    naq = Naq()
    naq.over = over
    naq.issue(order(issuer="SC-NORTH"), by=holder("SC-NORTH", "commander", base=base))
    assert naq.refused == rule


@pytest.mark.parametrize("base", [None, "JUB"])
def test_the_force_commander_orders_at_every_base_from_wherever_he_is(base):
    for mission_wide in (False, True):
        naq = Naq()
        naq.issue(order(issuer="FC", mission_wide=mission_wide), by=holder("FC", "force-commander", base=base))
        assert naq.refused == ""


@pytest.mark.parametrize("beside", [(), (StopLeave(),)])
def test_an_order_which_restricts_nothing_is_none(beside):
    for rule, refused in ((MinimumStrength(), "order/nothing"), (MinimumStrength(count=1), "")):
        naq = Naq()
        naq.issue(order(restrictions=(rule, *beside)))
        assert naq.refused == refused


def test_an_order_that_names_nobody_is_refused_with_whom_the_register_knows():
    naq = Naq()
    naq.unknown = (Unknown(what="unit", name="A-COI", known=("A-COY", "HQ")), Unknown(what="post", name="NOPOST"))
    naq.issue(order(scope=Scope(units=("A-COI",)), etp="NOPOST"))
    (event,) = [e for e in naq.said if isinstance(e, Refused)]
    assert event.refusal.rule == "order/unknown-name"
    assert "the register knows no unit A-COI, no post NOPOST" in event.refusal.why
    assert event.refusal.facts == {"expected": "the unit A-COY, HQ", "got": "A-COI, NOPOST"}


def test_a_verdict_says_by_which_time_the_base_judged():
    naq = Naq()
    later = NOW + timedelta(hours=3)
    assert naq.ask("A", at=later).as_of == later
    naq.now = NOW + timedelta(hours=1)
    naq.issue(order())
    assert naq.verdict("A").as_of == naq.now


def test_an_order_is_not_ended_in_the_past():
    naq = Naq()
    naq.issue(order(since=local(1)))
    naq.rescind(ends=NOW - SLACK - timedelta(minutes=1))
    assert naq.refused == "order/past"
    naq.rescind(ends=NOW - SLACK)
    assert naq.kinds == ["order-rescinded"]


def test_an_amendment_does_not_end_in_the_past_what_held_until_now():
    """It may begin in the past, as what was said by word of mouth does."""
    naq = Naq()
    naq.issue(order(since=local(1)))
    began = NOW - 2 * DAY
    naq.issue(order(version=2, since=began, until=NOW - DAY))
    assert naq.refused == "order/past"
    naq.issue(order(version=2, since=began, until=NOW))
    assert naq.kinds[0] == "order-issued"
    naq.issue(order(version=3, since=NOW, until=NOW + DAY))
    naq.now += 2 * DAY
    naq.issue(order(version=4, since=NOW + DAY, until=NOW + DAY + HOUR))
    assert naq.kinds[0] == "order-issued", (
        "where nothing held any more, a later word of what held until then is one more"
    )


def test_a_number_that_has_left_the_book_is_not_given_to_another_text():
    naq = Naq()
    naq.issue(order(until=FIFTH + DAY))
    naq.now = FIFTH + MEMORY + 3 * DAY
    naq.ask("A")
    assert not naq.state.book
    for version in (1, 2):
        naq.issue(order(version=version, since=naq.now, title="another"))
        assert naq.refused == "order/version"
        (event,) = naq.said
        assert isinstance(event, Refused)
        assert "new number" in event.refusal.helps


def test_a_mission_order_which_is_carried_once_more_after_it_has_left_the_book_is_so_already():
    naq = Naq()
    mission = order("MO-1", issuer="FC", mission_wide=True, until=FIFTH + DAY)
    naq.issue(mission, by=FORCE)
    naq.now = FIFTH + MEMORY + 3 * DAY
    naq.ask("A")
    naq.issue(mission, by=FORCE)
    assert naq.kinds == ["already-so"]
    naq.issue(order("MO-1", 2, issuer="FC", mission_wide=True, since=naq.now), by=FORCE)
    assert naq.kinds[0] == "order-issued"


def test_a_rescission_that_was_long_on_its_way_ends_an_order_when_it_was_said():
    naq = Naq()
    naq.issue(order(since=local(1)))
    naq.now = NOW + timedelta(days=3)
    act = RescindOrder(**naq.head(at=NOW), number="LO-1", reason="a reason")
    naq.act(act, COMMANDER)
    assert naq.kinds == ["order-rescinded"]


@pytest.mark.parametrize("recorder", [None, "m-clerk"])
def test_what_a_recorder_writes_down_is_marked_until_its_decider_countersigns_and_its_paper_is_laid(recorder):
    naq = Naq()
    naq.ask("A", leave_kind="emergency", override_role="force-commander", ceiling_percent=15)
    for i in range(3):
        naq.ask(f"B{i}")
    naq.ask("C", leave_kind="emergency", override_role="force-commander")
    head = [naq.head() | {"act_id": f"said-{i}", "entered_by": recorder} for i in range(4)]
    exempt: dict[str, Any] = {"leave_id": "A", "order": "LO-1.1", "ground": "humanitarian", "reason": SEALED}
    said = []
    for act, person in (
        (IssueOrder(**head[0], order=order()), COMMANDER),
        (Exempt(**head[1], **exempt), COMMANDER),
        (Override(**head[2], leave_id="C", reason=SEALED), FORCE),
        (RescindOrder(**head[3], number="LO-1", reason="over"), COMMANDER),
    ):
        naq.act(act, person, clerk=CLERK)
        said += [(kind, e.irregular) for kind, e in zip(naq.kinds, naq.said, strict=True) if kind != "examined"]
    marks = ("record/countersign", "record/evidence") if recorder else ()
    assert said == [(kind, marks) for kind in ("order-issued", "exempted", "overridden", "order-rescinded")]
    assert [e.irregular for e in editions(naq.state.book)] == [marks]


def test_a_version_that_was_overtaken_before_it_began_was_not_ended_by_a_later_rescission():
    naq = Naq()
    naq.issue(order(since=local(20)))
    naq.issue(order(version=2, since=local(15)))
    naq.rescind()
    first, second = naq.state.book["LO-1"]
    assert (first.never, first.rescinded_by, second.never, second.rescinded_by) == (True, None, True, "rescission")
