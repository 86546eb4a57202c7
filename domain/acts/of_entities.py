"""What is said to a base, to the account of a member, and to the register: by leaves and by people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.acts.head import Act, OfLeave, Remark, Sealed
from domain.holdings import Days, Place
from domain.model import Code, Instant, Moment, Sha256, Text
from domain.orders import Order
from domain.terms import OwnTerms


class Enter(OfLeave):
    """A leave asks its base for a control number."""

    said = "machine"
    to = "base"
    kind: Literal["enter"] = "enter"
    base: Code
    year: int


class SetPlace(OfLeave):
    """A leave's n-th wish for its place among the absences of the base; `place` None gives it back.

    `back_at` is when the gate saw the member back, where that is why it goes back.
    """

    said = "machine"
    to = "base"
    kind: Literal["set-place"] = "set-place"
    base: Code
    n: int
    place: Place | None
    back_at: Instant | None = None


class IssueOrder(Act):
    """An authority issues an order, or with a higher version amends it; `everywhere` it is for each base there is."""

    to = "base"
    kind: Literal["issue-order"] = "issue-order"
    base: Code
    order: Order
    everywhere: bool = False


class RescindOrder(Act):
    """An authority ends an order before its time, at a base or `everywhere`; None of `at` means at `acted_at`."""

    to = "base"
    kind: Literal["rescind-order"] = "rescind-order"
    base: Code
    number: Code
    at: Instant | None = None
    reason: Text = Field(min_length=1)
    everywhere: bool = False


class Exempt(Act):
    """The authority which an order names exempts one leave from one version of it (exception to policy, ETP).

    The reason is sealed: it may be the family's. `twice` tells why who has decided on the leave already does this too.
    """

    to = "base"
    kind: Literal["exempt"] = "exempt"
    base: Code
    leave_id: str
    order: Code
    ground: Literal["mission-essential", "humanitarian", "extreme-hardship"]
    reason: Sealed
    until: Instant | None = None
    twice: Remark = ""


class Override(Act):
    """The post which the rule pack names lets an emergency leave go although the unit's strength is short.

    The reason is sealed: it may be the family's. `twice` tells why who has decided on the leave already does this too.
    """

    to = "base"
    kind: Literal["override"] = "override"
    base: Code
    leave_id: str
    reason: Sealed
    twice: Remark = ""


class Told(Act):
    """The verdicts up to `seq` have reached the leaves named; `gone` are leaves that had already ended."""

    said = "machine"
    to = "base"
    kind: Literal["told"] = "told"
    base: Code
    reached: dict[str, int]
    gone: tuple[str, ...] = ()


class LookAgain(Act):
    """The register may know otherwise than before who is there: a base goes through ledger and queue once more."""

    said = "machine"
    to = "base"
    kind: Literal["look-again"] = "look-again"
    base: Code


class SetAside(Act):
    """Somebody sets an act aside which waited in a spool: it is not sent any more, and the base's journal says so.

    `file` is the digest of the file in which it was kept and goes on lying, `act` its kind and `of` its id (both are
    empty where no act could be read), `addressed` the workflow id to which it was to go. An outcome of it was never
    known at the spool: it may have arrived.
    """

    said = "observation"
    to = "base"
    kind: Literal["set-aside"] = "set-aside"
    base: Code
    file: Sha256
    act: str = Field(default="", max_length=100)
    of: str = Field(default="", max_length=100)
    addressed: str = Field(default="", max_length=200)
    reason: Text = Field(min_length=1)


class SignEntry(Act):
    """The decider confirms an order, an exemption or an override which a clerk recorded for them: the act `of`."""

    to = "base"
    typed = "order countersign"
    kind: Literal["sign-entry"] = "sign-entry"
    base: Code
    of: str = Field(max_length=100)


class LayPaper(Act):
    """Papers of an order, an exemption or an override which a clerk recorded without its evidence: the act `of`.

    They were laid into the detail store: `evidence` holds their digests.
    """

    said = "observation"
    to = "base"
    typed = "order attach"
    kind: Literal["lay-paper"] = "lay-paper"
    base: Code
    of: str = Field(min_length=1, max_length=100)


class SignAccount(Act):
    """The decider confirms what a clerk entered into a member's account for them: the act `of`."""

    to = "member"
    typed = "account countersign"
    kind: Literal["sign-account"] = "sign-account"
    member: Code
    of: str = Field(max_length=100)


class SignChange(Act):
    """The decider confirms a change of a flight which a clerk recorded for them: the act `of`."""

    to = "register"
    typed = "flight countersign"
    kind: Literal["sign-change"] = "sign-change"
    of: str = Field(max_length=100)


class VoidNumbers(Act):
    """Control numbers of a year up to `through` are void where this base has not given them.

    They were given by the mission before it was laid back to a backup: papers bear them, and nobody is given them anew.
    """

    to = "base"
    kind: Literal["void-numbers"] = "void-numbers"
    base: Code
    year: int = Field(ge=2000, le=2099)
    through: int = Field(ge=1, le=999_999)
    reason: Text = Field(min_length=1)


class SetDays(OfLeave):
    """A leave's n-th wish for days of the member's account; `days` None gives back what is not settled.

    `under` are the terms by which the leave was asked for; a leave from before they were told says none.
    """

    said = "machine"
    to = "member"
    kind: Literal["set-days"] = "set-days"
    member: Code
    n: int
    days: Days | None
    under: OwnTerms | None = None


class ChangeFlight(Act):
    """Movement control moves a flight to other times, or cancels it where none are given; it says why."""

    to = "register"
    kind: Literal["change-flight"] = "change-flight"
    flight: Code
    departs: Moment | None = None
    arrives: Moment | None = None
    manifest_closes: Moment | None = None
    reason: Text = Field(min_length=1)


class Import(Act):
    """An administrator imports a change of the register: the files by digest, and what they change."""

    to = "register"
    kind: Literal["import"] = "import"
    files: dict[Code, Sha256]
    base_version: int
    summary: dict[str, int] = {}
