"""What is said to a leave: by people, by time, and by its base."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from domain.acts.head import Day, OfLeave, Reason, Remark, Sealed
from domain.model import Code, Model, Moment, Text, date
from domain.orders import LeaveKind, Verdict
from domain.restrictions import Item

Half = Literal["morning", "afternoon"]


class Then(Model):
    """From the day `first` on, the absence is leave of this kind."""

    leave_kind: LeaveKind
    first: Day


class Ask(OfLeave):
    """The member asks for leave: the first act of each.

    Only the member asks; a clerk may enter what the member signed. An absence may be of several kinds, one after the
    other: `leave_kind` first, and `then` others. It begins with the morning of the first day and ends with the
    afternoon of the last, unless half days are asked for. `excess`: what the account does not have is taken as excess
    leave, unpaid. A bereavement tells the day of the death, on which the balance counts, and of the last service.
    `resumes` is the leave which a hospital broke off, and which this one takes up again.
    """

    kind: Literal["ask"] = "ask"
    member: Code
    leave_kind: LeaveKind
    first: Day
    last: Day
    destination: Code
    travel: Literal["flight", "road", "none"] = "flight"
    route: Code | None = None
    family: Sealed | None = None
    then: tuple[Then, ...] = Field(default=(), max_length=5)
    begins: Half = "morning"
    ends: Half = "afternoon"
    excess: bool = False
    died_on: Day | None = None
    last_service: Day | None = None
    resumes: Code | None = None

    @model_validator(mode="after")
    def _dates(self) -> Ask:
        if self.last < self.first:
            raise ValueError(f"expected a last day on or after the first day {self.first}, got {self.last}")
        turns = [self.first, *(then.first for then in self.then)]
        if turns != sorted(set(turns)) or turns[-1] > self.last:
            raise ValueError(f"expected kinds that follow each other until {self.last}, got them from {turns[1:]}")
        if self.first == self.last and (self.begins, self.ends) == ("afternoon", "morning"):
            raise ValueError("expected a day that ends after it began, got an afternoon until the morning")
        return self


class Granting(OfLeave):
    """A desk says yes. At a small site one person may do so at two desks on an emergency: `twice` tells why."""

    countersignable = True
    twice: Remark = ""


class Attest(Granting):
    """The verification officer says how the family event was checked, and whether it holds.

    After an approval which waits for its proof, this is the proof.
    """

    kind: Literal["attest"] = "attest"
    method: Literal["red-cross", "embassy", "unit", "phone", "document"]
    holds: bool = True


class Approve(Granting):
    """Command consents to the leave or, while the member is away, to the extension asked for.

    `prove_by`: approved now, proved later; without proof by the end of that day the days are charged.
    """

    kind: Literal["approve"] = "approve"
    remark: Remark = ""
    prove_by: Day | None = None


class Deny(OfLeave):
    """An authority which has to decide says no, with its reason."""

    countersignable = True
    kind: Literal["deny"] = "deny"
    reason: Reason


class Withdraw(OfLeave):
    """The member takes the request back, before sign-out."""

    kind: Literal["withdraw"] = "withdraw"


class Cancel(OfLeave):
    """An authority revokes the leave after approval and before sign-out, with its reason.

    `contingency`: the mission's need, and not the member's doing, so that booked travel may be refunded.
    """

    kind: Literal["cancel"] = "cancel"
    reason: Reason
    contingency: bool = False


class Correct(OfLeave):
    """A typing mistake is put right by a compensating entry; what was written stays in the journal.

    So is the day of the last service told once it is known: a bereavement is not charged until so many days after it.
    """

    kind: Literal["correct"] = "correct"
    reason: Reason
    first: Day | None = None
    last: Day | None = None
    destination: Code | None = None
    last_service: Day | None = None
    signed_out_at: Moment | None = None
    signed_in_at: Moment | None = None


class Clear(Granting):
    """The clearance officer lets the leave go to the base's ledger, where the base's setting asks for an officer."""

    kind: Literal["clear"] = "clear"


class ConfirmTravel(Granting):
    """Movement control confirms the journey, on other flights if it names them; of who is away, another flight home.

    `waive`: why it confirms one that was asked for too late.
    """

    kind: Literal["confirm-travel"] = "confirm-travel"
    out_flight: Code | None = None
    back_flight: Code | None = None
    waive: Text = ""


class SignOut(OfLeave):
    """The gate saw the member leave the base, at `acted_at`."""

    said = "observation"
    kind: Literal["sign-out"] = "sign-out"


class CheckOff(OfLeave):
    """What an order wants before the departure is done (or, not `done`, was checked off by mistake).

    `all` is whatever stands on the leave's list by now.
    """

    said = "observation"
    kind: Literal["check-off"] = "check-off"
    item: Literal[Item, "all"]
    done: bool = True


class SignIn(OfLeave):
    """The gate saw the member back on the base, at `acted_at`. *Fit for duty* is a second moment.

    `journey_at` is when somebody recalled began the journey back. Who goes on leave anew from where they are, under
    another request that resumes this one, is signed in `onto` that leave without having come to the base.
    """

    said = "observation"
    kind: Literal["sign-in"] = "sign-in"
    fit: bool = True
    journey_at: Moment | None = None
    onto: Code | None = None


class PassGateway(OfLeave):
    """The member passed the gateway of the journey at `acted_at`: on the way out, or back."""

    said = "observation"
    kind: Literal["gateway"] = "gateway"
    way: Literal["out", "back"]


class Extend(OfLeave):
    """The member asks to stay away until a later last day. The reason is sealed: it may be the family's."""

    kind: Literal["extend"] = "extend"
    last: Day
    reason: Sealed


class Report(OfLeave):
    """Anybody tells that the member is held up, was admitted to a hospital at `acted_at`, or has left it then.

    It stops the overdue ladder until the commander finds.
    """

    said = "observation"
    kind: Literal["report"] = "report"
    what: Literal["delay", "hospital", "discharged", "other"]
    until: date | None = None
    detail: Sealed | None = None


class Find(OfLeave):
    """The commander finds of days after the last day: excused, charged, or absent without leave.

    Of the days from `first` to `until`: where nothing is said of those on which nothing was found yet, up to today, or
    to the day until which a delay was reported. An absence is found until further word. The reason is sealed: it may
    be a family's or a medical matter.
    """

    typed = "finding"
    kind: Literal["find"] = "find"
    finding: Literal["excused", "charged", "absent"]
    reason: Sealed
    first: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _dates(self) -> Find:
        if self.first and self.until and self.until < self.first:
            raise ValueError(f"expected a day on or after {self.first}, got {self.until}")
        return self


class Countersign(OfLeave):
    """The decider confirms an act which a clerk recorded for them."""

    kind: Literal["countersign"] = "countersign"
    of: str


class Review(OfLeave):
    """The next higher post looks at what one person has decided in two capacities. It undoes nothing by itself."""

    kind: Literal["review"] = "review"
    of: str
    upheld: bool = True
    remark: Remark = ""


class Unbook(Granting):
    """Movement control takes the member off a flight's manifest; another seat is looked for."""

    kind: Literal["unbook"] = "unbook"
    flight: Code
    reason: Reason


class FlightChanged(OfLeave):
    """The register tells a leave that its flight was cancelled or moved."""

    said = "machine"
    kind: Literal["flight-changed"] = "flight-changed"
    flight: Code
    why: Literal["cancelled", "moved"]


class Attach(OfLeave):
    """Papers were laid into the detail store: `evidence` holds their digests.

    What they are called may tell a family's matter: it is sealed, and open in acts of before. `of` is the act whose
    evidence they are, which a clerk recorded without it; it need not be named where there is but one, and is `none`
    of papers that show no decision.
    """

    said = "observation"
    kind: Literal["attach"] = "attach"
    title: Remark = ""
    of: str = Field(default="", max_length=100)


class Lapse(OfLeave):
    """Time says that a deadline fell due. Never sent by a person; `decided_by` is `time`."""

    said = "machine"
    kind: Literal["lapse"] = "lapse"
    what: str


class Ruled(OfLeave):
    """The base tells a leave its verdict without having been asked: orders changed, or a place came free."""

    said = "machine"
    kind: Literal["ruled"] = "ruled"
    base: Code
    verdict: Verdict
