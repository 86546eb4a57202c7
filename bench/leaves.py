"""A leave from the request to settled, by the acts of people; and how long each act waits for its answer."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from ulid import ULID

from bench.mission import Bench
from domain.acts import Act, Approve, Ask, ConfirmTravel, SignIn, SignOut
from domain.leave import Face
from wiring.deliver import deliver

Waits = dict[str, list[float]]


def acts(b: Bench, member: str, first: date) -> tuple[str, list[Act]]:
    """The straight path of one leave of eight days; the gate sees go and come today, since nothing lies ahead."""
    leave_id, now, last = f"BENCH-{ULID()}", datetime.now(UTC), first + timedelta(days=7)
    desk = b.posts

    def head(kind: str, who: str, post: str | None = None, at: datetime = now) -> dict[str, Any]:
        return {"act_id": f"{leave_id}/{kind}", "decided_by": who, "post": post, "acted_at": at, "leave_id": leave_id}

    ask: dict[str, Any] = {
        "member": member,
        "leave_kind": "ordinary",
        "first": first,
        "last": last,
        "destination": "BEY",
    }
    return leave_id, [
        Ask(**head("ask", member), **ask),
        Approve(**head("approve", desk["CO"], "CO")),
        ConfirmTravel(**head("confirm-travel", desk["MOV"], "MOV")),
        SignOut(**head("sign-out", desk["GATE"], "GATE")),
        SignIn(**head("sign-in", desk["GATE"], "GATE")),
    ]


async def one(b: Bench, member: str, first: date, waits: Waits) -> str:
    """One leave; before each act it waits until the leave has done what the last one led to."""
    leave_id, straight = acts(b, member, first)
    for act in straight:
        begun = time.perf_counter()
        outcome = await deliver(b.client, act, within=timedelta(minutes=2))
        waits[act.kind].append(time.perf_counter() - begun)  # type: ignore[attr-defined]
        if outcome.refusal:
            raise SystemExit(f"refused: {outcome.refusal}")
        await at_rest(b, leave_id, THEN[act.kind])  # type: ignore[attr-defined]
    return leave_id


THEN = {
    "ask": "waiting for approval",
    "approve": "booked",
    "confirm-travel": "ready",
    "sign-out": "away",
    "sign-in": "settled",
}
"""Where a leave stands once an act has led to all it leads to."""


async def at_rest(b: Bench, leave_id: str, state: str = "") -> Face:
    """The face once no effect is under way, and the leave stands where it was to come.

    Raises:
        SystemExit: it did not come there in two minutes, so that nothing was measured.
    """
    handle, end = b.client.get_workflow_handle(leave_id), time.monotonic() + 120
    while True:
        face: Face = await handle.query("face", result_type=Face)
        if not face.busy and face.state == (state or face.state):
            return face
        if time.monotonic() > end:
            break
        await asyncio.sleep(0.01)
    raise SystemExit(f"{leave_id} was to be {state or 'at rest'}, and is {face.state} for {face.waits_for}: {face.why}")


async def many(b: Bench, members: list[str], at_a_time: int) -> tuple[float, Waits]:
    """Seconds for all of them, so many at a time; and the answer times."""
    gate, waits = asyncio.Semaphore(at_a_time), defaultdict[str, list[float]](list)
    first = datetime.now(UTC).date() + timedelta(days=25)

    async def queued(i: int, member: str) -> None:
        async with gate:
            await one(b, member, first + timedelta(days=i % 10), waits)

    begun = time.perf_counter()
    await asyncio.gather(*(queued(i, member) for i, member in enumerate(members)))
    return time.perf_counter() - begun, waits


async def events(b: Bench, member: str) -> list[tuple[str, int]]:
    """Events in the leave's own history after each act of the straight path, and in all by kind."""
    leave_id, straight = acts(b, member, datetime.now(UTC).date() + timedelta(days=25))
    handle, counted, before = b.client.get_workflow_handle(leave_id), [], 0
    for act in straight:
        await deliver(b.client, act, within=timedelta(minutes=2))
        await at_rest(b, leave_id, THEN[act.kind])  # type: ignore[attr-defined]
        length = (await handle.describe()).history_length
        counted.append((str(act.kind), length - before))  # type: ignore[attr-defined]
        before = length
    history = await handle.fetch_history()
    kinds = Counter(EventType.Name(e.event_type).removeprefix("EVENT_TYPE_") for e in history.events)
    return [*counted, ("in all", before), *((f"  {kind.lower()}", n) for kind, n in kinds.most_common(5))]
