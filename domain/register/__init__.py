"""The decider of the mission's register: each import is one numbered version, and taken in before the next one.

    Import -> exactly one of Imported | AlreadySo | Refused
    Imported -> wants Apply, which is answered by Applied | NotApplied

What is in the files is no business of the journal: it names them by digest, and the detail store keeps them.
"""

from __future__ import annotations

from domain.acts import Import, Lapse
from domain.decider import Decision, Outcome, Questions, Undecided
from domain.facts import Need
from domain.model import Instant
from domain.register.deciding import decide
from domain.register.events import AlreadySo, Applied, Imported, NotApplied, RegisterEvent
from domain.register.state import Apply, Register, evolve

name = "register"
initial = Register()
RegisterQuestions = Questions[Import, Register]
RegisterDecision = Decision[Import, RegisterEvent]
RegisterAnswers = tuple[RegisterDecision | Undecided, ...]
RegisterOutcome = Outcome[RegisterEvent]


def needs(act: Import, state: Register) -> frozenset[Need]:
    """Who imports."""
    return frozenset({"person"})


def wants(state: Register, now: Instant) -> tuple[Apply, ...]:
    """The import which is under way."""
    return (state.under_way,) if state.under_way else ()


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
