"""What was said long before it is recorded: by which moment it is judged, and how it is marked.

A decision counts from the later of when it was said and when it is recorded; while an order on degraded communications
was in force, from when it was said, with a mark (doctrine: decisions). What a member has signed, and a clerk enters
later from paper, was asked when it was signed: that the paper lay about is no fault of the member's. It bears a mark
for whoever audits, since nobody but the clerk says when that was. What was *seen* is judged by when it was seen.
"""

from __future__ import annotations

from domain.acts import Act, Ask, Extend
from domain.authority import AHEAD
from domain.backdating import DEGRADED
from domain.facts import Facts
from domain.model import Instant

ENTERED_LATE = "record/entered-late"


def judged_at(act: Act, f: Facts, now: Instant) -> Instant:
    """The moment by which what somebody said is judged."""
    return act.acted_at if f.degraded or signed_before(act, now) else max(act.acted_at, now)


def marks(act: Act, f: Facts, now: Instant) -> tuple[str, ...]:
    """What marks an act that counts from when it was said, and not from when it was recorded."""
    if act.said != "decision":
        return ()
    if f.degraded:
        return (DEGRADED,)
    return (ENTERED_LATE,) if signed_before(act, now) else ()


def signed_before(act: Act, now: Instant) -> bool:
    """Whether a clerk enters what a member signed some time before."""
    return isinstance(act, Ask | Extend) and act.entered_by is not None and act.acted_at + AHEAD < now
