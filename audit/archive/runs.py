"""What the history of a run says of itself, read from its events: by the sealer, and again by whoever verifies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import History, HistoryEvent

_ENDS: Final = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: ("COMPLETED", "workflow_execution_completed_event_attributes"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: ("FAILED", "workflow_execution_failed_event_attributes"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: ("TIMED_OUT", "workflow_execution_timed_out_event_attributes"),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: ("CANCELED", ""),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: ("TERMINATED", ""),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: (
        "CONTINUED_AS_NEW",
        "workflow_execution_continued_as_new_event_attributes",
    ),
}
"""The events that close a run, and where they name the run that follows."""

_TASK_DONE: Final = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
"""Looked up once: it is asked of every event of every history."""

_EDGES: Final = {EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, *_ENDS}
"""The events that stand at the beginning and at the end of a history alone."""

_TASK_STARTED: Final = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
_TASK_FAILED: Final = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
_RESET: Final = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW


class Torn(Exception):
    """Events that are no history of a run."""


class Told(NamedTuple):
    """What its events say of a run; the fields are those of a leaf (`leaves.Run`)."""

    type: str
    previous: str
    next: str
    events: int
    closed: bool
    ended: str
    builds: tuple[str, ...]


class Past(NamedTuple):
    """The events of a history, with their kinds, once and for all looks at them.

    To make each event into an object of Python, and to ask it for its kind, takes longer than all the rest.
    """

    events: Sequence[HistoryEvent]
    kinds: Sequence[EventType.ValueType]


def past(history: History | Past) -> Past:
    """The events of a history and their kinds."""
    if isinstance(history, Past):
        return history
    events = list(history.events)
    return Past(events, [event.event_type for event in events])


def told(history: History | Past) -> Told:
    """What the history says. Raises Torn where it does not begin at its first event, or leaves one out."""
    events, kinds = past(history)
    if not events or kinds[0] != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        raise Torn("expected a history that begins with the start of its workflow, got another")
    numbers = [event.event_id for event in events]
    if numbers != list(range(1, len(numbers) + 1)):
        place, got = next((place, got) for place, got in enumerate(numbers, 1) if place != got)
        raise Torn(f"expected event {place}, got event {got}")
    began: Any = events[0].workflow_execution_started_event_attributes
    ended, where = _ENDS.get(kinds[-1], ("", ""))
    follows = getattr(events[-1], where).new_execution_run_id if where else ""
    return Told(
        type=began.workflow_type.name,
        previous=began.continued_execution_run_id,
        next=follows,
        events=len(events),
        closed=bool(ended),
        ended=ended,
        builds=_builds(events, kinds),
    )


class Whose(NamedTuple):
    """Which process and run a history says that it is of, as the server has written into it.

    A run made by a reset begins with the events of the run before the reset, its `original`, which is itself otherwise.
    """

    id: str
    run: str
    original: str


def whose(history: History | Past) -> Whose:
    """What a history says of that. Of several resets, each put in upon the other, the last one made this run."""
    events, kinds = past(history)
    began = events[0].workflow_execution_started_event_attributes
    original = began.original_execution_run_id
    failed = (event.workflow_task_failed_event_attributes for event in _each(events, kinds, _TASK_FAILED))
    made = [task.new_run_id for task in failed if task.cause == _RESET]
    return Whose(began.workflow_id, made[-1] if made else original, original)


def forks(history: History | Past) -> dict[str, int]:
    """Out of which runs resets have made this one, and how many of its first events it has of each.

    The event directly before a reset may be new: where a task was waiting for a worker, the server starts it for it.
    """
    events, kinds = past(history)
    began, found = events[0].workflow_execution_started_event_attributes, dict[str, int]()
    if _TASK_FAILED not in kinds:
        return found
    for before, event in enumerate(events):
        task = event.workflow_task_failed_event_attributes
        if kinds[before] == _TASK_FAILED and task.cause == _RESET:
            taken = before - (kinds[before - 1] == _TASK_STARTED)
            found.setdefault(began.original_execution_run_id, taken)
            found[task.base_run_id] = max(taken, found.get(task.base_run_id, 0))
    return found


def within(history: History | Past) -> int | None:
    """The first event in the middle which is a start or an end, as no server writes it; None where there is none."""
    events, kinds = past(history)
    if _EDGES.isdisjoint(kinds[1:-1]) and kinds[-1] in _ENDS:
        return None  # as nearly all are
    last = len(events)
    inner = ((event.event_id, kind) for event, kind in zip(events[1:], kinds[1:], strict=True) if kind in _EDGES)
    return next((at for at, kind in inner if kind not in _ENDS or at != last), None)


def builds_of(history: History) -> tuple[str, ...]:
    """The versions of the code that worked at a run, as far as they made themselves known."""
    return _builds(*past(history))


def _builds(events: Sequence[HistoryEvent], kinds: Sequence[EventType.ValueType]) -> tuple[str, ...]:
    done = _each(events, kinds, _TASK_DONE)
    builds = {event.workflow_task_completed_event_attributes.worker_version.build_id for event in done}
    return tuple(sorted(builds - {""}))


def _each(
    events: Sequence[HistoryEvent], kinds: Sequence[EventType.ValueType], wanted: EventType.ValueType
) -> Iterator[HistoryEvent]:
    """The events of one kind; most histories have none of most kinds."""
    if wanted in kinds:
        yield from [event for event, kind in zip(events, kinds, strict=True) if kind == wanted]


def taken_over(history: History | Past) -> str:
    """With what a run began, as a digest."""
    return _digest(history.events[0].workflow_execution_started_event_attributes.input)


def handed_on(history: History | Past) -> str:
    """What a run has handed on to the next one, as a digest; nothing where it has not."""
    last = history.events[-1]
    if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
        return ""
    return _digest(last.workflow_execution_continued_as_new_event_attributes.input)


def _digest(payloads: Payloads) -> str:
    return sha256(payloads.SerializeToString(deterministic=True)).hexdigest()
