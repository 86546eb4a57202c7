"""Of a thousand leaves one is deleted before it was ever sealed, one is reset, and one is edited: each is named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest, ResetWorkflowExecutionRequest

from bench.leaves import acts, at_rest
from bench.mission import Bench, bench
from tests.audit.test_edited import edit
from tests.conftest import Furlough, Mission
from wiring.deliver import deliver

MANY = 1000
AT_ONCE = 8

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    # The SDK warns where an activity was over before its time was; of so many on a busy machine some are.
    pytest.mark.filterwarnings("ignore:Cannot find activity to cancel"),
]


@pytest.fixture(scope="module")
async def large(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Bench, dict[str, str]]]:
    """A mission with so many leaves that wait for approval, and their control numbers."""
    first = datetime.now(UTC).date() + timedelta(days=25)
    async with bench(tmp_path_factory.mktemp("large"), MANY) as b:
        gate, numbers = asyncio.Semaphore(AT_ONCE), dict[str, str]()

        async def asked(member: str) -> None:
            async with gate:
                leave, (ask, *_) = acts(b, member, first)
                outcome = await deliver(b.client, ask, within=timedelta(minutes=5))
                assert outcome.refusal is None
                numbers[leave] = (await at_rest(b, leave, "waiting for approval")).number

        await asyncio.gather(*map(asked, b.members))
        yield b, numbers


@pytest.fixture
def mission(large: tuple[Bench, dict[str, str]]) -> Mission:
    b, _ = large
    return Mission(b.settings, b.client, b.source)


@pytest.fixture
def desk(furlough: Furlough, monkeypatch: pytest.MonkeyPatch) -> Furlough:
    monkeypatch.setenv("FURLOUGH_MISSION", "BENCH")
    return furlough


async def reset(b: Bench, leave: str) -> None:
    """As by the server's own tools: to the end of its first task."""
    handle = b.client.get_workflow_handle(leave)
    done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    tasks = [event.event_id for event in (await handle.fetch_history()).events if event.event_type == done]
    await b.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=b.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=leave, run_id=(await handle.describe()).run_id),
            workflow_task_finish_event_id=tasks[0],
            reason="trying",
            request_id=f"reset-{leave}",
        )
    )


async def test_each_of_three_among_a_thousand_is_named_and_nobody_else(
    large: tuple[Bench, dict[str, str]], mission: Mission, desk: Furlough
) -> None:
    b, numbers = large
    deleted, was_reset, edited, *_ = sorted(numbers)[MANY // 2 :]
    gone = DeleteWorkflowExecutionRequest(
        namespace=b.client.namespace, workflow_execution=WorkflowExecution(workflow_id=deleted)
    )
    await b.client.workflow_service.delete_workflow_execution(gone)
    await reset(b, was_reset)
    number = numbers[edited].encode()
    assert edit(mission, number, number[:-1] + bytes([number[-1] ^ 1]), b'"what":"number"') > 0
    async with asyncio.timeout(120):  # the server's list lags behind
        while (await b.client.count_workflows(f"WorkflowId = '{deleted}'")).count:
            await asyncio.sleep(0.5)
    sealed = await desk("audit", "seal", "--open", "--json")
    assert sealed.code == 0, sealed.err
    ran = await desk("audit", "crossfoot", "--json")
    assert ran.code == 7, ran.err
    assert {one["of"] for one in ran.documents if one["grade"] == "found"} == {deleted, edited}, ran.documents[:9]
    ran = await desk("audit", "interference", "--json")
    assert ran.code == 7, ran.err
    assert {one["id"] for one in ran.documents} == {was_reset}, [one for one in ran.documents if one["id"] != was_reset]
