"""Who may tell of a coming or going, wherever the leave stands: the gate, and who sees what happens elsewhere.

A post that sees it is never refused, also out of place; a stranger leaves no mark on a leave.
"""

from __future__ import annotations

from domain.acts import Act, CheckOff, PassGateway, SignIn, SignOut
from domain.authority import at_the_gate
from domain.facts import Facts
from domain.leave.state import Leave
from domain.orders import Role
from domain.refusal import Refusal

ALSO: dict[type[Act], tuple[Role, ...]] = {SignOut: (), SignIn: (), CheckOff: (), PassGateway: ("movement-control",)}
"""What is seen at the gate, with the posts which see it besides those of the gate."""


def unseen(act: Act, s: Leave, facts: Facts) -> Refusal | None:
    """Why whoever tells of a coming or going cannot have seen it; None for any other act."""
    also = ALSO.get(type(act))
    return None if also is None else at_the_gate(act, facts, s.whose, *also)
