"""The attributes which an auditor tests of a leave, each answered out of its recorded history.

What is recomputed (who may decide, what stood against a sign-out, what days are charged, how far a charge has come) is
answered by the domain's own functions over the recorded facts: there is no second rule here. An answer is one of
today's rules; whether they decide as those of that day did, `audit replay` tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from audit.attributes.absence import cleared, evidence, in_time, recomputed, settled
from audit.attributes.case import Answer, Around, Case, Found
from audit.attributes.consent import approved_before, entitled, not_own

ATTRIBUTES: Final[dict[str, Callable[[Case], Found]]] = {
    "approved before sign-out": approved_before,
    "by an entitled post": entitled,
    "not own": not_own,
    "evidence attached": evidence,
    "days recomputed": recomputed,
    "clearance under orders in force": cleared,
    "settled and posted": settled,
    "late entry": in_time,
}
"""Each attribute by its name, in the order in which they are told."""


class Attribute(NamedTuple):
    """The answer to one attribute, why, and the entries of the leave's journal on which it rests."""

    name: str
    answer: Answer
    why: str
    entries: tuple[int, ...] = ()


def attributes_of(case: Case) -> tuple[Attribute, ...]:
    """All attributes of a leave, in order; of one that was never opened none applies.

    Raises what a forged record may lead to.
    """
    if case.state.ask is None:
        return tuple(Attribute(name, "not applicable", "the leave was not opened") for name in ATTRIBUTES)
    return tuple(Attribute(name, *test(case)) for name, test in ATTRIBUTES.items())


__all__ = ["ATTRIBUTES", "Around", "Attribute", "Case", "attributes_of"]
