"""Which decisions at a base were recorded without their evidence: orders, exemptions and overrides of strength.

As on a leave such a decision stands, and is an exception for audit until its paper is laid to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from domain.decider import Entry, Event
from domain.evidence import EVIDENCE
from domain.model import Code, Instant, Model, Sha256, Text
from domain.signing import Recorded
from domain.words import counted


class Bare(Model):
    """What a clerk recorded without its evidence, since when; `member` is whose leave it is about, `leave_id` which."""

    what: Text
    since: Instant
    leave_id: str = ""
    member: Code | None = None


class PaperLaid(Event):
    """Papers lie in the detail store under these digests, of the act `of`, which was about `what`.

    `what` is empty where they show nothing: that act lacks no paper, or the member of the leave laid them.
    """

    kind: Literal["paper-laid"] = "paper-laid"
    of: Text
    what: Text = ""
    evidence: tuple[Sha256, ...]

    def says(self) -> str:
        """The sentence for people."""
        papers = counted(len(self.evidence), "paper")
        return f"{papers} laid to {self.what}" if self.what else f"{papers} laid to {self.of}, and no mark goes by it"


def lacking(known: Mapping[str, Bare], entry: Entry[Any], what: str, member: Code | None = None) -> dict[str, Bare]:
    """What lacks its paper after one more entry, by act; `what` the entry is about, and the `member` of whose leave."""
    match entry.event:
        case Recorded(irregular=marks) as told if EVIDENCE in marks:
            leave_id = getattr(told, "leave_id", "")
            return {**known, entry.act_id: Bare(what=what, since=entry.recorded_at, leave_id=leave_id, member=member)}
        case PaperLaid(of=of, what=shown) if shown:
            return {act: one for act, one in known.items() if act != of}
        case _:
            return dict(known)
