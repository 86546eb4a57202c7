"""Countersignatures at bases, accounts and the register: of decisions that a clerk recorded for who made them.

As on a leave: within so many days, by the decider alone, in person. What was not countersigned by then stands, and is
an exception for audit. An account has a clock and forgets it then (`EntryLapsed`); a base and the register have none,
and take a late word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from domain.acts import SignAccount, SignChange, SignEntry
from domain.decider import Entry, Event
from domain.model import DAY, Code, Instant, Model, Text
from domain.refusal import Refusal

RULE = "record/countersign"


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


def sign(act: SignEntry | SignAccount | SignChange, waiting: Waiting, as_of: Instant) -> EntrySigned | Refusal:
    """The decider confirms it, themself; a late word is taken and stays marked."""
    waits = waiting.get(act.of)
    if waits is None:
        why = "no act of that id waits for a countersignature here: there is none, it is signed, or its time is over"
        return _no(why, ", ".join(waiting) or "none", act.of)
    if act.entered_by:
        return _no("who countersigns does so themself", "the decider", "a recorder")
    if act.decided_by != waits.who:
        return _no("only the decider countersigns, themself", "the decider of that act", "somebody else")
    late = (RULE,) if as_of > waits.by else ()
    return EntrySigned(of=act.of, what=waits.what, cites=(RULE,), irregular=late)


def missing(of: str, waiting: Waiting) -> EntryLapsed:
    """What time says of one that did not come."""
    return EntryLapsed(of=of, what=waiting[of].what, cites=(RULE,), irregular=(RULE,))


def waiting(before: Waiting, entry: Entry[Any], what: str) -> dict[str, Unsigned]:
    """What waits after one more entry, which is about `what`; of several entries of one act the first one tells it."""
    match entry.event:
        case Recorded(countersign_by=by) if by is not None and entry.act_id not in before:
            return {**before, entry.act_id: Unsigned(who=entry.by, what=what, by=by)}
        case EntrySigned(of=of) | EntryLapsed(of=of):
            return {act: one for act, one in before.items() if act != of}
        case _:
            return dict(before)


def _no(why: str, expected: str, got: str) -> Refusal:
    facts = {"expected": expected, "got": got}
    return Refusal(rule=RULE, why=why, facts=facts, helps="furlough inbox tells what waits for you")
