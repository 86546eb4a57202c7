"""The word of the verification officer: before the approval, or as the proof that was to follow it."""

from __future__ import annotations

from domain.acts import Attest
from domain.decider import refused
from domain.facts import Facts
from domain.leave.asking import already
from domain.leave.capacities import granted
from domain.leave.deciding import Events, during, no
from domain.leave.events import Attested
from domain.leave.path import at
from domain.leave.proving import provable
from domain.leave.returning import recounted
from domain.leave.state import Leave
from domain.model import Instant
from domain.refusal import Refusal

AGAIN = "a further attestation; it was said before"
"""What is noted of a check that was told before."""


@during("attest", "close")
def attest(act: Attest, s: Leave, f: Facts, now: Instant) -> Events:
    """The verification officer, or whoever silence has reached, says whether the emergency holds.

    A proof which does not hold, after the approval, lets the days be charged; one that comes late gives them back.
    """
    extra = granted(act, s, f, "attest", now)
    if isinstance(extra, Refusal):
        return refused(act, extra)
    if at(s) != "attest" and not provable(s):
        if s.attested is None:
            return refused(act, no(act, s, "no proof is waited for"))
        return already(AGAIN, s, "decision/further-answer")
    cites = ("emergency/attestation", s.rules.pack)
    proven = s.model_copy(update={"unproven": not act.holds})
    return (Attested(method=act.method, holds=act.holds, cites=cites), *recounted(proven, cites), *extra)
