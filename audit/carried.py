"""What a run of a base, an account or the register takes over from the run before, and what it hands on to the next."""

from __future__ import annotations

from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.kinds import Kind
from domain.decider import State
from domain.model import Model


class Began(Model):
    """How a run of an entity begins: which one it is, and the state carried over."""

    of: str
    state: Any = None


async def began(history: History, kind: Kind) -> State:
    """The state with which a run begins: the one carried over, or none yet. Raises what a forged one may lead to."""
    start: State = kind.decider.initial
    payloads = history.events[0].workflow_execution_started_event_attributes.input.payloads
    if kind.decider.name == "leave" or not payloads:  # a leave has one run, which begins with its first act
        return start
    return await _state(payloads, start) or start


async def handed_on(history: History, kind: Kind) -> State | None:
    """The state which a run hands on to the next one; None where it is not continued. Raises as `began`."""
    last = history.events[-1]
    if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
        return None
    told = last.workflow_execution_continued_as_new_event_attributes
    return await _state(told.input.payloads, kind.decider.initial)


async def _state(payloads: Any, like: State) -> State | None:
    shape: Any = Began
    (told,) = await pydantic_data_converter.decode(list(payloads), [shape])
    return type(like).model_validate(told.state) if told.state else None
