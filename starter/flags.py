"""The flags which every command at a desk takes: which mission, who sits there, and how it answers.

A command takes them as one flattened parameter: `def today(*, how: How = HERE) -> int`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from cyclopts import Group, Parameter, Token, validators

from wiring import written


def _day(_: Any, tokens: Sequence[Token]) -> date:
    return written.day(tokens[0].value)


Span = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=3660))]
"""A number of days which a list covers."""
Day = Annotated[date, Parameter(converter=_day)]
"""A day, in the one form of days."""
Switch = Annotated[bool, Parameter(negative="")]
"""A flag which is said or left out; nobody needs a word for not saying it."""

DESK: Final = Group("Desk", help="Who speaks, and how the answer looks; `furlough me` keeps who.", sort_key=9)


@Parameter(name="*", group=DESK)
@dataclass(frozen=True, kw_only=True)
class How:
    """Who sits at this desk, and how the command answers."""

    mission: str | None = None
    """The mission's code."""
    base: str | None = None
    """The base whose clock and numbers are meant."""
    post: str | None = None
    """The post as which you speak; none: as yourself."""
    as_: Annotated[str | None, Parameter(name="--as")] = None
    """Your service number."""
    json: Switch = False
    """One JSON document a line instead of sentences."""

    @property
    def settings(self) -> dict[str, Any]:
        """What goes before the environment and the profile: `at_desk(**how.settings)`."""
        return {"mission": self.mission, "base": self.base, "post": self.post, "person": self.as_}


HERE: Final = How()
"""As the profile says."""
