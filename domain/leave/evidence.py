"""The evidence of what a clerk records on a leave: which decisions lack their paper, and which a paper shows.

A paper is laid to the leave by others than the member, and shows one decision. What the member asks for or signs is
their own word, and needs none.
"""

from __future__ import annotations

from typing import Any

from domain import evidence
from domain.acts import Act, Ask, Attach, Countersign, Extend, Withdraw
from domain.decider import Entry, Event
from domain.evidence import EVIDENCE
from domain.leave.events import Attached, Noted
from domain.leave.state import Leave
from domain.model import Code


def bare(act: Act, event: Event) -> tuple[str, ...]:
    """The mark of a decision that was recorded for another without any evidence; a further answer decides nothing."""
    not_needed = isinstance(act, Ask | Extend | Withdraw | Countersign) or isinstance(event, Noted)
    return () if not_needed else evidence.bare(act)


def shown(act: Attach, s: Leave) -> tuple[str, ...]:
    """The decision whose paper is laid: the one that is named, or the only one that lacks its paper.

    Where several lack theirs and none is named, it shows none of them; nor does a paper of the member's own.
    """
    named = tuple(of for of in s.bare if act.of in (of, ""))
    return named if act.evidence and len(named) == 1 and act.decided_by != s.whose.id else ()


def lacking(s: Leave, entry: Entry[Any]) -> dict[str, str]:
    """The decisions that lack their paper after one more entry, by act, and what each was."""
    if EVIDENCE in entry.event.irregular:
        return {**s.bare, entry.act_id: entry.event.kind}
    return {of: what for of, what in s.bare.items() if not shows(entry, of, s.whose.id)}


def shows(entry: Entry[Any], of: str, member: Code) -> bool:
    """Whether an entry lays the paper of an act. Those of before it was told show all there was, but the member's."""
    event = entry.event
    if not isinstance(event, Attached) or not event.evidence:
        return False
    return entry.by != member if event.shows is None else of in event.shows


def laid(s: Leave, left: dict[str, str]) -> frozenset[str]:
    """Which marks of a leave an entry makes good: once no decision is `left` that lacks its paper."""
    return frozenset({EVIDENCE}) if s.bare and not left else frozenset()
