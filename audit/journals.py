"""The journal of a process over all its runs: each entry with the event that records it, and the decision behind it.

It is what the processes of today come to when they are replayed, which is the order and the times in which it was
written. Where they do not get through, it is put together from the recorded results in the order of the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.archive.runs import Torn, told
from audit.archive.sealed import Broken
from audit.carried import began
from audit.checks import placed, recorded
from audit.kinds import KINDS, Kind
from audit.meddling import meddling
from audit.offline import rebuilt
from audit.replaying import Job, history_in
from audit.retraced import Retraced, asked_otherwise, decided_otherwise, retraced
from audit.sources import Source
from domain.decider import Decision, Entry, State, fold
from wiring.trouble import Misset


class Written(NamedTuple):
    """An entry, the run and the event that record it, and the decision that led to it; an effect's has none."""

    entry: Entry[Any]
    run: str
    event: int
    decision: Decision[Any, Any] | None


class Journal(NamedTuple):
    """What a process has recorded. `start` is the state before its first entry; `notes` are worth telling."""

    id: str
    kind: Kind
    written: tuple[Written, ...]
    jobs: tuple[Job, ...]
    start: Any
    notes: tuple[str, ...] = ()

    def folded(self, entries: Iterable[Written]) -> Any:
        """The state to which some of its entries lead. Raises what a forged record may lead to."""
        state: State = fold(self.kind.decider, self.start, [one.entry for one in entries])
        return state


async def journal(record: Source, workflow_id: str, *, replayed: bool = True) -> Journal:
    """The journal of what is named, as far as this record has its runs.

    Not `replayed`, it is put together from the recorded results alone, which is much faster.

    Raises:
        Misset: the record does not have it, or cannot be read; or it keeps no journal.
        NotReached: the server does not answer.
    """
    jobs = (await jobs_of(record, [workflow_id]))[workflow_id]
    if not jobs:
        raise Misset(
            f"{workflow_id} is not there.",
            why=f"{record} has nothing of that id",
            helps="is it sealed yet? furlough audit seal --open; another record: --archive, --capsule, --server",
        )
    return await of_jobs(workflow_id, jobs, replayed=replayed)


async def journal_if_there(record: Source, workflow_id: str) -> Journal | None:
    """The journal of an entity beside a leave, from its recorded results alone; None where the record has none of it.

    Raises as `journal`.
    """
    jobs = (await jobs_of(record, [workflow_id]))[workflow_id]
    return await of_jobs(workflow_id, jobs, replayed=False) if jobs else None


async def jobs_of(record: Source, ids: Iterable[str]) -> dict[str, list[Job]]:
    """The runs of each that is named, in one pass over the record. Raises as `Source.runs`."""
    found: dict[str, list[Job]] = {one: [] for one in ids}
    async for job in record.runs(frozenset(found)):
        found[job.id].append(job)
    return found


async def of_jobs(workflow_id: str, jobs: list[Job], *, replayed: bool = True) -> Journal:
    """The journal of a process from its runs. Raises Misset where they cannot be read, or it keeps none."""
    try:
        return await of_runs(workflow_id, jobs, replayed=replayed)
    except (Torn, Broken) as error:
        raise Misset(
            f"The history of {workflow_id} cannot be read.", why=str(error), helps="furlough audit verify"
        ) from error


async def of_runs(workflow_id: str, jobs: Sequence[Job], *, replayed: bool = True) -> Journal:
    """The journal of a process over these of its runs; as `journal`.

    Raises:
        Misset: it keeps no journal.
        Torn, Broken: a history is not whole, or cannot be read.
    """
    chain, notes = _in_order([(job, history_in(job)) for job in jobs])
    first = told(chain[0][1])
    kind = KINDS.get(first.type)
    if kind is None:
        raise Misset(
            f"{workflow_id} keeps no journal.",
            why=f"expected a leave, a base, an account or the register, got {first.type}",
            helps="furlough audit replay checks its commands",
        )
    start = state = await began(chain[0][1], kind)
    if first.previous:
        notes.append(
            f"runs before {chain[0][0].run} are not in this record: what they led to is taken as it was carried over"
        )
    written: list[Written] = []
    for job, history in chain:
        entries, wrong = await _run(job, history, kind, state, replayed=replayed)
        notes += wrong
        notes += _by_force(history)
        written += entries
        try:
            state = fold(kind.decider, state, [one.entry for one in entries])
        except Exception as fault:  # a forged record may break anything
            raise Broken(f"run {job.run}: its entries do not fold ({type(fault).__name__})") from fault
    return Journal(workflow_id, kind, tuple(written), tuple(job for job, _ in chain), start, tuple(notes))


def _in_order(runs: list[tuple[Job, History]]) -> tuple[list[tuple[Job, History]], list[str]]:
    """Runs in the order in which they continue each other; what a reset has replaced, or goes on from none, is told."""
    replaced = {base for _, history in runs for base in reset_from(history)}
    left = [(job, history) for job, history in runs if job.run not in replaced]
    notes = [f"run {run} was replaced by a reset: furlough audit interference" for run in sorted(replaced)]
    at = {told(history).previous: (job, history) for job, history in left}
    known = {job.run for job, _ in left}
    begun = [each for each in left if told(each[1]).previous not in known]
    ordered = [next((each for each in begun if told(each[1]).previous not in replaced), begun[0] if begun else left[0])]
    while (follows := at.get(ordered[-1][0].run)) and follows not in ordered:
        ordered.append(follows)
    kept = {job.run for job, _ in ordered}
    out = (f"run {job.run} goes on from none of the others, and is left out" for job, _ in left if job.run not in kept)
    notes += [f"{one}: furlough audit verify" for one in out]
    return ordered, notes


def reset_from(history: History) -> Iterable[str]:
    """The runs out of which this one was made by a reset."""
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = event.workflow_task_failed_event_attributes
            if failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
                yield failed.base_run_id


def _by_force(history: History) -> Iterable[str]:
    """How a run was ended otherwise than by its own last step."""
    for one in meddling(history):
        if one.what in ("terminate", "failure", "time out"):
            yield f"event {one.event}, {one.at:%Y-%m-%d %H:%M}Z: {one.says}, by {one.by or 'nobody named'}"


async def _run(
    job: Job, history: History, kind: Kind, start: State, *, replayed: bool
) -> tuple[list[Written], list[str]]:
    """What one run has recorded."""
    whole = WorkflowHistory(job.id, history.events)
    try:
        results = await recorded(whole, pydantic_data_converter, kind)
    except Exception as fault:  # a forged record may break anything on the way to being read
        raise Broken(f"run {job.run}: what is recorded cannot be read ({type(fault).__name__})") from fault
    gone = await retraced(whole) if replayed else Retraced()
    notes = []
    if gone.process is None:
        lines, wrong = rebuilt(results, history, kind.decider, start)
        notes += [f"run {job.run}: the processes of today do not get through it ({why[:120]})" for why in gone.failure]
        notes += [*wrong, *(["the order and the times of its entries are those of the history"] if replayed else [])]
    else:
        lines = gone.process.journal
        notes += decided_otherwise(gone, [(one.event_id, one.decision) for one in results if one.decision])
        notes += asked_otherwise(gone, history)
    places, wrong = placed(results, lines)
    notes += wrong
    found = [
        Written(entry, job.run, place.recorded.event_id, place.recorded.decision)
        for place in places
        for entry in place.entries
    ]
    return found, notes
