"""A decision that a clerk records comes with its evidence: paper, mail, a page of the log (doctrine: decisions).

A decision by radio at a base with a bad link is not lost for want of a scan: it stands, and is an exception for audit
until a paper is laid to the leave. What the member asks for or signs is their own word, and needs none.
"""

from __future__ import annotations

from domain.acts import Act, Ask, Countersign, Extend, Withdraw
from domain.decider import Event
from domain.leave.events import Attached, Noted

EVIDENCE = "record/evidence"


def bare(act: Act, event: Event) -> tuple[str, ...]:
    """The mark of a decision that was recorded for another without any evidence; a further answer decides nothing."""
    not_needed = isinstance(act, Ask | Extend | Withdraw | Countersign) or isinstance(event, Noted)
    return (EVIDENCE,) if act.said == "decision" and act.entered_by and not act.evidence and not not_needed else ()


def laid(event: Event) -> frozenset[str]:
    """Which marks of a leave an entry makes good: a paper that is laid to it."""
    return frozenset({EVIDENCE}) if isinstance(event, Attached) and event.evidence else frozenset()
