"""Every act: who says it, to whom, in which fields.

From this one list come update names, commands, schemas and documentation.

A *decision* may be refused. An *observation* tells what happened and, from an entitled post, is always recorded.
Three more kinds of act come from no person: what time says, what a base answers, and the wishes of a leave.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from domain.holdings import Days, Place
from domain.model import Code, Decimal, Instant, Model, Moment, Sha256, Text, date
from domain.orders import LeaveKind, Order, Verdict

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


class Act(Model):
    """What somebody says, and the head of every act.

    `decided_by` is the register id of who decides or saw it, `post` the post they speak as; `for_post` the post whose
    power a delegate uses; `entered_by` a clerk who records it for them from paper, radio, phone or mail. `acted_at`
    is when it was said or seen, which may be long before it is recorded.
    """

    said: ClassVar[Said] = "decision"
    to: ClassVar[To] = "leave"

    act_id: Annotated[str, Field(min_length=1, max_length=100)]
    decided_by: Code
    post: Code | None = None
    for_post: Code | None = None
    entered_by: Code | None = None
    medium: Medium = "own"
    evidence: tuple[Sha256, ...] = Field(default=(), max_length=50)
    acted_at: Moment
    signature: Text = ""


class _OfLeave(Act):
    leave_id: str


class Ask(_OfLeave):
    """The member asks for leave: the first act of each.

    Only the member asks; a clerk may enter what the member signed.
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

    @model_validator(mode="after")
    def _dates(self) -> Ask:
        if self.last < self.first:
            raise ValueError(f"expected a last day on or after the first day {self.first}, got {self.last}")
        return self


class Attest(_OfLeave):
    """The verification officer says how the family event was checked, and whether it holds."""

    kind: Literal["attest"] = "attest"
    method: Literal["red-cross", "embassy", "unit", "phone", "document"]
    holds: bool = True


class Approve(_OfLeave):
    """Command consents to the leave or, while the member is away, to the extension asked for."""

    kind: Literal["approve"] = "approve"
    remark: Text = ""


class Deny(_OfLeave):
    """An authority which has to decide says no, with its reason."""

    kind: Literal["deny"] = "deny"
    reason: Text = Field(min_length=1)


class Withdraw(_OfLeave):
    """The member takes the request back, before sign-out."""

    kind: Literal["withdraw"] = "withdraw"


class Cancel(_OfLeave):
    """An authority revokes the leave after approval and before sign-out, with its reason."""

    kind: Literal["cancel"] = "cancel"
    reason: Text = Field(min_length=1)


class Correct(_OfLeave):
    """A typing mistake is put right by a compensating entry; what was written stays in the journal."""

    kind: Literal["correct"] = "correct"
    reason: Text = Field(min_length=1)
    first: Day | None = None
    last: Day | None = None
    destination: Code | None = None
    signed_out_at: Moment | None = None
    signed_in_at: Moment | None = None


class Clear(_OfLeave):
    """The clearance officer lets the leave go to the base's ledger, where the base's setting asks for an officer."""

    kind: Literal["clear"] = "clear"


class ConfirmTravel(_OfLeave):
    """Movement control confirms the journey, on other flights if it names them."""

    kind: Literal["confirm-travel"] = "confirm-travel"
    out_flight: Code | None = None
    back_flight: Code | None = None


class SignOut(_OfLeave):
    """The gate saw the member leave the base, at `acted_at`."""

    said = "observation"
    kind: Literal["sign-out"] = "sign-out"


class SignIn(_OfLeave):
    """The gate saw the member back on the base, at `acted_at`. *Fit for duty* is a second moment."""

    said = "observation"
    kind: Literal["sign-in"] = "sign-in"
    fit: bool = True


class Extend(_OfLeave):
    """The member asks to stay away until a later last day. The reason is sealed: it may be the family's."""

    kind: Literal["extend"] = "extend"
    last: Day
    reason: Sealed


class Report(_OfLeave):
    """Anybody tells that the member is held up, or in hospital.

    It stops the overdue ladder until the commander finds.
    """

    said = "observation"
    kind: Literal["report"] = "report"
    what: Literal["delay", "hospital", "other"]
    until: date | None = None
    detail: Sealed | None = None


class Find(_OfLeave):
    """The commander finds of days after the last day: excused, charged, or absent without leave."""

    kind: Literal["find"] = "find"
    finding: Literal["excused", "charged", "absent"]
    reason: Text = Field(min_length=1)


class Countersign(_OfLeave):
    """The decider confirms an act which a clerk recorded for them."""

    kind: Literal["countersign"] = "countersign"
    of: str


class Attach(_OfLeave):
    """Papers were laid into the detail store: `evidence` holds their digests."""

    said = "observation"
    kind: Literal["attach"] = "attach"
    title: Text = ""


class Lapse(_OfLeave):
    """Time says that a deadline fell due. Never sent by a person; `decided_by` is `time`."""

    said = "machine"
    kind: Literal["lapse"] = "lapse"
    what: str


class Ruled(_OfLeave):
    """The base tells a leave its verdict without having been asked: orders changed, or a place came free."""

    said = "machine"
    kind: Literal["ruled"] = "ruled"
    base: Code
    verdict: Verdict


class Enter(_OfLeave):
    """A leave asks its base for a control number."""

    said = "machine"
    to = "base"
    kind: Literal["enter"] = "enter"
    base: Code
    year: int


class SetPlace(_OfLeave):
    """A leave's n-th wish for its place among the absences of the base; `place` None gives it back."""

    said = "machine"
    to = "base"
    kind: Literal["set-place"] = "set-place"
    base: Code
    n: int
    place: Place | None


class IssueOrder(Act):
    """An authority issues an order, or with a higher version amends it."""

    to = "base"
    kind: Literal["issue-order"] = "issue-order"
    base: Code
    order: Order


class RescindOrder(Act):
    """An authority ends an order before its time; None of `at` means at `acted_at`."""

    to = "base"
    kind: Literal["rescind-order"] = "rescind-order"
    base: Code
    number: Code
    at: Instant | None = None
    reason: Text = Field(min_length=1)


class Exempt(Act):
    """The authority which an order names exempts one leave from one version of it (exception to policy, ETP)."""

    to = "base"
    kind: Literal["exempt"] = "exempt"
    base: Code
    leave_id: str
    order: Code
    ground: Literal["mission-essential", "humanitarian", "extreme-hardship"]
    reason: Text = Field(min_length=1)
    until: Instant | None = None


class Override(Act):
    """The post which the rule pack names lets an emergency leave go although the unit's strength is short."""

    to = "base"
    kind: Literal["override"] = "override"
    base: Code
    leave_id: str
    reason: Text = Field(min_length=1)


class Told(Act):
    """The verdicts up to `seq` have reached the leaves named; `gone` are leaves that had already ended."""

    said = "machine"
    to = "base"
    kind: Literal["told"] = "told"
    base: Code
    reached: dict[str, int]
    gone: tuple[str, ...] = ()


class SetDays(_OfLeave):
    """A leave's n-th wish for days of the member's account; `days` None gives back what is not settled."""

    said = "machine"
    to = "member"
    kind: Literal["set-days"] = "set-days"
    member: Code
    n: int
    days: Days | None


class CorrectAccount(Act):
    """A charge of a closed leave is put right by a compensating entry: `days` above zero go back to the member."""

    to = "member"
    kind: Literal["correct-account"] = "correct-account"
    member: Code
    leave_id: str
    days: Decimal
    reason: Text = Field(min_length=1)


class Import(Act):
    """An administrator imports a change of the register: the files by digest, and what they change."""

    to = "register"
    kind: Literal["import"] = "import"
    files: dict[Code, Sha256]
    base_version: int
    summary: dict[str, int] = {}


LeaveAct = Annotated[
    Ask
    | Attest
    | Approve
    | Deny
    | Withdraw
    | Cancel
    | Correct
    | Clear
    | ConfirmTravel
    | SignOut
    | SignIn
    | Extend
    | Report
    | Find
    | Countersign
    | Attach
    | Lapse
    | Ruled,
    Field(discriminator="kind"),
]
BaseAct = Annotated[
    Enter | SetPlace | IssueOrder | RescindOrder | Exempt | Override | Told, Field(discriminator="kind")
]
MemberAct = Annotated[SetDays | CorrectAccount, Field(discriminator="kind")]
RegisterAct = Annotated[Import, Field()]
AnyAct = Annotated[LeaveAct | BaseAct | MemberAct | Import, Field(discriminator="kind")]
