"""The one table of timeouts and retries: how long each activity may take, and what happens when it does not answer.

A *local* try is made beside the workflow (one event, no retry: a retrying local activity would block every query and
update of its leave). What does not answer at once is kept by the server: attempts are never counted out, since a bad
link eats them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy

R = TypeVar("R")

SECOND: Final = timedelta(seconds=1)


class Patience(NamedTuple):
    """How one activity is waited for.

    `at_once` bounds the local try, `attempt` one try kept by the server, `in_all` them all.
    """

    at_once: timedelta | None
    attempt: timedelta | None = None
    in_all: timedelta = timedelta(days=400)
    heartbeat: timedelta | None = None


RETRY: Final = RetryPolicy(
    initial_interval=SECOND, backoff_coefficient=2, maximum_interval=timedelta(minutes=1), maximum_attempts=0
)

PATIENCE: Final[dict[str, Patience]] = {
    # Decisions: 2 s and one try. Without facts the act fails and nothing has changed.
    "decide-leave": Patience(2 * SECOND, 30 * SECOND),
    "decide-base": Patience(2 * SECOND, 30 * SECOND),
    "decide-account": Patience(2 * SECOND, 30 * SECOND),
    "decide-register": Patience(2 * SECOND, 30 * SECOND),
    # What a leave holds: by another entity, or in the register.
    "number": Patience(2 * SECOND, 30 * SECOND),
    "days": Patience(2 * SECOND, 30 * SECOND),
    "place": Patience(2 * SECOND, 30 * SECOND),
    "seat": Patience(2 * SECOND, 30 * SECOND),
    "paper": Patience(2 * SECOND, 30 * SECOND),
    "notice": Patience(2 * SECOND, 30 * SECOND),
    # A base tells its leaves: never under its own turn, so never local.
    "tell": Patience(None, timedelta(hours=2), heartbeat=timedelta(minutes=1)),
    # A mission-wide order, base by base.
    "publish-order": Patience(None, 30 * SECOND),
    "carry-order": Patience(None, 30 * SECOND),
    # The register takes in a bundle of files; 100,000 members take well under a minute.
    "apply": Patience(None, timedelta(minutes=10), heartbeat=20 * SECOND),
    # A flight is changed, and those booked on it are told: never under the register's own turn.
    "flight": Patience(None, 30 * SECOND),
    "tell-flights": Patience(None, timedelta(hours=2), heartbeat=timedelta(minutes=1)),
    # The nightly walk over the ledgers.
    "reconcile": Patience(None, timedelta(hours=2), heartbeat=timedelta(minutes=1)),
    # The sealing of the archive; one that was broken off goes on where it was.
    "seal": Patience(None, timedelta(hours=12), heartbeat=timedelta(minutes=2)),
}


async def at_once(name: str, arg: Any, result: type[R], summary: str) -> R:
    """The one local try of an activity. Raises FailureError when it does not answer in time."""
    answer: R = await workflow.execute_local_activity(
        name,
        arg,
        result_type=result,
        summary=summary,
        start_to_close_timeout=PATIENCE[name].at_once,
        retry_policy=RetryPolicy(maximum_attempts=1),
    )
    return answer


async def kept(name: str, arg: Any, result: type[R], summary: str) -> R:
    """An activity which the server keeps until it has answered."""
    patience = PATIENCE[name]
    answer: R = await workflow.execute_activity(
        name,
        arg,
        result_type=result,
        summary=summary,
        start_to_close_timeout=patience.attempt,
        schedule_to_close_timeout=patience.in_all,
        heartbeat_timeout=patience.heartbeat,
        retry_policy=RETRY,
    )
    return answer


def tried_locally(name: str) -> bool:
    """Whether an activity is tried beside the workflow first."""
    return PATIENCE[name].at_once is not None
