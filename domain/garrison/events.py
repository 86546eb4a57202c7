"""Every entry of a base's journal: when it is written, and the sentence which it says to people (none is named)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from domain import marks
from domain.acts import Remark, Sealed
from domain.decider import Event, Refused
from domain.garrison.compact import pack, unpack
from domain.garrison.orders import Fell
from domain.garrison.papers import PaperLaid
from domain.holdings import Place
from domain.model import Code, Instant, Sha256, Text, date
from domain.once import AlreadySo
from domain.orders import Order, Second, Verdict
from domain.signing import EntryLapsed, EntrySigned, Recorded
from domain.words import counted

Verdicts = Annotated[dict[str, Verdict], BeforeValidator(unpack), PlainSerializer(pack, return_type=dict[str, Any])]
"""Verdicts by leave; written small (`compact.py`)."""


class Opened(Event):
    """The base is spoken to for the first time. The mission's orders follow, which it takes over."""

    kind: Literal["opened"] = "opened"
    base: Code

    def says(self) -> str:
        """The sentence for people."""
        return f"base {self.base} opened"


class Numbered(Event):
    """A leave was given its control number; asked again, the same is said again."""

    kind: Literal["numbered"] = "numbered"
    leave_id: str
    number: str
    year: int
    serial: int

    def says(self) -> str:
        """The sentence for people."""
        return f"control number {self.number}"


class Stands(Event):
    """What the base answers a leave that set its place. `place` is None where it says the same again, or gave back."""

    kind: Literal["stands"] = "stands"
    leave_id: str
    verdict: Verdict
    place: Place | None = None

    def says(self) -> str:
        """The sentence for people."""
        v = self.verdict
        if self.place and self.place.out_at:
            return "away" + marks.aside(v.irregular)
        if not v.blocks:
            return "place granted" if v.granted else "no place held"
        return f"{'suspended' if v.granted else 'waits'}: " + "; ".join(b.why for b in v.blocks)


class Freed(Event):
    """A leave gave its place back with its n-th wish: `back` from its absence, or `struck` before it left."""

    kind: Literal["freed"] = "freed"
    leave_id: str
    n: int
    how: Literal["struck", "back"]

    def says(self) -> str:
        """The sentence for people."""
        return "back on the base" if self.how == "back" else "struck from the ledger"


class Quarantined(Event):
    """A member is back, and apart under an order for some days: uncharged, and absent for strength."""

    kind: Literal["quarantined"] = "quarantined"
    leave_id: str
    unit: Code
    member: Code
    first: date
    last: date

    def says(self) -> str:
        """The sentence for people."""
        return f"in quarantine from {self.first} to {self.last}"


class OrderIssued(Recorded):
    """A version of an order entered the book.

    `beside` are orders of the other layer in force with the same kind of restriction: all apply together, the
    strictest wins; `without_effect` tells what a base says less strictly than the mission. `departed` are leaves it
    touches that signed out between its first minute and its entry (a verbal order, entered later); they stay validly
    away; `between` is what else was decided then. `unattainable` tells what it wants to stay and is not there. `kept`
    are names of nobody, any more, from the version before it.
    """

    kind: Literal["order-issued"] = "order-issued"
    order: Order
    beside: tuple[Code, ...] = ()
    without_effect: tuple[Text, ...] = ()
    departed: tuple[str, ...] = ()
    between: tuple[Fell, ...] = ()
    kept: tuple[Code, ...] = ()
    unattainable: tuple[Text, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        apply = "applies" if len(self.beside) == 1 else "apply"
        more = (
            f"{', '.join(self.beside)} {apply} beside it, the strictest wins" if self.beside else "",
            *self.without_effect,
            *self.unattainable,
            f"{len(self.departed)} signed out before it was entered" if self.departed else "",
            f"{counted(len(self.between), 'decision')} fell before it was entered" if self.between else "",
            f"the register knows {', '.join(self.kept)} no more" if self.kept else "",
        )
        return "; ".join(filter(None, (f"order {self.order.name} issued: {self.order.title}", *more)))


class OrderRescinded(Recorded):
    """A number ends at an instant; its versions that were to begin later never do."""

    kind: Literal["order-rescinded"] = "order-rescinded"
    number: Code
    at: Instant
    reason: Text

    def says(self) -> str:
        """The sentence for people."""
        return f"order {self.number} rescinded at {self.at.isoformat()}: {self.reason}"


class Examined(Event):
    """Ledger and queue were gone through, and these verdicts changed; `order` is the version which led to it."""

    kind: Literal["examined"] = "examined"
    order: Code | None = None
    verdicts: Verdicts

    def says(self) -> str:
        """The sentence for people."""
        after = f" after {self.order}" if self.order else ""
        return f"{counted(len(self.verdicts), 'leave')} examined anew{after}"


class Consented(Recorded):
    """What an authority lets a leave do; `second` where who decides had done so on it before, and `twice` tells why."""

    second: Second | None = None
    twice: Remark = ""


class Exempted(Consented):
    """One leave is exempt from one version of an order (exception to policy), for good or until an instant."""

    kind: Literal["exempted"] = "exempted"
    leave_id: str
    order: Code
    ground: str
    reason: Sealed
    until: Instant | None = None

    def says(self) -> str:
        """The sentence for people."""
        until = f" until {self.until.isoformat()}" if self.until else ""
        return f"exempt from {self.order} ({self.ground}){until}{_twice(self.second)}"


class Overridden(Consented):
    """An emergency leave may go although its unit is short."""

    kind: Literal["overridden"] = "overridden"
    leave_id: str
    reason: Sealed

    def says(self) -> str:
        """The sentence for people."""
        return f"may exceed the strength of its unit{_twice(self.second)}"


def _twice(second: Second | None) -> str:
    return f"; by who has decided in {second.also} too: {', '.join(second.reviewers)} to review" if second else ""


class ToldLeaves(Event):
    """Verdicts have reached their leaves, up to these seqs; those `gone` had ended, and what they held is free."""

    kind: Literal["told-leaves"] = "told-leaves"
    reached: dict[str, int]
    gone: tuple[str, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        return f"{counted(len(self.reached), 'leave')} told" + (f", {len(self.gone)} had ended" if self.gone else "")


class LookedAgain(Event):
    """Ledger and queue were gone through with what the register knows now; verdicts that changed follow."""

    kind: Literal["looked-again"] = "looked-again"

    def says(self) -> str:
        """The sentence for people."""
        return "counted anew who is there"


class ActSetAside(Event):
    """An act which waited in a spool is not sent any more; its outcome was never known there. See `acts.SetAside`."""

    kind: Literal["act-set-aside"] = "act-set-aside"
    file: Sha256
    act: str = ""
    of: str = ""
    addressed: str = ""
    reason: Text

    def says(self) -> str:
        """The sentence for people."""
        what = f"{self.act} for {self.addressed}" if self.act else "a file in which no act could be read"
        return f"set aside, to be sent no more: {what} ({self.reason})"


class NumbersVoided(Event):
    """Control numbers of a year, first to last, were given before the mission was laid back: nobody is given them."""

    kind: Literal["numbers-voided"] = "numbers-voided"
    year: int
    first: int
    last: int
    reason: Text

    def says(self) -> str:
        """The sentence for people."""
        return f"control numbers {self.first:06d} to {self.last:06d} of {self.year} are void ({self.reason})"


class Forgotten(Event):
    """Orders long ended, leaves long gone and files long set aside leave the state; they stay in the journal."""

    kind: Literal["forgotten"] = "forgotten"
    orders: tuple[Code, ...] = ()
    leaves: tuple[str, ...] = ()
    aside: tuple[Sha256, ...] = ()
    unsigned: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        return f"{counted(len(self.orders), 'order')} and {counted(len(self.leaves), 'leave')} put away"


GarrisonEvent = Annotated[
    Opened
    | Numbered
    | Stands
    | Freed
    | Quarantined
    | OrderIssued
    | OrderRescinded
    | Examined
    | Exempted
    | Overridden
    | ToldLeaves
    | LookedAgain
    | ActSetAside
    | EntrySigned
    | EntryLapsed
    | PaperLaid
    | NumbersVoided
    | AlreadySo
    | Forgotten
    | Refused,
    Field(discriminator="kind"),
]
