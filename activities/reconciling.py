"""The walk over the ledgers: what a terminated leave holds goes back, by the setters that took it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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
from domain.garrison import Garrison
from domain.garrison.state import Line
from domain.holdings import Want, What
from domain.ids import base_workflow
from domain.model import Instant, timedelta
from domain.reconciling import Night, Walked
from wiring.trouble import NotReached

LAST = 1_000_000_000
"""The n of the last wish of a leave which cannot wish any more: newer than any it ever made."""

ENDED_BY_ITSELF = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)
"""A running leave gives back by itself, and a completed one has done so."""

PATIENT = timedelta(seconds=20)
"""How long one entity is waited for; it is under the heartbeat of the walk."""

FEW = 5
"""Of fewer leaves than these it tells nothing when most of them are unknown."""


class Reconciling:
    """Walks over bases, accounts, seats and papers."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self.engine, self.client = engine, client
        self.holdings, self.effects = Holdings(client), Effects(engine)

    @activity.defn(name="reconcile")
    async def reconcile(self, night: Night) -> Walked:
        """Give back for leaves that are gone. Walked again, it changes nothing."""
        unreached: list[str] = []
        held = await self._held(unreached)
        found: dict[str, WorkflowExecutionStatus | None] = {}
        for leave_id in sorted(held):
            activity.heartbeat(leave_id)
            with _told(leave_id, unreached):
                found[leave_id] = await self._status(leave_id)
        _known_here(found)
        gone: list[str] = []
        for leave_id in (key for key, status in found.items() if status not in ENDED_BY_ITSELF):
            activity.heartbeat(leave_id)
            with _told(leave_id, unreached):
                await self._give_back(leave_id, held[leave_id], night.as_of)
                gone.append(leave_id)
        return Walked(leaves=len(held), given_back=tuple(gone), unreached=tuple(unreached))

    async def _held(self, unreached: list[str]) -> dict[str, dict[What, str]]:
        """By leave: what the ledgers say that it holds, and of whom. Who does not answer is entered in `unreached`."""
        held: dict[str, dict[What, str]] = {}
        with reading(self.engine) as session:
            bases = [base.code for base in lookups.bases(session)]
            seats = session.scalars(select(t.Seat.leave_id).where(t.Seat.state == "held").distinct()).all()
            papers = session.scalars(select(t.Paper.leave_id).where(t.Paper.revoked_at.is_(None)).distinct()).all()
        for leave_id in seats:
            held.setdefault(leave_id, {})["seat"] = "register"
        for leave_id in papers:
            held.setdefault(leave_id, {})["paper"] = "register"
        for base in bases:
            with _told(base_workflow(base), unreached):
                for leave_id, line in (await self._ledger(base)).items():
                    if line.place:
                        held.setdefault(leave_id, {})["place"] = base
        async for account in self.client.list_workflows(
            "WorkflowType = 'MemberWorkflow' AND ExecutionStatus = 'Running'"
        ):
            activity.heartbeat(account.id)
            with _told(account.id, unreached):
                state = await self.client.get_workflow_handle(account.id).query(
                    "state", result_type=Account, rpc_timeout=PATIENT
                )
                for leave_id, days in state.lines.items():
                    if days.days and not days.closed:
                        held.setdefault(leave_id, {})["days"] = days.days.member
        return held

    async def _ledger(self, base: str) -> dict[str, Line]:
        """The leaves which a base knows; a base that was never spoken to has none."""
        handle = self.client.get_workflow_handle(base_workflow(base))
        activity.heartbeat(base)
        try:
            state = await handle.query("state", result_type=Garrison, rpc_timeout=PATIENT)
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


def _known_here(found: Mapping[str, WorkflowExecutionStatus | None]) -> None:
    """A server that knows few of the leaves is another one, or was emptied: to it all of them would seem gone.

    Raises:
        ApplicationError: type `OtherServer`, never tried again; nothing was given back.
    """
    unknown = sum(status is None for status in found.values())
    if len(found) >= FEW and unknown * 2 > len(found):
        raise ApplicationError(
            f"Nothing was given back: this server does not know {unknown} of the {len(found)} leaves that hold "
            "something. Expected the server on which they were asked for; check its address, namespace and data.",
            type="OtherServer",
            non_retryable=True,
        )


@contextmanager
def _told(name: str, unreached: list[str]) -> Iterator[None]:
    """One that does not answer stops nobody else's walk."""
    try:
        yield
    except (RPCError, NotReached, WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
        activity.logger.warning("%s was not reached: %s", name, type(error).__name__)
        unreached.append(name)
