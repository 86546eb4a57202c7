"""Reading many histories for the index: in as many processes as there are processors; a bad one stops no other."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Final, NamedTuple

from audit.archive.leaves import Run
from audit.journals import of_jobs
from audit.kinds import LEAVE
from audit.replaying import Job, sealed_bytes
from audit.tables.rows import Row, of_base, of_leave
from domain.ids import base_workflow
from wiring.connect import quiet
from wiring.trouble import Misset, Trouble

FEW: Final = 100
"""So many are read by this process alone: another one needs a second before it begins."""

TOGETHER: Final = 16
"""So many are given to a process at a time."""


class Task(NamedTuple):
    """One run: in which archive it lies, as which entry of the log, and what that says."""

    archive: str
    place: int
    leaf: Run


class Read(NamedTuple):
    """The rows of one run, by table, each as a line of JSON; `wrong` tells why there are none."""

    task: Task
    lines: tuple[tuple[str, str], ...] = ()
    wrong: str = ""


async def read_all(tasks: Sequence[Task]) -> AsyncIterator[Read]:
    """Each run, in order.

    Raises:
        Missing, TooLarge, Broken: a sealed file is not there, or is not what was sealed.
        Trouble: a process was ended from outside.
    """
    many = os.cpu_count() or 1
    if len(tasks) <= FEW or many == 1:
        for task in tasks:
            yield await read_one(task)
        return
    pool = ProcessPoolExecutor(many, mp_context=get_context("spawn"))  # the SDK's threads do not outlive a fork
    try:
        for each in pool.map(_alone, tasks, chunksize=TOGETHER):
            yield each
    except BrokenProcessPool as error:
        raise Trouble(
            "The index was not brought up.",
            why="a process that read histories was ended from outside",
            known="what was written of it before stays",
            helps="try again; is there memory enough?",
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _alone(task: Task) -> Read:
    """In a process of its own."""
    quiet()
    return asyncio.run(read_one(task))


async def read_one(task: Task) -> Read:
    """The rows of one run. Raises Missing, TooLarge, Broken."""
    leaf = task.leaf
    job = Job(leaf.id, leaf.run, content=sealed_bytes(Job(leaf.id, leaf.run, task.archive, leaf.sha256)))
    try:
        rows = list(await _rows(job, task))
    except Misset as error:
        return Read(task, wrong=error.why)
    except Exception as fault:  # noqa: BLE001  (a forged history may break anything, and stops no other)
        return Read(task, wrong=f"it tells no story ({type(fault).__name__})")
    return Read(task, tuple((row.table, json.dumps(row.values, ensure_ascii=False)) for row in rows))


async def _rows(job: Job, task: Task) -> Iterator[Row]:
    told = await of_jobs(job.id, [job], replayed=False)
    if task.leaf.type == LEAVE:
        return of_leave(told, task.leaf, task.place)
    return of_base(told, job.id.removeprefix(base_workflow("")), task.leaf, task.place)
