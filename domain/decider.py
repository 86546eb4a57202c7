"""The contract of a decider, and what a recorded decision is.

A decider is a module of pure functions (`domain/leave`, `domain/garrison`, `domain/account`, `domain/register`):

    needs(act, state) -> names of the facts which `decide` will want
    decide(act, state, facts, now) -> events        what the act leads to; never raises for what people may do wrong
    evolve(state, entry) -> state                   mechanical: an entry carries all that follows from it
    wants(state, now) -> what is to be taken or given back, derived from what ought to be held and what is
    due(state) -> what time will say, earliest first
    over(state) -> whether the process has ended and holds nothing

Laws, which `tests/laws` tries on each of them: carrying out what is wanted ends; a lapse is gone from `due` once it
is decided; what is over holds nothing; the same act again changes nothing; a decision cites its rule; a journal folds
to the same state twice; an observation of the past is never refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, Generic, Literal, Protocol, TypeVar

from domain.acts import Act, Lapse
from domain.facts import Facts, Need
from domain.model import Code, Instant, Model
from domain.refusal import Refusal

A = TypeVar("A", bound=Act)
E = TypeVar("E", bound="Event")
S = TypeVar("S", bound="State")


class Event(Model):
    """What follows from an act or an effect.

    `cites` names rules, packs and order versions; a decision without one is a bug.
    """

    cites: tuple[str, ...] = ()
    irregular: tuple[Code, ...] = ()


class Refused(Event):
    """An act which a rule did not allow. It changes nothing; an auditor wants to see it."""

    kind: Literal["refused"] = "refused"
    act: str
    refusal: Refusal


def refused(act: Any, refusal: Refusal) -> tuple[Refused, ...]:
    """All that an act leads to which a rule does not allow: the entry which says so, and cites the rule."""
    return (Refused(act=act.kind, refusal=refusal, cites=(refusal.rule,)),)


class Entry(Model, Generic[E]):
    """One line of a journal: an event with its place, its two times, and who said what led to it.

    `assurance`: `asserted` (nobody signed), `recorded` (a clerk wrote it for the decider), `signed`, `machine`.
    """

    seq: int
    recorded_at: Instant
    effective_at: Instant
    act_id: str = ""
    by: Code = "machine"
    post: Code | None = None
    for_post: Code | None = None
    entered_by: Code | None = None
    assurance: Literal["asserted", "recorded", "signed", "machine"] = "machine"
    event: E


class State(Model):
    """What every folded state has: the last entry's seq."""

    seq: int = 0


class Decision(Model, Generic[A, E]):
    """One decision, whole: what was said, when it was decided, what the world said to it, and what follows.

    It is the recorded result of one activity. It is never made again; `rules` names the code that made it.
    """

    act: A
    now: Instant
    facts: Facts
    events: tuple[E, ...]
    rules: str


class Question(Model, Generic[A, S]):
    """What is put to a decider: the act, the state that it meets, and the time of the process."""

    act: A
    state: S
    now: Instant


class Questions(Model, Generic[A, S]):
    """What is put to an entity's decider: acts which are decided one after the other, the first on this state."""

    acts: tuple[A, ...]
    state: S
    now: Instant


class Undecided(Model):
    """The answer in place of a decision whose code broke, by the fault's type: nothing follows from the act."""

    act_id: str
    fault: str


class Outcome(Model, Generic[E]):
    """What the sayer of an act is answered: its entries, or `refused` when it was refused without a trace.

    `said` is the kind of the act and who decided it, as it was first taken under its id.
    """

    entries: tuple[Entry[E], ...]
    refused: Refusal | None = None
    said: tuple[str, str] | None = None

    @property
    def refusal(self) -> Refusal | None:
        """Why the act was refused, if it was."""
        return self.refused or next((e.event.refusal for e in self.entries if isinstance(e.event, Refused)), None)


class Decider(Protocol):
    """A module which decides (see above), as the loop and the laws see it: of any state, act and event."""

    name: str
    initial: Any

    def needs(self, act: Any, s: Any, /) -> frozenset[Need]:
        """Names of the facts which `decide` will want."""

    def decide(self, act: Any, s: Any, facts: Facts, now: Instant, /) -> tuple[Any, ...]:
        """The events to which an act leads."""

    def evolve(self, s: Any, entry: Any, /) -> Any:
        """The state after one more entry."""

    def wants(self, s: Any, now: Instant, /) -> tuple[Any, ...]:
        """What is to be taken or given back."""

    def due(self, s: Any, /) -> tuple[Lapse, ...]:
        """What time will say, earliest first."""

    def over(self, s: Any, /) -> bool:
        """Whether it has ended and holds nothing."""


def entries_of(act: Act | None, events: Iterable[Any], seq: int, now: Instant) -> tuple[Entry[Any], ...]:
    """Events as journal lines after line `seq`; an effect's events have no act."""
    head: dict[str, Any] = {"effective_at": now}
    if act is not None:
        head = {
            "effective_at": act.acted_at,
            "act_id": act.act_id,
            "by": act.decided_by,
            "post": act.post,
            "for_post": act.for_post,
            "entered_by": act.entered_by,
            "assurance": assurance(act),
        }
    return tuple(Entry[Any](seq=seq + i, recorded_at=now, event=e, **head) for i, e in enumerate(events, 1))


def assurance(act: Act) -> Literal["asserted", "recorded", "signed", "machine"]:
    """How far an act may be taken as its decider's own word."""
    if act.said == "machine":
        return "machine"
    if act.signature:
        return "signed"
    return "recorded" if act.entered_by else "asserted"


def fold(decider: Decider, state: S, entries: Iterable[Any]) -> S:
    """The state after some more lines of the journal."""
    return reduce(decider.evolve, entries, state)
