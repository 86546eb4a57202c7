"""The worker: the only place that wires effects to processes.

Settings -> client -> activities -> worker, and back in order.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any, Final

import structlog
from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.common import WorkerDeploymentVersion
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.deciding import Deciding
from activities.effects import Effects
from activities.facts import Library
from activities.flights import Flights
from activities.holdings import Holdings
from activities.imports import Imports
from activities.mailer import Mailer
from activities.orders import Carrying
from activities.reconciling import Reconciling
from activities.register.database import RegisterUnavailable, engine, migrate, reading
from activities.store import Store
from activities.telling import Telling
from audit.nightly import Nightly, keep_build
from wiring import health, laying_back, logs
from wiring.afresh import afresh
from wiring.apart import apart
from wiring.build import build_id
from wiring.connect import PAUSES, connect_in_time, not_reached, target
from wiring.deliver import QUEUE
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.trouble import NotReached
from workflows.patience import PATIENCE, tried_locally

THREADS: Final = 24
"""Decisions and SQL run in threads; some more than may wait to write, since to decide needs no pen."""

TASKS: Final = 1000
"""Leaves that wait for an entity keep their place meanwhile; with too few places each would wait for the others."""

FORGOTTEN: Final = timedelta(seconds=4)
"""How long the server waits for a worker that knows a leave already, before any other one replays it: who asks after a
worker was killed waits as long."""

EFFECTS: Final = tuple(name for name in PATIENCE if tried_locally(name) and not name.startswith("decide-"))
"""What is tried beside a workflow before the server keeps it."""

LOOK: Final = 1.0
"""Seconds from one look at whether the mission is being laid back to the next: no server begins on it so soon."""

ORDERLY: Final = timedelta(seconds=25)
"""How long an activity under way may take to end before the worker stops without it."""

log = structlog.get_logger(__name__)


def deciders(source: Engine, library: Library, build: str) -> Sequence[Callable[..., Any]]:
    """What decides acts, and changes nothing itself."""
    deciding = Deciding(source, library, build)
    return (deciding.leave, deciding.base, deciding.account, deciding.register)


def activities(
    source: Engine, library: Library, client: Client, settings: Settings, build: str
) -> Sequence[Callable[..., Any]]:
    """All that is done beside workflows, each given what it needs of the world."""
    holdings, effects, carrying = Holdings(client, source), Effects(source), Carrying(source, client, build)
    flights = Flights(source, client)
    return (
        *deciders(source, library, build),
        holdings.number,
        holdings.days,
        holdings.place,
        effects.seat,
        effects.paper,
        effects.notice,
        Telling(client).tell,
        carrying.publish,
        carrying.carry,
        Imports(source, library.store).apply,
        flights.flight,
        flights.tell,
        Reconciling(source, client).reconcile,
        Nightly(settings, client, build).seal,
    )


def held_back(name: str) -> Callable[..., Any]:
    """An effect whose one try beside the workflow comes to nothing: the server keeps it for a worker that has it."""

    @activity.defn(name=name)
    async def not_now(_: Any) -> None:
        raise ApplicationError("this worker brings about no effects", type="HeldBack")

    return not_now


@asynccontextmanager
async def working(
    settings: Settings, client: Client, build: str, *, effects: bool = True, **options: Any
) -> AsyncIterator[Worker]:
    """A worker of the mission which polls while this context is open, and ends in order.

    Without `effects` it decides and answers alone: no number, place or day is asked for, and no paper is made.
    """
    source, library = engine(settings.database), Library(settings.rules, Store.of(settings))
    with suppress(RegisterUnavailable), reading(source) as session:  # it may come later; first decisions are then slow
        library.warm(session, datetime.now(UTC))
    does = activities(source, library, client, settings, build)
    with ThreadPoolExecutor(THREADS, "activity") as threads:
        worker = Worker(
            client,
            task_queue=QUEUE,
            activities=does if effects else [*deciders(source, library, build), *map(held_back, EFFECTS)],
            no_remote_activities=not effects,
            activity_executor=threads,
            deployment_config=WorkerDeploymentConfig(
                version=WorkerDeploymentVersion(deployment_name="furlough", build_id=build), use_worker_versioning=False
            ),
            graceful_shutdown_timeout=ORDERLY,
            sticky_queue_schedule_to_start_timeout=FORGOTTEN,
            max_concurrent_workflow_tasks=TASKS,
            max_concurrent_local_activities=TASKS,
            **options,
        )
        try:
            async with apart(afresh(worker)):
                yield worker
        finally:
            source.dispose()


async def nightly(client: Client) -> None:
    """Have the reconciler walk at 02:00 UTC and the sealer seal at 03:00, on Sundays at 04:00 with all that is open.

    What a dead server missed is made up for when it is back.
    """
    await _each(client, "reconcile-nightly", "ReconcileWorkflow", [], ScheduleCalendarSpec(hour=[ScheduleRange(2)]))
    await _each(client, "seal-nightly", "SealWorkflow", [False], ScheduleCalendarSpec(hour=[ScheduleRange(3)]))
    sunday = ScheduleCalendarSpec(day_of_week=[ScheduleRange(0)], hour=[ScheduleRange(4)])
    await _each(client, "seal-weekly", "SealWorkflow", [True], sunday)


async def _each(client: Client, name: str, workflow: str, given: list[bool], when: ScheduleCalendarSpec) -> None:
    """One schedule, made once: what an administrator changes of it stays."""
    begins = ScheduleActionStartWorkflow(workflow, args=given, id=name.partition("-")[0], task_queue=QUEUE)
    spec = ScheduleSpec(calendars=[when], jitter=timedelta(minutes=10))
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=2))
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(name, Schedule(action=begins, spec=spec, policy=policy))


async def work(settings: Settings, *, effects: bool = True) -> None:
    """Work for the mission until a signal ends it in order. Waits for its server as long as it takes.

    Without `effects` it decides and answers, as `working` does, and sends no mail.

    Raises:
        NotStarted: the mission was laid back to a backup meanwhile: what it has open is of the mission as it was.
    """
    logs.set_up(settings.log)
    if effects:  # without, it is of those who lay the mission back
        laying_back.whole(settings.folder)
    build = build_id()
    state, stop = health.Health(build), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with health.serve(state, settings.health):
        life = asyncio.create_task(_live(settings, build, state, stop, effects=effects))
        ended, elsewhere = asyncio.create_task(stop.wait()), asyncio.create_task(_stands(settings, effects=effects))
        await asyncio.wait({life, ended, elsewhere}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if elsewhere.done():
            stop.set()
        if not life.done() and state.state in ("starting", "waiting"):
            life.cancel()
        with suppress(asyncio.CancelledError):
            await life
        if elsewhere.done():
            await elsewhere
        elsewhere.cancel()


async def _stands(settings: Settings, *, effects: bool) -> None:
    """As long as the mission is not laid back; what the worker has open would be of the mission as it was.

    Raises:
        NotStarted: it is being laid back, or was.
    """
    place = laying_back.Place(settings.folder)
    while True:
        await asyncio.sleep(LOOK)
        if effects:
            laying_back.whole(settings.folder)
        place.stands()


async def _live(settings: Settings, build: str, state: health.Health, stop: asyncio.Event, *, effects: bool) -> None:
    def waits(reason: NotReached) -> None:
        state.waiting(str(reason))
        log.warning("waits for its server", why=reason.what)

    await _tables(settings, state)
    runtime = health.runtime(settings.metrics)
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        client = await connect_in_time(settings, [FurloughPlugin()], runtime, waiting=waits)
        try:
            await asyncio.to_thread(keep_build, settings, build)
            if effects:
                await nightly(client)
            async with working(settings, client, build, effects=effects) as worker, AsyncExitStack() as ends:
                await _polls(worker)
                if effects:
                    mailer = Mailer(engine(settings.database), settings.smtp, runtime.metric_meter)
                    ends.callback(asyncio.create_task(mailer.run()).cancel)
                state.polling(client, worker)
                log.info("worker polls", mission=settings.code, build=build)
                await stop.wait()
                state.stopping()
                return
        except (RPCError, RuntimeError) as error:  # it went away again before the worker had begun
            if state.state not in ("starting", "waiting"):
                raise
            waits(not_reached(target(settings), error))
            await asyncio.sleep(pause)


async def _polls(worker: Worker) -> None:
    """Wait until the worker takes tasks: before that it asks the server for its namespace.

    Raises:
        CancelledError: the server did not answer it; the worker's own end then tells the reason, a RuntimeError.
    """
    while not worker.is_running:  # noqa: ASYNC110  (the SDK tells it by no event)
        await asyncio.sleep(0.01)


async def _tables(settings: Settings, state: health.Health) -> None:
    """Bring the register to this build's form; it is waited for as the server is, however long it is away."""
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        try:
            await asyncio.to_thread(migrate, settings.database)
        except RegisterUnavailable as away:
            state.waiting(str(away))
            log.warning("waits for its register")
            await asyncio.sleep(pause)
        else:
            return


def main(*, mission: str | None = None, effects: bool = True) -> None:
    """Run a worker for a mission's server, until SIGTERM or Ctrl-C ends it in order.

    Args:
        mission: The mission's code; else the profile's.
        effects: Also do what follows from decisions. Without it only acts are decided and questions answered, as while
            a mission is laid back; all else waits for another worker.
    """
    asyncio.run(work(Settings.load(mission=mission), effects=effects))


if __name__ == "__main__":
    from starter.app import main as command_line

    sys.argv.insert(1, "worker")  # `python worker.py --mission CODE` is `furlough worker --mission CODE`
    command_line()
