"""The walk over the ledgers: what a terminated leave holds goes back, by the setters that took it.

Some are asked at a time. How far it has come goes with each sign of life, so that who takes it up after a worker was
killed asks nobody again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine, select
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.effects import Effects
from activities.holdings import Holdings
from activities.register import lookups
from activities.register import tables as t
from activities.register.database import reading
from domain.account import Account
from domain.acts import LookAgain
from domain.garrison import Garrison
from domain.garrison.state import Line
from domain.holdings import Want, What
from domain.ids import base_workflow
from domain.model import Instant, Model, timedelta
from domain.reconciling import Night, Walked
from wiring.deliver import deliver
from wiring.trouble import NotReached

LAST = 1_000_000_000
"""The n of the last wish of a leave which cannot wish any more: newer than any it ever made."""

ENDED_BY_ITSELF = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)
"""A running leave gives back by itself, and a completed one has done so."""

AT_A_TIME = 16
"""So many entities or leaves are asked at once."""

PATIENT = timedelta(seconds=20)
"""How long one entity is waited for; it is under the heartbeat of the walk."""

FEW = 5
"""Of fewer leaves than these it tells nothing when most of them are unknown."""


class Progress(Model):
    """How far a walk has come. Accounts and leaves are asked in the order of their names.

    Who opens under an earlier name while it goes on is come to by the next walk.
    """

    accounts: str = ""
    """Accounts up to this one were asked."""
    days: dict[str, str] = {}
    """By leave: the member whose account holds days for it."""
    leaves: str = ""
    """Leaves up to this one were looked at."""
    looked: int = 0
    """How many of them answered."""
    gone: dict[str, bool] = {}
    """Those that cannot give back by themselves, and whether the server knows them."""
    given_back: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()


class Walk:
    """One walk, with what is known of it so far: from another worker, where that did not come to its end."""

    def __init__(self) -> None:
        details = activity.info().heartbeat_details
        self.so_far = Progress.model_validate(details[0]) if details else Progress()

    def knows(self, **more: Any) -> None:
        """What came to be known, to be told with the next sign of life."""
        self.so_far = self.so_far.model_copy(update=more)

    async def over(self, names: Iterable[str], one: Callable[[str], Awaitable[None]], upto: str = "") -> None:
        """Do one thing for each name in its order, some at a time; `upto` is where it is kept how far it came.

        One that does not answer stops nobody else's walk.
        """

        async def told(name: str) -> None:
            try:
                with _told(name, self):
                    await one(name)
            finally:
                activity.heartbeat(self.so_far)

        left = sorted(name for name in names if not upto or name > getattr(self.so_far, upto))
        for i in range(0, len(left), AT_A_TIME):
            some = left[i : i + AT_A_TIME]
            await asyncio.gather(*map(told, some))
            if upto:
                self.knows(**{upto: some[-1]})
                activity.heartbeat(self.so_far)


class Reconciling:
    """Walks over bases, accounts, seats and papers."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self.engine, self.client = engine, client
        self.holdings, self.effects = Holdings(client, engine), Effects(engine)

    @activity.defn(name="reconcile")
    async def reconcile(self, night: Night) -> Walked:
        """Give back for leaves that are gone. Walked again, it changes nothing."""
        walk = Walk()
        held = await self._held(walk)

        async def look(leave_id: str) -> None:
            status = await self._status(leave_id)
            gone = {} if status in ENDED_BY_ITSELF else {leave_id: status is not None}
            walk.knows(looked=walk.so_far.looked + 1, gone=walk.so_far.gone | gone)

        async def give(leave_id: str) -> None:
            if await self._status(leave_id) in ENDED_BY_ITSELF:  # brought back since it was looked at
                return
            await self._give_back(leave_id, held[leave_id], night.as_of)
            walk.knows(given_back=(*walk.so_far.given_back, leave_id))

        await walk.over(held, look, "leaves")
        gone, done = walk.so_far.gone, walk.so_far.given_back
        _known_here(walk.so_far.looked, sum(not known for known in gone.values()))
        await walk.over((name for name in gone if name in held and name not in done), give)
        opened = self.client.list_workflows("WorkflowType = 'BaseWorkflow' AND ExecutionStatus = 'Running'")
        await walk.over([one.id async for one in opened], partial(self._look_again, night))
        end = walk.so_far
        return Walked(leaves=len(held), given_back=end.given_back, unreached=tuple(dict.fromkeys(end.unreached)))

    async def _held(self, walk: Walk) -> dict[str, dict[What, str]]:
        """By leave: what the ledgers say that it holds, and of whom."""
        held: dict[str, dict[What, str]] = {}
        with reading(self.engine) as session:
            bases = [base.code for base in lookups.bases(session)]
            seats = session.scalars(select(t.Seat.leave_id).where(t.Seat.state == "held").distinct()).all()
            papers = session.scalars(select(t.Paper.leave_id).where(t.Paper.revoked_at.is_(None)).distinct()).all()
        for leave_id in seats:
            held.setdefault(leave_id, {})["seat"] = "register"
        for leave_id in papers:
            held.setdefault(leave_id, {})["paper"] = "register"

        async def ledger(workflow: str) -> None:
            for leave_id, line in (await self._ledger(workflow)).items():
                if line.place:
                    held.setdefault(leave_id, {})["place"] = workflow.removeprefix(base_workflow(""))

        async def account(workflow: str) -> None:
            state = await self.client.get_workflow_handle(workflow).query(
                "state", result_type=Account, rpc_timeout=PATIENT
            )
            days = {k: line.days.member for k, line in state.lines.items() if line.days and not line.closed}
            walk.knows(days=walk.so_far.days | days)

        await walk.over(map(base_workflow, bases), ledger)
        running = self.client.list_workflows("WorkflowType = 'MemberWorkflow' AND ExecutionStatus = 'Running'")
        await walk.over([one.id async for one in running], account, "accounts")
        for leave_id, member in walk.so_far.days.items():
            held.setdefault(leave_id, {})["days"] = member
        return held

    async def _look_again(self, night: Night, workflow: str) -> None:
        """A base whose queue nobody moved learns what the register knows by now; said again, it is one act."""
        base = workflow.removeprefix(base_workflow(""))
        act_id = f"{workflow}/look-again/{night.as_of:%Y-%m-%d}"
        act = LookAgain(act_id=act_id, decided_by=workflow, acted_at=night.as_of, base=base)
        await deliver(self.client, act, within=PATIENT)

    async def _ledger(self, workflow: str) -> dict[str, Line]:
        """The leaves which a base knows; a base that was never spoken to has none."""
        try:
            state = await self.client.get_workflow_handle(workflow).query(
                "state", result_type=Garrison, rpc_timeout=PATIENT
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return {}
            raise
        return dict(state.leaves)

    async def _status(self, leave_id: str) -> WorkflowExecutionStatus | None:
        """How the leave stands on the server; None where the server does not know it."""
        try:
            return (await self.client.get_workflow_handle(leave_id).describe(rpc_timeout=PATIENT)).status
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def _give_back(self, leave_id: str, holders: dict[What, str], as_of: Instant) -> None:
        def nothing(what: What) -> Want:
            return Want(leave_id=leave_id, what=what, of=holders[what], spec=None, n=LAST, as_of=as_of)

        if "paper" in holders:
            await asyncio.to_thread(self.effects.paper, nothing("paper"))
        if "seat" in holders:
            await asyncio.to_thread(self.effects.seat, nothing("seat"))
        if "place" in holders:
            await self.holdings.place(nothing("place"))
        if "days" in holders:
            await self.holdings.days(nothing("days"))


def _known_here(looked: int, unknown: int) -> None:
    """A server that knows few of the leaves is another one, or was emptied: to it all of them would seem gone.

    Raises:
        ApplicationError: type `OtherServer`, never tried again; nothing was given back.
    """
    if looked >= FEW and unknown * 2 > looked:
        raise ApplicationError(
            f"Nothing was given back: this server does not know {unknown} of the {looked} leaves that hold "
            "something. Expected the server on which they were asked for; check its address, namespace and data.",
            type="OtherServer",
            non_retryable=True,
        )


@contextmanager
def _told(name: str, walk: Walk) -> Iterator[None]:
    """Who does not answer is entered in the walk."""
    try:
        yield
    except (RPCError, NotReached, WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
        activity.logger.warning("%s was not reached: %s", name, type(error).__name__)
        walk.knows(unreached=(*walk.so_far.unreached, name))
