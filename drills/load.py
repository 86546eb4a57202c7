"""The load: leaves that take many ways, each act of theirs first in a spool, as a desk says it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from activities.store import Store
from domain.acts import Act, Approve, Ask, Attach, ConfirmTravel, Deny, SignIn, SignOut, Withdraw
from domain.model import DAY, date
from drills.mission import AHEAD, FLIGHTS, Mission
from wiring.spool import Spool

STRAIGHT: Final = ("ask", "approve", "attach", "confirm-travel", "sign-out", "sign-in")
WAYS: Final = (
    *[STRAIGHT] * 5,
    ("ask", "approve", "sign-out", "sign-in"),
    ("ask", "deny"),
    ("ask", "withdraw"),
    ("ask", "approve", "withdraw"),
    ("ask", "approve", "approve", "withdraw", "approve"),
)
"""What is said of a leave one after the other; some is too late by then, and is refused or noted."""

KINDS: Final[dict[str, tuple[type[Act], str]]] = {
    "ask": (Ask, ""),
    "approve": (Approve, "CO"),
    "deny": (Deny, "CO"),
    "withdraw": (Withdraw, ""),
    "attach": (Attach, "CO"),
    "confirm-travel": (ConfirmTravel, "MOV"),
    "sign-out": (SignOut, "GATE"),
    "sign-in": (SignIn, "GATE"),
}


class Said(NamedTuple):
    """One leave, and the acts which were said of it in their order."""

    leave_id: str
    acts: tuple[Act, ...]


def leaves(mission: Mission, seed: int, ways: Sequence[tuple[str, ...]] = WAYS) -> Iterator[Said]:
    """A leave for each member, as the seed has it."""
    chance, now = random.Random(seed), datetime.now(UTC)  # noqa: S311  (repeatable, and no secret)
    for member in mission.members:
        ulid = "".join(chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=25))
        leave_id, way = f"{mission.settings.code}-0{ulid}", chance.choice(ways)
        first = first_of_all(now) + chance.randrange(FLIGHTS - 15) * DAY
        yield Said(
            leave_id,
            tuple(
                _act(mission, kind, i, leave_id, member, first, now + i * timedelta(milliseconds=1))
                for i, kind in enumerate(way)
            ),
        )


def first_of_all(now: datetime) -> date:
    """The first day of the earliest leave."""
    return now.date() + (AHEAD + 2) * DAY


def papers(mission: Mission, said: Iterable[Said]) -> None:
    """The papers which acts cite lie in the store before they are said."""
    store = Store.of(mission.settings)
    for one in said:
        store.put(one.leave_id.encode())


def _act(mission: Mission, kind: str, i: int, leave_id: str, member: str, first: Any, at: datetime) -> Act:
    of, post = KINDS[kind]
    words: dict[str, Any] = {
        "ask": {
            "member": member,
            "leave_kind": "ordinary",
            "first": first,
            "last": first + 7 * DAY,
            "destination": "BEY",
        },
        "deny": {"reason": "needed here"},
        "attach": {"evidence": (sha256(leave_id.encode()).hexdigest(),)},
    }.get(kind, {})
    head: dict[str, Any] = {
        "act_id": f"{leave_id}/{i}-{kind}",
        "decided_by": mission.posts[post] if post else member,
        "post": post or None,
        "acted_at": at,
        "leave_id": leave_id,
    }
    return of(**head, **words)


class Desk:
    """Says the acts of many leaves: each is kept in the spool, and the next is said once its outcome is known.

    `turn` is waited for before each act, so that the load lasts as long as things break.
    """

    def __init__(self, spool: Spool, turn: Callable[[], Awaitable[None]]) -> None:
        self.spool, self.turn = spool, turn
        self.kept: list[str] = []

    @property
    def answered(self) -> int:
        """How many acts have left the spool: recorded, or come back. To lay one into it changes nothing."""
        wait = {str(name) for name in self.spool.waiting()}
        return sum(name not in wait for name in self.kept)

    async def say(self, acts: Sequence[Act], room: asyncio.Semaphore, chance: random.Random) -> None:
        """All acts to one addressee. Some wait for each other, others are said at once: the spool keeps their order."""
        async with room:
            for act in acts:
                await self.turn()
                name = await self.keep(act)
                if chance.random() < 0.7:
                    await self.outcome(name)

    async def keep(self, act: Act) -> str:
        """Lay one act into the spool; the name of its file."""
        held = await asyncio.to_thread(self.spool.put, act)
        assert held  # noqa: S101  (each act is said once)
        held.release()
        self.kept.append(held.file.name)
        return held.file.name

    async def outcome(self, name: str) -> None:
        """Wait until the file has left the spool: recorded, or come back."""
        while (self.spool.folder / name).exists():  # noqa: ASYNC110  (files raise no event)
            await asyncio.sleep(0.05)
