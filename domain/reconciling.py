"""The words of the nightly walk over the ledgers."""

from __future__ import annotations

from domain.model import Instant, Model


class Night(Model):
    """One walk."""

    as_of: Instant


class Walked(Model):
    """What a walk found: how many leaves hold something, and for which of them, being gone, it was given back."""

    leaves: int = 0
    given_back: tuple[str, ...] = ()
