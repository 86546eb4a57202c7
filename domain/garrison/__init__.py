"""The decider of a base: orders in force, absences granted, the queue for places, gapless control numbers.

Start reading at `desk.py` (the acts), then `judging.py` (what the base says of a leave).
"""

from __future__ import annotations

from typing import Any

from domain.acts import Act, Enter, Lapse, SetPlace, Told
from domain.decider import Event, Refused
from domain.facts import Facts, Need
from domain.garrison import desk
from domain.garrison.events import AlreadySo, GarrisonEvent
from domain.garrison.state import Garrison, evolve
from domain.garrison.telling import Tell, wants
from domain.model import Instant
from domain.refusal import Refusal

name = "base"
initial = Garrison()


def needs(act: Act, state: Garrison) -> frozenset[Need]:
    """The facts which a decision wants: `strength` of all units in the ledger and of the place asked for."""
    opening: frozenset[Need] = frozenset() if state.base else frozenset({"orders"})
    match act:
        case Enter():
            return opening
        case SetPlace(leave_id=leave_id, n=n) if (line := state.leaves.get(leave_id)) and n <= line.n:
            return opening
        case Told(gone=()):
            return opening
        case SetPlace() | Told():
            return opening | {"strength", "calendar"}
        case _:
            return opening | {"person", "orders", "strength", "calendar"}


def decide(act: Any, state: Garrison, facts: Facts, now: Instant) -> tuple[Event, ...]:
    """What an act on the base leads to: its answer, and every verdict that changes by it."""
    if state.base and act.base != state.base:
        refusal = Refusal(
            rule="base/other",
            why="the act is addressed to another base",
            facts={"expected": state.base, "got": act.base},
            helps=f"send it to {act.base}",
        )
        return (Refused(act=act.kind, refusal=refusal, cites=(refusal.rule,)),)
    sitting = desk.Sitting(act, state, facts, now)
    if not state.base:
        desk.open_base(sitting)
    before = len(sitting.events)
    desk.rule(act, sitting)
    if any(not isinstance(e, AlreadySo | Refused) for e in sitting.events[before:]):
        desk.put_away(sitting)
    return sitting.events


def due(_: Garrison) -> tuple[Lapse, ...]:
    """Nothing: a base has no clock. What ends by itself is told with its end, and the leave asks again then."""
    return ()


def over(_: Garrison) -> bool:
    """Never: a base outlives its leaves."""
    return False


__all__ = ["Garrison", "GarrisonEvent", "Tell", "decide", "due", "evolve", "initial", "name", "needs", "over", "wants"]
