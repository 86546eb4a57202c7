"""Every entry of a leave's journal: when it is written, and the sentence which it says to people.

Sentences name no person, no kind of leave and no family matter, nor what is done for one kind alone: a notice, the
board and the Temporal UI show them as they are. What the givers of holdings answer stands in `answers.py`, what belongs
to the journey in `journey.py`, what is said of members who are away in `abroad.py`, what another person has to confirm
in `confirmations.py`, and what time says in `timely.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.acts import Ask, Reason
from domain.calendar import Calendar
from domain.decider import Event, Refused
from domain.facts import Member, Rung
from domain.leave.abroad import (
    Admitted,
    Contacted,
    Discharged,
    ExtensionApproved,
    ExtensionAsked,
    ExtensionEnded,
    Found,
    MemberGone,
    MemberTold,
    Recalled,
    Reported,
    Undone,
)
from domain.leave.answers import GaveBack, Judged, Lacks, Took
from domain.leave.confirmations import ActedTwice, Countersigned, Reviewed, Unconfirmed
from domain.leave.counting import CountedDay
from domain.leave.journey import CheckedOff, PassedGateway, Recounted, SeatLost, SignedIn, SignedOut, TravelConfirmed
from domain.leave.timely import Deferred, Lapsed
from domain.model import Code, Decimal, Instant, Sha256, date
from domain.terms import Terms
from domain.words import counted

How = Literal[
    "not-opened", "denied", "withdrawn", "cancelled", "lapsed", "not-taken", "settled", "not-returned", "member-gone"
]


class Asked(Event):
    """The request is open.

    It carries all that binds it from now on: terms, calendar, desks, and the chart of its path. `as_of` is when it was
    signed, where it is judged by that and not by when it was recorded.
    """

    kind: Literal["asked"] = "asked"
    ask: Ask
    member: Member
    terms: Terms
    calendar: Calendar
    desks: dict[str, tuple[Rung, ...]]
    officer: bool
    notices: bool
    expected: Decimal
    chart: int = 1
    exemptions: bool = False
    as_of: Instant | None = None

    def says(self) -> str:
        return f"asked: {self.ask.first} to {self.ask.last}"


class Attested(Event):
    """The verification officer has looked into the emergency."""

    kind: Literal["attested"] = "attested"
    method: str
    holds: bool

    def says(self) -> str:
        return "checked" if self.holds else "the check failed"


class Approved(Event):
    """Command has consented."""

    kind: Literal["approved"] = "approved"
    by: Code
    prove_by: date | None = None

    def says(self) -> str:
        return "approved"


class Disowned(Event):
    """The member had left without an approval, and command does not consent afterwards. It undoes nothing by itself."""

    kind: Literal["disowned"] = "disowned"
    by: Code
    reason: Reason | None = None

    def says(self) -> str:
        return "no consent after the sign-out: away without an approval"


class OfficerCleared(Event):
    """The clearance officer has let the leave go to the base's ledger."""

    kind: Literal["officer-cleared"] = "officer-cleared"
    by: Code

    def says(self) -> str:
        return "cleared by the clearance officer"


class Corrected(Event):
    """A typing mistake was put right; earlier entries stay as they are."""

    kind: Literal["corrected"] = "corrected"
    first: date | None = None
    last: date | None = None
    destination: Code | None = None
    last_service: date | None = None
    signed_out_at: Instant | None = None
    signed_in_at: Instant | None = None
    expected: Decimal
    charged: Decimal | None = None
    count: tuple[CountedDay, ...] = ()
    reapprove: bool = False

    def says(self) -> str:
        given = self.model_dump(
            include={"first", "last", "destination", "signed_out_at", "signed_in_at"}, exclude_none=True
        )
        told = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in given.items())
        return f"corrected: {told or 'what the count rests on'}"


class Attached(Event):
    """Papers lie in the detail store under these digests. `shows` are the acts whose evidence they are.

    None where that was not told yet: then they made good whatever lacked its paper.
    """

    kind: Literal["attached"] = "attached"
    evidence: tuple[Sha256, ...]
    shows: tuple[str, ...] | None = None

    def says(self) -> str:
        shows = ", the evidence of what was recorded without it" if self.shows else ""
        return f"{counted(len(self.evidence), 'paper')} attached{shows}"


class Noted(Event):
    """Said, recorded, and changes nothing: a further answer, or what was so already.

    What was said `again` needs nobody's countersignature: there is nothing in it to be confirmed.
    """

    kind: Literal["noted"] = "noted"
    what: str
    since: Instant | None = None
    again: bool = False

    def says(self) -> str:
        return self.what


class Ended(Event):
    """The leave has ended. An end is always an entry, never derived; what is still held goes back now.

    `refund` is a flag for whoever pays for travel, and nothing more: the leave knows of no money. `reason` is that of
    who denied or cancelled it, sealed as it was said.
    """

    kind: Literal["ended"] = "ended"
    how: How
    refund: bool = False
    reason: Reason | None = None

    def says(self) -> str:
        flag = "; booked travel is flagged for a refund" if self.refund else ""
        return f"ended: {self.how.replace('-', ' ')}{flag}"


LeaveEvent = Annotated[
    Asked
    | Attested
    | Approved
    | Disowned
    | OfficerCleared
    | TravelConfirmed
    | CheckedOff
    | SeatLost
    | SignedOut
    | SignedIn
    | ExtensionAsked
    | ExtensionApproved
    | ExtensionEnded
    | Reported
    | Found
    | Recalled
    | Admitted
    | Discharged
    | Contacted
    | MemberTold
    | MemberGone
    | Recounted
    | PassedGateway
    | Corrected
    | Countersigned
    | Unconfirmed
    | ActedTwice
    | Reviewed
    | Attached
    | Noted
    | Lapsed
    | Deferred
    | Undone
    | Ended
    | Took
    | GaveBack
    | Lacks
    | Judged
    | Refused,
    Field(discriminator="kind"),
]

__all__ = [
    "ActedTwice",
    "Admitted",
    "Approved",
    "Asked",
    "Attached",
    "Attested",
    "CheckedOff",
    "Contacted",
    "Corrected",
    "Countersigned",
    "Deferred",
    "Discharged",
    "Ended",
    "ExtensionApproved",
    "ExtensionAsked",
    "ExtensionEnded",
    "Found",
    "GaveBack",
    "How",
    "Judged",
    "Lacks",
    "Lapsed",
    "LeaveEvent",
    "MemberGone",
    "MemberTold",
    "Noted",
    "OfficerCleared",
    "PassedGateway",
    "Recalled",
    "Recounted",
    "Refused",
    "Reported",
    "Reviewed",
    "SeatLost",
    "SignedIn",
    "SignedOut",
    "Took",
    "TravelConfirmed",
    "Unconfirmed",
    "Undone",
]
