"""Three independent proofs that a leave's history is whole (design: replay proves), each reported apart.

    replayed    the processes of today, fed with the history, give the same commands (the SDK's Replayer)
    folded      the entries, rebuilt from the recorded results, fold to the state which the server answers
    redecided   `decide`, run again in plain Python over the recorded acts and facts, gives the recorded events

A decision's marker holds its act, time, facts and events, but not the state that it met: that is the fold of all
entries before it, since nothing is written while a decision is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from audit.additive import compared
from audit.kinds import KINDS, LEAVE, Kind
from audit.results import results
from domain import leave
from domain.decider import Decision, Entry, Refused, entries_of, fold
from domain.leave import Leave
from wiring.plugin import FurloughPlugin


class Check(NamedTuple):
    """One proof: its name, over what it went, and what it found; without findings it is passed."""

    name: str
    over: str
    findings: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class Recorded(NamedTuple):
    """One result as the history keeps it: a decision, or what an effect answered."""

    event_id: int
    name: str
    events: tuple[Any, ...]
    decision: Decision[Any, Any] | None = None


class Placed(NamedTuple):
    """A recorded result at its place in the journal: the entries which it led to, rebuilt from it."""

    recorded: Recorded
    entries: tuple[Entry[Any], ...]


async def recorded(
    history: WorkflowHistory, converter: DataConverter, kind: Kind = KINDS[LEAVE]
) -> tuple[Recorded, ...]:
    """All results in a process's history, in the order in which they were written; of several decisions each."""
    found = []
    for event_id, name, payloads in results(history.events):
        shape: Any = kind.decision if name == kind.decides else kind.effects
        (result,) = await converter.decode(list(payloads), [shape])
        if name != kind.decides:
            found.append(Recorded(event_id, name, result))
            continue
        answers = result if isinstance(result, tuple) else (result,)
        decisions = (answer for answer in answers if isinstance(answer, Decision))
        found += [Recorded(event_id, name, decision.events, decision) for decision in decisions]
    return tuple(found)


def placed(results: Sequence[Recorded], journal: Sequence[Entry[Any]]) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """Each result at its place in the journal, and what of the two does not go together.

    An effect may end while a decision is made and is then written after it, so that the history's order is not quite
    the journal's: each place takes the first result that fits and is not placed yet.
    """
    found, findings = [], []
    waiting = [one for one in results if one.events]
    at = 0
    while at < len(journal):
        fits = next((one for one in waiting if _rebuilt(one, journal, at)), None)
        if fits is None:
            findings.append(f"entry {journal[at].seq} ({journal[at].event.kind}) stands in no recorded result")
            at += 1
            continue
        waiting.remove(fits)
        entries = _rebuilt(fits, journal, at)
        found.append(Placed(fits, entries))
        at += len(entries)
    findings += [f"event {one.event_id} ({one.name}) has no entry in the journal" for one in waiting]
    return tuple(found), tuple(findings)


def _rebuilt(one: Recorded, journal: Sequence[Entry[Any]], at: int) -> tuple[Entry[Any], ...]:
    """The entries to which a result leads at a place of the journal; none where the journal says otherwise."""
    there = tuple(journal[at : at + len(one.events)])
    if len(there) < len(one.events) or any(e.event != event for e, event in zip(there, one.events, strict=True)):
        return ()
    written = there[0].recorded_at
    entries = entries_of(one.decision.act if one.decision else None, one.events, there[0].seq - 1, written)
    return entries if entries == there and (one.decision is None or one.decision.now <= written) else ()


def folded(results: Sequence[Recorded], journal: Sequence[Entry[Any]], answered: Leave) -> Check:
    """Whether the recorded entries alone give the state which the server answers."""
    found, findings = placed(results, journal)
    entries = [entry for one in found for entry in one.entries]
    state = None if findings else fold(leave, leave.initial, entries)  # a journal with gaps need not fold at all
    if state and state != answered:
        differ = [name for name in Leave.model_fields if getattr(state, name) != getattr(answered, name)]
        findings = (f"expected the state which the entries fold to, got another {', '.join(differ)}",)
    return Check("fold", f"{len(entries)} entries of {len(results)} recorded results", findings)


def redecided(results: Sequence[Recorded], journal: Sequence[Entry[Any]]) -> Check:
    """Whether the rules of today decide as was decided then; a difference names the event, the act and both answers.

    What the build of then could not record (`audit.additive`) is set aside, and told.
    """
    found, _ = placed(results, journal)
    met: dict[int, Leave] = {}
    state: Leave = leave.initial
    findings, aside = [], dict[str, None]()
    for place in found:
        met[place.recorded.event_id] = state
        try:
            state = fold(leave, state, place.entries)
        except Exception as fault:  # noqa: BLE001  (a forged record may break anything; what was met before is known)
            findings.append(f"event {place.recorded.event_id}: its entries do not fold ({type(fault).__name__})")
            break
    decisions = [(one, one.decision) for one in results if one.decision is not None]
    for one, decision in decisions:
        if one.events and one.event_id not in met:
            findings.append(f"event {one.event_id}: it has no place in the journal, so that its state is not known")
            continue
        # What led to nothing has no place of its own: it met the state of the next result that has one.
        before = met.get(one.event_id) or next((met[i] for i in sorted(met) if i > one.event_id), state)
        again = leave.decide(decision.act, before, decision.facts, decision.now)
        told = compared(one.events, again)
        aside |= dict.fromkeys(told.unknown)
        if told.differ:
            differ = f"event {one.event_id}, {decision.act.kind}: expected {_kinds(one.events)}, got {_kinds(again)}"
            fields = [name for name in told.differ if "." in name]
            findings.append(differ + f" (other: {', '.join(fields)})" * bool(fields))
    made = "1 decision over its" if len(decisions) == 1 else f"{len(decisions)} decisions over their"
    unknown = f", but for what the build of then did not know: {', '.join(aside)}" * bool(aside)
    return Check("decide", f"{made} recorded facts{unknown}", tuple(findings))


async def replayed(history: WorkflowHistory) -> Check:
    """Whether the processes of today would have given the same commands."""
    result = await Replayer(workflows=[], plugins=[FurloughPlugin()]).replay_workflow(
        history, raise_on_replay_failure=False
    )
    findings = (str(result.replay_failure)[:500],) if result.replay_failure else ()
    return Check("replay", f"{len(history.events)} events by the Replayer", findings)


def _kinds(events: Sequence[Any]) -> str:
    """Events in a few words; of a refusal the rule too."""
    words = (f"{e.kind} by {e.refusal.rule}" if isinstance(e, Refused) else e.kind for e in events)
    return ", ".join(words) or "nothing"
