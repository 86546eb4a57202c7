"""What the history of a run says of itself, read from its events: by the sealer, and again by whoever verifies."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final, NamedTuple

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
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


def told(history: History) -> Told:
    """What the history says. Raises Torn where it does not begin at its first event, or leaves one out."""
    events = list(history.events)  # each is made into an object of Python once, and not for each look at it
    if not events or events[0].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        raise Torn("expected a history that begins with the start of its workflow, got another")
    numbers = [event.event_id for event in events]
    if numbers != list(range(1, len(numbers) + 1)):
        place, got = next((place, got) for place, got in enumerate(numbers, 1) if place != got)
        raise Torn(f"expected event {place}, got event {got}")
    began: Any = events[0].workflow_execution_started_event_attributes
    ended, where = _ENDS.get(events[-1].event_type, ("", ""))
    follows = getattr(events[-1], where).new_execution_run_id if where else ""
    return Told(
        type=began.workflow_type.name,
        previous=began.continued_execution_run_id,
        next=follows,
        events=len(events),
        closed=bool(ended),
        ended=ended,
        builds=_builds(events),
    )


def builds_of(history: History) -> tuple[str, ...]:
    """The versions of the code that worked at a run, as far as they made themselves known."""
    return _builds(history.events)


def _builds(events: Iterable[HistoryEvent]) -> tuple[str, ...]:
    done = (event for event in events if event.event_type == _TASK_DONE)
    builds = {event.workflow_task_completed_event_attributes.worker_version.build_id for event in done}
    return tuple(sorted(builds - {""}))


def taken_over(history: History) -> str:
    """With what a run began, as a digest."""
    return _digest(history.events[0].workflow_execution_started_event_attributes.input)


def handed_on(history: History) -> str:
    """What a run has handed on to the next one, as a digest; nothing where it has not."""
    last = history.events[-1]
    if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
        return ""
    return _digest(last.workflow_execution_continued_as_new_event_attributes.input)


def _digest(payloads: Payloads) -> str:
    return sha256(payloads.SerializeToString(deterministic=True)).hexdigest()
