"""What the base owes its leaves: verdicts that it made of its own accord, and that have not reached them."""

from __future__ import annotations

from typing import Literal

from domain.garrison.events import Verdicts
from domain.garrison.state import Garrison
from domain.model import Model


class Tell(Model):
    """All verdicts to be told, in one wish; `n` rises with every newer verdict."""

    what: Literal["tell"] = "tell"
    verdicts: Verdicts
    n: int


def wants(state: Garrison) -> tuple[Tell, ...]:
    """One wish with the newest verdicts which have not reached their leaves. Whoever has signed out is told nothing."""
    owed = {
        key: line.verdict
        for key, line in state.leaves.items()
        if line.verdict and line.verdict.seq > line.told and not line.away
    }
    return (Tell(verdicts=owed, n=max(v.seq for v in owed.values())),) if owed else ()
