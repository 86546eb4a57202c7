"""The three checks of a history alone, without the server that it comes from.

What a server would answer by a query, the journal and the state, is what the processes of today come to when they are
replayed on the history; and what people were answered then stands in the history a second time. Where the processes do
not get through it, the journal is put together from the recorded results in the order of the history: so a changed
command is told apart from a changed entry, and both from a changed rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.carried import began, handed_on
from audit.carrying_out import carried_out
from audit.checks import Check, Recorded, folded, recorded, redecided, unlike
from audit.kinds import KINDS, Kind
from audit.retraced import Retraced, asked_otherwise, decided_otherwise, kept_otherwise, retraced
from domain import leave
from domain.decider import Decider, Entry, Outcome, State, entries_of, fold
from domain.words import counted


async def checks_of(workflow_id: str, history: History, build: str = "") -> tuple[Check, ...]:
    """The checks of one run: all three of a process that decides; of one that carries things out, what it has.

    With a `build`, its decisions alone are made again: those of others are for the code of others to make.
    """
    whole = WorkflowHistory(workflow_id, history.events)
    gone = await retraced(whole)
    replay = Check("replay", f"{counted(len(history.events), 'event')} by the Replayer", gone.failure)
    type_ = history.events[0].workflow_execution_started_event_attributes.workflow_type.name
    kind = KINDS.get(type_)
    if kind is None:
        return replay, *_with_kept(gone, history, await carried_out(type_, history, build))
    try:
        start, handed = await began(history, kind), await handed_on(history, kind)
        results = await recorded(whole, pydantic_data_converter, kind)
        answers = await _answers(history, kind)
        put = _put_otherwise(gone, history, results) if gone.process else ()
    except Exception as fault:  # noqa: BLE001  (a forged record may break anything on the way to being read)
        unread = (f"what is recorded cannot be read ({type(fault).__name__})",)
        return replay, Check("fold", "no entries", unread), Check("decide", "no decisions", unread)
    if gone.process is None:
        journal, fault_ = rebuilt(results, history, kind.decider, start)
        fold_ = Check("fold", f"{counted(len(journal), 'entry', 'entries')}, without a state to compare with", fault_)
    else:
        journal = gone.process.journal
        fold_ = folded(results, journal, gone.process.state, kind, start)
        also = [*_answered_otherwise(answers, journal), *_handed_on_otherwise(gone.process.state, handed), *put]
        fold_ = fold_._replace(findings=(*fold_.findings, *also))
    return replay, fold_, redecided(results, journal, kind, start, build)


def _put_otherwise(gone: Retraced, history: History, results: Sequence[Recorded]) -> tuple[str, ...]:
    """What people asked, what was put to decisions and to the steps that the server keeps, beside what is recorded."""
    made = [(one.event_id, one.decision) for one in results if one.decision]
    return *decided_otherwise(gone, made), *asked_otherwise(gone, history), *kept_otherwise(gone, history)


def _with_kept(gone: Retraced, history: History, checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks of what has things carried out, with what it gave to its steps."""
    if not checks or gone.process is None:
        return tuple(checks)
    try:
        found = tuple(kept_otherwise(gone, history))
    except Exception as fault:  # noqa: BLE001  (a forged record may break anything on the way to being read)
        found = (f"what its steps were given cannot be read ({type(fault).__name__})",)
    return checks[0]._replace(findings=(*checks[0].findings, *found)), *checks[1:]


async def _answers(history: History, kind: Kind) -> list[tuple[int, Outcome[Any]]]:
    """What the sayers of acts were answered, as the history keeps it beside the results themselves."""
    shape: Any = kind.outcome
    told = []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            outcome = event.workflow_execution_update_completed_event_attributes.outcome
            if outcome.HasField("success"):
                (answer,) = await pydantic_data_converter.decode(list(outcome.success.payloads), [shape])
                told.append((event.event_id, answer))
    return told


def _answered_otherwise(answers: Sequence[tuple[int, Outcome[Any]]], journal: Sequence[Entry[Any]]) -> Iterator[str]:
    """Each entry that somebody was told of is in the journal as they were told it."""
    there = {entry.seq: entry for entry in journal}
    for event_id, answer in answers:
        for entry in answer.entries:
            if there.get(entry.seq) != entry:
                yield f"event {event_id}: entry {entry.seq} ({entry.event.kind}) was answered otherwise than recorded"


def _handed_on_otherwise(state: State, handed: State | None) -> Iterator[str]:
    """The next run begins where this one ended."""
    if handed is not None:
        yield from (f"what the next run was given: {what}" for what in unlike(state, handed))


def rebuilt(
    results: Sequence[Recorded], history: History, decider: Decider = leave, start: State = leave.initial
) -> tuple[list[Entry[Any]], tuple[str, ...]]:
    """The journal as the recorded results alone give it after a state, in the order in which they were written."""
    journal: list[Entry[Any]] = []
    when = {event.event_id: event.event_time for event in history.events}  # of a forged one some may be missing
    for one in results:
        at = when[one.event_id].ToDatetime(UTC)
        journal += entries_of(one.decision.act if one.decision else None, one.events, start.seq + len(journal), at)
    try:
        fold(decider, start, journal)
    except Exception as fault:  # noqa: BLE001  (ditto)
        return journal, (f"the recorded entries do not fold ({type(fault).__name__})",)
    return journal, ()
