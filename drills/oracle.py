"""What must be true once all is mended: each leave against the pure decider, and the ledgers against each other."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from temporalio.client import Client

from activities.register import tables as t
from activities.register.database import engine, reading
from audit.commands import checks_of
from domain.account import Account
from domain.acts import Observation
from domain.decider import Entry
from domain.garrison import Garrison
from domain.ids import CONTROL_NUMBER, base_workflow, member_workflow
from domain.leave import Leave
from drills.load import Said
from drills.mission import BASE, Mission
from wiring.queries import face_of, journal_of, query
from wiring.spool import Item, Spool, why
from wiring.trouble import Trouble

AT_ONCE = 8
LONG = timedelta(minutes=1)
"""How long an answer is waited for: a machine on which much was broken has much to do."""


class Seen(NamedTuple):
    """One leave as it ended up, and the ids of acts which its member's account was told after its end."""

    said: Said
    journal: Sequence[Entry[Any]]
    state: Leave
    after_end: frozenset[str] = frozenset()


async def quiet(client: Client, leaves: Iterable[Said], patience: float) -> list[str]:
    """Wait until no effect is under way any more; the leaves which do not come to rest."""
    waiting, until = {one.leave_id for one in leaves}, time.monotonic() + patience
    while waiting and time.monotonic() < until:
        for leave_id in sorted(waiting):
            try:
                face = await face_of(client, leave_id)
            except Trouble:
                continue
            if face is None or not face.busy:
                waiting.discard(leave_id)
        await asyncio.sleep(0.2)
    return sorted(waiting)


async def findings(
    client: Client, mission: Mission, leaves: Sequence[Said], spool: Spool, *, decided_here: bool = True
) -> list[str]:
    """All that is not as it must be, in sentences.

    Where an earlier version has decided too (not `decided_here`), nobody asks whether this one would decide the same:
    a rule that was changed on purpose is no loss.
    """
    room, back = asyncio.Semaphore(AT_ONCE), dict(_back(spool))
    found = [f"{len(spool.waiting())} acts wait in the spool still"] if spool.waiting() else []

    async def look(said: Said) -> Seen | str:
        async with room:
            try:
                state = await query(client, said.leave_id, "state", Leave, LONG)
                journal = await journal_of(client, said.leave_id, LONG)
                heard = await _after_end(client, said.leave_id, state)
            except Trouble as silent:
                return f"{said.leave_id}: {silent.what} {silent.why}"
        return Seen(said, journal, state, heard) if state else f"{said.leave_id}: the server knows it not"

    async def proved(said: Said) -> list[str]:
        async with room:
            try:
                checks = await checks_of(client, said.leave_id)
            except Trouble as silent:
                return [f"{said.leave_id}: {silent.what} {silent.why}"]
            asked = [check for check in checks if decided_here or check.name != "decide"]
            return [f"{said.leave_id}: {check.name}: {what}" for check in asked for what in check.findings]

    looked = await asyncio.gather(*map(look, leaves))
    found += [one for one in looked if isinstance(one, str)]
    seen = [one for one in looked if isinstance(one, Seen)]
    for one in seen:
        found += [f"{one.said.leave_id}: {what}" for what in _said(one, back)]
    for told in await asyncio.gather(*(proved(one.said) for one in seen)):
        found += told
    return [*found, *await _ledgers(client, mission, seen)]


async def _after_end(client: Client, leave_id: str, state: Leave | None) -> frozenset[str]:
    """The acts which arrived when the leave had ended."""
    if state is None or state.ask is None:
        return frozenset()
    account: Account | None = await query(client, member_workflow(state.asked.member), "state", Account, LONG)
    return frozenset(one.act for one in account.heard.get(leave_id, ())) if account else frozenset()


async def builds(client: Client, leaves: Iterable[Said]) -> dict[str, int]:
    """How many leaves were led by which builds of the worker, one after the other."""
    told: Counter[str] = Counter()
    for one in leaves:
        history = await client.get_workflow_handle(one.leave_id).fetch_history()
        each = [
            event.workflow_task_completed_event_attributes.worker_version.build_id
            for event in history.events
            if event.HasField("workflow_task_completed_event_attributes")
        ]
        told[" then ".join(dict.fromkeys(filter(None, each)))] += 1
    return dict(told)


def _back(spool: Spool) -> Iterator[tuple[str, str]]:
    """The acts that came back; each with why, where no rule refused it."""
    for file in spool.shelved("returned"):
        item, told = spool.look(file), why(file)
        if isinstance(item, Item):
            yield item.act.act_id, "" if "refusal" in told else str(told.get("reason") or "nobody says why")


def _said(one: Seen, back: Mapping[str, str]) -> Iterator[str]:
    """Each act is in the journal once, in the order in which it was said; what is not there came back, by a rule.

    Without a rule only a decision comes back whose leave has ended.
    """
    if [entry.seq for entry in one.journal] != list(range(1, len(one.journal) + 1)):
        yield "its journal has gaps"
    recorded = {entry.act_id for entry in one.journal}
    last = max((i for i, act in enumerate(one.said.acts) if act.act_id in recorded), default=-1)
    for i, act in enumerate(one.said.acts):
        late = one.state.ended is not None and i > last and not isinstance(act, Observation)
        if (reason := back.get(act.act_id)) and not late:
            yield f"{act.act_id} came back, and no rule refused it: {reason}"
    first: list[int] = []
    for act in one.said.acts:
        lines = [entry.seq for entry in one.journal if entry.act_id == act.act_id]
        if lines and act.act_id in one.after_end:
            yield f"{act.act_id} was applied twice: to the leave, and to the account"
        if not lines and act.act_id not in {*back, *one.after_end}:
            yield f"{act.act_id} is lost"
        if lines and lines != list(range(lines[0], lines[0] + len(lines))):
            yield f"{act.act_id} was applied twice: lines {lines}"
        first += lines[:1]
    if first != sorted(first):
        yield "its acts stand in another order than they were said"
    unknown = {entry.act_id for entry in one.journal if entry.post or entry.by in ("", *one.state.acts)}
    if strange := {each for each in unknown if each and each not in {act.act_id for act in one.said.acts}}:
        yield f"nobody said {', '.join(sorted(strange))}"


async def _ledgers(client: Client, mission: Mission, seen: Sequence[Seen]) -> list[str]:
    """Places, days, seats, papers and numbers, as those have them who give them, and as the leaves say."""
    found: list[str] = []
    base: Garrison = await query(client, base_workflow(BASE), "state", Garrison, LONG)
    places = {leave for leave, line in base.leaves.items() if line.place}
    source = engine(mission.settings.database)
    with reading(source) as session:
        seats = set(session.scalars(select(t.Seat.leave_id).where(t.Seat.state == "held")))
        papers = set(session.scalars(select(t.Paper.leave_id).where(t.Paper.revoked_at.is_(None))))
        over = [
            flight.flight
            for flight in session.scalars(select(t.Flight))
            if len(session.scalars(select(t.Seat).where(t.Seat.flight == flight.flight, t.Seat.state == "held")).all())
            > flight.seats
        ]
    source.dispose()
    found += [f"flight {flight} is sold more than once over" for flight in over]
    for what, there in (("place", places), ("seat", seats), ("paper", papers)):
        held = {one.said.leave_id for one in seen if what in one.state.held}
        found += [f"{leave}: {what} held, and the leave says no" for leave in sorted(there - held)]
        found += [f"{leave}: {what} not held, and the leave says so" for leave in sorted(held - there)]
    found += _numbers(base, seen)
    for one in seen:
        if one.state.ask is None:
            continue
        account: Account = await query(client, member_workflow(one.state.asked.member), "state", Account, LONG)
        line = account.lines.get(one.said.leave_id)
        if one.state.charged is not None and (line is None or line.cost != one.state.charged):
            found.append(f"{one.said.leave_id}: {one.state.charged} days charged, the account has {line and line.cost}")
        if one.state.ended and one.state.charged is None and line and line.days and not line.closed:
            found.append(f"{one.said.leave_id}: ended, and the account holds its days")
    return found


def _numbers(base: Garrison, seen: Sequence[Seen]) -> list[str]:
    given = sorted(line.number for line in base.leaves.values() if line.number)
    serials = [int(m["serial"]) for number in given if (m := CONTROL_NUMBER.match(number))]
    found = [] if serials == list(range(1, len(serials) + 1)) else [f"control numbers are not gapless: {serials[:20]}"]
    mine = sorted(one.state.number for one in seen if one.state.number)
    return found if mine == given else [*found, "leaves bear other numbers than the base has given"]


__all__ = ["builds", "findings", "quiet"]
