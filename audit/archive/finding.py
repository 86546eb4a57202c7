"""What verifying says: findings, each with its place, and what is worth telling though it proves nothing wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

MOST: Final = 1000
"""Findings that are told one by one; where there are more, the archive is another one altogether."""


class Finding(NamedTuple):
    """Something that is not as it was sealed. `leaf` is the place in the log, where it is about one leaf."""

    place: str
    what: str
    leaf: int | None = None


@dataclass
class Findings:
    """Gathers them while an archive is gone through, in the order of the log."""

    found: list[Finding] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    more: int = 0
    """How many there were beyond those that are told one by one."""

    def add(self, place: str, what: str, leaf: int | None = None) -> None:
        """Something is wrong."""
        if len(self.found) < MOST:
            self.found.append(Finding(place, what, leaf))
        else:
            self.more += 1

    def tell(self, what: str) -> None:
        """Something is worth knowing."""
        self.told.append(what)
