"""The words of the nightly walk over the ledgers."""

from __future__ import annotations

from domain.model import Instant, Model


class Night(Model):
    """One walk."""

    as_of: Instant


class Walked(Model):
    """What a walk found: how many leaves hold something, and for which of them, being gone, it was given back.

    `unreached` are the entities that did not answer, and the leaves that could not be looked at or given back for;
    the next walk comes to them again.
    """

    leaves: int = 0
    given_back: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
