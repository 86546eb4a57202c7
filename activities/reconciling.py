"""The walk over the ledgers: what a terminated leave holds goes back, by the setters that took it."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine, select
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
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
from domain.model import Instant
from domain.reconciling import Night, Walked

LAST = 1_000_000_000
"""The n of the last wish of a leave which cannot wish any more: newer than any it ever made."""

ENDED_BY_ITSELF = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)
"""A running leave gives back by itself, and a completed one has done so."""


class Reconciling:
    """Walks over bases, accounts, seats and papers."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self.engine, self.client = engine, client
        self.holdings, self.effects = Holdings(client), Effects(engine)

    @activity.defn(name="reconcile")
    async def reconcile(self, night: Night) -> Walked:
        """Give back for leaves that are gone. Walked again, it changes nothing."""
        held = await self._held()
        gone: list[str] = []
        for leave_id, holders in sorted(held.items()):
            activity.heartbeat(leave_id)
            if await self._is_gone(leave_id):
                await self._give_back(leave_id, holders, night.as_of)
                gone.append(leave_id)
        return Walked(leaves=len(held), given_back=tuple(gone))

    async def _held(self) -> dict[str, dict[What, str]]:
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
        for base in bases:
            for leave_id, line in (await self._ledger(base)).items():
                if line.place:
                    held.setdefault(leave_id, {})["place"] = base
        async for account in self.client.list_workflows(
            "WorkflowType = 'MemberWorkflow' AND ExecutionStatus = 'Running'"
        ):
            activity.heartbeat(account.id)
            state = await self.client.get_workflow_handle(account.id).query("state", result_type=Account)
            for leave_id, line in state.lines.items():
                if line.days and not line.closed:
                    held.setdefault(leave_id, {})["days"] = line.days.member
        return held

    async def _ledger(self, base: str) -> dict[str, Line]:
        """The leaves which a base knows; a base that was never spoken to has none."""
        handle = self.client.get_workflow_handle(base_workflow(base))
        activity.heartbeat(base)
        try:
            state = await handle.query("state", result_type=Garrison)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return {}
            raise
        return dict(state.leaves)

    async def _is_gone(self, leave_id: str) -> bool:
        """Whether the leave ended without having given back: terminated, failed, or unknown to the server."""
        try:
            found = await self.client.get_workflow_handle(leave_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return True
            raise
        return found.status not in ENDED_BY_ITSELF

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
