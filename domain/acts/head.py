"""The head of every act: who says it, as which post, when, and by whom it was written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field

from domain.model import Code, Model, Moment, Sha256, Text, date

Medium = Literal["own", "paper", "radio", "phone", "mail"]
Said = Literal["decision", "observation", "machine"]
To = Literal["leave", "base", "member", "register"]

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
"""A day which a person may mean; a typing mistake in the year is noticed at the door."""


class Sealed(Model):
    """A reference into the detail store, and the salted digest of what lies there.

    What it says never enters a payload.
    """

    ref: Code
    digest: Sha256


def references(said: Any) -> Iterator[str]:
    """The references into the detail store of all that is sealed in a value, however deep."""
    match said:
        case Sealed():
            yield said.ref
        case BaseModel():
            for _, part in said:
                yield from references(part)
        case dict():
            for part in said.values():
                yield from references(part)
        case tuple() | list():
            for part in said:
                yield from references(part)


Reason = Sealed | Annotated[Text, Field(min_length=1)]
"""Why, as an authority said it: sealed, since it may be a family's or a medical matter; open in acts of before."""

Remark = Sealed | Text
"""The same where nothing need be said; empty where nothing is."""


class Act(Model):
    """What somebody says, and the head of every act.

    `decided_by` is the register id of who decides or saw it, `post` the post they speak as; `for_post` the post whose
    power a delegate uses; `entered_by` a clerk who records it for them from paper, radio, phone or mail. `acted_at`
    is when it was said or seen, which may be long before it is recorded.
    """

    said: ClassVar[Said] = "decision"
    to: ClassVar[To] = "leave"
    typed: ClassVar[str] = ""
    """What is typed at the desk to say it, where that is another word than its kind."""
    countersignable: ClassVar[bool] = False
    """Whether it may come from a post held only when it was said, or only now; then it is countersigned."""

    act_id: Annotated[str, Field(min_length=1, max_length=100)]
    decided_by: Code
    post: Code | None = None
    for_post: Code | None = None
    entered_by: Code | None = None
    medium: Medium = "own"
    evidence: tuple[Sha256, ...] = Field(default=(), max_length=50)
    acted_at: Moment
    signature: Text = ""


class OfLeave(Act):
    """An act about one leave."""

    leave_id: str
