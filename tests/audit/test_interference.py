"""What came to a process otherwise than by our commands is told by event and hand; what came by them is not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

import worker
from audit.archive.index import index
from audit.archive.vault import Folder
from audit.meddling import meddling
from domain.acts import Approve
from tests.audit.archive.small import history, new, run
from tests.conftest import Furlough, Mission, ahead
from wiring.apart import _not_now

RESET = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")


async def asked(furlough: Furlough, member: str, first: int) -> str:
    days = ("--first", ahead(first), "--last", ahead(first + 4), "--destination", "BEY")
    ran = await furlough("request", member, *days, "--json", *CLERK)
    assert ran.code == 0, ran
    return str(ran.documents[0]["leave_id"])


async def found(furlough: Furlough, *words: object) -> tuple[int, list[tuple[str, str]]]:
    ran = await furlough("audit", "interference", *words, "--json")
    return ran.code, [(told["id"], told["what"]) for told in ran.documents]


async def test_what_came_by_our_commands_is_no_interference(mission: Mission, furlough: Furlough) -> None:
    """A leave of its own, its base, its account, the walk and the seal of the night."""
    leave = await asked(furlough, "USA-1008", 40)
    assert (await furlough("approve", leave, *COMMANDER)).code == 0
    await worker.nightly(mission.client)
    for name in ("reconcile-nightly", "seal-nightly"):
        await mission.client.get_schedule_handle(name).trigger()
    begun = "WorkflowType IN ('SealWorkflow', 'ReconcileWorkflow') AND ExecutionStatus = 'Completed'"
    async with asyncio.timeout(60):
        while (await mission.client.count_workflows(begun)).count < 2:
            await asyncio.sleep(0.2)
    assert await found(furlough, "--server") == (0, [])


async def test_each_interference_is_told_by_its_event_and_by_whom(mission: Mission, furlough: Furlough) -> None:
    """Live, and over the archive into which it is sealed."""
    signalled = await asked(furlough, "USA-1009", 50)
    torn = await asked(furlough, "USA-1005", 60)
    reset = await asked(furlough, "USA-1007", 80)
    config = mission.client.service_client.config
    other = await Client.connect(
        config.target_host, namespace="UNEX", identity="temporal-cli:root@x", data_converter=pydantic_data_converter
    )
    await other.get_workflow_handle(signalled).signal("approve", "yes")
    act = Approve(act_id="mine", decided_by="m-x", acted_at=datetime.now(UTC), leave_id=signalled, post="CO-USLOG")
    await other.get_workflow_handle(signalled).execute_update("approve", act, id="another")
    await other.get_workflow_handle(signalled).cancel()
    await other.get_workflow_handle(torn).terminate(reason="by mistake")
    history = await other.get_workflow_handle(reset).fetch_history()
    done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    at = next(event.event_id for event in history.events if event.event_type == done)
    request = ResetWorkflowExecutionRequest(
        namespace="UNEX",
        workflow_execution=WorkflowExecution(workflow_id=reset),
        workflow_task_finish_event_id=at,
        reason="try again",
        request_id="r",
        identity="temporal-cli:root@x",
    )
    await other.workflow_service.reset_workflow_execution(request)
    async with asyncio.timeout(60):
        while (await other.count_workflows(f"WorkflowId = '{reset}'")).count < 2:
            await asyncio.sleep(0.2)
    expected = {
        (signalled, "signal"),
        (signalled, "update"),
        (signalled, "cancel"),
        (torn, "terminate"),
        (reset, "reset"),
    }
    code, told = await found(furlough, "--server")
    assert (code, expected - set(told)) == (7, set())
    assert {id_ for id_, _ in told} == {signalled, torn, reset}
    assert (reset, "update") not in told, "what the member asked is put in again by the reset, and is nobody's act"
    ran = await furlough("audit", "interference", torn, "--server")
    assert "terminate by temporal-cli:root@x: ended by force on the server (by mistake)" in ran.out, ran
    assert (await furlough("audit", "seal", "--open")).code == 0
    code, told = await found(furlough)
    assert (code, expected - set(told)) == (7, set())
    assert (await furlough("audit", "verify")).code == 0
    ran = await furlough("audit", "timeline", reset)
    assert (ran.code, "was replaced by a reset" in ran.err) == (0, True), ran


def edited(past: History, kind: Any, **attributes: str) -> History:
    """A history with one more event, as another program would leave it."""
    changed = History.FromString(past.SerializeToString())
    event = changed.events.add(event_id=len(past.events) + 1, event_type=kind)
    name = EventType.Name(kind).removeprefix("EVENT_TYPE_").lower() + "_event_attributes"
    target = getattr(event, name)
    target.SetInParent()
    for field, value in attributes.items():
        setattr(target, field, value)
    return changed


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED, "pause"),
        (EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED, "options"),
        (EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED, "clock"),
        (EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT, "time out"),
        (EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, "failure"),
    ],
)
def test_what_a_server_does_to_a_process_is_told(kind: Any, what: str) -> None:
    assert [one.what for one in meddling(edited(History(), kind))] == [what]


def updated(update: str) -> History:
    """A history into which an act came as an update of this id."""
    past = edited(History(), EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
    asked_for = past.events[-1].workflow_execution_update_accepted_event_attributes.accepted_request
    asked_for.meta.update_id, asked_for.meta.identity, asked_for.input.name = update, "furlough:1@desk", "take"
    asked_for.input.args.payloads.add(data=b'{"act_id":"a/NAQ~2"}')
    return past


@pytest.mark.parametrize(
    ("update", "ours"),
    [("a/NAQ~2", True), ("a/NAQ~2~0a1b2c3d", True), ("a/NAQ", False), ("a/NAQ~2~", False), ("a/NAQ~2~x", False)],
)
def test_an_act_that_is_brought_once_more_is_no_interference(update: str, ours: bool) -> None:
    """Where the register did not answer in time it is sent again under an id of its own: a busy base has many such."""
    assert (list(meddling(updated(update))) == []) == ours


@pytest.mark.parametrize("cause", sorted(set(WorkflowTaskFailedCause.values()) - {RESET}))
def test_a_task_that_failed_on_purpose_or_by_a_fault_is_no_interference(cause: Any) -> None:
    """A worker fails a task whose question met a decision, and the server hands both over once more."""
    past = edited(History(), EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    failed = past.events[-1].workflow_task_failed_event_attributes
    failed.cause, failed.failure.message = cause, _not_now(WorkflowActivationCompletion()).failed.failure.message
    assert list(meddling(past)) == []
    failed.cause = RESET
    assert [one.what for one in meddling(past)] == ["reset"]


OWN = frozenset(
    {
        # what a process says by the end of a step of its own, which stands before it with who worked at it
        "ACTIVITY_TASK_CANCEL_REQUESTED",
        "ACTIVITY_TASK_SCHEDULED",
        "CHILD_WORKFLOW_EXECUTION_CANCELED",
        "CHILD_WORKFLOW_EXECUTION_COMPLETED",
        "CHILD_WORKFLOW_EXECUTION_FAILED",
        "CHILD_WORKFLOW_EXECUTION_STARTED",
        "CHILD_WORKFLOW_EXECUTION_TERMINATED",
        "CHILD_WORKFLOW_EXECUTION_TIMED_OUT",
        "EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED",
        "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED",
        "MARKER_RECORDED",
        "NEXUS_OPERATION_CANCELED",
        "NEXUS_OPERATION_CANCEL_REQUESTED",
        "NEXUS_OPERATION_CANCEL_REQUEST_COMPLETED",
        "NEXUS_OPERATION_CANCEL_REQUEST_FAILED",
        "NEXUS_OPERATION_COMPLETED",
        "NEXUS_OPERATION_FAILED",
        "NEXUS_OPERATION_SCHEDULED",
        "NEXUS_OPERATION_STARTED",
        "NEXUS_OPERATION_TIMED_OUT",
        "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
        "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
        "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
        "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
        "START_CHILD_WORKFLOW_EXECUTION_FAILED",
        "START_CHILD_WORKFLOW_EXECUTION_INITIATED",
        "TIMER_CANCELED",
        "TIMER_STARTED",
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
        "WORKFLOW_EXECUTION_COMPLETED",
        "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
        "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
        "WORKFLOW_EXECUTION_UPDATE_REJECTED",
        "WORKFLOW_PROPERTIES_MODIFIED",
        # what a server does in the course of things
        "ACTIVITY_TASK_TIMED_OUT",
        "TIMER_FIRED",
        "WORKFLOW_TASK_SCHEDULED",
        "WORKFLOW_TASK_TIMED_OUT",
    }
)
"""The innocent ones, each named: a kind of event that is new is none of them until somebody has thought about it."""

ASKED_FOR = frozenset({"WORKFLOW_EXECUTION_UPDATE_ACCEPTED", "WORKFLOW_EXECUTION_UPDATE_ADMITTED"})
"""Of these the request tells by whom, which `updated` tries."""


def by_another(name: str) -> History:
    """A history in which this event came by another program."""
    attributes = getattr(HistoryEvent(), f"{name.lower()}_event_attributes")
    by = {"identity": "temporal-cli:root@x"} if hasattr(attributes, "identity") else {}
    return edited(History(), EventType.Value(f"EVENT_TYPE_{name}"), **by)


@pytest.mark.parametrize("name", [name.removeprefix("EVENT_TYPE_") for name in EventType.keys()[1:]])
def test_every_kind_of_event_by_another_program_is_told_but_those_that_are_innocent(name: str) -> None:
    """Also a step that a stock tool answers in the place of a worker: a number, a seat, an import may hang on it."""
    if name in ASKED_FOR:
        assert name not in OWN
        return
    assert (list(meddling(by_another(name))) == []) == (name in OWN)


@pytest.mark.parametrize("name", ["ACTIVITY_TASK_STARTED", "ACTIVITY_TASK_COMPLETED", "WORKFLOW_TASK_STARTED"])
def test_what_our_own_workers_do_is_no_interference(name: str) -> None:
    past = by_another(name)
    getattr(past.events[-1], f"{name.lower()}_event_attributes").identity = "furlough:7@x"
    assert list(meddling(past)) == []


async def test_a_process_of_another_program_is_told(furlough: Furlough, tmp_path: Path) -> None:
    place = Folder(tmp_path / "archive")
    foreign = history(3, say="furlough:1@x")
    foreign.events[0].workflow_execution_started_event_attributes.workflow_type.name = "Miner"
    new(place).append([run(place, "x", foreign)], index(place, 0))
    code, told = await found(furlough, "--archive", place.folder)
    assert (code, told) == (7, [("UNEX-x", "start")])


async def test_what_is_not_there_is_told(furlough: Furlough) -> None:
    ran = await furlough("audit", "interference", "UNEX-nobody", "--server")
    assert (ran.code, "None of these is there" in ran.err) == (2, True)
