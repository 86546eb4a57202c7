"""Every entry of the register's journal: when it is written, and the sentence which it says to people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.decider import Event, Refused
from domain.model import Code, Instant, Sha256, Text
from domain.signing import EntryLapsed, EntrySigned, Recorded
from domain.words import counted


class Imported(Event):
    """An import was accepted under the next version number; its files are about to be taken in.

    `summary` is what the importer's dry run promised (`members.added`: 3), `by` who imports, `at` when they said so.
    """

    kind: Literal["imported"] = "imported"
    version: int
    files: dict[Code, Sha256]
    summary: dict[str, int] = {}
    by: Code
    at: Instant

    def says(self) -> str:
        """The sentence for people."""
        changes = ", ".join(f"{count} {what}" for what, count in self.summary.items()) or "no changes told"
        return f"import {self.version}: {', '.join(self.files)} ({changes})"


class AlreadySo(Event):
    """The same files again: the register stands as they say since this version, or is about to."""

    kind: Literal["already-so"] = "already-so"
    version: int

    def says(self) -> str:
        """The sentence for people."""
        return f"already so since version {self.version}"


class Applied(Event):
    """The effect's answer: the register has this version now, and so many administrators, of whatever day.

    `flights` with booked seats were moved or cancelled by it.
    """

    kind: Literal["applied"] = "applied"
    version: int
    administrators: int
    flights: tuple[Code, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        return f"the register has version {self.version}"


class NotApplied(Event):
    """The effect's answer: the files do not go with what is in the register. `lines` are the first of the bad ones."""

    kind: Literal["not-applied"] = "not-applied"
    version: int
    bad_lines: int
    lines: tuple[Text, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        return f"import {self.version} was not taken in, {self.bad_lines} bad lines: {'; '.join(self.lines)}"


class FlightChanging(Recorded):
    """A flight is about to be changed, and each leave with a seat on it told; cancelled where no times are given.

    `n` is its line in the journal: by it the register knows a newer change of a flight from an older one. `until` is
    the later one of the departures before and after it: no change is taken once the flight has gone, unless it was
    cancelled, and is brought back.
    """

    kind: Literal["flight-changing"] = "flight-changing"
    n: int
    flight: Code
    departs: Instant | None = None
    arrives: Instant | None = None
    manifest_closes: Instant | None = None
    reason: Text
    at: Instant
    until: Instant | None = None

    def says(self) -> str:
        """The sentence for people."""
        return f"flight {self.flight} " + (f"moved to {self.departs:%Y-%m-%d %H:%M}Z" if self.departs else "cancelled")


class FlightAlready(Event):
    """The flight is, or is about to be, as it was told."""

    kind: Literal["flight-already"] = "flight-already"
    flight: Code

    def says(self) -> str:
        """The sentence for people."""
        return f"flight {self.flight} is so already"


class FlightWritten(Event):
    """The effect's answer: the flight is so in the register, and so many leaves with a seat on it are to be told.

    None where a newer change or a newer import was written before it: those whom that concerns are told of that.
    """

    kind: Literal["flight-written"] = "flight-written"
    n: int
    flight: Code
    leaves: int

    def says(self) -> str:
        """The sentence for people."""
        return f"flight {self.flight} stands so in the register; {counted(self.leaves, 'leave')} to tell"


class FlightTold(Event):
    """The effect's answer: all leaves which had a seat on the flight when it was changed, so many, were told."""

    kind: Literal["flight-told"] = "flight-told"
    n: int
    flight: Code
    leaves: int

    def says(self) -> str:
        """The sentence for people."""
        return f"flight {self.flight}: {self.leaves} leaves look for a seat anew"


RegisterEvent = Annotated[
    Imported
    | AlreadySo
    | Applied
    | NotApplied
    | FlightChanging
    | FlightAlready
    | FlightWritten
    | FlightTold
    | EntrySigned
    | EntryLapsed
    | Refused,
    Field(discriminator="kind"),
]
