"""The decider of the mission's register: each import is one numbered version, and taken in before the next one.

    Import -> exactly one of Imported | AlreadySo | Refused
    Imported -> wants Apply, which is answered by Applied | NotApplied
    ChangeFlight -> exactly one of FlightChanging | FlightAlready | Refused
    SignChange -> EntrySigned | Refused
    Lapse -> EntryLapsed, where it is due
    FlightChanging, or Applied with flights -> wants ChangedFlight, which is answered by FlightWritten
    FlightWritten with leaves to tell -> wants TellFlights, which is answered by FlightTold, change by change

Flights are written one after the other, which takes a moment each; who cannot be told keeps none from being written.

What is in the files is no business of the journal: it names them by digest, and the detail store keeps them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.acts import ChangeFlight, Import, Lapse, RegisterAct, SignChange
from domain.decider import Decision, Outcome, Questions, Undecided
from domain.facts import Need
from domain.model import Instant
from domain.register.deciding import decide
from domain.register.events import (
    AlreadySo,
    Applied,
    FlightAlready,
    FlightChanging,
    FlightTold,
    FlightWritten,
    Imported,
    NotApplied,
    RegisterEvent,
)
from domain.register.state import Apply, ChangedFlight, Register, TellFlights, Untold, evolve
from domain.signing import lapses

Decided = Annotated[RegisterAct | Lapse, Field(discriminator="kind")]
"""What is put to the register: what people say to it, and what time says."""

name = "register"
initial = Register()
RegisterQuestions = Questions[Decided, Register]
RegisterDecision = Decision[Decided, RegisterEvent]
RegisterAnswers = tuple[RegisterDecision | Undecided, ...]
RegisterOutcome = Outcome[RegisterEvent]


def needs(act: Import | ChangeFlight | SignChange | Lapse, state: Register) -> frozenset[Need]:
    """Who says it; and the flight that it is about."""
    if isinstance(act, Lapse):
        return frozenset()
    return frozenset({"person", "flight"}) if isinstance(act, ChangeFlight) else frozenset({"person"})


def wants(state: Register, now: Instant) -> tuple[Apply | ChangedFlight | TellFlights, ...]:
    """The import which is under way, the first of the flights to be written, and all that is to be told."""
    tell = (TellFlights(changes=state.untold),) if state.untold else ()
    return (*((state.under_way,) if state.under_way else ()), *state.flights[:1], *tell)


def due(state: Register) -> tuple[Lapse, ...]:
    """What time will say, earliest first: that a countersignature of a flight's change did not come."""
    return lapses(state.unsigned)


def over(state: Register) -> bool:
    """Never: the register lives as long as its mission."""
    return False


__all__ = [
    "AlreadySo",
    "Applied",
    "Apply",
    "ChangedFlight",
    "FlightAlready",
    "FlightChanging",
    "FlightTold",
    "FlightWritten",
    "Imported",
    "NotApplied",
    "Register",
    "RegisterAnswers",
    "RegisterDecision",
    "RegisterEvent",
    "RegisterOutcome",
    "RegisterQuestions",
    "TellFlights",
    "Untold",
    "decide",
    "due",
    "evolve",
    "initial",
    "name",
    "needs",
    "over",
    "wants",
]
