"""On what a member's credits rest: the numbers of the pack and the days of the tour.

The account records them whenever they become others, so that what was known on a day stays answerable when pack and
register have long said something else.
"""

from __future__ import annotations

from domain.facts import Member
from domain.model import Code, Model, date
from domain.terms import Accrual, CarryOver, Terms


class Basis(Model):
    """The terms of accrual and carry-over, with the pack from which they come, and first and last day of the tour."""

    pack: Code
    accrual: Accrual
    carry_over: CarryOver
    arrived: date
    departs: date | None


def basis_of(terms: Terms, member: Member) -> Basis:
    """What the credits of a member rest on now."""
    return Basis(
        pack=terms.pack,
        accrual=terms.accrual,
        carry_over=terms.carry_over,
        arrived=member.arrived,
        departs=member.departs,
    )


def resting_on(basis: Basis, terms: Terms, member: Member) -> tuple[Terms, Member]:
    """Terms and member as they were when the credits rested on this."""
    then = {"pack": basis.pack, "accrual": basis.accrual, "carry_over": basis.carry_over}
    return (
        terms.model_copy(update=then),
        member.model_copy(update={"arrived": basis.arrived, "departs": basis.departs}),
    )
