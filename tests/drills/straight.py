"""Leaves of a drill which go the straight way, each act in its time; and what must be true of them at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from temporalio.client import Client

from activities.register import tables as t
from activities.register.database import engine, reading
from domain.acts import Act, Ask
from domain.decider import Entry
from domain.leave import Leave, face, possible
from domain.leave.answers import Took
from domain.leave.path import at
from drills import oracle
from drills.load import Desk, Said
from drills.mission import Mission
from wiring.queries import journal_of, query
from wiring.spool import Spool
from wiring.trouble import Trouble

TURN: Final = {"approve": "approve", "confirm-travel": "confirm", "sign-out": "sign-out", "sign-in": "sign-in"}
"""At which step of the path it is time for an act; what is seen could be told any time."""
WELL: Final = (True, True, True, "settled")
"""A leave with its number, whose member went and came back, and whose days are charged."""


async def at_once() -> None:
    """Nobody waits for a turn."""


async def its_turn(client: Client, act: Act, leave_id: str) -> None:
    """Wait until an act is possible, as its desk would: sent sooner, a rule refuses it."""
    while not isinstance(act, Ask):
        kind: str = act.kind  # type: ignore[attr-defined]  # every act which can be sent has one
        try:
            state: Leave | None = await query(client, leave_id, "state", Leave)
        except Trouble:
            continue
        if state and possible(act, state) is None and at(state) == TURN.get(kind, at(state)):
            return
        await asyncio.sleep(0.1)


async def goes(client: Client, desk: Desk, one: Said, room: asyncio.Semaphore) -> None:
    """All acts of one leave, each once it is its turn and the one before was answered."""
    async with room:
        for act in one.acts:
            await its_turn(client, act, one.leave_id)
            await desk.outcome(await desk.keep(act))


async def amiss(client: Client, mission: Mission, said: Sequence[Said], spool: Spool) -> list[str]:
    """What came back, all that the oracle finds, leaves that did not go their way, and effects brought about twice."""
    found = [f"came back: {file.name}" for file in spool.shelved("returned")]
    found += await oracle.findings(client, mission, said, spool)
    for one in said:
        end: Leave = await query(client, one.leave_id, "state", Leave)
        how = bool(end.number), bool(end.out_at), bool(end.in_at), face(end).state
        found += [f"{one.leave_id}: {how}"] if how != WELL else []
    return found + _more_than_once(mission, said, [await journal_of(client, one.leave_id) for one in said])


def _more_than_once(mission: Mission, said: Sequence[Said], journals: Sequence[list[Entry[Any]]]) -> list[str]:
    """What was brought about more than once of all that is brought about once."""
    twice = []
    with reading(engine(mission.settings.database)) as session:
        papers_of = Counter(session.scalars(select(t.Paper.leave_id)))
        seats_of = Counter(session.scalars(select(t.Seat.leave_id)))
    for one, journal in zip(said, journals, strict=True):
        took = Counter(e.event.spec.what for e in journal if isinstance(e.event, Took))
        had = {"paper": papers_of[one.leave_id], "seat": seats_of[one.leave_id], "number": took["number"]}
        twice += [f"{one.leave_id}: {had}"] if had != {"paper": 1, "seat": 2, "number": 1} else []
    return twice
