"""What may end without a word - short strength, an order without end - is asked of the base again by time alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.leave.deadlines import NEAR
from domain.model import DAY, HOUR
from domain.orders import Block
from tests.domain.leave.life import FIRST, LAST, NOW, Life, World, block, local, terms


def under(*blocks: Block) -> Life:
    life = Life().until("sign-out")
    life.ruled(*blocks)
    return life


def suspended() -> Life:
    """By an order whose end nobody knows."""
    return under(block())


def waiting(**facts: object) -> Life:
    """Approved, and without a place because its unit is short."""
    world = World()
    world.granted, world.blocks = False, (block("strength", etp=None),)
    life = Life(world, **facts)
    life.ask()
    life.say("approve")
    return life


@pytest.mark.parametrize("barred", [waiting, suspended], ids=["strength", "an order without end"])
def test_what_may_end_without_a_word_is_asked_for_every_few_hours(barred: Callable[[], Life]):
    """An import that raises the strength of a unit, or an order whose end the base has come to know, needs no act."""
    life = barred()
    life.wait(local(FIRST) - NEAR)
    life.wait_for("ask the base once more")
    for _ in range(2):
        began = life.now
        life.wait_for("ask the base once more")
        assert life.now == began + life.state.rules.clearing.retry_hours * HOUR
        assert life.at in ("clear", "lift")
    life.world.granted, life.world.blocks = True, ()
    life.wait_for("ask the base once more")
    assert life.at in ("confirm", "sign-out")
    assert "ask the base once more" not in life.due()


def test_an_order_is_not_asked_about_before_its_end_but_strength_is():
    until = NOW + 30 * HOUR
    assert "ask the base once more" not in under(block(until=until)).due()
    life = under(block(until=until).model_copy(update={"rule": "minimum-strength"}))
    due = [what for what in life.due() if not what.startswith("exemption")]
    assert due[:2] == ["ask the base once more", "ask the base again"]


@settings(max_examples=15, deadline=None)
@given(hours=st.integers(1, 1000))
def test_the_base_is_asked_no_oftener_than_the_terms_say_and_not_after_the_last_day(hours: int):
    clearing = terms().clearing.model_copy(update={"retry_hours": hours})
    life = waiting(terms=terms().model_copy(update={"clearing": clearing}))
    near, end, span = local(FIRST) - NEAR, local(LAST + DAY), hours * HOUR
    life.wait(end)
    assert life.ends == ["not-taken"]
    asked = [e.event.due_at for e in life.journal if getattr(e.event, "what", "") == "ask the base once more"]
    gaps = [(later - earlier, later) for earlier, later in pairwise([NOW, *asked, end])]
    assert all(gap >= span for gap, _ in gaps[:-1])
    assert all(gap == max(span, DAY) for gap, later in gaps if later < near), "two weeks before and more, once a day"
    assert all(gap <= max(span, DAY) for gap, _ in gaps)
    assert all(gap == span for gap, later in gaps[:-1] if later - span >= near)


def test_of_a_vain_try_nobody_is_told_and_it_is_no_deadline_of_anybody():
    life = waiting(notices=True)
    told = len(life.world.told)
    life.hours(48)
    assert len(life.world.told) == told
    assert (life.face.act_by, life.face.then) == (local(LAST + DAY), "not taken")
    life.ruled(block("strength", etp=None), block("LO-1.1"), granted=False)
    assert len(life.world.told) == told + 1
