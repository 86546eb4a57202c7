"""What a leave, base or account answers when asked how it stands. Asking changes nothing, so that it is asked again.

A worker that has just begun, or one that must first read a long history, does not answer at the first try. One that
lets go of a process in the moment in which it is asked loses the question: then only a second one beside it is heard.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from pydantic import ValidationError
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain.decider import Entry
from domain.ids import REGISTER
from domain.leave import Face, LeaveEvent
from wiring.copies import Copy
from wiring.trouble import NotReached, Trouble

Answers = Client | Copy
"""Who is asked how something stands: the server or, where it is away, a copy of what it said."""

PATIENCE: Final = timedelta(seconds=15)
"""How long it is asked in all: the server waits some seconds for a worker that is gone before it turns to another, only
within one try."""

PAUSE: Final = 0.25
"""Seconds from a try that came to nothing to the next."""

BESIDE: Final = 3.0
"""Seconds until a try without any answer gets another beside it. It is not ended for that: the server turns from a
worker that is gone to another within one try only."""

_SILENT: Final = frozenset(
    {
        RPCStatusCode.DEADLINE_EXCEEDED,  # nobody took the question, or who took it was too slow
        RPCStatusCode.CANCELLED,  # the same, as the SDK's own limit says it
        RPCStatusCode.FAILED_PRECONDITION,  # no worker has polled for long, or the first step is not done
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)


async def query(client: Answers, workflow: str, name: str, kind: Any, within: timedelta = PATIENCE) -> Any:
    """What it answers, also after its end; None where there is none. Of a copy, what it answered then.

    Raises:
        NotReached: no server, or no worker, answered in time.
        OtherWords: this build cannot read the answer.
        Trouble: it broke over the question.
    """
    if isinstance(client, Copy):
        return client.answer(workflow, name, kind)
    handle, began = client.get_workflow_handle(workflow), monotonic()
    until = began + within.total_seconds()
    asked = set[asyncio.Task[Any]]()
    try:
        while True:
            left = timedelta(seconds=until - monotonic())
            another = asyncio.ensure_future(handle.query(name, result_type=kind, rpc_timeout=left))
            another.add_done_callback(lambda over: over.cancelled() or over.exception())  # not each is listened to
            asked.add(another)
            late = left.total_seconds() <= BESIDE  # then the last one stands alone: it ends with the patience
            answered, asked = await asyncio.wait(
                asked, timeout=None if late else BESIDE, return_when=asyncio.FIRST_COMPLETED
            )
            for one in answered:
                try:
                    return one.result()
                except WorkflowQueryFailedError as error:
                    if OVERLOADED in str(error) and monotonic() + PAUSE < until:
                        continue
                    raise Trouble(
                        f"{workflow} could not tell its {name}.",
                        why=str(error),
                        helps=f"temporal workflow show -w {workflow}",
                    ) from error
                except ValidationError as error:
                    raise OtherWords(
                        f"What {workflow} told of its {name} cannot be read.",
                        why=f"expected the words of this build of furlough, got others ({error.error_count()} of them)",
                        known="asking changed nothing, and what is said to it is taken as ever",
                        helps="bring this desk to the build of its worker: furlough --version",
                    ) from error
                except RPCError as error:
                    if error.status is RPCStatusCode.NOT_FOUND or NEVER_BEGAN in error.message:
                        return None
                    stuck = STUCK in error.message and monotonic() > began + BESIDE  # it may have been a mishap
                    if stuck or error.status not in _SILENT or monotonic() + PAUSE >= until:
                        raise _no_answer(workflow, error, within) from error
            if answered:
                await asyncio.sleep(PAUSE)
    finally:
        for one in asked:
            one.cancel()


OVERLOADED: Final = "[TMPRL1101]"
"""How the SDK says that a process took longer over a question than it may: mostly its machine had too much to do."""

NEVER_BEGAN: Final = "closed before WorkflowTaskStarted"
"""How the server says that a process was ended by force before any worker took it up: it has nothing to tell."""

STUCK: Final = "Workflow Task in failed state"
"""How the server says that a worker was there, and could not go on with a workflow."""


class OtherWords(NotReached):
    """It answered, and this build cannot read it: another build is at work there."""


class IsStuck(NotReached):
    """A worker was there, and could not go on with what was asked."""


async def anybody(client: Client, within: timedelta, workflow: str = REGISTER) -> bool | None:
    """Whether any worker answers; None where nothing is known of it: nobody has spoken yet to who is asked.

    That is the register, which every mission has, or another. One that is stuck was tried by a worker.
    """
    try:
        return True if await query(client, workflow, "state", Any, within) is not None else None
    except IsStuck:
        return True
    except NotReached:
        return False
    except Trouble:  # it broke over the question, and somebody said so
        return True


def _no_answer(workflow: str, error: RPCError, within: timedelta) -> NotReached:
    said = error.message or error.status.name.lower()
    if STUCK in said:
        return IsStuck(
            f"{workflow} is stuck.",
            why="a worker took it up, and could not go on with it",
            known="all that it has recorded is kept; what is said to it waits",
            helps='an administrator frees it: docs/runbooks.md, "A workflow is stuck"',
        )
    silent = f"no worker answered within {within.total_seconds():.0f} s ({said})"
    return NotReached(
        f"{workflow} did not answer.",
        why=silent if error.status in _SILENT else said,
        known="asking changed nothing; an act that was sent before may have been recorded",
        helps="is a worker running? furlough up, or furlough worker --mission CODE",
    )


async def face_of(client: Answers, leave_id: str, within: timedelta = PATIENCE) -> Face | None:
    """How a leave stands now; None where there is none. Raises NotReached."""
    face: Face | None = await query(client, leave_id, "face", Face, within)
    return face.model_copy(update={"leave_id": leave_id}) if face else None


async def torn_off(client: Answers, workflow: str, within: timedelta = PATIENCE) -> bool:
    """Whether its process was ended by force on the server (terminated, failed), not by its own last step.

    Raises:
        NotReached: the server did not answer.
    """
    if isinstance(client, Copy):  # it has what ran when it was made
        return False
    try:
        run = await client.get_workflow_handle(workflow).describe(rpc_timeout=within)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise _no_answer(workflow, error, within) from error
    return run.status not in GOES_ON


GOES_ON: Final = frozenset(
    {
        WorkflowExecutionStatus.RUNNING,
        WorkflowExecutionStatus.COMPLETED,
        WorkflowExecutionStatus.CONTINUED_AS_NEW,
        None,
    }
)
"""How a process stands on the server that was not ended by force."""


async def journal_of(client: Answers, leave_id: str, within: timedelta = PATIENCE) -> list[Entry[LeaveEvent]]:
    """A leave's journal so far; empty where there is no such leave. Raises NotReached."""
    return await query(client, leave_id, "journal", list[Entry[LeaveEvent]], within) or []
