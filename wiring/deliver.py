"""One act to its addressee, and its outcome back. Sent again under the same id it changes nothing twice.

Knows workflows by name only: those who deliver need not load the processes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from secrets import token_hex
from time import monotonic
from typing import Any, Final

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError as NoAnswer
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.account import AccountOutcome
from domain.acts import Act, Ask, IssueOrder, RescindOrder
from domain.carrying import Spread
from domain.decider import Entry, Outcome
from domain.garrison import GarrisonOutcome
from domain.ids import REGISTER
from domain.leave import LeaveOutcome
from domain.once import reused
from domain.orders import EMERGENCIES
from domain.refusal import Refusal
from domain.register import RegisterOutcome
from wiring import answers
from wiring.addresses import addressee, errand
from wiring.queries import journal_of, query
from wiring.trouble import NotReached

QUEUE: Final = "leave"
"""The task queue of a mission; the mission itself is the namespace."""

URGENT: Final = Priority(priority_key=1)
"""Emergency leave goes first wherever tasks queue: by the name of its kind, for no pack is known as it is opened."""

ANSWER: Final = timedelta(seconds=5)
"""How long an act of a person waits for its outcome."""

A_TRY: Final = timedelta(seconds=0.1)
"""With less time left nothing is sent once more."""

_DIGITS: Final = re.compile(r"[0-9a-f]{8}")
"""By which the id of an update that is sent once more differs from that of its act."""

_FORGOTTEN: Final = re.compile(r'update ".*" not found')
"""What a server says of an update which it took, and then died: who waited asks the next one. Of the addressee, and of
whether the act was recorded by another try, that says nothing."""

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


class Silent(NotDelivered):
    """Its addressee gave no answer: it may be stuck or paused while all others go on."""


class Away(Silent):
    """The server itself was not reached: nobody else would be."""


async def deliver(client: Client, act: Act, *, within: timedelta = ANSWER, update_id: str = "") -> Outcome[Any]:
    """Bring an act to its leave, base, account or register, and return what it led to.

    Entities open by their first act. A refusal, also one without a trace, comes back as an outcome.

    Raises:
        NotDelivered: no outcome came in time; send the same act again. What kind of it tells whether others answer.
        Undecided: a fault in the rules' code stopped this act; nothing was changed.
        Gone: the leave has ended on the server, or was never asked for; a request opens none twice (`AskedBefore`).
    """
    if isinstance(act, IssueOrder | RescindOrder) and act.everywhere:
        return await _carried(client, act, within)
    deadline = monotonic() + within.total_seconds()
    try:
        return await _sent(client, act, update_id or act.act_id, within)
    except (NoFacts, Undecided) as told:
        # The server keeps an update's outcome under its id, a failure too: this one may be of an earlier try.
        left = timedelta(seconds=deadline - monotonic())
        if left <= A_TRY:
            raise
        try:
            return await _sent(client, act, _once_more(act.act_id), left)
        except Silent:
            if isinstance(told, NoFacts):  # it has answered, and that says more than a second try without time
                raise told from None
            raise


def _once_more(act_id: str) -> str:
    return f"{act_id}~{token_hex(4)}"


def brings(update_id: str, act_id: str) -> bool:
    """Whether an update of this id is one by which `deliver` brings this act: for the first time, or once more."""
    before, mark, more = update_id.rpartition("~")
    return update_id == act_id or (before == act_id and mark == "~" and _DIGITS.fullmatch(more) is not None)


async def _carried(client: Client, act: IssueOrder | RescindOrder, within: timedelta) -> Outcome[Any]:
    """An order of the mission: begun once, and known to have come when each base has answered. It has no entries here.

    Begun again after its end it is brought to each base once more, where it changes nothing. What is under way under
    its name may be another's, who said it in other words or had no authority: its end is waited for, and is no answer.

    Raises:
        NotDelivered: not every base has answered yet.
    """
    spread: Spread | None = None
    try:
        async with asyncio.timeout(within.total_seconds()):
            while spread is None or not spread.answers(act):
                under_way = await client.start_workflow(
                    "OrderWorkflow",
                    act,
                    id=errand(act),
                    task_queue=QUEUE,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    result_type=Spread,
                    rpc_timeout=within,
                )
                spread = await under_way.result()
    except (
        RPCError,
        TimeoutError,
        WorkflowFailureError,
    ) as error:  # what was ended on the server begins anew, sent again
        raise NotDelivered(
            "Not every base has answered yet.",
            why=str(error) or f"no end within {within.total_seconds():g} s",
            known="what has reached the server is on its way and arrives by itself",
            helps="is a worker running? furlough order list BASE tells whether a base has it",
        ) from error
    return Outcome[Any](entries=(), refused=spread.refused)


async def _sent(client: Client, act: Act, update_id: str, within: timedelta) -> Outcome[Any]:
    name, to = act.kind, addressee(act)  # type: ignore[attr-defined]  # every act which can be sent has a kind
    told: dict[str, Any] = {"id": update_id, "result_type": Any, "rpc_timeout": within}
    try:
        async with asyncio.timeout(within.total_seconds()):  # the SDK's limit is one of each try
            answer = answers.read(await _updated(client, act, name, to, told), _OUTCOMES[act.to])
    except WorkflowUpdateFailedError as error:
        return _refused(error, to)
    except WorkflowAlreadyStartedError as error:
        entries = await _recorded(client, act, to, within) if isinstance(act, Ask) else ()
        if not entries:
            raise _gone(to, ended=True) from error
        if entries[0].effective_at != act.acted_at:
            raise AskedBefore(entries, to) from error
        return Outcome[Any](entries=entries)
    except (NoAnswer, RPCError, TimeoutError) as error:
        raise _why(error, to) from error
    if answer.said and answer.said != (name, act.decided_by):  # the server knows a repeat by its id alone
        return Outcome[Any](entries=(), refused=reused(act))
    return answer


async def _recorded(client: Client, act: Act, to: str, within: timedelta) -> tuple[Entry[Any], ...]:
    """What a request led to when it came before, on a leave that has ended since: its answer may have been lost.

    Raises:
        Silent: no worker told it.
    """
    return tuple(entry for entry in await told_journal(client, to, within) if entry.act_id == act.act_id)


async def told_journal(client: Client, leave_id: str, within: timedelta) -> list[Entry[Any]]:
    """A leave's journal, for who must know it before an act is answered. Raises Silent where no worker told it."""
    try:
        return list(await journal_of(client, leave_id, within))
    except NotReached as silent:
        raise _silent(silent) from silent


async def told_said(client: Client, leave_id: str, within: timedelta) -> dict[str, tuple[str, str]]:
    """The kind of each act on a leave and who decided it, by its id. Raises Silent as `told_journal`."""
    try:
        return await query(client, leave_id, "said", dict[str, tuple[str, str]], within) or {}
    except NotReached as silent:
        raise _silent(silent) from silent


def _silent(silent: NotReached) -> Silent:
    return Silent(silent.what, why=silent.why, known=silent.known, helps=silent.helps)


async def _updated(client: Client, act: Act, name: str, to: str, told: Mapping[str, Any]) -> Any:
    """The update, with the start of its process where it opens one.

    The SDK makes an error of its own of a cancel; who is cancelled is to hear of that. And it keeps the failure of a
    start a second time, for who asks for the handle: it is taken here, lest asyncio complain that nobody retrieved it.
    """
    opening = None if act.to == "leave" and not isinstance(act, Ask) else _opening(act, to)
    try:
        if opening is None:
            return await client.get_workflow_handle(to).execute_update(name, act, **told)
        return await client.execute_update_with_start_workflow(name, act, start_workflow_operation=opening, **told)
    except (NoAnswer, RPCError, WorkflowAlreadyStartedError) as error:
        if opening is not None:
            with suppress(Exception, asyncio.CancelledError):
                await opening.workflow_handle()
        if isinstance(error.__cause__, asyncio.CancelledError):
            raise error.__cause__ from None
        raise


class NoFacts(NotDelivered):
    """The process answered that the register does not: nothing was changed."""


class Gone(NotReached):
    """The leave has ended on the server, or was never asked for."""

    code = 5


class Ended(Gone):
    """The leave was asked for, and has ended on the server: what was seen or heard of it has another place."""


class Undecided(NotReached):
    """A fault in the rules' code stopped this act, and this act alone."""

    code = 1


class Unread(Undecided):
    """The act was taken, and this build cannot tell what became of it."""


class AskedBefore(Gone):
    """A request opens nothing: its id is that of a leave which was asked for in the same words, and has ended.

    `entries` is what that other request led to.
    """

    def __init__(self, entries: tuple[Entry[Any], ...], leave_id: str) -> None:
        super().__init__(
            f"The same was asked before, and that leave has ended: {leave_id}.",
            why=f"expected words of its own or another day, got those of {entries[0].effective_at:%Y-%m-%dT%H:%M:%SZ}",
            known="nothing was changed, and this request opened no leave",
            helps="ask again while the server answers: it is another leave then",
        )
        self.entries = entries


def _opening(act: Act, to: str) -> WithStartWorkflowOperation[Any, Any]:
    """Opening twice is opening once; what has ended is not opened again."""
    start: Any = act if isinstance(act, Ask) else {"of": to.partition("-")[2] or to}
    urgent = isinstance(act, Ask) and act.leave_kind in EMERGENCIES
    operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        _WORKFLOWS[act.to],
        start,
        id=to,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        priority=URGENT if urgent else Priority.default,
    )
    return operation


def _refused(error: WorkflowUpdateFailedError, to: str) -> Outcome[Any]:
    """A refusal without a trace, as an outcome; facts that cannot be looked up now are no refusal.

    Raises:
        NotDelivered: the register did not answer.
        Undecided: the decision broke.
        Gone: the leave was ended on the server while it decided.
    """
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == "Refusal":
        refusal = Refusal.model_validate(cause.details[0])
        return Outcome[Any](entries=(), refused=refusal)
    if isinstance(cause, ApplicationError) and cause.type == "RegisterUnavailable":
        raise NoFacts(
            "The register did not answer.", why=cause.message, known="nothing was changed", helps="send it again"
        ) from error
    if isinstance(cause, ApplicationError) and cause.type == "DecisionFailed":
        raise Undecided(
            "The act could not be decided.",
            why=cause.message,
            known="nothing was changed, and everything else goes on",
            helps="send it again once the worker was mended; its log tells the fault",
        ) from error
    if isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow":
        raise Ended(
            f"{to} was ended on the server.",
            why="it ended while the act was being decided",
            known="the act was not recorded",
            helps="furlough find",
        ) from error
    raise error


def _why(error: Exception, to: str) -> NotReached:
    if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND and not _FORGOTTEN.match(error.message):
        return _gone(to, ended="completed" in str(error))
    away = isinstance(error, RPCError) and error.status is RPCStatusCode.UNAVAILABLE
    return (Away if away else Silent)(
        "No outcome came in time.",
        why=str(error) or "no worker answered",
        known="the act may still arrive; sent again under the same id it changes nothing twice",
        helps="is a worker running? furlough up, or furlough worker --mission CODE",
    )


def _gone(to: str, *, ended: bool) -> Gone:
    kind = Gone
    if ended and to.startswith(("base-", "member-", REGISTER)):
        what, got = f"{to} was ended on the server.", "one that was terminated"
        helps = f"an administrator brings it back: temporal workflow reset -w {to} --type LastWorkflowTask"
    elif ended:
        kind = Ended
        what, got, helps = f"{to} has ended; it takes no more acts.", "one that has ended", f"furlough show {to}"
    else:
        what, got, helps = f"The server knows no {to}.", "none of that name", "furlough find"
    return kind(what, why=f"expected one that is open, got {got}", known="nothing was changed", helps=helps)
