"""What is said to an account when a member's time ends, or when days that were counted turn out to be others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.acts.head import Act, Day, Sealed
from domain.acts.of_absence import Contact, EndMember, EndOfTime, WasTold
from domain.acts.of_leave import Attach, CheckOff, PassGateway, Report, SignIn, SignOut
from domain.model import Code, Decimal, Text

Label = Literal["charged", "excused", "absent"]
"""What days that were counted are called from now on: leave, absent without fault, or absent without leave."""

Why = Literal["without-fault", "false-papers", "other"]
"""On what an authority calls days otherwise."""


Seen = Literal["left", "back", "reached", "not-reached", "told", "other"]
"""What was seen or heard of somebody: gone from the base, back on it, reached or not by a call; or told to others."""


Observation = SignOut | CheckOff | SignIn | PassGateway | Report | Attach | WasTold | Contact | EndMember
"""What is seen or heard of a leave: never refused, also where the leave has ended before it arrives."""


class EndAccount(Act):
    """The member's time in the mission ended on the day `on`, or (`lift`) did not: it was a slip, or they are back."""

    to = "member"
    typed = "member end"
    kind: Literal["end-account"] = "end-account"
    member: Code
    on: Day
    why: EndOfTime
    lift: bool = False


HEAD = {*Act.model_fields, "leave_id"} - {"signature"}
"""What an observation and the telling of it after the end have in common; a signature is of the very words."""


class See(Act):
    """Somebody was seen or heard of, and no leave is open that could be told: it has ended, or their time here has.

    `leave_id` is the leave that it is about, if any; what else there is to say is sealed. `heard` is what was said to
    that leave, word for word, where it arrived when the leave had ended: nobody says that by hand.
    """

    said = "observation"
    to = "member"
    typed = "member seen"
    kind: Literal["see"] = "see"
    member: Code
    what: Seen
    leave_id: str = Field(default="", max_length=100)
    detail: Sealed | None = None
    heard: Annotated[Observation, Field(discriminator="kind")] | None = None

    @model_validator(mode="after")
    def _as_heard(self) -> See:
        if self.heard is None:
            return self
        mine, said = (each.model_dump(include=HEAD) for each in (self, self.heard))
        if differs := sorted(name for name in HEAD if mine[name] != said[name]):
            raise ValueError(f"expected {', '.join(differs)} as in what was heard, got others")
        return self


class HandOver(Act):
    """What the account had at the end went to the next mission or the pay office, or nothing is left to be settled."""

    to = "member"
    typed = "member hand-over"
    kind: Literal["hand-over"] = "hand-over"
    member: Code
    done: Literal["handed-over", "settled"]
    whom: Text = Field(min_length=1)


class Relabel(Act):
    """An authority calls days of a closed leave otherwise, from `first` to `last`; nothing that was written is erased.

    `days` go back to the member (below zero: are charged); where none are told, the account reckons them from what
    these days cost by now. The reason is sealed: it may be the family's.
    """

    to = "member"
    typed = "account relabel"
    kind: Literal["relabel"] = "relabel"
    member: Code
    leave_id: str
    first: Day
    last: Day
    label: Label
    why: Why
    days: Decimal | None = None
    reason: Sealed

    @model_validator(mode="after")
    def _dates(self) -> Relabel:
        if self.last < self.first:
            raise ValueError(f"expected a last day on or after the first day {self.first}, got {self.last}")
        if self.days is not None and self.days * (1 if self.label == "charged" else -1) > 0:
            raise ValueError(f"days that are called {self.label} cannot give {self.days:+} days back")
        return self
