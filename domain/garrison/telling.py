"""What the base owes its leaves: verdicts that it made of its own accord, and that have not reached them."""

from __future__ import annotations

from itertools import islice
from typing import Final, Literal

from domain.garrison.events import Verdicts
from domain.garrison.state import Garrison
from domain.model import Code, Instant, Model

PORTION: Final = 200
"""Verdicts told in one wish: some seconds of work, so that the journal soon says what was told."""


class Tell(Model):
    """Verdicts to be told in one wish, oldest first; `n` rises with each newer one, `as_of` is the base's time."""

    what: Literal["tell"] = "tell"
    base: Code
    verdicts: Verdicts
    n: int
    as_of: Instant


def owed(state: Garrison) -> Verdicts:
    """The newest verdicts which have not reached their leaves, oldest first; who has signed out is told nothing."""
    news = (
        (key, line.verdict)
        for key, line in state.leaves.items()
        if line.verdict and line.verdict.seq > line.told and not line.away
    )
    return dict(sorted(news, key=lambda each: each[1].seq))


def wants(state: Garrison, now: Instant) -> tuple[Tell, ...]:
    """One wish with the first portion of what is owed."""
    portion = dict(islice(owed(state).items(), PORTION))
    n = max((verdict.seq for verdict in portion.values()), default=0)
    return (Tell(base=state.base, verdicts=portion, n=n, as_of=now),) if portion and state.base else ()
