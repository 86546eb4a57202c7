"""Whose turn it is to exempt a leave from an order: the post named, and others once it has let its time pass.

As in a chain of command silence goes on, and never downwards: the deputy at the limit, the next higher at twice the
limit, then one more each day. Where nobody who holds the post named is there, the first of the others may at once
(doctrine: decisions).
"""

from __future__ import annotations

from domain.facts import Facts, HeldPost
from domain.garrison.state import Garrison, Line
from domain.model import DAY, HOUR, Code, Instant, datetime
from domain.orders import Order
from domain.refusal import Refusal


def too_soon(
    order: Order, mine: tuple[HeldPost, ...], line: Line, state: Garrison, facts: Facts, at: datetime
) -> Refusal | None:
    """Why none of these posts, each of which may exempt in its turn, may do so yet."""
    opens = turns(order, line, state, facts)
    if any(when is None or when <= at for post, when in opens.items() if post in {held.post for held in mine}):
        return None
    told = ", ".join(f"{post} from {when:%Y-%m-%d %H:%M}Z" if when else post for post, when in opens.items())
    return Refusal(
        rule="etp/turn",
        why=f"{order.name} names {order.etp}, which is in reach and has still time to answer",
        facts={"expected": told, "got": ", ".join(held.post for held in mine)},
        helps=f"ask {order.etp}, or wait until the turn of another post has come",
    )


def turns(order: Order, line: Line, state: Garrison, facts: Facts) -> dict[Code, Instant | None]:
    """The posts that may exempt, each with the moment from which on (None: at once).

    A leave which does not say how long a post may take to answer was asked for before there were turns. Nobody stands
    in for a post that is not waited for yet.
    """
    others = [held.post for held in facts.etp_posts if held.post != order.etp]
    if not line.wish.exempt_hours:
        return dict.fromkeys((order.etp, *others))
    opens: dict[Code, Instant | None] = {order.etp: None}
    limit, since = line.wish.exempt_hours * HOUR, line.barred_since.get(order.etp)
    for i, post in enumerate(others, 1 - out_of_reach(state, facts)):
        if i == 0:
            opens[post] = None
        elif since:
            opens[post] = since + (limit if i == 1 else 2 * limit + (i - 2) * DAY)
    return opens


def out_of_reach(state: Garrison, facts: Facts) -> bool:
    """Whether nobody holds the post named, or each who does is away: on a leave that the base knows, or otherwise."""
    on_leave = {line.wish.member for line in state.asking().values() if line.away}
    return on_leave.issuperset(facts.etp_holders)
