"""What must be true once all is mended: each leave against the pure decider, and the ledgers against each other."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from temporalio.client import Client

from audit.commands import checks_of
from domain.account import Account
from domain.acts import Observation
from domain.garrison import Garrison
from domain.garrison.telling import owed
from domain.ids import base_workflow, member_workflow
from domain.leave import Leave, wants
from drills.ledgers import LONG, Seen, unlike
from drills.load import Said
from drills.mission import BASE, Mission
from drills.refusals import Back, otherwise
from wiring.queries import journal_of, query
from wiring.spool import Item, Spool, why
from wiring.trouble import Trouble

AT_ONCE = 8


async def quiet(client: Client, leaves: Iterable[Said], patience: float) -> list[str]:
    """Wait until no leave wants anything and the base owes no word; who does not come to rest."""
    waiting, until = {base_workflow(BASE), *(one.leave_id for one in leaves)}, time.monotonic() + patience
    while waiting and time.monotonic() < until:
        for each in sorted(waiting):
            try:
                rests = await (_base_rests(client) if each == base_workflow(BASE) else _leave_rests(client, each))
            except Trouble:
                continue
            if rests:
                waiting.discard(each)
        await asyncio.sleep(0.2)
    return sorted(waiting)


async def _leave_rests(client: Client, leave_id: str) -> bool:
    """Also what the server keeps until it is answered is wanted until then."""
    state: Leave | None = await query(client, leave_id, "state", Leave)
    return state is None or not wants(state, datetime.now(UTC))


async def _base_rests(client: Client) -> bool:
    base: Garrison | None = await query(client, base_workflow(BASE), "state", Garrison)
    return base is None or not owed(base)


async def findings(
    client: Client, mission: Mission, leaves: Sequence[Said], spool: Spool, *, decided_here: bool = True
) -> list[str]:
    """All that is not as it must be, in sentences.

    Where an earlier version has decided too (not `decided_here`), nobody asks whether this one would decide the same:
    a rule that was changed on purpose is no loss.
    """
    room, came = asyncio.Semaphore(AT_ONCE), back(spool)
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
        told = [*_said(one, came), *(otherwise(one.said.acts, one.journal, came) if decided_here else ())]
        found += [f"{one.said.leave_id}: {what}" for what in told]
    for wrong in await asyncio.gather(*(proved(one.said) for one in seen)):
        found += wrong
    return [*found, *await unlike(client, mission.settings, seen)]


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


def back(spool: Spool) -> dict[str, Back]:
    """The acts that came back, by id."""
    came = {}
    for file in spool.shelved("returned"):
        item, told = spool.look(file), why(file)
        if isinstance(item, Item):
            refused = told.get("refusal", {}).get("rule", "")
            came[item.act.act_id] = Back(refused, "" if refused else str(told.get("reason") or "nobody says why"))
    return came


def _said(one: Seen, came: Mapping[str, Back]) -> Iterator[str]:
    """Each act is in the journal once, in the order in which it was said; what is not there came back, by a rule.

    Without a rule only a decision comes back whose leave has ended.
    """
    if [entry.seq for entry in one.journal] != list(range(1, len(one.journal) + 1)):
        yield "its journal has gaps"
    recorded = {entry.act_id for entry in one.journal}
    last = max((i for i, act in enumerate(one.said.acts) if act.act_id in recorded), default=-1)
    for i, act in enumerate(one.said.acts):
        late = one.state.ended is not None and i > last and not isinstance(act, Observation)
        if (reason := came.get(act.act_id, Back()).reason) and not late:
            yield f"{act.act_id} came back, and no rule refused it: {reason}"
    first: list[int] = []
    for act in one.said.acts:
        lines = [entry.seq for entry in one.journal if entry.act_id == act.act_id]
        if lines and act.act_id in one.after_end:
            yield f"{act.act_id} was applied twice: to the leave, and to the account"
        if not lines and act.act_id not in {*came, *one.after_end}:
            yield f"{act.act_id} is lost"
        if lines and lines != list(range(lines[0], lines[0] + len(lines))):
            yield f"{act.act_id} was applied twice: lines {lines}"
        first += lines[:1]
    if first != sorted(first):
        yield "its acts stand in another order than they were said"
    unknown = {entry.act_id for entry in one.journal if entry.post or entry.by in ("", *one.state.acts)}
    if strange := {each for each in unknown if each and each not in {act.act_id for act in one.said.acts}}:
        yield f"nobody said {', '.join(sorted(strange))}"


__all__ = ["Back", "Seen", "back", "builds", "findings", "quiet"]
