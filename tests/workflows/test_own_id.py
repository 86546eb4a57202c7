"""A process takes nothing under another workflow id than its own: what it then gave back would be another's."""

from typing import Any

import pytest
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from ulid import ULID

from domain.acts import IssueOrder, Withdraw
from domain.ids import base_workflow, member_workflow
from tests.workflows.test_carrying import wide
from wiring.deliver import QUEUE


async def ended(handle: WorkflowHandle[Any, Any]) -> Any:
    """The facts of the refusal with which a process ended."""
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    cause = failed.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == "Refusal"
    assert cause.details[0]["rule"] == "path/address"
    return cause.details[0]["facts"]


async def test_a_request_under_another_id_than_its_leaves_touches_nothing_of_that_leave(mission, leave):
    true = leave()
    await true.approved()
    held = await true.holds()
    assert held >= {"days", "place", "paper"}
    wrong = f"UNEX-{ULID()}"
    ask = true.wish().model_copy(update={"act_id": "typed-twice"})
    started = await mission.client.start_workflow("LeaveWorkflow", ask, id=wrong, task_queue=QUEUE)
    assert await ended(started) == {"expected": f"the workflow id {true.leave_id}", "got": wrong}
    assert await started.query("journal") == []
    assert (await true.state(), await true.holds()) == ("ready", held)


async def test_an_act_that_starts_a_leave_under_another_id_is_refused_itself(mission, leave):
    true = leave()
    await true.asks()
    wrong = f"UNEX-{ULID()}"
    opening: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        "LeaveWorkflow",
        true.wish().model_copy(update={"act_id": "typed-twice"}),
        id=wrong,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
    )
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await mission.client.execute_update_with_start_workflow(
            "withdraw", true.act(Withdraw), start_workflow_operation=opening
        )
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.details[0]["facts"]["got"] == wrong
    await ended(await opening.workflow_handle())
    assert await true.holds() == {"days"}


@pytest.mark.parametrize("kind", ["Base", "Member", "Register"])
async def test_no_entity_serves_under_the_id_of_another_one(mission, base, kind):
    own = {"Base": base_workflow(base), "Member": member_workflow("m-1"), "Register": "register"}[kind]
    of = {"Base": base, "Member": "m-1", "Register": "register"}[kind]
    wrong = f"{own}-x"
    started = await mission.client.start_workflow(f"{kind}Workflow", {"of": of}, id=wrong, task_queue=QUEUE)
    assert await ended(started) == {"expected": f"the workflow id {own}", "got": wrong}


async def test_an_order_that_opens_a_base_under_another_id_is_not_taken(mission, leave):
    case = leave()
    opening: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        "BaseWorkflow",
        {"of": case.base},
        id=f"{base_workflow(case.base)}-x",
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    order = wide("LO-X", issuer=f"CO-{case.base}", mission_wide=False)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await mission.client.execute_update_with_start_workflow(
            "issue-order", case.act(IssueOrder, case.post("CO"), order=order), start_workflow_operation=opening
        )
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.details[0]["rule"] == "path/address"
