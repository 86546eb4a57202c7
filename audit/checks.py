"""Three independent proofs that the history of a process that decides is whole, each reported apart.

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
from domain.decider import Decision, Entry, Refused, State, entries_of, fold
from domain.words import counted
from wiring.connect import quiet
from wiring.plugin import FurloughPlugin


class Check(NamedTuple):
    """One proof: its name, over what it went, and what it found; without findings it is passed.

    `build` names the code of that day by which it was made; it is empty for the code that runs here.
    """

    name: str
    over: str
    findings: tuple[str, ...] = ()
    build: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def named(check: Check) -> str:
    """A check by its name, and by whose code it was made."""
    return f"{check.name} by {check.build}" if check.build else check.name


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


def folded(
    results: Sequence[Recorded],
    journal: Sequence[Entry[Any]],
    answered: State,
    kind: Kind = KINDS[LEAVE],
    start: State | None = None,
) -> Check:
    """Whether the recorded entries alone lead from the state before them to that which the server answers."""
    found, findings = placed(results, journal)
    entries = [entry for one in found for entry in one.entries]
    over = f"{counted(len(entries), 'entry', 'entries')} of {len(results)} recorded results"
    if not findings:  # a journal with gaps need not fold at all
        findings = unlike(fold(kind.decider, start or kind.decider.initial, entries), answered)
    return Check("fold", over, findings)


def unlike(state: State, answered: State) -> tuple[str, ...]:
    """In what a state differs from that to which the entries fold."""
    if state == answered:
        return ()
    differ = [name for name in type(state).model_fields if getattr(state, name) != getattr(answered, name, None)]
    return (f"expected the state which the entries fold to, got another {', '.join(differ)}",)


def redecided(
    results: Sequence[Recorded],
    journal: Sequence[Entry[Any]],
    kind: Kind = KINDS[LEAVE],
    start: State | None = None,
    build: str = "",
) -> Check:
    """Whether the rules that run here decide as was decided then; a difference names the event, the act, both answers.

    With a `build`, of the decisions alone that were made by it. What the build of then could not record
    (`audit.additive`) is set aside, and told.
    """
    state: State = start or kind.decider.initial
    place_of = {id(one): place for place, one in enumerate(results)}
    met: dict[int, State] = {}
    findings, aside = [], dict[str, None]()
    for each in placed(results, journal)[0]:
        met[place_of[id(each.recorded)]] = state
        try:
            state = fold(kind.decider, state, each.entries)
        except Exception as fault:  # noqa: BLE001  (a forged record may break anything; what was met before is known)
            findings.append(f"event {each.recorded.event_id}: its entries do not fold ({type(fault).__name__})")
            break
    after = state  # what led to nothing has no place of its own: it met the state of the next result that has one
    before: list[State] = []
    for place in reversed(range(len(results))):
        after = met.get(place, after)
        before.append(after)
    made = 0
    for place, (one, state) in enumerate(zip(results, reversed(before), strict=True)):
        if one.decision is None or build not in ("", one.decision.rules):
            continue
        made += 1
        if one.events and place not in met:
            findings.append(f"event {one.event_id}: it has no place in the journal, so that its state is not known")
            continue
        differ, unknown = _otherwise(one.decision, state, kind)
        aside |= dict.fromkeys(unknown)
        if differ:
            findings.append(f"event {one.event_id}, {one.decision.act.kind}: {differ}")
    told = "1 decision over its" if made == 1 else f"{made} decisions over their"
    but = f", but for what the build of then did not know: {', '.join(aside)}" * bool(aside)
    return Check("decide", f"{told} recorded facts{but}", tuple(findings))


def _otherwise(made: Decision[Any, Any], state: State, kind: Kind) -> tuple[str, tuple[str, ...]]:
    """How a decision that is made again differs from the one that is recorded, and what the build of then left out."""
    try:
        again = kind.decider.decide(made.act, state, made.facts, made.now)
    except Exception as fault:  # noqa: BLE001  (over a forged record, or by rules that have a fault)
        return f"expected {_kinds(made.events)}, got a fault ({type(fault).__name__})", ()
    told = compared(made.events, again)
    if not told.differ:
        return "", told.unknown
    fields = [name for name in told.differ if "." in name]
    other = f" (other: {', '.join(fields)})" * bool(fields)
    return f"expected {_kinds(made.events)}, got {_kinds(again)}{other}", told.unknown


async def replayed(history: WorkflowHistory) -> Check:
    """Whether the processes of today would have given the same commands."""
    replayer = Replayer(workflows=[], plugins=[FurloughPlugin()], runtime=quiet())  # what it finds, the check tells
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    findings = (str(result.replay_failure)[:500],) if result.replay_failure else ()
    return Check("replay", f"{counted(len(history.events), 'event')} by the Replayer", findings)


def _kinds(events: Sequence[Any]) -> str:
    """Events in a few words; of a refusal the rule too."""
    words = (f"{e.kind} by {e.refusal.rule}" if isinstance(e, Refused) else e.kind for e in events)
    return ", ".join(words) or "nothing"
