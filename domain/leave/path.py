"""The way of a leave in one screen: its steps, by whose desk each is done, what is held from each on.

    hold -> number -> attest -> approve -> officer -> clear -> book -> confirm -> lift -> paper
         -> sign-out -> sign-in -> settle -> close

A step is done when its sentence is true; a leave stands at the first step that is not. Side ways need no states of
their own: a suspension makes `lift` undone, an end is past them all, and whoever has signed out is past the gate
whatever was undone. What follows from where it stands: `wishes.py`, `deadlines.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from domain.holdings import What
from domain.leave.absence import reckoned
from domain.leave.state import Leave


class Step(NamedTuple):
    """One step: by whose desk it is done (none: an effect does it), what is held from it on, and up to which step."""

    name: str
    done: Callable[[Leave], bool]
    desk: str = ""
    holds: What | None = None
    until: str = "end"


PATH = (
    Step("hold", lambda s: "days" in s.held and reckoned(s), holds="days"),
    Step("number", lambda s: "number" in s.held, holds="number"),
    Step("attest", lambda s: s.attested is not None or s.approved or not s.kind.attestation, desk="attest"),
    Step("approve", lambda s: s.approved, desk="approve"),
    Step("officer", lambda s: s.officer_cleared or not s.officer, desk="officer"),
    Step("clear", lambda s: s.placed, holds="place", until="settle"),
    Step(
        "book",
        lambda s: ("seat" in s.held and not s.seatless) or s.asked.travel != "flight",
        desk="confirm",
        holds="seat",
        until="settle",
    ),
    Step("confirm", lambda s: s.confirmed or s.asked.travel == "none", desk="confirm"),
    Step("lift", lambda s: not s.suspended),
    Step("paper", lambda s: "paper" in s.held, holds="paper", until="settle"),
    Step("sign-out", lambda s: s.out_at is not None, desk="gate"),
    Step("sign-in", lambda s: s.over_at is not None, desk="gate"),
    Step("settle", lambda s: s.settled),
    Step("close", lambda _: False),
)
AT = {step.name: i for i, step in enumerate(PATH)} | {"end": len(PATH)}
STATES = {
    "requested": "requested",
    "hold": "requested",
    "number": "requested",
    "attest": "waiting for a check",
    "approve": "waiting for approval",
    "officer": "approved",
    "clear": "approved",
    "book": "cleared",
    "confirm": "booked",
    "lift": "suspended",
    "paper": "confirmed",
    "sign-out": "ready",
    "sign-in": "away",
    "settle": "back",
    "close": "settled",
}
"""The word for each step; the chart in `docs/` is drawn from this table too."""
ONE_STEP = (STATES["attest"], STATES["approve"])
DECISION = "waiting for a decision"
"""The one word for the steps which would tell the kind apart."""
SHOWN = {"attest": "check"}
"""How a step is called where all may read: that it is there at all would tell the kind of leave."""


def here(s: Leave) -> int:
    """The first step that is not done. What ended is past them all, and so holds nothing."""
    if s.ended:
        return AT["end"]
    start = AT["sign-in"] if s.out_at else 0
    return next(i for i in range(start, len(PATH)) if not PATH[i].done(s))


def at(s: Leave) -> str:
    """The name of the step where the leave stands: `requested` before it is open, `end` once it has ended."""
    if s.ask is None and not s.ended:
        return "requested"
    return "end" if s.ended else PATH[here(s)].name


def word(state: str) -> str:
    """The word for a state where all may read."""
    return DECISION if state in ONE_STEP else state


def standing(s: Leave) -> str:
    """The word for where the leave stands, as boards show it: `ready`, and `lapsed` of one that has ended so."""
    if s.ended == "settled":
        return "closed"
    return s.ended.replace("-", " ") if s.ended else STATES[at(s)]
