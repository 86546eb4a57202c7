"""`furlough flight cancel` and `move`: what movement control says of a flight, and whom it touches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import select

from activities.register import tables as t
from activities.register.database import reading
from domain import marks, register
from domain.acts import ChangeFlight, SignChange
from domain.decider import Refused
from domain.ids import REGISTER
from domain.register import FlightChanging, Register
from domain.words import counted, some
from starter import bases, flights, foresight, index, receipts
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from starter.speaking import OWN, For, heading
from wiring import console
from wiring.queries import query
from wiring.spool import Spooled

NAMED: Final = 10
"""Leaves that are named of those which a change touches."""


async def cancel(flight: str, *, reason: str, dry_run: Switch = False, whose: For = OWN, how: How = HERE) -> int:
    """Cancel a flight: each leave with a seat on it is told, and looks for another one.

    Args:
        flight: The flight.
        reason: Why.
        dry_run: Show what would come of it, and which leaves it would touch; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        flights.known(desk, flight)
        act = ChangeFlight(**heading(desk, whose, dry_run=dry_run), flight=flight, reason=reason)
        return await say(desk, act, f"cancel {flight}", how, dry_run=dry_run)


async def move(
    flight: str,
    *,
    departs: str,
    arrives: str,
    reason: str,
    manifest_closes: str | None = None,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Move a flight to other times: each leave with a seat on it keeps it where it still fits, else looks for another.

    Args:
        flight: The flight.
        departs: When it departs now, on the base's clock: "2026-12-20 08:00".
        arrives: When it arrives.
        reason: Why.
        manifest_closes: When its manifest closes; else as before.
        dry_run: Show what would come of it, and which leaves it would touch; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        flights.known(desk, flight)
        base = bases.at_base(desk, how.base)
        act = ChangeFlight(
            **heading(desk, whose, dry_run=dry_run),
            flight=flight,
            departs=desk.moment(departs, base),
            arrives=desk.moment(arrives, base),
            manifest_closes=desk.moment(manifest_closes, base) if manifest_closes else None,
            reason=reason,
        )
        return await say(desk, act, f"move {flight}", how, dry_run=dry_run)


async def say(desk: Desk, act: ChangeFlight | SignChange, what: str, how: How, *, dry_run: bool = False) -> int:
    """Say an act to the register, or only what would come of it by the register's own rules. Returns the exit code."""
    booked = _booked(desk, act.flight) if isinstance(act, ChangeFlight) else ()
    if dry_run:
        state: Register = await query(desk.client, REGISTER, "state", Register) or register.initial
        return await _told(desk, act, foresight.events(desk, register, act, state), booked, what, how, dry_run=True)
    try:
        outcome = await desk.send(act)
    except Spooled as kept:
        receipts.show(receipts.spooled(what, act.act_id, kept), desk, json=how.json)
        return kept.code
    if outcome.refused:
        return receipts.not_accepted(desk, what, outcome.refused, json=how.json)
    return await _told(desk, act, (entry.event for entry in outcome.entries), booked, what, how, dry_run=False)


async def _told(
    desk: Desk,
    act: ChangeFlight | SignChange,
    events: Iterable[Any],
    booked: tuple[str, ...],
    what: str,
    how: How,
    *,
    dry_run: bool,
) -> int:
    """Tell what came of it, or would; of a dry run also which leaves it would touch."""
    found = tuple(events)
    if no := next((event.refusal for event in found if isinstance(event, Refused)), None):
        return receipts.not_accepted(desk, what, no, json=how.json, dry_run=dry_run)
    changes = any(isinstance(event, FlightChanging) for event in found)
    leaves = await _numbers(desk, booked) if dry_run and changes else ()
    if how.json:
        told = {"booked": len(booked), "leaves": leaves} if dry_run else {}
        already = isinstance(act, ChangeFlight) and not changes
        of = {"flight": act.flight} if isinstance(act, ChangeFlight) else {"of": act.of}
        console.document(of | {"already": already, "dry_run": dry_run, "events": found} | told)
        return 0
    for event in found:
        noted = f" · IRREGULAR: {marks.all_told(event.irregular)}" if event.irregular else ""
        console.say(f"{'dry run: ' if dry_run else ''}{console.on_clock(event.says(), desk.zone())}{noted}")
    if changes:
        fate = "would be told, and kept or booked anew" if dry_run else "told, and kept or booked anew"
        named = f": {some(leaves, NAMED, f'furlough flight manifest {act.flight}')}" if leaves else ""  # type: ignore[union-attr]  # a change is of a flight
        console.say(f"  {counted(len(booked), 'leave')} with a seat on it {fate}{named}")
    if dry_run:
        console.say("nothing was changed")
    return 0


def _booked(desk: Desk, flight: str) -> tuple[str, ...]:
    """The leaves with a seat on a flight: those that are told when it changes."""
    with reading(desk.source) as session:
        held = select(t.Seat.leave_id).where(t.Seat.flight == flight, t.Seat.state == "held").distinct()
        return tuple(session.scalars(held.order_by(t.Seat.leave_id)))


async def _numbers(desk: Desk, leaves: tuple[str, ...]) -> tuple[str, ...]:
    """What people call them."""
    states = await index.states(desk.client, leaves)
    return tuple(sorted(states[key].number or key if key in states else key for key in leaves))
