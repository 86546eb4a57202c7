"""A bare Temporal workflow with the same acts, entity calls and effects, as a tutorial has it: it decides nothing.

Same server, same worker options, same register, same SQL for seat and paper. `lean` has its effects as local
activities, as ours are; without it they are regular ones.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from ulid import ULID

from activities.effects import Effects
from activities.facts import Library, Subject
from activities.register.database import reading
from activities.store import Store
from bench.mission import Bench
from domain.acts import Approve
from domain.holdings import Paper, Seat, Want
from workflows.entity import A_LONG_RUN

QUEUE = "bare"
STEPS = ("approve", "confirm", "sign_out", "sign_in")


@workflow.defn
class BareEntity:
    """Base or account: counts who asks."""

    @workflow.init
    def __init__(self, held: dict[str, str]) -> None:
        self.held = held

    @workflow.run
    async def run(self, held: dict[str, str]) -> None:
        """Wait for good, over many runs: the server takes no more than 2,000 updates in one."""
        await workflow.wait_condition(lambda: self._long() and workflow.all_handlers_finished())
        workflow.continue_as_new(self.held)

    @staticmethod
    def _long() -> bool:
        return workflow.info().get_current_history_length() >= A_LONG_RUN

    @workflow.update
    async def set(self, leave: str, what: str) -> int:
        """Hold or give back."""
        self.held[leave] = what
        return len(self.held)


@workflow.defn
class BareLeave:
    """Four acts, one look-up for each, and the nine effects of ours."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.busy = True

    @workflow.run
    async def run(self, lean: bool, day: str) -> str:
        """The straight path."""
        leave = workflow.info().workflow_id
        await self.do(lean, "look_up", leave)
        await self.do(lean, "entity", "account", leave, "days")
        await self.do(lean, "entity", "base", leave, "number")
        await self.wait("approve")
        await self.do(lean, "look_up", leave)
        await self.do(lean, "entity", "base", leave, "place")
        await self.do(lean, "seat", leave, 1, day)
        await self.wait("confirm")
        await self.do(lean, "look_up", leave)
        await self.do(lean, "paper", leave, 2, day)
        await self.wait("sign_out")
        await self.do(lean, "look_up", leave)
        await self.do(lean, "entity", "base", leave, "out")
        await self.wait("sign_in")
        await self.do(lean, "look_up", leave)
        await self.do(lean, "paper", leave, 3, "")
        await self.do(lean, "seat", leave, 4, "")
        await self.do(lean, "entity", "base", leave, "back")
        await self.do(lean, "entity", "account", leave, "settled")
        self.busy = False
        return "settled"

    async def do(self, lean: bool, name: str, *args: Any) -> None:
        """One effect, and the timer that waits beside it for nothing is left out."""
        run = workflow.execute_local_activity if lean else workflow.execute_activity
        await run(name, args=args, start_to_close_timeout=timedelta(seconds=30))

    async def wait(self, step: str) -> None:
        """For a person's act, or the deadline."""
        self.busy = False
        await workflow.wait_condition(lambda: step in self.done, timeout=timedelta(days=3))
        self.busy = True

    @workflow.update
    async def act(self, step: str) -> str:
        """The act of a person."""
        self.done.append(step)
        self.busy = True
        return step

    @workflow.query
    def at_rest(self) -> bool:
        """Whether no effect is under way."""
        return not self.busy


class Bare:
    """The effects, as thin as they can be."""

    def __init__(self, b: Bench) -> None:
        self.b, self.effects = b, Effects(b.source)
        self.library = Library(b.settings.rules, Store.of(b.settings))

    @activity.defn
    def look_up(self, leave: str) -> int:
        """Who acts, as ours looks it up."""
        now = datetime.now(UTC)
        act = Approve(act_id="x", decided_by=self.b.posts["CO"], post="CO", acted_at=now, leave_id=leave)
        with reading(self.b.source) as session:
            return self.library.look_up(session, frozenset({"person"}), act, Subject(base="NAQ"), now).register_version

    @activity.defn
    async def entity(self, which: str, leave: str, what: str) -> int:
        """Ask base or account, opening it if need be; each member has an account of their own."""
        name = f"bare-{which}" if which == "base" else f"bare-{leave}"
        start = WithStartWorkflowOperation(
            BareEntity.run, {}, id=name, task_queue=QUEUE, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING
        )
        return await self.b.client.execute_update_with_start_workflow(
            BareEntity.set, args=[leave, what], start_workflow_operation=start
        )

    @activity.defn
    def seat(self, leave: str, n: int, day: str) -> None:
        """The very seat setter of ours."""
        first = date.fromisoformat(day) if day else None
        spec = Seat(base="NAQ", destination="BEY", out_day=first, back_day=first + timedelta(days=7)) if first else None
        self.effects.seat(Want(leave_id=leave, what="seat", of="register", spec=spec, n=n, as_of=datetime.now(UTC)))

    @activity.defn
    def paper(self, leave: str, n: int, day: str) -> None:
        """The very paper setter of ours."""
        first = date.fromisoformat(day) if day else None
        spec = Paper(number=leave, first=first, last=first + timedelta(days=7)) if first else None
        self.effects.paper(Want(leave_id=leave, what="paper", of="register", spec=spec, n=n, as_of=datetime.now(UTC)))


@asynccontextmanager
async def bare_worker(b: Bench, **options: Any) -> AsyncIterator[None]:
    """A worker of bare leaves beside ours, with the options which ours has, and without the sandbox."""
    bare = Bare(b)
    ours = b.client.service_client.config
    plain = await Client.connect(ours.target_host, namespace=b.client.namespace, runtime=ours.runtime)
    async with Worker(
        plain,
        task_queue=QUEUE,
        workflows=[BareLeave, BareEntity],
        activities=[bare.look_up, bare.entity, bare.seat, bare.paper],
        workflow_runner=UnsandboxedWorkflowRunner(),
        **options,
    ):
        yield


async def many(b: Bench, count: int, at_a_time: int, *, lean: bool) -> float:
    """Seconds for so many bare leaves, driven as ours are: each act waits until the last one's effects are done."""
    gate, first = asyncio.Semaphore(at_a_time), datetime.now(UTC).date() + timedelta(days=25)

    async def one(i: int) -> None:
        async with gate:
            day = str(first + timedelta(days=i % 10))
            leave = f"BARE-{ULID()}"
            handle = await b.client.start_workflow(BareLeave.run, args=[lean, day], id=leave, task_queue=QUEUE)
            for step in STEPS:
                await rest(handle)
                await handle.execute_update(BareLeave.act, step)
            await rest(handle)

    async def rest(handle: Any) -> None:
        while not await handle.query(BareLeave.at_rest):
            await asyncio.sleep(0.01)

    begun = time.perf_counter()
    await asyncio.gather(*(one(i) for i in range(count)))
    return time.perf_counter() - begun
