"""Every entry of an account's journal: when it is written, and the sentence which it says to people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.decider import Event, Refused
from domain.holdings import Days
from domain.model import Code, Decimal, date
from domain.refusal import Refusal


class Opened(Event):
    """Balances came from outside, by purse, as of a day. Written once, when they are first known."""

    kind: Literal["opened"] = "opened"
    as_of: date
    days: dict[str, Decimal]
    source: str

    def says(self) -> str:
        """The sentence for people."""
        balances = ", ".join(f"{purse} {days}" for purse, days in self.days.items())
        return f"opened as of {self.as_of}: {balances} ({self.source})"


class HeldDays(Event):
    """The answer to a leave's newest wish: what the account holds for it now. A repeated wish is answered by it again.

    `days` None means that nothing is held for it any more; what was settled stays charged. `balance_after` is what the
    purse has left on the first day of the leave once it is charged; None where no purse pays.
    """

    kind: Literal["held-days"] = "held-days"
    leave_id: str
    n: int
    days: Days | None
    balance_after: Decimal | None = None

    def says(self) -> str:
        """The sentence for people."""
        if self.days is None:
            return "no days held"
        if self.days.charged is None:
            return f"{self.days.expected} days held, {self.days.first} to {self.days.last}"
        return f"{self.days.charged} days charged, {self.days.first} to {self.days.last}"


class DaysRefused(Event):
    """The answer to a wish which a rule did not allow: what was held for the leave before stands."""

    kind: Literal["days-refused"] = "days-refused"
    leave_id: str
    n: int
    refusal: Refusal

    def says(self) -> str:
        """The sentence for people."""
        return f"days refused: {self.refusal.why}"


class CorrectedDays(Event):
    """A compensating entry to the charge of a closed leave: `days` above zero went back to the member.

    `correction` is the id of the act, by which a repeat is known; `charge` is what the leave has cost in all by now.
    """

    kind: Literal["corrected-days"] = "corrected-days"
    leave_id: str
    correction: str
    days: Decimal
    charge: Decimal
    by: Code

    def says(self) -> str:
        """The sentence for people."""
        return f"charge corrected by {-self.days:+}, now {self.charge} days"


AccountEvent = Annotated[Opened | HeldDays | DaysRefused | CorrectedDays | Refused, Field(discriminator="kind")]
