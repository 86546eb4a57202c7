"""One act to its addressee, and its outcome back. Sent again under the same id it changes nothing twice.

Knows workflows by name only: those who deliver need not load the processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError as NoAnswer
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.account import AccountOutcome
from domain.acts import Act, AnyAct, Ask
from domain.decider import Outcome
from domain.garrison import GarrisonOutcome
from domain.ids import REGISTER, base_workflow, member_workflow
from domain.leave import LeaveOutcome
from domain.refusal import Refusal
from domain.register import RegisterOutcome
from wiring.trouble import NotReached

QUEUE: Final = "leave"
"""The task queue of a mission; the mission itself is the namespace."""

URGENT: Final = Priority(priority_key=1)
"""Emergency leave goes first wherever tasks queue."""

ANSWER: Final = timedelta(seconds=5)
"""How long an act of a person waits for its outcome."""

_ACT: TypeAdapter[Any] = TypeAdapter(AnyAct)
_OUTCOMES: Mapping[str, type[Any]] = {
    "leave": LeaveOutcome,
    "base": GarrisonOutcome,
    "member": AccountOutcome,
    "register": RegisterOutcome,
}
_WORKFLOWS: Mapping[str, str] = {
    "leave": "LeaveWorkflow",
    "base": "BaseWorkflow",
    "member": "MemberWorkflow",
    "register": "RegisterWorkflow",
}


class NotDelivered(NotReached):
    """No outcome is known. The act may still arrive, so that it is sent again under the same id."""


def addressee(act: Act) -> str:
    """The workflow id to which an act goes."""
    match act.to:
        case "leave":
            return str(act.leave_id)  # type: ignore[attr-defined]  # all acts to leaves have it
        case "base":
            return base_workflow(act.base)  # type: ignore[attr-defined]  # all acts to bases have it
        case "member":
            return member_workflow(act.member)  # type: ignore[attr-defined]  # all acts to accounts have it
        case "register":
            return REGISTER


async def deliver(client: Client, act: Act, *, within: timedelta = ANSWER, update_id: str = "") -> Outcome[Any]:
    """Bring an act to its leave, base, account or register, and return what it led to.

    Entities open by their first act. A refusal, also one without a trace, comes back as an outcome.

    Raises:
        NotDelivered: no outcome came in time; send the same act again.
        Gone: the leave has ended on the server, or was never asked for.
    """
    name, to = act.kind, addressee(act)  # type: ignore[attr-defined]  # every act which can be sent has a kind
    told: dict[str, Any] = {"id": update_id or act.act_id, "result_type": _OUTCOMES[act.to], "rpc_timeout": within}
    try:
        if act.to == "leave" and not isinstance(act, Ask):
            outcome = await client.get_workflow_handle(to).execute_update(name, act, **told)
        else:
            outcome = await client.execute_update_with_start_workflow(
                name, act, start_workflow_operation=_opening(act, to), **told
            )
    except WorkflowUpdateFailedError as error:
        return _refused(error)
    except (NoAnswer, RPCError) as error:
        raise _why(error, to) from error
    answer: Outcome[Any] = outcome
    return answer


class Gone(NotReached):
    """The leave has ended on the server, or was never asked for."""

    code = 5


def _opening(act: Act, to: str) -> WithStartWorkflowOperation[Any, Any]:
    """Opening twice is opening once; what has ended is not opened again."""
    start: Any = act if isinstance(act, Ask) else {"of": to.partition("-")[2] or to}
    urgent = isinstance(act, Ask) and act.leave_kind == "emergency"
    operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        _WORKFLOWS[act.to],
        start,
        id=to,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE
        if act.to == "leave"
        else WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        priority=URGENT if urgent else Priority.default,
    )
    return operation


def _refused(error: WorkflowUpdateFailedError) -> Outcome[Any]:
    """A refusal without a trace, as an outcome; facts that cannot be looked up now are no refusal.

    Raises:
        NotDelivered: the register did not answer.
    """
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == "Refusal":
        refusal = Refusal.model_validate(cause.details[0])
        return Outcome[Any](entries=(), refused=refusal)
    if isinstance(cause, ApplicationError) and cause.type == "RegisterUnavailable":
        raise NotDelivered(
            "The register did not answer.", why=cause.message, known="nothing was changed", helps="send it again"
        ) from error
    raise error


def _why(error: Exception, to: str) -> NotReached:
    status = error.status if isinstance(error, RPCError) else None
    if status is RPCStatusCode.NOT_FOUND:
        ended = "completed" in str(error)
        return Gone(
            f"{to} has ended; it takes no more acts." if ended else f"The server knows no {to}.",
            why="expected an open leave, got one that has ended"
            if ended
            else "expected a leave, got none of that name",
            known="nothing was changed",
            helps=f"furlough show {to}" if ended else "furlough find",
        )
    return NotDelivered(
        "No outcome came in time.",
        why=str(error) or "no worker answered",
        known="the act may still arrive; sent again under the same id it changes nothing twice",
        helps="is a worker running? furlough up, or furlough worker --mission CODE",
    )


def read(data: Any) -> Act:
    """An act out of JSON data, by its kind. Raises pydantic.ValidationError."""
    act: Act = _ACT.validate_python(data)
    return act
