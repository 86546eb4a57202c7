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
    Lapse                        -> EntryLapsed, where it is due

Each may be followed by one Examined with the verdicts that change by it; the first act of all is preceded by Opened and
the mission's orders; Forgotten says what leaves the state. Start reading at `desk.py`, then `judging.py`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.acts import BaseAct, Lapse
from domain.decider import Decision, Outcome, Questions, Undecided
from domain.garrison.desk import About, about, decide, needs
from domain.garrison.events import GarrisonEvent
from domain.garrison.state import Garrison, evolve
from domain.garrison.telling import Tell, wants
from domain.signing import lapses

Decided = Annotated[BaseAct | Lapse, Field(discriminator="kind")]
"""What is put to a base: what people and leaves say to it, and what time says."""

name = "base"
initial = Garrison()
GarrisonQuestions = Questions[Decided, Garrison]
GarrisonDecision = Decision[Decided, GarrisonEvent]
GarrisonAnswers = tuple[GarrisonDecision | Undecided, ...]
GarrisonOutcome = Outcome[GarrisonEvent]


def due(state: Garrison) -> tuple[Lapse, ...]:
    """What time will say: that a countersignature did not come. Of all else a base judges by the clock of who asks."""
    return lapses(state.unsigned)


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
