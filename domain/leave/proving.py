"""Approved now, proved later: by when the proof has to be there, and how long it may still come.

Without it the days are charged, by compensating entries (doctrine: decisions, kinds of leave).
"""

from __future__ import annotations

from domain.leave.state import Leave
from domain.model import DAY, date


def proof_due(s: Leave) -> date | None:
    """By the end of which day the proof has to be there; None where none is waited for, or it was waited for in vain.

    It is the day which the approval named, else so many days after the return as the kind allows.
    """
    if not s.approved or s.attested is not None or s.unproven:
        return None
    if s.prove_by:
        return s.prove_by
    days = s.kind.proof_days
    return s.days.day(s.in_at) + days * DAY if days and s.in_at else None


def provable(s: Leave) -> bool:
    """Whether a proof still says something: it was to follow the approval, and has not come or did not hold.

    So does the check which an approval after the sign-out waits for.
    """
    unchecked = s.out_at is not None and not s.approved and s.kind.attestation
    return s.attested is not True and (unchecked or (s.approved and bool(s.prove_by or s.kind.proof_days)))
