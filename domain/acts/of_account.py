"""What people say to a member's account: balances from outside, corrections, year ends, what other systems state."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.acts.head import Act, Day, Reason
from domain.model import Code, Decimal, Model, Sha256, Text, date
from domain.orders import LeaveKind

Ground = Literal["absent", "excess", "confined", "unpaid"]
"""Why nothing is earned: absent without leave, excess leave, confined, or on leave without pay."""

Kept = Literal["annual", "rr", "cto"]
"""A purse which has an account: what leave is charged to."""

Carry = Literal["hostile-fire", "kept"]
"""Why more than usual is carried over: service under hostile fire, or a balance of old that is kept."""


class TakenBefore(Model):
    """How many leaves of a kind were taken before this mission, and the first day of the latest of them, if known."""

    times: int = Field(ge=0)
    latest: date | None = None

    @model_validator(mode="after")
    def _dates(self) -> TakenBefore:
        if self.latest and not self.times:
            raise ValueError(f"expected no first day where none was taken, got {self.latest}")
        return self

    def says(self) -> str:
        """For people."""
        return f"{self.times} taken" + (f", the latest from {self.latest} on" if self.latest else "")


class OpenAccount(Act):
    """Balances are brought from outside, by purse, with source and as-of date.

    So is what was `taken` by that day of the kinds that are granted so often in a career, or once in so many months.
    """

    to = "member"
    kind: Literal["open-account"] = "open-account"
    member: Code
    as_of: Day
    days: dict[Kept, Decimal] = {}
    taken: dict[LeaveKind, TakenBefore] = {}
    source: Text = Field(min_length=1)

    @model_validator(mode="after")
    def _something(self) -> OpenAccount:
        if not self.days and not self.taken:
            raise ValueError("expected days of a purse, or what was taken of a kind of leave, got neither")
        return self


class CorrectAccount(Act):
    """A charge of a closed leave is put right by a compensating entry: `days` above zero go back to the member.

    None say that what arrived after the leave's end was looked at, and changes no day.
    `purse` is the one which they go back to, or are taken from; it is named where the leave was paid by several.
    """

    to = "member"
    kind: Literal["correct-account"] = "correct-account"
    member: Code
    leave_id: str
    days: Decimal
    purse: Kept | None = None
    reason: Reason


class AdjustAccount(Act):
    """A purse is put right by a compensating entry which belongs to no leave, and counts from the day `on`."""

    to = "member"
    kind: Literal["adjust-account"] = "adjust-account"
    member: Code
    purse: Kept
    days: Decimal
    on: Day
    reason: Reason


class WithholdAccrual(Act):
    """From `first` to `last` (None: until further word) nothing is earned; `lift` says that it is after all."""

    to = "member"
    kind: Literal["withhold-accrual"] = "withhold-accrual"
    member: Code
    first: Day
    last: Day | None = None
    ground: Ground
    lift: bool = False
    reason: Reason

    @model_validator(mode="after")
    def _dates(self) -> WithholdAccrual:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"expected a last day on or after the first day {self.first}, got {self.last}")
        return self


class RaiseCeiling(Act):
    """Written authority to carry more days than usual over the end of the fiscal year `on`.

    `served` are the days under hostile fire, where that is the ground.
    """

    to = "member"
    kind: Literal["raise-ceiling"] = "raise-ceiling"
    member: Code
    on: Day
    ground: Carry
    served: Annotated[int, Field(ge=0)] = 0
    reason: Text = Field(min_length=1)


class CreditWorked(Act):
    """So many days were worked from first to last, and earn compensatory time off as the pack says."""

    to = "member"
    kind: Literal["credit-worked"] = "credit-worked"
    member: Code
    first: Day
    last: Day
    worked: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _dates(self) -> CreditWorked:
        days = (self.last - self.first).days + 1
        if not self.worked <= days:
            raise ValueError(f"expected at most {max(days, 0)} days worked from first to last, got {self.worked}")
        return self


class CloseYear(Act):
    """The fiscal year which ended on `on` is closed: what may not be carried over is lost."""

    to = "member"
    kind: Literal["close-year"] = "close-year"
    member: Code
    on: Day


class ReconcileAccount(Act):
    """What a statement of the pay or personnel system says of a member: charges by leave, balances by purse."""

    said = "observation"
    to = "member"
    kind: Literal["reconcile-account"] = "reconcile-account"
    member: Code
    source: Text = Field(min_length=1)
    statement: Sha256
    as_of: Day
    charges: dict[str, Decimal] = {}
    balances: dict[Kept, Decimal] = {}
