"""The checks over many histories: some at once in processes of their own, few in memory; a bad one stops no other."""

from __future__ import annotations

import asyncio
import gc
import json
import os
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Final, NamedTuple

from temporalio.api.history.v1 import History
from temporalio.client import Client

from audit.archive.index import leaves_of
from audit.archive.leaves import Run, Seal, read
from audit.archive.runs import builds_of
from audit.archive.sealed import Broken, digest_of, history_bytes, history_of, object_name, opened
from audit.archive.vault import Missing, TooLarge, Vault, vault
from audit.checks import Check
from audit.kinds import LEAVE
from audit.offline import checks_of
from audit.that_day import Laid, checks_then

AHEAD: Final = 4
"""Histories for each process that wait for their turn."""


class Snapshot(NamedTuple):
    """One sealing of a run: its place in the log, how many events it has, and when the sealer says that it was.

    `checkpoint` is the size of the first head that was signed when a sealing was over which has it.
    """

    leaf: int
    events: int
    sealed_at: datetime
    checkpoint: int


class Job(NamedTuple):
    """One run: where its history lies in an archive, or its bytes; the code that worked at it.

    `laid` are those of its builds that are to check it too. Of what is named, when it was sealed.
    """

    id: str
    run: str
    place: str = ""
    sha256: str = ""
    content: bytes = b""
    builds: tuple[str, ...] = ()
    laid: tuple[Laid, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()


class Proved(NamedTuple):
    """What the checks of one run gave; `wrong` tells why there are none, `unasked` why not by the code of that day.

    `builds` are those that worked at it.
    """

    id: str
    run: str
    checks: tuple[Check, ...] = ()
    wrong: str = ""
    unasked: tuple[str, ...] = ()
    builds: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether a check found something."""
        return not all(check.passed for check in self.checks)

    @property
    def unchecked(self) -> bool:
        """Whether something that was to be checked could not be."""
        return bool(self.wrong or self.unasked)


EVERY: Final[frozenset[str]] = frozenset()
"""All types of processes."""


def sealed_runs(
    place: str, size: int, ids: frozenset[str], since: datetime | None, types: frozenset[str] = frozenset({LEAVE})
) -> Iterator[Job]:
    """The newest snapshot of each leave in an archive, or of what is named by `ids`, in the order of the log.

    Without ids it is all runs of these types; of no types: of all.

    Raises:
        Missing, Torn, Unreadable: the log is not whole, which `verify` tells in full.
    """
    where = vault(place)
    if ids:
        yield from _named(where, place, size, ids, since)
        return
    newest: dict[str, int] = {}
    for i, content in enumerate(leaves_of(where, size)):
        leaf = read(content)
        if isinstance(leaf, Run) and (not types or leaf.type in types):
            newest[leaf.run] = i
    for i, content in enumerate(leaves_of(where, size)):
        leaf = read(content)
        if isinstance(leaf, Run) and newest.get(leaf.run) == i and (since is None or leaf.sealed_at >= since):
            yield Job(leaf.id, leaf.run, place, leaf.sha256, builds=leaf.builds)


_SEAL: Final = b'"kind":"seal"'


def _named(where: Vault, place: str, size: int, ids: frozenset[str], since: datetime | None) -> Iterator[Job]:
    """The runs of some few, with all their sealings. Only leaves that hold one of the names are looked into."""
    names = [json.dumps(one, ensure_ascii=False)[1:-1].encode() for one in ids]  # as a leaf is written
    found: dict[str, tuple[int, Run]] = {}
    snapshots: dict[str, list[Snapshot]] = {}
    heads: list[int] = []
    for i, content in enumerate(leaves_of(where, size)):
        if _SEAL in content and isinstance(read(content), Seal):
            heads.append(i + 1)
        if not any(name in content for name in names):
            continue
        leaf = read(content)
        if isinstance(leaf, Run) and leaf.id in ids:
            found[leaf.run] = i, leaf
            snapshots.setdefault(leaf.run, []).append(Snapshot(i, leaf.events, leaf.sealed_at, size))
    for run, each in snapshots.items():
        covered = ((one, bisect_right(heads, one.leaf)) for one in each)
        snapshots[run] = [one._replace(checkpoint=heads[at]) if at < len(heads) else one for one, at in covered]
    for _, leaf in sorted(found.values(), key=lambda each: each[0]):
        if since is None or leaf.sealed_at >= since:
            yield Job(leaf.id, leaf.run, place, leaf.sha256, builds=leaf.builds, snapshots=tuple(snapshots[leaf.run]))


async def served_runs(client: Client, types: frozenset[str], since: datetime | None) -> AsyncIterator[Job]:
    """The runs of these types which a server keeps (of no types: all), cut where the server has stored them.

    Raises:
        RPCError: the server does not answer.
    """
    closed = f"(ExecutionStatus = 'Running' OR CloseTime >= '{since.isoformat()}')" if since else ""
    of_types = " OR ".join(f"WorkflowType = '{one}'" for one in sorted(types))
    query = " AND ".join(filter(None, (of_types and f"({of_types})", closed)))
    async for found in client.list_workflows(query or None, page_size=1000):
        yield await served_run(client, found.id, found.run_id)


async def served_run(client: Client, workflow_id: str, run: str) -> Job:
    """One run as the server has stored it. Raises RPCError where there is none."""
    handle = client.get_workflow_handle(workflow_id, run_id=run)
    length = (await handle.describe()).history_length
    events = [event async for event in handle.fetch_history_events()][:length]
    history = History(events=events)
    return Job(workflow_id, run, content=history_bytes(events), builds=builds_of(history))


async def proved(jobs: AsyncIterator[Job], processes: int | None = None) -> AsyncIterator[Proved]:
    """The answers in the order in which they come; as many processes as there are processors unless told otherwise."""
    many = processes or os.cpu_count() or 1
    pool = ProcessPoolExecutor(many, mp_context=get_context("spawn"))  # the SDK's threads do not outlive a fork
    waiting: dict[Future[Proved], Job] = {}
    try:
        async for job in jobs:
            waiting[pool.submit(prove, job)] = job
            if len(waiting) >= many * AHEAD:
                for one in await _some(waiting):
                    yield one
        while waiting:
            for one in await _some(waiting):
                yield one
        pool.shutdown()  # idle by now: it ends in order, and its processes with those that they have begun
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        del pool
        gc.collect()  # gives back its semaphores, which hang on each other: the command ends without Python's own end


async def _some(waiting: dict[Future[Proved], Job]) -> list[Proved]:
    done, _ = await asyncio.to_thread(partial(wait, list(waiting), return_when=FIRST_COMPLETED))
    return [_answer(future, waiting.pop(future)) for future in done]


def _answer(future: Future[Proved], job: Job) -> Proved:
    try:
        return future.result()._replace(builds=job.builds)
    except BrokenProcessPool:
        return Proved(job.id, job.run, wrong="the process that checked it, or one beside it, was ended from outside")


def prove(job: Job) -> Proved:
    """One run, in a process of its own. Raises nothing that another run should suffer from."""
    try:
        history = history_in(job)
        checks, unasked = [*asyncio.run(checks_of(job.id, history))], []
        for laid in job.laid:
            try:
                checks += checks_then(job.id, history, laid)
            except Broken as error:
                unasked.append(f"build {laid.build}: {error}")
        return Proved(job.id, job.run, tuple(checks), unasked=tuple(unasked))
    except Broken as error:
        return Proved(job.id, job.run, wrong=str(error))
    except Exception as fault:  # noqa: BLE001  (a forged history may break anything, also what checks it)
        return Proved(job.id, job.run, wrong=f"the checks broke over it ({type(fault).__name__}: {str(fault)[:200]})")


def history_in(job: Job) -> History:
    """The history of a run. Raises Broken where it is not there, or not what was sealed."""
    return history_of(job.content or sealed_bytes(job))


def sealed_bytes(job: Job) -> bytes:
    """What was sealed, as it lies in its archive. Raises Broken where it is not there, or not what was sealed."""
    name = object_name(job.sha256)
    try:
        content = vault(job.place).read(name)
    except (Missing, TooLarge) as error:
        raise Broken(f"its file {name} is missing, or none of an archive") from error
    if digest_of(content) != job.sha256:
        raise Broken(f"its file {name} is not what was sealed")
    return opened(content)
