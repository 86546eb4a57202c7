"""The entries about acts which another person has to confirm: countersignatures, and reviews of two capacities."""

from __future__ import annotations

from typing import Literal

from domain.acts import Reason
from domain.decider import Event
from domain.model import Code, Instant


class Countersigned(Event):
    """The decider has confirmed what a clerk recorded for them."""

    kind: Literal["countersigned"] = "countersigned"
    of: str

    def says(self) -> str:
        """The sentence for people."""
        return "countersigned"


class Unconfirmed(Event):
    """Said by who did not hold the post both then and now: one of `posts` countersigns it until `by`."""

    kind: Literal["unconfirmed"] = "unconfirmed"
    posts: tuple[Code, ...]
    by: Instant

    def says(self) -> str:
        """The sentence for people."""
        return f"the post was not held throughout: {', '.join(self.posts)} to countersign"


class ActedTwice(Event):
    """One person has decided in a second capacity, at a small site: `reviewers` look at it until `by`."""

    kind: Literal["acted-twice"] = "acted-twice"
    capacity: str
    also: str
    reason: Reason
    reviewers: tuple[Code, ...]
    by: Instant

    def says(self) -> str:
        """The sentence for people."""
        return f"{self.capacity} by who has decided in {self.also} too: {', '.join(self.reviewers)} to review"


class Reviewed(Event):
    """A higher post has looked at what one person decided in two capacities."""

    kind: Literal["reviewed"] = "reviewed"
    of: str
    upheld: bool

    def says(self) -> str:
        """The sentence for people."""
        return "the two capacities of one person reviewed" + ("" if self.upheld else ": not upheld")
