"""`furlough audit crossfoot`: whether each trace that a leave leaves elsewhere has its counterpart, both ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from temporalio.api.history.v1 import History

from audit import FOUND, UNCHECKED
from audit.archive.leaves import File, Seal
from audit.archive.runs import Torn, told
from audit.archive.sealed import Broken
from audit.archived import Archived, at_home
from audit.balancing import Balance, Finding, Seen
from audit.carried import began
from audit.completeness import wholly
from audit.entries import stamp
from audit.extracts import NoExtract
from audit.journals import reset_from
from audit.kinds import BASE, KINDS, LEAVE, MEMBER
from audit.packed import Packed
from audit.paperwork import as_of_now, lay
from audit.replaying import Job, history_in
from audit.served import Served
from audit.sources import ARCHIVED, From, Source, source
from audit.traces import DATABASE, of_entity, of_leave
from domain.garrison import Garrison
from domain.ids import base_workflow
from domain.model import Instant
from domain.words import counted
from wiring import console
from wiring.settings import Settings
from wiring.trouble import Misset

TYPES: Final = frozenset({LEAVE, BASE, MEMBER})
NEVER: Final = datetime.min.replace(tzinfo=UTC)
"""When all was sealed in a record in which it never was."""


async def crossfoot(*, where: From = ARCHIVED) -> int:
    """Lay what leaves say beside what their bases and accounts say: numbers, places, days; seats, papers and notices.

    Each trace has its counterpart, both ways; control numbers have no gap. So a leave that was deleted is named, also
    where it was never sealed. Exit code 7 if anything was found; 6 if nothing was, but not all could be compared: open
    leaves were never sealed, or not for longer than the weekly sealing lets pass.
    """
    record = await source(where, private=False)
    if isinstance(record, Packed):
        raise Misset(
            "A capsule cannot be cross-footed.",
            why="it has single leaves, without their bases and accounts",
            helps="name an archive, or the server: --archive, --server",
        )
    settings = Settings.load(mission=where.mission)
    if isinstance(record, Served):
        balance = await _of_server(record, settings)
    else:
        assert isinstance(record, Archived)  # noqa: S101  (there are three)
        balance = await of_archive(record)
    findings = list(balance.findings())
    if where.json:
        for one in findings:
            console.document(one._asdict())
    else:
        _show(record, balance, findings)
    grades = {one.grade for one in findings}
    return FOUND if "found" in grades else UNCHECKED if "unchecked" in grades else 0


async def of_archive(record: Archived) -> Balance:
    """Both sides as they were sealed."""
    sealings = wholly(record)
    balance = Balance(whole=sealings.last.began_at if sealings.last else NEVER, more=list(sealings.findings))
    await _gather(balance, record, None)
    _register(balance, record, sealings.registers)
    return balance


def _register(balance: Balance, record: Archived, sealed: Sequence[tuple[Instant, File]]) -> None:
    """What the register's database had when all was sealed last, and who stood in it the time before."""
    try:
        extracts = [(at, record.content(file)) for at, file in sealed]
        if extracts:
            lay(balance, *extracts[-1], *extracts[:-1])
    except (Broken, NoExtract) as error:
        balance.more.append(Finding("found", DATABASE, f"what was sealed of it cannot be read: {error}"))


async def _of_server(record: Served, settings: Settings) -> Balance:
    """Both sides as they are now, with what has left the server for the archive, and the register's database."""
    balance, sealed = Balance(), at_home(settings)
    await _gather(balance, record, sealed)
    as_of_now(balance, settings)
    if balance.untold:  # the server's list lags behind: they are asked themselves
        async for job in record.runs(balance.untold):
            await _take(balance, job)
    balance.more += [finding async for finding in _unsealed(record, sealed)]
    return balance


async def _gather(balance: Balance, record: Source, sealed: Archived | None) -> None:
    with console.progress() as bar:
        task = bar.add_task("laying side by side", total=None)
        async for job, here in _runs(record, sealed):
            bar.advance(task)
            if await _take(balance, job) and not here:
                what = f"run {job.run} was open when it was sealed last, and is not on the server: it was deleted"
                balance.more.append(Finding("found", job.id, what))


async def _runs(record: Source, sealed: Archived | None) -> AsyncIterator[tuple[Job, bool]]:
    """All runs, and whether they are in the record itself; a server keeps some no more that are in the archive."""
    seen = set[str]()
    async for job in record.runs(frozenset(), TYPES):
        seen.add(job.run)
        yield job, True
    if sealed:
        async for job in sealed.runs(frozenset(), TYPES):
            if job.run not in seen:
                yield job, False


async def _take(balance: Balance, job: Job) -> bool:
    """One run, on its side. Whether it is open."""
    try:
        history = history_in(job)
        head = told(history)
        if head.type == LEAVE:
            await _leave(balance, job, history, head.ended)
        else:
            await _entity(balance, job, history, head.previous)
        return not head.closed
    except (Torn, Broken) as error:
        balance.more.append(Finding("found", job.id, f"run {job.run} cannot be read: {error}"))
    except Exception as fault:  # noqa: BLE001  (a forged record may break anything on the way to being read)
        balance.more.append(Finding("found", job.id, f"run {job.run} cannot be read ({type(fault).__name__})"))
    return False


async def _leave(balance: Balance, job: Job, history: History, ended: str) -> None:
    replaced = any(reset_from(history))
    until = history.events[-1].event_time.ToDatetime(UTC)
    before = balance.leaves.get(job.id)
    if before is None or replaced or before.until <= until:
        balance.leaves[job.id] = Seen(until, ended)
    for trace in await of_leave(job.id, history):
        balance.said[trace.key].append(trace)


async def _entity(balance: Balance, job: Job, history: History, previous: str) -> None:
    until = history.events[-1].event_time.ToDatetime(UTC)
    balance.entities[job.id] = max(until, balance.entities.get(job.id, until))
    balance.chains.setdefault(job.id, {})[job.run] = previous
    balance.began[job.run] = history.events[0].event_time.ToDatetime(UTC)
    kept = await of_entity(job.id, history)
    for trace in kept.traces:
        balance.kept[trace.key].append(trace)
    if job.id.startswith(base_workflow("")):
        base = job.id.removeprefix(base_workflow(""))
        balance.voided += [(base, *void) for void in kept.voided]
        balance.given_before[job.run] = await _serials(history) if previous else {}


async def _serials(history: History) -> dict[int, int]:
    """The last numbers of each year with which a run of a base began."""
    state = await began(history, KINDS[BASE])
    assert isinstance(state, Garrison)  # noqa: S101  (the decider's own)
    return dict(state.serials)


def _seals(record: Archived) -> Iterator[Seal]:
    return (leaf for leaf in record.leaves() if isinstance(leaf, Seal))


async def _unsealed(record: Served, sealed: Archived | None) -> AsyncIterator[Finding]:
    """Completeness against the server's list: what had ended before the last sealing is sealed."""
    if sealed is None:
        yield Finding("note", "archive", "nothing was sealed yet, so that what has left the server is nowhere")
        return
    known, newest = sealed.known(), max(_seals(sealed), key=lambda seal: seal.began_at, default=None)
    last = newest.began_at if newest else NEVER
    async for run in record.client.list_workflows("ExecutionStatus != 'Running'", page_size=1000):
        if run.close_time and run.close_time < last and not known.has_run(run.run_id, closed=True):
            what = f"run {run.run_id} ended before the last sealing, and was not sealed"
            if newest and newest.excuses(run.run_id):
                yield Finding("unchecked", run.id, f"{what}: it could not be had, and is looked for again")
            else:
                yield Finding("found", run.id, what)


def _show(record: Source, balance: Balance, findings: list[Finding]) -> None:
    traces = sum(len(each) for each in balance.said.values()), sum(len(each) for each in balance.kept.values())
    console.say(
        f"{record}: {counted(len(balance.leaves), 'leave')} with {traces[0]} traces, "
        f"{counted(len(balance.entities), 'keeper')} with {traces[1]}"
    )
    if balance.whole not in (None, NEVER):
        console.say(f"open leaves, accounts, seats, papers and notices as of {stamp(balance.whole)}")
    for one in findings:
        match one.grade:
            case "note":
                console.note(f"note   {one.of}  {one.what}")
            case "unchecked":
                console.warn(f"NOT CHECKED  {one.of}: {one.what}")
            case "found":
                console.say(f"{one.of}  {one.what}")
    graded = Counter(one.grade for one in findings)
    if graded["found"]:
        console.say(f"FOUND SOMETHING: {graded['found']}")
    elif graded["unchecked"]:
        console.say("nothing was found, and NOT all could be checked")
    else:
        console.say("each trace has its counterpart: nothing was found")
