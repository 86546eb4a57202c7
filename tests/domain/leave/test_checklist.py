"""What an order wants done before the departure: checked off one by one, and named at the gate where it was not."""

import pytest

from domain.holdings import Place
from domain.leave.going import irregularities
from domain.model import HOUR
from domain.orders import Condition
from tests.domain.leave.life import NOW, Life, World, local

LISTED = Condition(cites="LO-4.1", rule="checklist", why="a list", items=("weapon", "contact"), since=NOW)


def listed(**more: object) -> Life:
    world = World()
    world.conditions = (LISTED.model_copy(update=more),)
    return Life(world).until("sign-out")


@pytest.mark.rule("checklist")
def test_a_leave_is_ready_with_an_open_checklist_and_says_what_is_missing():
    life = listed()
    assert life.face.warnings == ("LO-4.1: not checked off yet: weapon, contact",)
    assert "checklist" in life.face.attention
    life.say("check-off", "gate", item="weapon")
    assert (life.kinds, life.face.warnings) == (["checked-off"], ("LO-4.1: not checked off yet: contact",))
    life.say("check-off", "gate", item="all")
    assert life.state.checked == ("weapon", "contact")
    assert not life.face.warnings


@pytest.mark.rule("checklist")
@pytest.mark.parametrize(
    ("items", "until", "irregular"),
    [
        ((), None, ("checklist/weapon", "checklist/contact")),
        (("weapon",), None, ("checklist/contact",)),
        (("weapon", "contact"), None, ()),
        ((), -1, ()),  # the order was over by then
        ((), 1, ("checklist/weapon", "checklist/contact")),
    ],
)
def test_who_leaves_with_something_not_checked_off_is_recorded_and_marked(items, until, irregular):
    out_at = local(Life().until("sign-out").state.first_day, "10:00")
    life = listed(until=None if until is None else out_at + until * HOUR)
    for item in items:
        life.say("check-off", "gate", item=item)
    life.wait(out_at)
    life.say("sign-out", "gate")
    assert (life.at, life.said[0].irregular) == ("sign-in", irregular)
    assert ("LO-4.1" in life.said[0].cites) == bool(irregular)
    assert "an order stood against it" not in life.said[0].says()


@pytest.mark.rule("checklist")
def test_who_leaves_before_the_base_was_asked_tells_it_what_was_checked_off_until_then():
    """The leave knows of no list yet: the base does, and marks what is missing."""
    life = Life().until("approve")
    life.say("check-off", "gate", item="weapon")
    life.say("sign-out", "gate")
    told = life.state.held["place"]
    assert isinstance(told, Place)
    assert (told.out_at, told.checked) == (life.now, ("weapon",))


def test_what_was_checked_off_by_mistake_is_open_again():
    life = listed()
    life.say("check-off", "gate", item="all")
    life.say("check-off", "gate", item="contact", done=False)
    assert irregularities(life.state, local(life.state.first_day, "10:00")) == ("checklist/contact",)
    life.say("check-off", "gate", item="all", done=False)
    assert life.state.checked == ()


def test_things_are_checked_off_before_the_base_has_said_what_it_wants():
    life = Life().until("approve")
    life.say("check-off", "gate", item="medical")
    assert life.state.checked == ("medical",)


@pytest.mark.parametrize(("who", "rule"), [("member", "authority/gate"), ("cook", "authority/gate"), ("co", "")])
def test_whoever_sees_people_off_checks_off_and_nobody_for_themself(who, rule):
    life = listed()
    life.say("check-off", who, item="weapon")
    assert life.refused == rule
