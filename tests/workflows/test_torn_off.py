"""What somebody does on the server itself, or under a borrowed id, harms neither entities nor leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from activities.facts import Library
from activities.register.database import RegisterUnavailable
from domain.acts import Ask, Attach, Enter, Withdraw
from domain.decider import Outcome
from domain.ids import base_workflow
from domain.leave import Leave, due
from domain.model import timedelta
from tests.workflows.play import Case, Mission
from wiring.deliver import Gone, deliver

Leaves = Callable[..., Case]


async def test_a_base_does_not_hear_a_cancel_on_the_server(mission: Mission, base: str, leave: Leaves):
    """A base that was cancelled goes on: the next leave gets the next number."""
    await leave(1).asks()
    await mission.client.get_workflow_handle(base_workflow(base)).cancel()
    second = leave(2)
    await second.asks()
    assert (await second.face()).number.endswith("-000002")


async def test_a_terminated_base_is_never_opened_empty_and_can_be_brought_back(
    mission: Mission, base: str, leave: Leaves
):
    """Nobody gets a number twice: acts for a torn-off base are told the remedy, a reset to its last state."""
    first, second = leave(1), leave(2)
    await first.asks()
    entity = mission.client.get_workflow_handle(base_workflow(base))
    await entity.terminate()
    with pytest.raises(Gone, match="temporal workflow reset"):
        await deliver(mission.client, first.act(Enter, year=2026))
    done = [
        event.event_id
        for event in (await entity.fetch_history()).events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    ]
    await mission.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=mission.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=base_workflow(base)),
            reason="brought back",
            workflow_task_finish_event_id=done[-1],
            request_id=f"reset-{base}",
        )
    )
    await second.asks()
    numbers = [line.number[-7:] for line in (await second.garrison()).leaves.values()]
    assert sorted(numbers) == ["-000001", "-000002"]


async def test_an_act_under_the_id_of_a_deadline_does_not_stop_time(leave: Leaves):
    """Whoever knows how deadlines are called cannot use that: the deadline still falls due, once."""
    case = leave()
    await case.asks()
    state: Leave = await case.handle.query("state", result_type=Leave)
    reminder = due(state)[0]
    await case.says(Attach, act_id=reminder.act_id, title="nothing")
    await case.comes(reminder.acted_at + timedelta(minutes=1))
    await case.says(Attach, title="later")
    assert (await case.journal()).count(f"lapsed {reminder.what}") == 1


async def test_another_act_under_a_taken_id_is_refused_without_a_trace(leave: Leaves):
    """The answer to one act is never given to another."""
    case = leave()
    await case.asks()
    await case.says(Attach, act_id="mine", title="a paper")
    before = len(await case.entries())
    outcome: Outcome[Any] = await case.send(case.act(Withdraw, act_id="mine"))
    assert outcome.refusal
    assert outcome.refusal.rule == "path/act-id"
    assert len(await case.entries()) == before


async def test_a_request_is_answered_as_recorded_although_its_first_decision_found_no_facts(
    mission: Mission, leave: Leaves, monkeypatch: pytest.MonkeyPatch
):
    """Nobody is told "nothing was changed" of a request which is decided a moment later all the same."""
    tries: list[str] = []
    look_up = Library.look_up

    def slow(library: Library, session: Any, needs: Any, act: Any, about: Any, now: Any) -> Any:
        if isinstance(act, Ask):
            tries.append(act.act_id)
            if len(tries) == 1:
                raise RegisterUnavailable("busy")
        return look_up(library, session, needs, act, about, now)

    monkeypatch.setattr(Library, "look_up", slow)
    outcome = await deliver(mission.client, leave().wish(), within=timedelta(seconds=30))
    assert len(tries) == 2
    assert outcome.entries[0].event.kind == "asked"


async def test_a_request_that_comes_again_after_its_leave_has_ended_is_answered_as_it_was(leave: Leaves):
    """A server that was killed forgets what it answered; the leave has its days refused, and ends, meanwhile."""
    case = leave()
    wish = case.wish()
    first = await case.send(wish)
    await case.says(Withdraw)
    await case.ends()
    again = await deliver(case.mission.client, wish, update_id="the server knows it no more")
    assert again.entries == first.entries
    other = wish.model_copy(update={"act_id": "another"})
    with pytest.raises(Gone):
        await deliver(case.mission.client, other)
