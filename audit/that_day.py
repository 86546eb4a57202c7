"""The three checks by the code of that day, in a process of its own for each build.

A build is asked of a history as far as it worked at it: what came after may be beyond it. It replays and folds all of
that, and makes those decisions again which it made then.
"""

from __future__ import annotations

import atexit
import json
import sys
from base64 import b64encode
from collections import OrderedDict
from pathlib import Path
from typing import Final, NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent

from audit.archive.sealed import Broken, history_bytes
from audit.bounded import Bounded, OutOfBounds
from audit.checks import Check
from wiring.settings import strangers_environment

_PROGRAM: Final = Path(__file__).with_name("elsewhere.py")

_AT_HAND: Final = 3
"""Builds that are kept running at once by one process."""

SECONDS: Final = 120.0
"""How long a build may take over one history: our own choice, and an option of the command."""

_WITH_TASKS: Final = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED,
    }
)
"""Events that a finished task has led to, and that do not say of which task."""


class Laid(NamedTuple):
    """A build that is laid out in a folder; `notes` tell in what it does not run as it did then.

    `seconds` are those which it may take over one history; `wheel` tells which one of the log it is.
    """

    build: str
    folder: Path
    notes: tuple[str, ...] = ()
    seconds: float = SECONDS
    wheel: str = ""


_running: OrderedDict[Path, Bounded] = OrderedDict()
"""The builds that answer at hand, the longest unused first."""

_given_up: dict[Path, str] = {}
"""The builds that went beyond their bounds here: they are asked no more, or each history would take as long."""


def checks_then(workflow_id: str, history: History, laid: Laid) -> tuple[Check, ...]:
    """The checks of a run by one of the builds that worked at it. Raises Broken where it cannot be asked."""
    if why := _given_up.get(laid.folder):
        raise Broken(f"{why} over an earlier history; it is not asked again")
    elsewhere = _running.pop(laid.folder, None) or _begun(laid)
    try:
        found = _answered(elsewhere, workflow_id, worked_at(history, laid.build), laid.build)
    except OutOfBounds as error:
        _given_up[laid.folder] = str(error)
        raise Broken(str(error)) from error
    except BaseException:
        elsewhere.close()
        raise
    _running[laid.folder] = elsewhere
    if len(_running) > _AT_HAND:
        _running.popitem(last=False)[1].close()
    return found


def _begun(laid: Laid) -> Bounded:
    """A build in a process of its own, waiting to be asked."""
    words = [sys.executable, "-I", "-B", str(_PROGRAM), str(laid.folder)]
    return Bounded(words, laid.folder, strangers_environment(), laid.seconds)


def _answered(elsewhere: Bounded, workflow_id: str, history: History, build: str) -> tuple[Check, ...]:
    """What the build's own checks find. Raises Broken where it gives no answer, OutOfBounds."""
    packed = b64encode(history_bytes(history.events)).decode()
    try:
        said = json.loads(elsewhere.ask(json.dumps({"id": workflow_id, "build": build, "history": packed}).encode()))
        if "wrong" in said:
            raise Broken(str(said["wrong"]))
        return tuple(Check(str(name), str(over), _findings(found), build) for name, over, found in said["checks"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise Broken("its code does not run here, or does not know these checks") from fault


def _findings(said: list[object]) -> tuple[str, ...]:
    return tuple(str(one) for one in said)


@atexit.register
def end_all() -> None:
    """End all that are running."""
    while _running:
        _running.popitem()[1].close()


def worked_at(history: History, build: str) -> History:
    """A history as far as a build has worked at it: to the end of the last task that it finished."""
    events = history.events
    until = 0
    for place, event in enumerate(events):
        if event.event_type != EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            continue
        if event.workflow_task_completed_event_attributes.worker_version.build_id != build:
            continue
        until = place + 1
        while until < len(events) and _led_to(events[until], event.event_id):
            until += 1
    return History(events=events[:until])


def _led_to(event: HistoryEvent, task: int) -> bool:
    """Whether an event is what a finished task has led to."""
    told = getattr(event, event.WhichOneof("attributes") or "", None)
    return event.event_type in _WITH_TASKS or getattr(told, "workflow_task_completed_event_id", None) == task
