"""What was published for the whole mission is decided again over what is recorded of it; what is not so is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.carrying_out import carried_out
from audit.checks import Check
from domain.acts import IssueOrder, RescindOrder
from domain.carrying import Published, Spread
from domain.facts import Facts, HeldPost, Person
from domain.garrison.publishing import grounds, unpublishable
from domain.orders import Role
from domain.refusal import Refusal

KEPT = Path(__file__).parents[1] / "histories" / "order.json"


def past() -> History:
    return History(events=WorkflowHistory.from_json("order-x", KEPT.read_text()).events)


def speaks(post: str, role: Role) -> Facts:
    held = HeldPost(post=post, role=role, since=date(2020, 1, 1))
    return Facts(person=Person(id="m-somebody", posts=(held,)))


async def act_of(history: History) -> IssueOrder | RescindOrder:
    said = list(history.events[0].workflow_execution_started_event_attributes.input.payloads)
    shape: Any = IssueOrder | RescindOrder
    (act,) = await pydantic_data_converter.decode(said, [shape])
    return cast("IssueOrder | RescindOrder", act)


async def published(facts: Facts, rules: str = "then", refusal: Refusal | None = None) -> History:
    """A kept history whose order was published, or refused, on these facts."""
    history = past()
    act = await act_of(history)
    on = grounds(act, {}, facts, act.acted_at, rules)
    step = next(e for e in history.events if e.HasField("activity_task_completed_event_attributes"))
    (payload,) = step.activity_task_completed_event_attributes.result.payloads
    said = Published.model_validate_json(payload.data)
    payload.data = said.model_copy(update={"on": on, "refusal": refusal}).model_dump_json().encode()
    (end,) = history.events[-1].workflow_execution_completed_event_attributes.result.payloads
    spread = Spread.model_validate_json(end.data)
    end.data = spread.model_copy(update={"refusal": refusal}).model_dump_json().encode()
    return history


async def decided(history: History, build: str = "") -> Check | None:
    return next((c for c in await carried_out("OrderWorkflow", history, build) if c.name == "decide"), None)


async def by_its_issuer() -> Facts:
    act = await act_of(past())
    assert isinstance(act, IssueOrder)
    return speaks(act.order.issuer, "force-commander")


async def test_what_was_published_by_who_had_the_right_to_is_decided_alike() -> None:
    found = await decided(await published(await by_its_issuer()))
    assert found
    assert (found.passed, found.over) == (True, "1 decision over its recorded facts")


async def test_what_was_published_by_nobody_whom_the_register_knows_is_found() -> None:
    found = await decided(await published((await by_its_issuer()).model_copy(update={"person": None})))
    assert found
    assert found.findings == ("publish: expected published, got a refusal by authority/known-person",)


async def test_a_refusal_which_the_rules_do_not_give_is_found() -> None:
    forged = Refusal(rule="order/unknown", why="nobody knows")
    found = await decided(await published(await by_its_issuer(), refusal=forged))
    assert found
    assert found.findings == ("publish: expected a refusal by order/unknown, got published",)


@pytest.mark.parametrize(("build", "asked"), [("", True), ("then", True), ("another", False)])
async def test_a_build_decides_again_what_it_has_decided(build: str, asked: bool) -> None:
    assert (await decided(await published(await by_its_issuer(), "then"), build) is not None) == asked


async def test_what_was_published_before_its_grounds_were_kept_is_not_decided_again() -> None:
    assert await decided(past()) is None


async def test_only_the_orders_which_an_act_concerns_are_kept_of_the_mission_s_book() -> None:
    act = await act_of(past())
    assert isinstance(act, IssueOrder)
    other = act.model_copy(update={"order": act.order.model_copy(update={"rescinds": ("MO-9.1",)})})
    on = grounds(other, {}, await by_its_issuer(), act.acted_at)
    refusal = unpublishable(other, on.model_copy(update={"numbers": ("MO-1", "MO-2")}))
    assert refusal
    assert (refusal.rule, refusal.facts["expected"]) == ("order/unknown", "MO-1, MO-2")
