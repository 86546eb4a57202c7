"""`furlough audit interference`: what came to the record otherwise than by the commands of furlough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from audit import FOUND, UNCHECKED, naming
from audit.archive.sealed import Broken
from audit.entries import stamp
from audit.meddling import Meddling, meddling
from audit.replaying import EVERY, Job, history_in
from audit.sources import ARCHIVED, From, source
from domain.words import counted
from wiring import console
from wiring.trouble import Misset


class Told(NamedTuple):
    """What was done by one hand in one run, however often in a row: the first of it."""

    id: str
    run: str
    first: Meddling
    times: int


async def interference(*processes: str, where: From = ARCHIVED) -> int:
    """Resets, terminations, cancels, signals, and updates that did not come by our commands, each by its event.

    Exit code 7 if anything was found; 6 if nothing was, but not all could be read.

    Args:
        processes: Leave ids or control numbers, or ids of others (base-NAQ); none: all that there is.
    """
    record = await source(where, private=False)
    ids = await naming.ids(record, processes)
    runs, unread, found = 0, 0, Counter[str]()
    with console.progress() as bar:
        task = bar.add_task("looking", total=None)
        async for job in record.runs(ids, EVERY):
            runs += 1
            bar.advance(task)
            try:
                each = list(told_of(job))
            except Broken as error:
                unread += 1
                _unread(job, str(error), json=where.json)
                continue
            for told in each:
                found[told.first.what] += told.times
                console.document(_document(told)) if where.json else console.say(_line(told))
    if processes and not runs:
        raise Misset(
            "None of these is there.", why=f"{record} has none of {', '.join(processes)}", helps="furlough find"
        )
    if not where.json:
        what = ", ".join(f"{many} {name}" for name, many in found.most_common())
        told_ = f"FOUND SOMETHING: {what}" if found else "nothing was found"
        not_read = f"; {unread} could not be read" if unread else ""
        console.say(f"{counted(runs, 'run')} of {record}: {told_}{not_read}")
    return FOUND if found else UNCHECKED if unread else 0


def told_of(job: Job) -> Iterator[Told]:
    """What was found in a run; the same by the same hand in a row is told once."""
    each = meddling(history_in(job))
    for _, alike in groupby(each, key=lambda one: (one.what, one.by, one.says)):
        first, *more = alike
        yield Told(job.id, job.run, first, 1 + len(more))


def _unread(job: Job, why: str, *, json: bool) -> None:
    if json:
        return console.document({"id": job.id, "run": job.run, "wrong": why})
    return console.warn(f"NOT READ  {job.id}, run {job.run}: {why}")


def _line(told: Told) -> str:
    one = told.first
    often = f", {told.times} times from here on" if told.times > 1 else ""
    return f"{told.id}  event {one.event}, {stamp(one.at)}  {one.what} by {one.by or 'nobody named'}: {one.says}{often}"


def _document(told: Told) -> dict[str, Any]:
    return {"id": told.id, "run": told.run, "times": told.times, **told.first._asdict()}
