"""Acts from the spool to their server: in order for each addressee, each until its outcome is known.

An act that is sent twice is one act: its id says so to the server. So what is unsure is sent once more, and never
struck.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final

from temporalio.client import Client

from domain.acts import Act
from domain.decider import Outcome
from wiring.deliver import ANSWER, Gone, NotDelivered, Undecided, Unread
from wiring.spool.folder import Spool
from wiring.spool.held import Closed, Held
from wiring.spool.item import Item, Name
from wiring.spool.outcome import SHORTEST, Ready, Sent, Unopened, come_to_rest, sent
from wiring.spool.stuck import Stuck, silence
from wiring.trouble import NotReached, Trouble

AT_ONCE: Final = 16
"""Addressees to which acts of the spool are under way at the same time."""

PAUSE: Final = 0.02
"""Seconds between two looks at an act which another process is sending."""

Unsaid = Callable[[Act], object]
"""Told of an act which will never be said: what was laid down for it alone is needed no more."""


class Spooled(Trouble):
    """An act is kept, and no outcome of it is known yet: it is sent again until there is one."""

    code = 3


async def send(
    spool: Spool,
    client: Client | None,
    act: Act | Held,
    *,
    ready: Ready,
    within: timedelta = ANSWER,
    away: NotReached | None = None,
    where: str = "",
    unsaid: Unsaid = lambda _: None,
) -> Outcome[Any]:
    """Write an act down, then send it behind what waits for the same addressee. `away` tells why nobody can be asked.

    What is held was written down before. `where` is the line of a file from which it comes.

    An act is `unsaid` where it could not be kept, one of its id waits or was recorded already and stands in its place,
    or where it was refused at once.

    Raises:
        NotKept: it could not be written down, and was not sent.
        Spooled: it is kept, and no outcome is known yet.
        Undecided: a fault in the rules' code stopped it; it came back, and is sent again by a person alone.
        Gone: the leave has ended on the server, or was never asked for.
    """
    until = monotonic() + within.total_seconds()
    held = act if isinstance(act, Held) else await _put(spool, act, where, until, unsaid)
    with held:
        if client is None or away is not None:
            raise kept(held.item, away)
        if not (told := await _before(spool, client, held, until, ready, unsaid)):
            told = await sent(held.item, client, until, ready)
            if isinstance(told.trouble, Undecided):
                told = _concluded(held, told)
        if isinstance(told.trouble, NotDelivered):
            raise kept(held.item, told.trouble) from told.trouble
        if told.trouble is None or isinstance(told.trouble, Gone):
            held.strike()
        if told.known or (told.back and not isinstance(told.trouble, Undecided)):
            unsaid(held.item.act)
        if told.trouble is not None:
            raise told.trouble
        assert told.outcome is not None  # noqa: S101  (without trouble there is one)
        return told.outcome


async def _put(spool: Spool, act: Act, where: str, until: float, unsaid: Unsaid) -> Held:
    """Write an act down. One whose id another process is sending is waited for: struck there, it is asked for here.

    Raises:
        NotKept: it could not be written down.
        Spooled: the other process is sending it still.
    """
    try:
        while (held := await asyncio.to_thread(spool.put, act, where)) is None:
            if monotonic() >= until:
                raise kept(Item(mission=spool.mission, kept_at=datetime.now(UTC), act=act), None, busy=True)
            await asyncio.sleep(PAUSE)
    except Trouble:
        unsaid(act)
        raise
    if held.item.act != act:
        unsaid(act)
    return held


async def drain(
    spool: Spool,
    client: Client,
    *,
    ready: Ready,
    within: timedelta = ANSWER,
    each: timedelta = ANSWER,
    only: Sequence[str] | None = None,
    unsaid: Unsaid = lambda _: None,
    hurried: bool = False,
) -> list[Sent]:
    """Send what waits, for so long in all; `each` act waits so long for its outcome. `only` these acts, by file.

    What was recorded is struck; what was refused, or stopped by a fault in the rules, is put on the shelf `returned`: a
    fault that is mended does not apply by itself what a person was told had come to nothing. An addressee who does not
    answer is passed over; once nobody does no more is tried. Who gave no answer the last time is tried last, and not
    yet by who is `hurried`.

    Raises:
        Closed: the folder, or none of its files, can be opened by this process.
    """
    until, done, denied = monotonic() + within.total_seconds(), list[Sent](), list[OSError]()
    room = asyncio.Semaphore(AT_ONCE)
    await asyncio.to_thread(spool.tidy)  # what waits is read as it is sent
    by_addressee, stuck = dict[str, list[Name]](), Stuck(spool.folder)
    for name in spool.waiting():
        if (only is None or str(name) in only) and not (hurried and stuck.passed_by(name.to)):
            by_addressee.setdefault(name.to, []).append(name)

    async def one_addressee(names: list[Name]) -> None:
        async with room:
            for name in names:
                end = min(until, monotonic() + each.total_seconds())
                if silence(done) or end - monotonic() < SHORTEST.total_seconds():
                    return
                try:
                    held = spool.hold(name)
                except OSError as error:  # the kernel gives this process no more files or locks just now
                    denied.append(error)
                    return
                if held is None:
                    if (spool.folder / str(name)).exists():  # another process sends it: what follows waits for it
                        return
                    continue
                with held:
                    told = await _settled(held, client, end, ready, unsaid)
                    done.append(told)
                if _stops(told):
                    return

    async with asyncio.TaskGroup() as group:
        for to in sorted(by_addressee, key=stuck.known):
            group.create_task(one_addressee(by_addressee[to]))
    if denied and not done:
        raise Closed(
            "What waits cannot be opened just now.",
            why=str(denied[0]),
            known="it is whole, and waits",
            helps="it is sent by any later command; is there room for more open files? ulimit -n",
        ) from denied[0]
    return done


async def _before(spool: Spool, client: Client, own: Held, until: float, ready: Ready, unsaid: Unsaid) -> Sent | None:
    """Send what waits for the same addressee from before; what stopped it, if anything did."""
    for name in spool.waiting():
        if name.to != own.name.to or name >= own.name:
            continue
        while (held := spool.hold(name)) is None and (spool.folder / str(name)).exists():
            if monotonic() > until - SHORTEST.total_seconds():
                late = NotDelivered("Another act to the same addressee is still being sent.")
                return Sent(own.item, trouble=late)
            await asyncio.sleep(PAUSE)
        if held is None:
            continue
        with held:
            told = await _settled(held, client, until, ready, unsaid)
        if _stops(told):
            return told
    return None


def _stops(told: Sent) -> bool:
    """Whether what follows it to the same addressee waits for it."""
    return isinstance(told.trouble, NotDelivered) and not isinstance(told.trouble, Unopened)


async def _settled(held: Held, client: Client, until: float, ready: Ready, unsaid: Unsaid) -> Sent:
    """Send one act that waited, and put it where it belongs by what became of it."""
    told = _concluded(held, await come_to_rest(await sent(held.item, client, until, ready), client, until))
    if told.known:
        unsaid(held.item.act)
    return told


def _concluded(held: Held, told: Sent) -> Sent:
    """Strike what was recorded, shelve what came back: who said it has gone, and reads the reason later."""
    at = datetime.now(UTC).isoformat()
    try:
        if isinstance(told.trouble, Undecided):
            again = f"furlough spool flush {held.file.name}"
            when = "once the worker was mended, whose log tells the fault"
            if isinstance(told.trouble, Unread):
                when = "once this desk is of the worker's build"
            told.trouble.helps = f"{when}: {again}; do not say it anew"
        if isinstance(told.trouble, Gone | Undecided):
            held.shelve("returned", {"at": at, "reason": str(told.trouble)})
        elif told.refusal:
            held.shelve("returned", {"at": at, "refusal": told.refusal.model_dump(mode="json")})
        elif told.settled:
            held.strike()
    except OSError as error:  # it stays, and comes back once more when there is room for the reason
        full = NotDelivered("What came back could not be put aside.", why=str(error), helps="free some room")
        return Sent(held.item, trouble=full)
    return told


def kept(item: Item, why: Trouble | None, *, busy: bool = False) -> Spooled:
    """The receipt of an act without an outcome."""
    reason = "another process is sending it just now" if busy else ""
    return Spooled(
        "Kept in the spool; its outcome is not known yet.",
        why=reason or (why.what + (f" {why.why}" if why.why else "") if why else ""),
        known=f"{item.what}, act {item.act.act_id}; sent under one id until it is answered, it changes nothing twice",
        helps="any later command sends it, or furlough spool run; furlough spool list shows what waits",
    )
