"""The decider of a base: orders in force, absences granted, the queue for places, gapless control numbers.

    Enter                        -> Numbered
    SetPlace                     -> Stands, before it Freed when the place goes back
    IssueOrder, RescindOrder     -> OrderIssued, OrderRescinded | AlreadySo | Refused
    Exempt, Override             -> Exempted, Overridden | AlreadySo | Refused
    Told                         -> ToldLeaves
    LookAgain                    -> LookedAgain
    SetAside                     -> ActSetAside | AlreadySo
    SignEntry                    -> EntrySigned | Refused
    LayPaper                     -> PaperLaid
    VoidNumbers                  -> NumbersVoided | AlreadySo | Refused

Each may be followed by one Examined with the verdicts that change by it; the first act of all is preceded by Opened and
the mission's orders; Forgotten says what leaves the state. Start reading at `desk.py`, then `judging.py`.
"""

from __future__ import annotations

from domain.acts import BaseAct, Lapse
from domain.decider import Decision, Outcome, Questions, Undecided
from domain.garrison.desk import About, about, decide, needs
from domain.garrison.events import GarrisonEvent
from domain.garrison.state import Garrison, evolve
from domain.garrison.telling import Tell, wants

name = "base"
initial = Garrison()
GarrisonQuestions = Questions[BaseAct, Garrison]
GarrisonDecision = Decision[BaseAct, GarrisonEvent]
GarrisonAnswers = tuple[GarrisonDecision | Undecided, ...]
GarrisonOutcome = Outcome[GarrisonEvent]


def due(state: Garrison) -> tuple[Lapse, ...]:
    """Nothing: a base has no clock. What ends by itself is told with its end, and the leave asks again then."""
    return ()


def over(state: Garrison) -> bool:
    """Never: a base outlives its leaves."""
    return False


__all__ = [
    "About",
    "Garrison",
    "GarrisonAnswers",
    "GarrisonDecision",
    "GarrisonEvent",
    "GarrisonOutcome",
    "GarrisonQuestions",
    "Tell",
    "about",
    "decide",
    "due",
    "evolve",
    "initial",
    "name",
    "needs",
    "over",
    "wants",
]
