"""The decider of one leave, from the request to the settled end. Start reading at `path.py`."""

from domain.acts import LeaveAct
from domain.decider import Decision, Outcome, Question
from domain.leave import (
    approving,
    asking,
    attesting,
    away,
    capacities,
    confirming,
    departing,
    exemptions,
    finding,
    gateway,
    going,
    movement,
    rebooking,
    recalling,
    returning,
    silence,
    telling,
)
from domain.leave.deadlines import due
from domain.leave.deciding import POSSIBLE, decide, impersonates, misaddressed, misplaced, needs, next_acts, possible
from domain.leave.events import LeaveEvent
from domain.leave.face import Face, face
from domain.leave.fold import evolve
from domain.leave.ladders import exempting_from, overriding
from domain.leave.state import Leave
from domain.leave.wishes import over, wants

name = "leave"
initial = Leave()
LeaveQuestion = Question[LeaveAct, Leave]
LeaveDecision = Decision[LeaveAct, LeaveEvent]
LeaveOutcome = Outcome[LeaveEvent]

__all__ = [
    "POSSIBLE",
    "Face",
    "Leave",
    "LeaveDecision",
    "LeaveEvent",
    "LeaveOutcome",
    "LeaveQuestion",
    "approving",
    "asking",
    "attesting",
    "away",
    "capacities",
    "confirming",
    "decide",
    "departing",
    "due",
    "evolve",
    "exempting_from",
    "exemptions",
    "face",
    "finding",
    "gateway",
    "going",
    "impersonates",
    "initial",
    "misaddressed",
    "misplaced",
    "movement",
    "name",
    "needs",
    "next_acts",
    "over",
    "overriding",
    "possible",
    "rebooking",
    "recalling",
    "returning",
    "silence",
    "telling",
    "wants",
]
