"""What a person asked, what was put to a decision, and what the record says was decided are one act, in every field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import History

from audit.offline import checks_of
from tests.audit.test_replay import kept

LIVED = ("leave-settled", "leave-suspended-withdrawn", "base", "account-carried-over", "register")


def requests(history: History) -> Iterator[tuple[int, Payload]]:
    """What people asked, by event."""
    for event in history.events:
        if event.HasField("workflow_execution_update_accepted_event_attributes"):
            asked = event.workflow_execution_update_accepted_event_attributes.accepted_request
            yield event.event_id, asked.input.args.payloads[0]


def decisions(history: History) -> Iterator[tuple[int, Payload]]:
    """What was decided, by event."""
    for event in history.events:
        result = event.marker_recorded_event_attributes.details.get("result")
        if result and result.payloads and b'"rules":' in result.payloads[0].data:
            yield event.event_id, result.payloads[0]


def acts_in(payload: Payload) -> list[dict[str, Any]]:
    """The acts of one request or result."""
    told = json.loads(payload.data)
    return [one.get("act", one) for one in (told if isinstance(told, list) else [told])]


FIELDS = sorted(
    {(name, field) for name in LIVED for _, asked in requests(kept(name)) for act in acts_in(asked) for field in act}
)
"""All fields of all acts that people said in these histories."""


def another(value: Any) -> Any:
    """A value of the same kind, where there is one that is sure to be."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if value[:2] == "20":
            return "2" + str((int(value[1]) + 1) % 10) + value[2:]  # a hundred years on
        case str():
            return value + "x"
        case [first, *rest]:
            return [another(first), *rest]
        case dict() if value:
            return {**value, (key := next(iter(value))): another(value[key])}
        case _:
            return "ab" * 32


def changed(payloads: Iterator[tuple[int, Payload]], field: str) -> list[int]:
    """Change a field of each act; the events in which one was changed."""
    events = []
    for event, payload in payloads:
        told = json.loads(payload.data)
        acts = [one.get("act", one) for one in (told if isinstance(told, list) else [told])]
        for act in acts:
            if field in act:
                act[field] = another(act[field])
                events.append(event)
        payload.data = json.dumps(told).encode()
    return events


async def told(history: History) -> str:
    """All that the three checks find."""
    return "; ".join(finding for check in await checks_of("UNEX-x", history) for finding in check.findings)


@pytest.mark.parametrize(("name", "field"), FIELDS)
async def test_no_field_of_what_was_asked_or_decided_can_be_changed(name: str, field: str):
    """In the request alone, or in the recorded decision alone: it is found, whichever field it is."""
    history = kept(name)
    assert changed(requests(history), field)
    assert await told(history)
    history = kept(name)
    assert changed(decisions(history), field)
    assert await told(history)


async def test_what_was_asked_is_found_where_all_that_followed_was_forged_alike():
    """The destination in the decision, in its entries and in the answer: only what the person asked is left."""
    history = kept("leave-settled")
    for event in history.events[5:]:
        completed = event.workflow_execution_update_completed_event_attributes.outcome.success.payloads
        details = event.marker_recorded_event_attributes.details.values()
        for payload in [*completed, *(payload for each in details for payload in each.payloads)]:
            payload.data = payload.data.replace(b'"destination":"BEY"', b'"destination":"PAR"')
    _, fold, decide = await checks_of("UNEX-x", history)
    assert "event 6, ask: it decides another act than was put to it (other: destination)" in fold.findings
    assert decide.passed


@pytest.mark.parametrize("field", ["remark", "signature"])
async def test_a_field_that_no_rule_looks_at_is_named(field: str):
    history = kept("leave-settled")
    approval = next(one for one in requests(history) if acts_in(one[1])[0]["kind"] == "approve")
    assert changed(iter([approval]), field)
    assert f"approve: it decides another act than was put to it (other: {field})" in await told(history)


async def test_the_request_with_which_a_leave_was_started_is_the_one_that_was_decided():
    """It came twice: with the start, by which it was decided, and as what the member's clerk said."""
    history = kept("leave-settled")
    assert changed(iter([next(requests(history))]), "destination")
    assert await told(history) == "event 5: what was asked is not what was decided under its id (other: destination)"


async def test_what_a_step_that_the_server_keeps_was_given_cannot_be_changed():
    """An order is published, and carried to each base: what, stands in the event by which the server was asked to."""
    history = kept("order")
    assert not await told(history)
    scheduled = [e for e in history.events if e.HasField("activity_task_scheduled_event_attributes")]
    for event in (scheduled[0], scheduled[-1]):
        payload = event.activity_task_scheduled_event_attributes.input.payloads[0]
        payload.data = payload.data.replace(b'"title":"a title"', b'"title":"another"')
        assert f"event {event.event_id} (" in await told(history)
