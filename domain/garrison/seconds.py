"""Who exempts a leave from an order, or overrides strength for it, has not decided on it before.

But at a small site, where one person may do so on an emergency: the leave, which has a clock, keeps the review.
"""

from __future__ import annotations

from domain.acts import Exempt, Override
from domain.capacities import EXEMPTION, apart, exceptional
from domain.garrison.sitting import Sitting
from domain.garrison.state import Line
from domain.model import HOUR, Code
from domain.orders import Second
from domain.refusal import Refusal


def second(
    act: Exempt | Override, capacity: str, line: Line, reviewers: tuple[Code, ...], sitting: Sitting
) -> Second | Refusal | None:
    """What waits for a review by this decision; None where it is the first of who decides, a refusal where it may not.

    `reviewers` are the posts above the one which decides.
    """
    facts = sitting.facts
    others = _others(act.decided_by, capacity, line, facts.decided)
    if not others:
        return None
    if not act.twice:
        return apart(capacity, others)
    within = facts.terms.records.review_hours if facts.terms else None
    emergency = line.wish.emergency
    if refusal := exceptional(others, reviewers, facts.base, within, emergency=emergency):
        return refusal
    by = sitting.now + (within or 0) * HOUR
    return Second(of=act.act_id, who=act.decided_by, capacity=capacity, also=others[0], reviewers=reviewers, by=by)


def _others(who: Code, mine: str, line: Line, known: dict[str, Code]) -> tuple[str, ...]:
    """In which capacities somebody has decided on a leave before; a leave of before tells no more than that they did.

    Who confirmed the journey of a leave that nothing barred the register has `known` since its paper was issued; what
    the leave has told since goes before that. To exempt and to override strength are two of them, to exempt from
    several orders is one. Who has used the exception here has decided in two.
    """
    told = [capacity for capacity, decider in (known | line.wish.decided).items() if decider == who]
    told += ["approval or clearance"] if who in line.wish.deciders else []
    told += [one.capacity for one in line.seconds if one.who == who]
    here = (capacity for capacity, decider in line.consented.items() if decider == who)
    return tuple(dict.fromkeys((*told, *(capacity for capacity in map(_kind, here) if capacity != mine))))


def _kind(capacity: str) -> str:
    """The capacity of a consent of the base: an exemption is one, from whatever order."""
    return EXEMPTION if capacity.startswith(EXEMPTION) else capacity
