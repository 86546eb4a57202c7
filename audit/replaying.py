"""The checks over many histories: some at once in processes of their own, few in memory; a bad one stops no other."""

from __future__ import annotations

import asyncio
import os
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Final, NamedTuple

from temporalio.client import Client

from audit.archive.index import leaves_of
from audit.archive.leaves import Run, Seal, read
from audit.archive.sealed import Broken, digest_of, history_bytes, history_of, object_name, opened
from audit.archive.vault import Missing, TooLarge, Vault, vault
from audit.checks import Check
from audit.kinds import LEAVE
from audit.offline import checks_of
from wiring.connect import quiet

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
    """One run: where its history lies in an archive, or its bytes; of what is named, when it was sealed."""

    id: str
    run: str
    place: str = ""
    sha256: str = ""
    content: bytes = b""
    snapshots: tuple[Snapshot, ...] = ()


class Proved(NamedTuple):
    """What the checks of one run gave; `wrong` tells why there are none."""

    id: str
    run: str
    checks: tuple[Check, ...] = ()
    wrong: str = ""

    @property
    def passed(self) -> bool:
        """Whether all was checked and nothing was found."""
        return not self.wrong and all(check.passed for check in self.checks)


LEAVES: Final = frozenset({LEAVE})


def sealed_runs(
    place: str, size: int, ids: frozenset[str], since: datetime | None, types: frozenset[str] = LEAVES
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
            yield Job(leaf.id, leaf.run, place, leaf.sha256)


_SEAL: Final = b'"kind":"seal"'


def _named(where: Vault, place: str, size: int, ids: frozenset[str], since: datetime | None) -> Iterator[Job]:
    """The runs of some few, with all their sealings. Only leaves that hold one of the names are looked into."""
    names = [one.encode() for one in ids]
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
            yield Job(leaf.id, leaf.run, place, leaf.sha256, snapshots=tuple(snapshots[leaf.run]))


async def served_runs(
    client: Client, ids: frozenset[str], since: datetime | None, types: frozenset[str] = LEAVES
) -> AsyncIterator[Job]:
    """The runs of leaves which a server keeps, or of what is named by `ids`, cut where the server has stored them.

    Without ids it is all runs of these types; of no types: of all.

    Raises:
        RPCError: the server does not answer.
    """
    closed = f"(ExecutionStatus = 'Running' OR CloseTime >= '{since.isoformat()}')" if since else ""
    of_types = " OR ".join(f"WorkflowType = '{one}'" for one in sorted(types))
    queries = [f"WorkflowId = '{one}'" for one in sorted(ids)] or [of_types and f"({of_types})"]
    for query in queries:
        async for found in client.list_workflows(" AND ".join(filter(None, (query, closed))), page_size=1000):
            yield await served_run(client, found.id, found.run_id)


async def served_run(client: Client, workflow_id: str, run: str) -> Job:
    """One run as the server has stored it. Raises RPCError where there is none."""
    handle = client.get_workflow_handle(workflow_id, run_id=run)
    length = (await handle.describe()).history_length
    events = [event async for event in handle.fetch_history_events()][:length]
    return Job(workflow_id, run, content=history_bytes(events))


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
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


async def _some(waiting: dict[Future[Proved], Job]) -> list[Proved]:
    done, _ = await asyncio.to_thread(partial(wait, list(waiting), return_when=FIRST_COMPLETED))
    return [_answer(future, waiting.pop(future)) for future in done]


def _answer(future: Future[Proved], job: Job) -> Proved:
    try:
        return future.result()
    except BrokenProcessPool:
        return Proved(job.id, job.run, wrong="the process that checked it, or one beside it, was ended from outside")


def prove(job: Job) -> Proved:
    """One run, in a process of its own. Raises nothing that another run should suffer from."""
    quiet()
    try:
        history = history_of(job.content or sealed_bytes(job))
        return Proved(job.id, job.run, asyncio.run(checks_of(job.id, history)))
    except (Missing, TooLarge):
        return Proved(job.id, job.run, wrong=f"its file {object_name(job.sha256)} is missing, or none of an archive")
    except Broken as error:
        return Proved(job.id, job.run, wrong=str(error))
    except Exception as fault:  # noqa: BLE001  (a forged history may break anything, also what checks it)
        return Proved(job.id, job.run, wrong=f"the checks broke over it ({type(fault).__name__}: {str(fault)[:200]})")


def sealed_bytes(job: Job) -> bytes:
    """The history of a run as it lies in its archive. Raises Broken, Missing, TooLarge."""
    content = vault(job.place).read(object_name(job.sha256))
    if digest_of(content) != job.sha256:
        raise Broken(f"its file {object_name(job.sha256)} is not what was sealed")
    return opened(content)
