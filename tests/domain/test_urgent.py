"""Which kinds of leave are emergencies is a term of the pack, and all who keep a leave waiting go by it alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from activities import packs
from domain.facts import BaseFacts
from domain.garrison.board import queue
from domain.leave.absence import emergency as throughout
from domain.model import DAY
from domain.orders import CEILING, EMERGENCIES, Block
from domain.packs import read, together
from domain.terms import Terms
from tests.domain.garrison.mission import Naq, full
from tests.domain.leave.life import MEMBER, NOW, Life, person, terms
from tests.domain.test_pack_checks import HEAD, MISSION, said

US = packs.load("us-army")
SMALL = BaseFacts(code="NAQ", clearance="officer", posts=2, small=3)
TOMORROW = NOW.date() + DAY


def silent(terms: Terms) -> Terms:
    """The same terms as they were recorded before packs said which kinds are urgent."""
    kinds = {name: kind.model_copy(update={"urgent": None}) for name, kind in terms.kinds.items()}
    return terms.model_copy(update={"kinds": kinds})


def bereaved(terms: Terms = US, **facts: Any) -> Life:
    """A child has died: leave is asked for from tomorrow on."""
    life = Life(terms=terms, family="listed", **facts)
    dates = {"first": TOMORROW, "last": TOMORROW + 8 * DAY, "died_on": NOW.date(), "last_service": NOW.date()}
    life.ask(leave_kind="bereavement", **dates)
    return life


def urgent(terms: Terms) -> set[str]:
    return {kind for kind in terms.kinds if terms.urgent(kind)}


@pytest.mark.parametrize(
    ("pack", "kinds"),
    [
        ("contingent", {"emergency"}),
        ("un-civilian", {"emergency"}),
        ("us-army", {"emergency", "emergency-absence", "bereavement"}),
    ],
)
def test_a_kind_that_is_like_an_emergency_is_one(pack, kinds):
    assert urgent(packs.load(pack)) == kinds


def test_a_kind_says_of_itself_that_it_is_no_emergency_and_another_that_it_is():
    body = said("kinds.bereavement", ("urgent", "false")) + said("kinds.rr", ("urgent", "true"))
    own = read(packs.texts() | {"child": HEAD + body}, "child").terms
    assert urgent(own) == {"emergency", "emergency-absence", "rr"}


def test_terms_recorded_before_packs_said_so_have_the_kinds_of_then():
    assert urgent(silent(US)) == EMERGENCIES
    place = bereaved(silent(US)).until("confirm").state.held["place"]
    assert (place.urgent, place.emergency) == (None, False)


def test_a_mission_may_take_the_lane_from_a_kind_and_give_it_to_none_that_its_nation_takes_it_from():
    texts = packs.texts() | {
        "child": HEAD + said("kinds.bereavement", ("urgent", "false")),
        "unex": MISSION + said("kinds.emergency", ("urgent", "false")) + said("kinds.bereavement", ("urgent", "true")),
    }
    both = together(read(texts, "child"), read(texts, "unex"))
    assert urgent(both.terms) == {"emergency-absence"}


@pytest.mark.rule("travel/late-request")
@pytest.mark.rule("travel/security-clearance")
def test_who_is_bereaved_travels_in_the_lane_of_emergencies():
    wanting = US.model_copy(update={"travel": US.travel.model_copy(update={"security_days": 7})})
    life = bereaved(wanting).until("confirm")
    assert (life.face.lane, life.state.held["seat"].urgent) == ("urgent", True)
    assert {"late-request", "late-security"} <= set(life.face.attention)
    life.say("confirm-travel", "mover")
    assert (life.refused, life.at) == ("", "sign-out")


@pytest.mark.rule("decision/two-capacities")
def test_one_person_decides_twice_on_a_bereavement_at_a_small_site():
    life = bereaved(base=SMALL).until("officer")
    life.say("clear", person("co", "officer"), twice="two officers at the site, one of them on leave")
    assert (life.refused, life.kinds) == ("", ["officer-cleared", "acted-twice"])


@pytest.mark.rule("strength/override")
def test_a_bereavement_that_waits_for_strength_stands_with_those_who_may_override_it():
    life = bereaved()
    life.world.granted = False
    life.world.blocks = (Block(cites="strength", rule=CEILING, why="3 of 20 of A-COY are absent"),)
    life.say("approve")
    assert "NCC-GHA" in life.face.posts


@pytest.mark.rule("strength/override")
@pytest.mark.parametrize(
    ("kind", "told", "rule"),
    [
        ("bereavement", ("bereavement",), ""),
        ("bereavement", (), "strength/override"),
        ("bereavement", None, "strength/override"),  # as told before packs said so
        ("emergency", None, ""),
        ("emergency", (), "strength/override"),
        ("ordinary", ("emergency",), "strength/override"),
    ],
)
def test_a_base_lets_those_kinds_exceed_the_strength_which_the_leave_has_told_as_urgent(kind, told, rule):
    naq = full(leave_kind=kind, urgent=told)
    naq.override("E")
    assert naq.refused == rule


def test_a_bereavement_is_served_before_others_where_emergencies_go_first():
    naq = Naq()
    naq.queue = "emergencies-first"
    for i in range(4):
        naq.ask(f"L{i}")
    naq.ask("L4", leave_kind="bereavement", urgent=("bereavement",))
    assert [one.leave_id for one in queue(naq.state, naq.queue)] == ["L4", "L3"]


def test_other_leave_after_a_bereavement_is_no_emergency():
    life = Life(terms=terms("us-army", "ordinary", notice_days=0, first_after_days=0), family="listed", member=MEMBER)
    dates = {"first": TOMORROW, "last": date(2026, 3, 20), "died_on": NOW.date(), "last_service": NOW.date()}
    then = [{"leave_kind": "ordinary", "first": date(2026, 3, 18)}]
    life.ask(leave_kind="bereavement", then=then, **dates)
    life.until("confirm")
    place = life.state.held["place"]
    assert (place.urgent, place.emergency, place.others) == (("bereavement",), False, ("ordinary",))
    assert not throughout(life.state)
