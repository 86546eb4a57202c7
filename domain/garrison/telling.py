"""What the base owes its leaves: verdicts that it made of its own accord, and that have not reached them."""

from __future__ import annotations

from typing import Literal

from domain.garrison.events import Verdicts
from domain.garrison.state import Garrison
from domain.model import Code, Instant, Model


class Tell(Model):
    """All verdicts to be told, in one wish; `n` rises with every newer verdict, `as_of` is the base's time."""

    what: Literal["tell"] = "tell"
    base: Code
    verdicts: Verdicts
    n: int
    as_of: Instant


def wants(state: Garrison, now: Instant) -> tuple[Tell, ...]:
    """One wish with the newest verdicts which have not reached their leaves. Whoever has signed out is told nothing."""
    owed = {
        key: line.verdict
        for key, line in state.leaves.items()
        if line.verdict and line.verdict.seq > line.told and not line.away
    }
    n = max((verdict.seq for verdict in owed.values()), default=0)
    return (Tell(base=state.base, verdicts=owed, n=n, as_of=now),) if owed and state.base else ()
