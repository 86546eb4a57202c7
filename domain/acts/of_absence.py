"""What is said of a member who is away: recalled, reached or not, told of something, and the end of their time here."""

from __future__ import annotations

from typing import Literal

from domain.acts.head import Day, OfLeave, Reason, Sealed

Via = Literal["in-person", "phone", "radio", "mail", "message"]
"""How somebody was reached or told."""

About = Literal["recall", "suspension", "cancellation", "change", "finding", "other"]
"""Of what somebody was told."""

Told = Literal["member", "family", "unit", "provost"]

EndOfTime = Literal["transfer", "rotation", "end-of-tour", "repatriated", "died", "missing", "mission-closed"]
"""Why somebody is no longer a member of this mission, or not to be waited for."""


class Recall(OfLeave):
    """The commander calls the member back, by the end of the day `back_by`, for an imperative need of the service."""

    kind: Literal["recall"] = "recall"
    reason: Reason
    back_by: Day


class WasTold(OfLeave):
    """Somebody was told of a decision: who told them is who says this act, and when is when it was said."""

    said = "observation"
    typed = "told"
    kind: Literal["was-told"] = "was-told"
    about: About
    whom: Told = "member"
    via: Via


class Contact(OfLeave):
    """The member was called while away, and reached or not. Where they are is sealed."""

    said = "observation"
    kind: Literal["contact"] = "contact"
    via: Via
    reached: bool = True
    where: Sealed | None = None


class EndMember(OfLeave):
    """The member's time in the mission has ended, or nobody waits for them any more: each open leave is told so."""

    said = "observation"
    typed = "member end"
    kind: Literal["end-member"] = "end-member"
    why: EndOfTime
