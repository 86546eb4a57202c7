"""A history gone through by the process of today, and what that put to its steps on the way.

The Replayer compares the kinds of steps and not what they hold. So what the process puts to a decision (what a person
asked, what time said), or to a step that the server keeps, is caught here, to be laid beside what is recorded of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from pydantic import BaseModel
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleUpdateInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from audit.in_time import TooLong, in_time
from domain.acts import Act
from domain.decider import Decision, Question, Questions
from domain.model import Instant
from wiring.connect import quiet
from wiring.plugin import FurloughPlugin

SECONDS: Final = 60.0
"""How long the Replayer may take over one history: our own choice. The largest take some seconds."""


@dataclass
class Retraced:
    """Where a replay leaves the process that it went through, and what was put to whom.

    `process` is none where the process of today does not get through; `failure` then says why. `put` holds the acts
    that were put to decisions, each with the time at which it was; `said` those that came in, by update id; `kept` what
    was given to the steps that the server keeps, in their order.
    """

    process: Any | None = None
    failure: tuple[str, ...] = ()
    put: list[tuple[Act, Instant]] = field(default_factory=list)
    said: dict[str, Act] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)


class _Catches(Interceptor):
    """Keeps hold of the process that is replayed, and of what goes into it and out of it."""

    def __init__(self, caught: Retraced) -> None:
        class Outbound(WorkflowOutboundInterceptor):
            def start_local_activity(self, input: StartLocalActivityInput) -> Any:  # noqa: A002  (the SDK's name)
                for question in input.args:
                    if isinstance(question, Question):
                        caught.put.append((question.act, question.now))
                    elif isinstance(question, Questions):
                        caught.put += [(act, question.now) for act in question.acts]
                return super().start_local_activity(input)

            def start_activity(self, input: StartActivityInput) -> Any:  # noqa: A002  (ditto)
                caught.kept.append(input.args[0] if input.args else None)
                return super().start_activity(input)

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

            async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002  (ditto)
                caught.process = workflow.instance()
                return await super().execute_workflow(input)

            async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002  (ditto)
                caught.said[input.id] = input.args[0]
                return await super().handle_update_handler(input)

        self._inbound = Inbound

    def workflow_interceptor_class(self, _input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return self._inbound


async def retraced(whole: WorkflowHistory) -> Retraced:
    """Go through a history by the process of today. Where no task was ever begun there is nothing to go through."""
    if not any(event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED for event in whole.events):
        return Retraced()
    try:
        return await in_time(partial(_retraced, whole), SECONDS)
    except TooLong as error:
        return Retraced(failure=(f"the Replayer broke over it, or hangs: {error}",))


async def _retraced(whole: WorkflowHistory) -> Retraced:
    caught = Retraced()
    replayer = Replayer(workflows=[], plugins=[FurloughPlugin()], interceptors=[_Catches(caught)], runtime=quiet())
    result = await replayer.replay_workflow(whole, raise_on_replay_failure=False)
    if result.replay_failure:
        caught.process, caught.failure = None, (str(result.replay_failure)[:500],)
    return caught


def decided_otherwise(gone: Retraced, made: Sequence[tuple[int, Decision[Any, Any]]]) -> Iterator[str]:
    """Each decision, with the event that records it, is about an act that was put to it, at the time at which it was.

    So what a person asked and what was decided are the same in every field; so is what time itself has said.
    """
    for event_id, decision in made:
        if (decision.act, decision.now) not in gone.put:
            put = next((act for act, _ in gone.put if act.act_id == decision.act.act_id), None)
            what = "it decides another act than was put to it"
            yield f"event {event_id}, {decision.act.kind}: {what}{_in(decision.act, put)}"


def asked_otherwise(gone: Retraced, history: History) -> Iterator[str]:
    """Each act that came in is the one that was put to a decision under its id; one that still waits has none."""
    for event in history.events:
        act = gone.said.get(_update(event))
        put = [one for one, _ in gone.put if act and one.act_id == act.act_id]
        if act and put and act not in put:
            yield f"event {event.event_id}: what was asked is not what was decided under its id{_in(act, put[0])}"


def kept_otherwise(gone: Retraced, history: History) -> Iterator[str]:
    """Each step that the server keeps was given what the process of today gives to it. Raises what cannot be read."""
    scheduled = (e for e in history.events if e.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    for event, given in zip(scheduled, gone.kept, strict=False):
        told = event.activity_task_scheduled_event_attributes
        hints = None if given is None else [type(given)]
        was = pydantic_data_converter.payload_converter.from_payloads(told.input.payloads, hints)
        if not _carries(was[0] if was else None, given):
            yield f"event {event.event_id} ({told.activity_type.name}): it was given something else than follows"


def _carries(was: Any, given: Any) -> bool:
    """Whether what is recorded holds what is given, as far as the build of then knew its fields."""
    if isinstance(was, BaseModel) and type(was) is type(given):
        return all(_carries(getattr(was, name), getattr(given, name)) for name in was.model_fields_set)
    if isinstance(was, tuple) and isinstance(given, tuple) and len(was) == len(given):
        return all(_carries(one, other) for one, other in zip(was, given, strict=True))
    return bool(was == given)


def _update(event: HistoryEvent) -> str:
    """The id of the update that came in by an event, also of one that a reset has put in again."""
    if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
        return event.workflow_execution_update_accepted_event_attributes.protocol_instance_id
    return ""


def _in(act: Act, put: Act | None) -> str:
    """In which fields two acts differ."""
    if put is None or type(act) is not type(put):
        return ""
    differ = [name for name in type(act).model_fields if getattr(act, name) != getattr(put, name)]
    return f" (other: {', '.join(differ)})" * bool(differ)
