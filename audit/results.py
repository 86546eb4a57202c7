"""The recorded results of activities in a history, in the order in which they were written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent


class Result(NamedTuple):
    """What an activity answered, as the history keeps it: local ones in a marker, others in events of their own."""

    event_id: int
    name: str
    payloads: Sequence[Payload]


def results(events: Iterable[HistoryEvent]) -> Iterator[Result]:
    """All results; tries that failed have none."""
    scheduled: dict[int, str] = {}
    for event in events:
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                told = event.activity_task_scheduled_event_attributes
                scheduled[event.event_id] = told.activity_type.name
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                done = event.activity_task_completed_event_attributes
                yield Result(event.event_id, scheduled[done.scheduled_event_id], done.result.payloads)
            case EventType.EVENT_TYPE_MARKER_RECORDED:
                marker = event.marker_recorded_event_attributes
                if marker.marker_name != "core_local_activity" or "result" not in marker.details:
                    continue  # a try that failed leaves a marker without a result; the server then kept the activity
                name = json.loads(marker.details["data"].payloads[0].data)["activity_type"]
                yield Result(event.event_id, name, marker.details["result"].payloads)
