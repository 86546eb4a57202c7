"""The entries about the journey: its confirmation, the checklist, seats, the gate, the gateway, the days it came to."""

from __future__ import annotations

from typing import Literal

from domain import marks
from domain.decider import Event
from domain.leave.counting import CountedDay
from domain.model import Code, Decimal, Instant
from domain.restrictions import Item
from domain.words import counted


class TravelConfirmed(Event):
    """Movement control has confirmed the journey; flights it names replace those booked.

    `waived`: why, although it was asked for too late.
    """

    kind: Literal["travel-confirmed"] = "travel-confirmed"
    by: Code
    out_flight: Code | None = None
    back_flight: Code | None = None
    waived: str = ""

    def says(self) -> str:
        """The sentence for people."""
        return "journey confirmed by movement control" + (f", a late request waived: {self.waived}" * bool(self.waived))


class CheckedOff(Event):
    """Things which an order wants before the departure are done, or are not done after all."""

    kind: Literal["checked-off"] = "checked-off"
    items: tuple[Item, ...]
    done: bool = True

    def says(self) -> str:
        """The sentence for people."""
        return ("checked off: " if self.done else "not done after all: ") + (", ".join(self.items) or "nothing")


class SeatLost(Event):
    """A flight was cancelled or moved, or the member was taken `off` its manifest: another seat is looked for."""

    kind: Literal["seat-lost"] = "seat-lost"
    flight: Code
    why: Literal["cancelled", "moved", "taken off"]
    off: bool = False

    def says(self) -> str:
        """The sentence for people."""
        return f"flight {self.flight}: {self.why}; a seat is looked for anew"


class SignedOut(Event):
    """The member has left the base."""

    kind: Literal["signed-out"] = "signed-out"
    at: Instant

    def says(self) -> str:
        """The sentence for people."""
        return "signed out" + marks.aside(self.irregular)


class SignedIn(Event):
    """The member is back on the base; the days are counted, each by its rule."""

    kind: Literal["signed-in"] = "signed-in"
    at: Instant
    fit: bool = True
    charged: Decimal
    count: tuple[CountedDay, ...]
    journey_at: Instant | None = None
    onto: Code | None = None

    def says(self) -> str:
        """The sentence for people."""
        return f"signed in{' onto another leave' if self.onto else ''}, {counted(self.charged, 'day')} charged"


class Recounted(Event):
    """What the count of days rests on became known only after the return: the days are counted anew."""

    kind: Literal["recounted"] = "recounted"
    charged: Decimal
    count: tuple[CountedDay, ...]

    def says(self) -> str:
        """The sentence for people."""
        return f"counted anew, {self.charged} days charged"


class PassedGateway(Event):
    """The member has reached the gateway of the journey, or has come back to it."""

    kind: Literal["passed-gateway"] = "passed-gateway"
    way: Literal["out", "back"]
    at: Instant

    def says(self) -> str:
        """The sentence for people."""
        return "gateway reached" if self.way == "out" else "back at the gateway"
