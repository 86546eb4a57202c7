"""Countersignatures at a base: of orders, exemptions and overrides which a clerk recorded for who decided them.

As on a leave: within so many days, by the decider alone, in person. A base has no clock, so that nothing happens when
the time is over; what was not countersigned by then stands, and is an exception for audit until it is, and after.
"""

from __future__ import annotations

from domain.acts import SignEntry
from domain.garrison.events import EntrySigned
from domain.garrison.sitting import COUNTERSIGN, Sitting
from domain.refusal import Refusal


def sign_entry(act: SignEntry, sitting: Sitting) -> None:
    """The decider confirms it, themself; a late word is taken and stays marked."""
    waits = sitting.state.unsigned.get(act.of)
    if waits is None:
        why = "no act of that id waits for a countersignature here"
        sitting.refuse(_no(why, ", ".join(sitting.state.unsigned) or "none", act.of))
    elif act.entered_by:
        sitting.refuse(_no("who countersigns does so themself", "the decider", "a recorder"))
    elif act.decided_by != waits.who:
        sitting.refuse(_no("only the decider countersigns, themself", "the decider of that act", "somebody else"))
    else:
        late = (COUNTERSIGN,) if sitting.as_of > waits.by else ()
        sitting.say(EntrySigned(of=act.of, what=waits.what, cites=(COUNTERSIGN,), irregular=late))


def _no(why: str, expected: str, got: str) -> Refusal:
    facts = {"expected": expected, "got": got}
    return Refusal(rule=COUNTERSIGN, why=why, facts=facts, helps="furlough inbox tells what waits for you")
