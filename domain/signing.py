"""Countersignatures at bases, accounts and the register: of decisions that a clerk recorded for who made them.

As on a leave: within so many days, by the decider alone, in person. What was not countersigned by then stands, and is
an exception for audit: time says so (`EntryLapsed`), and nobody is waited for any more. A word that was said in time
and lay in a spool over an outage is taken all the same, whether it or that of time arrives first, and marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from domain.acts import Lapse, SignAccount, SignChange, SignEntry
from domain.decider import Entry, Event
from domain.model import DAY, Code, Instant, Model, Text
from domain.once import REPEATED
from domain.refusal import Refusal

RULE = "record/countersign"
COUNTERSIGN = "countersign"
"""What time says of a countersignature begins so; the act follows."""


class Recorded(Event):
    """What somebody decided; where a clerk wrote it down for them, they countersign it by then."""

    countersign_by: Instant | None = None

    def says(self) -> str:
        """The sentence for people; each has its own."""
        raise NotImplementedError


class EntrySigned(Event):
    """The decider has countersigned what a clerk recorded for them: the act `of`, which was about `what`."""

    kind: Literal["entry-signed"] = "entry-signed"
    of: Text
    what: Text

    def says(self) -> str:
        """The sentence for people."""
        return f"countersigned: {self.what}"


class EntryLapsed(Event):
    """The time for a countersignature is over: the act `of`, which was about `what`, stands without it."""

    kind: Literal["entry-lapsed"] = "entry-lapsed"
    of: Text
    what: Text

    def says(self) -> str:
        """The sentence for people."""
        return f"countersignature missing, an exception for audit: {self.what}"


class Unsigned(Model):
    """What a clerk recorded: for whom, about what, and until when they countersign it."""

    who: Code
    what: Text
    by: Instant


Waiting = Mapping[str, Unsigned]
"""What waits for its countersignature, by act; past its time it stands, as an exception for audit."""


def recorded(act: Any, days: int, now: Instant) -> dict[str, Any]:
    """What marks a decision which a clerk wrote down; nothing where the decider said it. Of 0 `days` no time is set."""
    if not act.entered_by:
        return {}
    return {"irregular": (RULE,), "countersign_by": now + days * DAY if days else None}


def sign(
    act: SignEntry | SignAccount | SignChange, waiting: Waiting, lapsed: Waiting, as_of: Instant
) -> EntrySigned | Refusal:
    """The decider confirms it, themself; what arrives late is taken and stays marked.

    After the word of time (`lapsed`) only what was said before it.
    """
    waits = waiting.get(act.of)
    if waits is None and (late := lapsed.get(act.of)) and act.acted_at <= late.by:
        waits = late
    if waits is None:
        why = "no act of that id waits for a countersignature here: there is none, it is signed, or its time is over"
        return _no(why, ", ".join(waiting) or "none", act.of)
    if act.entered_by:
        return _no("who countersigns does so themself", "the decider", "a recorder")
    if act.decided_by != waits.who:
        return _no("only the decider countersigns, themself", "the decider of that act", "somebody else")
    marks = (RULE,) if as_of > waits.by else ()
    return EntrySigned(of=act.of, what=waits.what, cites=(RULE,), irregular=marks)


def lapses(waiting: Waiting) -> tuple[Lapse, ...]:
    """What time will say of each that has not come by then, the earliest first."""
    return in_turn(falls_due(f"{COUNTERSIGN}:{act_id}", one.by) for act_id, one in waiting.items())


def lapse(act: Lapse, waiting: Waiting) -> tuple[EntryLapsed, ...]:
    """The decider was silent: what was recorded stands, as an exception for audit. One that came changes nothing."""
    if not pending(act, lapses(waiting)):
        return ()
    _, _, of = act.what.partition(":")
    return (EntryLapsed(of=of, what=waiting[of].what, cites=(RULE,), irregular=(RULE,)),)


def falls_due(what: str, when: Instant, leave_id: str = "") -> Lapse:
    """What time says then, under an id by which it says it once."""
    act_id = f"{when:%Y-%m-%dT%H:%M:%S}/{what}"[:100]
    return Lapse(act_id=act_id, decided_by="time", acted_at=when, leave_id=leave_id, what=what)


def in_turn(lapses: Iterable[Lapse]) -> tuple[Lapse, ...]:
    """Deadlines, the earliest first."""
    return tuple(sorted(lapses, key=lambda lapse: (lapse.acted_at, lapse.what, lapse.leave_id)))


def pending(act: Lapse, lapses: Iterable[Lapse]) -> bool:
    """Whether a deadline still falls due as time says it; else it changes nothing."""
    return (act.what, act.acted_at) in {(one.what, one.acted_at) for one in lapses}


def waiting(before: Waiting, entry: Entry[Any], what: str) -> dict[str, Unsigned]:
    """What waits after one more entry, which is about `what`; of several entries of one act the first one tells it."""
    match entry.event:
        case Recorded(countersign_by=by) if by is not None and entry.act_id not in before:
            return {**before, entry.act_id: Unsigned(who=entry.by, what=what, by=by)}
        case EntrySigned(of=of) | EntryLapsed(of=of):
            return {act: one for act, one in before.items() if act != of}
        case _:
            return dict(before)


def lapsed(before: Waiting, waiting: Waiting, entry: Entry[Any]) -> dict[str, Unsigned]:
    """What time has spoken of, after one more entry: a word said before that may still arrive.

    It is waited for as long as an act is known that comes again.
    """
    match entry.event:
        case EntryLapsed(of=of) if of in waiting:
            kept = {act: one for act, one in before.items() if one.by >= entry.recorded_at - REPEATED}
            return kept | {of: waiting[of]}
        case EntrySigned(of=of):
            return {act: one for act, one in before.items() if act != of}
        case _:
            return dict(before)


def _no(why: str, expected: str, got: str) -> Refusal:
    facts = {"expected": expected, "got": got}
    return Refusal(rule=RULE, why=why, facts=facts, helps="furlough inbox tells what waits for you")
