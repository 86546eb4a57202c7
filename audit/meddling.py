"""What came to a process otherwise than by the commands of furlough, read off the events of its history.

No process here takes signals, is cancelled, reset, paused or ended on the server by any command. Who sends an update
makes themself known by an identity which nobody proves: this tells what other programs did under their own names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any, Final, NamedTuple

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.api.update.v1 import Request

from domain.model import Instant
from wiring.connect import OURS
from wiring.deliver import brings
from wiring.plugin import WORKFLOWS

TYPES: Final = frozenset(workflow.__name__ for workflow in WORKFLOWS)
"""The processes which there are."""

SCHEDULED: Final = "temporal-scheduler-"
"""Where the server's own schedules begin what they begin: the nightly seal and walk, which commands have set up."""


_SERVER: Final = frozenset({"", "history-service"})
"""By what the server makes itself known where no client asked."""


class Meddling(NamedTuple):
    """Something that no command of ours does: what, by whose account, and where it stands."""

    event: int
    at: Instant
    what: str
    by: str
    says: str


def meddling(history: History) -> Iterator[Meddling]:
    """All of it in one history, in its order."""
    for event in history.events:
        found = _LOOKS.get(event.event_type)
        for what, by, says in found(event) if found else ():
            yield Meddling(event.event_id, event.event_time.ToDatetime(UTC), what, by, says)


Found = Iterator[tuple[str, str, str]]


def _started(event: HistoryEvent) -> Found:
    told = event.workflow_execution_started_event_attributes
    if told.workflow_type.name not in TYPES:
        yield "start", told.identity, f"a process of another program: {told.workflow_type.name[:100]!r}"
    elif not told.continued_execution_run_id and not told.identity.startswith((OURS, SCHEDULED)):
        yield "start", told.identity, "started by another program"
    if told.HasField("workflow_run_timeout") and told.workflow_run_timeout.ToSeconds():
        yield "start", told.identity, "started so that the server ends it after a time"


def _updated(event: HistoryEvent) -> Found:
    accepted = event.workflow_execution_update_accepted_event_attributes
    if accepted.HasField("accepted_request"):  # what a reset has put in again stands in an event of its own, below
        yield from _asked(accepted.accepted_request)


def _put_in_again(event: HistoryEvent) -> Found:
    yield from _asked(event.workflow_execution_update_admitted_event_attributes.request)


def _asked(request: Request) -> Found:
    name, update, by = request.input.name, request.meta.update_id, request.meta.identity
    if not by.startswith(OURS):
        yield "update", by, f"{name} by another program"
    act = _act_id(request.input.args.payloads[0].data) if request.input.args.payloads else ""
    if not brings(update, act):
        yield "update", by, f"{name} under the id {update[:60]!r}, which is not that of its act {act[:60]!r}"


def _act_id(content: bytes) -> str:
    try:
        act = json.loads(content)
    except ValueError:
        return ""
    return str(act.get("act_id", "")) if isinstance(act, dict) else ""


def _signalled(event: HistoryEvent) -> Found:
    told = event.workflow_execution_signaled_event_attributes
    yield "signal", told.identity, f"signal {told.signal_name[:60]!r}: no process here takes any"


def _cancelled(event: HistoryEvent) -> Found:
    told = event.workflow_execution_cancel_requested_event_attributes
    yield "cancel", told.identity, f"cancelled on the server {_because(told.cause)}"


def _terminated(event: HistoryEvent) -> Found:
    told = event.workflow_execution_terminated_event_attributes
    yield "terminate", told.identity, f"ended by force on the server {_because(told.reason)}"


def _because(reason: str) -> str:
    return f"({reason[:200]})" if reason else "without a reason"


def _task_failed(event: HistoryEvent) -> Found:
    told = event.workflow_task_failed_event_attributes
    if told.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
        why = told.failure.message[:200]
        yield "reset", told.identity, f"what run {told.base_run_id} recorded after this was cut off {_because(why)}"
    else:
        yield from _taken_up(event)


def _worked(event: HistoryEvent) -> Found:
    """A step of the process or of its effects: whoever answers one says what the world has said."""
    attributes: Any = getattr(event, str(event.WhichOneof("attributes") or ""))
    if not attributes.identity.startswith(OURS):
        yield "worker", attributes.identity, "worked at by another program"


def _taken_up(event: HistoryEvent) -> Found:
    """A step that was begun or given up; the server itself does so where it makes a run anew."""
    attributes: Any = getattr(event, str(event.WhichOneof("attributes") or ""), None)
    if attributes and attributes.identity not in _SERVER:
        yield from _worked(event)


def _always(what: str, says: str) -> Callable[[HistoryEvent], Found]:
    def look(event: HistoryEvent) -> Found:
        attributes: Any = getattr(event, str(event.WhichOneof("attributes") or ""), None)
        yield what, str(getattr(attributes, "identity", "")), says

    return look


_LOOKS: Final[Mapping[int, Callable[[HistoryEvent], Found]]] = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: _started,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: _updated,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED: _put_in_again,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: _signalled,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED: _cancelled,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: _terminated,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED: _task_failed,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED: _taken_up,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED: _worked,
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED: _worked,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: _worked,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: _worked,
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: _worked,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: _always("time out", "ended by a limit that no command sets"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: _always("failure", "ended by a fault of its worker"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: _always("cancel", "ended as cancelled, as no process here ends"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED: _always("pause", "halted on the server"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED: _always("pause", "let go on by the server"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED: _always("options", "its options were changed"),
    EventType.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED_EXTERNALLY: _always("options", "changed from outside"),
    EventType.EVENT_TYPE_ACTIVITY_PROPERTIES_MODIFIED_EXTERNALLY: _always("options", "an effect changed from outside"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED: _always("clock", "its clock was moved forward"),
}
"""What is looked at in each kind of event; the others come from the process itself."""
