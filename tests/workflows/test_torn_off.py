"""What somebody does on the server itself, or under a borrowed id, harms neither entities nor leaves."""

from collections.abc import Callable

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.api.enums.v1 import EventType

from domain.acts import Attach, Withdraw
from domain.garrison import Garrison
from domain.ids import base_workflow
from tests.workflows.play import Case, Mission
from wiring.deliver import Gone

Leaves = Callable[..., Case]


async def test_a_base_does_not_hear_a_cancel_on_the_server(mission: Mission, base: str, leave: Leaves):
    """A base that was cancelled goes on: the next leave gets the next number."""
    await leave(1).ask()
    entity = mission.client.get_workflow_handle(base_workflow(base))
    await entity.cancel()
    second = leave(2)
    await second.ask()
    assert (await second.face()).number.endswith("000002")


async def test_a_terminated_base_is_never_opened_empty_and_can_be_brought_back(
    mission: Mission, base: str, leave: Leaves
):
    """Nobody gets a number twice: acts for a torn-off base are told the remedy, which is a reset to its last state."""
    first = leave(1)
    await first.ask()
    entity = mission.client.get_workflow_handle(base_workflow(base))
    await entity.terminate()
    with pytest.raises(Gone, match="temporal workflow reset"):
        await first.deliver_to_base()
    history = await mission.client.get_workflow_handle(base_workflow(base)).fetch_history()
    done = [e.event_id for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED]
    await mission.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=mission.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=base_workflow(base)),
            reason="brought back",
            workflow_task_finish_event_id=done[-1],
            request_id="reset",
        )
    )
    second = leave(2)
    await second.ask()
    assert (await second.face()).number.endswith("000002")
    state = await mission.client.get_workflow_handle(base_workflow(base)).query("state", result_type=Garrison)
    assert {line.number for line in state.leaves.values()} == {f"{base}-{first.year}-00000{i}" for i in (1, 2)}


async def test_an_act_under_the_id_of_a_deadline_does_not_stop_time(leave: Leaves):
    """Whoever knows how deadlines are called cannot use that: the deadline still falls due, once."""
    case = leave(1)
    await case.ask()
    due = await case.next_lapse()
    await case.says(Attach, act_id=due.act_id, title="nothing")
    await case.pass_by(due.acted_at)
    kinds = [entry.event.kind for entry in await case.journal()]
    assert kinds.count("lapsed") == 1


async def test_another_act_under_a_taken_id_is_refused_without_a_trace(leave: Leaves):
    """The answer to one act is never given to another."""
    case = leave(1)
    await case.ask()
    await case.says(Attach, act_id="mine", title="a paper")
    length = await case.length()
    refusal = await case.refused(Withdraw, act_id="mine")
    assert refusal.rule == "path/act-id"
    assert await case.length() == length
