"""Which purses a member has: the annual one, and those which their rule pack lets leave be taken from, or credits."""

from __future__ import annotations

from collections.abc import Iterable

from domain.refusal import Refusal
from domain.terms import Terms


def purses(terms: Terms) -> frozenset[str]:
    """The purses of a pack."""
    has = {"annual", *(str(kind.purse) for kind in terms.kinds.values() if kind.purse != "none")}
    return frozenset(has | ({"cto"} if terms.accrual.cto_worked_days is not None else set()))


def no_purse(named: Iterable[str], terms: Terms, known: Iterable[str] = ()) -> Refusal | None:
    """A purse which the member's pack does not have: its days could never be taken.

    One which the account has all the same (`known`), of a time before this was looked at or before the member changed
    packs, can still be put right.
    """
    odd = sorted(set(named) - purses(terms) - set(known))
    if not odd:
        return None
    return Refusal(
        rule="account/no-purse",
        why=f"the rule pack of the member has no {' and no '.join(odd)} purse: nothing could ever be taken from it",
        facts={"expected": ", ".join(sorted(purses(terms))), "got": ", ".join(odd), "terms": terms.pack},
        helps="correct the purse, or name the pack of the member in the register where it is the wrong one",
    )
