"""The three checks by the code of that day, in a process of its own for each build.

A build is asked of a history as far as it worked at it: what came after may be beyond it. It replays and folds all of
that, and makes those decisions again which it made then.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from base64 import b64encode
from collections import OrderedDict
from pathlib import Path
from typing import Final, NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent

from audit.archive.sealed import Broken, history_bytes
from audit.checks import Check
from wiring.settings import bare_environment

_PROGRAM: Final = Path(__file__).with_name("elsewhere.py")

_AT_HAND: Final = 3
"""Builds that are kept running at once by one process."""

_WITH_TASKS: Final = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED,
    }
)
"""Events that a finished task has led to, and that do not say of which task."""


class Laid(NamedTuple):
    """A build that is laid out in a folder; `notes` tell in what it does not run as it did then."""

    build: str
    folder: Path
    notes: tuple[str, ...] = ()


class _Elsewhere:
    """A process in which another build answers."""

    def __init__(self, folder: Path) -> None:
        env = bare_environment() | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(  # noqa: S603  (this Python, and a program of our own)
            [sys.executable, "-s", "-P", str(_PROGRAM)],
            env=env,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def checks(self, workflow_id: str, history: History, build: str) -> tuple[Check, ...]:
        """What the build's own checks find. Raises Broken where it gives no answer."""
        assert self._process.stdin  # noqa: S101  (both are pipes)
        assert self._process.stdout  # noqa: S101
        packed = b64encode(history_bytes(history.events)).decode()
        try:
            self._process.stdin.write(json.dumps({"id": workflow_id, "build": build, "history": packed}) + "\n")
            self._process.stdin.flush()
            said = json.loads(self._process.stdout.readline())
            if "wrong" in said:
                raise Broken(said["wrong"])
            return tuple(Check(name, over, tuple(findings), build) for name, over, findings in said["checks"])
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise Broken("its code does not run here, or does not know these checks") from fault

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


_running: OrderedDict[Path, _Elsewhere] = OrderedDict()
"""The builds that answer at hand, the longest unused first."""


def checks_then(workflow_id: str, history: History, laid: Laid) -> tuple[Check, ...]:
    """The checks of a run by one of the builds that worked at it. Raises Broken where it cannot be asked."""
    elsewhere = _running.pop(laid.folder, None) or _Elsewhere(laid.folder)
    try:
        found = elsewhere.checks(workflow_id, worked_at(history, laid.build), laid.build)
    except BaseException:
        elsewhere.close()
        raise
    _running[laid.folder] = elsewhere
    if len(_running) > _AT_HAND:
        _running.popitem(last=False)[1].close()
    return found


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
