"""The walk over the ledgers stops for a wrong server, and for nobody who is merely silent."""

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment

from activities.reconciling import _known_here, _told
from wiring.deliver import NotDelivered

RUNNING = WorkflowExecutionStatus.RUNNING


def leaves(known: int, unknown: int) -> dict[str, WorkflowExecutionStatus | None]:
    return {f"L{i}": RUNNING if i < known else None for i in range(known + unknown)}


def test_a_server_that_knows_few_of_many_leaves_is_not_the_one_that_has_them():
    with pytest.raises(ApplicationError) as stopped:
        _known_here(leaves(2, 3))
    assert (stopped.value.type, stopped.value.non_retryable) == ("OtherServer", True)


@pytest.mark.parametrize(("known", "unknown"), [(0, 0), (0, 4), (3, 3), (5, 1)])
def test_some_leaves_may_be_unknown_and_of_few_leaves_all(known: int, unknown: int):
    _known_here(leaves(known, unknown))


@pytest.mark.parametrize(
    "silence", [RPCError("no answer", RPCStatusCode.DEADLINE_EXCEEDED, b""), NotDelivered("out of reach")]
)
def test_who_does_not_answer_is_told_and_stops_nobody_else(silence: Exception):
    unreached: list[str] = []

    def walk() -> str:
        with _told("base-NAQ", unreached):
            raise silence
        return "went on"

    assert ActivityEnvironment().run(walk) == "went on"
    assert unreached == ["base-NAQ"]
