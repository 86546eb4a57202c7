"""A decision that a clerk records comes with its evidence: paper, mail, a page of the log (doctrine: decisions).

A decision by radio at a base with a bad link is not lost for want of a scan: it stands, and is an exception for audit
until a paper is laid to the leave by others than the member. What the member asks for or signs is their own word, and
needs none.
"""

from __future__ import annotations

from typing import Any

from domain.acts import Act, Ask, Countersign, Extend, Withdraw
from domain.decider import Entry, Event
from domain.leave.events import Attached, Noted
from domain.model import Code

EVIDENCE = "record/evidence"


def bare(act: Act, event: Event) -> tuple[str, ...]:
    """The mark of a decision that was recorded for another without any evidence; a further answer decides nothing."""
    not_needed = isinstance(act, Ask | Extend | Withdraw | Countersign) or isinstance(event, Noted)
    return (EVIDENCE,) if act.said == "decision" and act.entered_by and not act.evidence and not not_needed else ()


def laid(entry: Entry[Any], member: Code) -> frozenset[str]:
    """Which marks of a leave an entry makes good: a paper that is laid to it, but by the member themself.

    What they lay to it is for a reason of their own, a proof or a ticket, and shows nothing of what others decided.
    """
    shows = isinstance(entry.event, Attached) and entry.event.evidence and entry.by != member
    return frozenset({EVIDENCE}) if shows else frozenset()
