"""What a clerk records of a decision comes with its evidence: paper, mail, a page of the log (doctrine: decisions).

A decision by radio at a base with a bad link is not lost for want of a scan: it stands, whether it was said to a leave
or to its base, and is an exception for audit until its paper is laid to it.
"""

from __future__ import annotations

from domain.acts import Act

EVIDENCE = "record/evidence"


def bare(act: Act) -> tuple[str, ...]:
    """The mark of a decision that was recorded for another without any evidence."""
    return (EVIDENCE,) if act.said == "decision" and act.entered_by and not act.evidence else ()
