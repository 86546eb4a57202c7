"""The entries of time: a deadline that fell due, and one noticed so late that it harms nobody yet."""

from __future__ import annotations

from typing import Literal

from domain.decider import Event
from domain.leave import lapses
from domain.model import Code, Instant
from domain.words import counted


class Lapsed(Event):
    """A deadline fell due. `to` are the posts reached by it, `task` what somebody now has to do.

    `late_minutes` is how long after that it was noticed, where that was late.
    """

    kind: Literal["lapsed"] = "lapsed"
    what: str
    due_at: Instant
    to: tuple[Code, ...] = ()
    task: str = ""
    late_minutes: int = 0

    def says(self) -> str:
        """The sentence for people."""
        return (self.task or lapses.fell(self.what)) + (f"; {_late(self.late_minutes)}" if self.late_minutes else "")


class Deferred(Event):
    """A deadline was noticed late, after an outage: it harms nobody before `until`, lest a word on its way is lost."""

    kind: Literal["deferred"] = "deferred"
    what: str
    due_at: Instant
    late_minutes: int
    until: Instant

    def says(self) -> str:
        """The sentence for people."""
        late, until = _late(self.late_minutes), f"{self.until:%Y-%m-%d %H:%M}Z"
        return f"{lapses.unless(self.what)}, {late}; not before {until}: {lapses.brings(self.what)}"


def _late(minutes: int) -> str:
    """How late something was noticed, in words."""
    hours, rest = divmod(minutes, 60)
    if hours < DAYS_FROM:
        return f"noticed {hours} h {rest:02} min late"
    days, hours = divmod(hours, 24)
    return f"noticed {counted(days, 'day')} {hours} h late"


DAYS_FROM = 48
"""From so many hours on a lateness is told in days of 24 hours."""
