"""The decider of the mission's register: each import is one numbered version, and taken in before the next one.

    Import -> exactly one of Imported | AlreadySo | Refused
    Imported -> wants Apply, which is answered by Applied | NotApplied
    ChangeFlight -> exactly one of FlightChanging | FlightAlready | Refused
    FlightChanging, or Applied with flights -> wants ChangedFlight, which is answered by FlightTold

What is in the files is no business of the journal: it names them by digest, and the detail store keeps them.
"""

from __future__ import annotations

from domain.acts import ChangeFlight, Import, Lapse, RegisterAct
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
    Imported,
    NotApplied,
    RegisterEvent,
)
from domain.register.state import Apply, ChangedFlight, Register, evolve

name = "register"
initial = Register()
RegisterQuestions = Questions[RegisterAct, Register]
RegisterDecision = Decision[RegisterAct, RegisterEvent]
RegisterAnswers = tuple[RegisterDecision | Undecided, ...]
RegisterOutcome = Outcome[RegisterEvent]


def needs(act: Import | ChangeFlight, state: Register) -> frozenset[Need]:
    """Who says it; and the flight that it is about."""
    return frozenset({"person", "flight"}) if isinstance(act, ChangeFlight) else frozenset({"person"})


def wants(state: Register, now: Instant) -> tuple[Apply | ChangedFlight, ...]:
    """The import which is under way, and the first of the flights that are changed."""
    return (*((state.under_way,) if state.under_way else ()), *state.flights[:1])


def due(state: Register) -> tuple[Lapse, ...]:
    """Nothing: time says nothing to the register."""
    return ()


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
    "Imported",
    "NotApplied",
    "Register",
    "RegisterAnswers",
    "RegisterDecision",
    "RegisterEvent",
    "RegisterOutcome",
    "RegisterQuestions",
    "decide",
    "due",
    "evolve",
    "initial",
    "name",
    "needs",
    "over",
    "wants",
]
