"""That the oracle folds the acts of a leave through the pure decider, and finds each that was answered otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from domain.acts import Ask
from domain.decider import Refused
from drills.refusals import Back, otherwise
from tests.domain.leave.life import NO_DAYS, Life, World


def said(life: Life) -> list[Any]:
    """What people said of it, in order."""
    return [one.act for one in life.decisions if one.act.said != "machine"]


def early(life: Life, kind: str) -> Any:
    """An act that is sent before its time, and under an id of its own."""
    act = next(act for act in said(life) if act.kind == kind)
    return act.model_copy(update={"act_id": "early"})


@pytest.fixture
def life() -> Life:
    """A leave that went its way, with one act which a rule refused in its journal."""
    life = Life().until("approve")
    life.say("approve", "cook")
    return life.until("close")


@pytest.fixture
def back(life: Life) -> dict[str, Back]:
    """What came back of it."""
    refused = next(entry for entry in life.journal if isinstance(entry.event, Refused))
    return {refused.act_id: Back(refused.event.refusal.rule)}


def test_nothing_is_found_where_all_was_answered_as_the_decider_has_it(life: Life, back: dict[str, Back]) -> None:
    acts = said(life)
    assert list(otherwise(acts, life.journal, back)) == []
    with_early = [acts[0], early(life, "confirm-travel"), *acts[1:]]
    assert list(otherwise(with_early, life.journal, back | {"early": Back("path/confirm-travel")})) == []


def test_an_act_is_found_that_came_back_by_a_rule_which_does_not_refuse_it(life: Life, back: dict[str, Back]) -> None:
    """Said where it was possible, or refused by another rule than the decider's."""
    acts, withdraw = said(life), life.act("withdraw")
    late, soon = [*acts, withdraw], [acts[0], withdraw, *acts[1:]]
    assert list(otherwise(late, life.journal, back | {"x": Back("path/withdraw")})) == []
    for then, rule, words in ((late, "path/approve", "path/withdraw"), (soon, "path/withdraw", "no rule")):
        found = list(otherwise(then, life.journal, back | {"x": Back(rule)}))
        assert found == [f"x was refused by {rule}, and the decider refuses it by {words}"]


def test_a_refusal_is_found_of_which_nobody_was_told_and_one_that_was_told_of_what_was_taken(
    life: Life, back: dict[str, Back]
) -> None:
    (refused,) = back
    assert list(otherwise(said(life), life.journal, {})) == [
        f"{refused} was told to be refused by no rule, the journal says by {back[refused].rule}"
    ]
    taken = said(life)[-1].act_id
    assert list(otherwise(said(life), life.journal, back | {taken: Back("path/sign-in")})) == [
        f"{taken} was told to be refused by path/sign-in, the journal says by no rule"
    ]


def test_an_act_is_found_that_was_taken_where_the_decider_refuses_it(life: Life, back: dict[str, Back]) -> None:
    """A withdrawal written behind all others, of a leave that is back."""
    withdraw = life.act("withdraw")
    (line,) = [e for e in life.journal if e.act_id and e.event.kind == "approved"]
    forged = line.model_copy(update={"act_id": "x", "seq": len(life.journal) + 1})
    found = list(otherwise([*said(life), withdraw], [*life.journal, forged], back))
    assert found == ["x was taken, and the decider refuses it by path/withdraw"]


def test_a_request_which_its_account_refuses_comes_back_by_the_rule_of_the_account() -> None:
    world = World()
    world.days = NO_DAYS
    life = Life(world)
    life.ask()
    life.lapse()
    assert life.state.ended == "not-opened"
    (ask,) = said(life)
    assert isinstance(ask, Ask)
    assert list(otherwise([ask], life.journal, {ask.act_id: Back(NO_DAYS.rule)})) == []
    assert len(list(otherwise([ask], life.journal, {}))) == 1


def test_an_act_in_the_name_of_the_machine_is_refused_by_the_decider(life: Life, back: dict[str, Back]) -> None:
    forged: Any = early(life, "approve").model_copy(update={"decided_by": "time"})
    acts = [*said(life), forged]
    assert list(otherwise(acts, life.journal, back | {"early": Back("authority/machine")})) == []
