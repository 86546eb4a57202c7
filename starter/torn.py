"""A leave whose process was ended by force on the server: it says nothing more, and what it held goes back by night.

The ledgers know what it still holds, not the leave: its own last word was said before it was ended.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from activities.register import tables as t
from activities.register.database import reading
from activities.register.papers import valid_paper
from domain.account import Account
from domain.garrison import Garrison
from domain.holdings import What
from domain.ids import base_workflow, member_workflow
from domain.leave import Face, Leave
from starter.desk import Desk
from starter.index import TERMINATED
from wiring.queries import query

BY_NIGHT: Final = "the reconciler gives it back at 02:00 UTC, furlough reconcile at once"


def face(last: Face) -> Face:
    """How it looks: nobody is waited for, and nothing falls due any more."""
    nothing = {
        "waits_for": "",
        "since": None,
        "act_by": None,
        "then": "",
        "unless": "",
        "brings": "",
        "posts": (),
        "attention": (),
        "why": (),
    }
    return last.model_copy(update={**nothing, "state": TERMINATED, "warnings": (), "busy": False})


async def still_held(desk: Desk, leave_id: str, s: Leave) -> frozenset[What]:
    """What the ledgers have for it. Raises NotReached where base or account does not answer."""
    if s.ask is None:
        return frozenset()
    held: set[What] = set()
    account: Account | None = await query(desk.client, member_workflow(s.whose.id), "state", Account)
    line = account.lines.get(leave_id) if account else None
    if line and line.days and not line.closed:
        held.add("days")
    base: Garrison | None = await query(desk.client, base_workflow(s.whose.base), "state", Garrison)
    if base and leave_id in base.leaves and base.leaves[leave_id].place:
        held.add("place")
    with reading(desk.source) as session:
        if session.scalars(select(t.Seat.flight).where(t.Seat.leave_id == leave_id, t.Seat.state == "held")).first():
            held.add("seat")
        if valid_paper(session, leave_id):
            held.add("paper")
    return frozenset(held)


def state(s: Leave, still: frozenset[What]) -> Leave:
    """What is left of its state: what it holds by the ledgers, and nothing that is waited for."""
    held = {what: spec for what, spec in s.held.items() if what in still}
    verdict = s.verdict and s.verdict.model_copy(update={"blocks": (), "bars": ()})
    return s.model_copy(
        update={"held": held, "lacks": {}, "countersigns": {}, "extension": None, "verdict": verdict},
    )
