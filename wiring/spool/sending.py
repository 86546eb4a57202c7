"""Acts from the spool to their server: in order for each addressee, each until its outcome is known.

An act that is sent twice is one act: its id says so to the server. So what is unsure is sent once more, and never
struck.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final

from temporalio.client import Client, WorkflowUpdateFailedError

from domain.acts import Act, Ask, references
from domain.decider import Outcome
from domain.refusal import Refusal
from wiring.deliver import ANSWER, Gone, NotDelivered, Undecided, deliver
from wiring.settling import OPENING, come_to
from wiring.spool.folder import Held, NotKept, Spool
from wiring.spool.item import Item, Name
from wiring.spool.stuck import Stuck, silence
from wiring.trouble import NotReached, Trouble

AT_ONCE: Final = 16
"""Addressees to which acts of the spool are under way at the same time."""

SHORTEST: Final = timedelta(seconds=0.5)
"""With less time left an act is not sent now: it would be given up before it could be answered."""

SETTLING_MANY: Final = 10.0
"""Seconds which a request of many may take until its account has answered."""

PAUSE: Final = 0.02
"""Seconds between two looks at an act which another process is sending."""

Ready = Callable[[Act], str]
"""Why an act cannot be sent yet, of what must be at the server before it; empty where nothing is missing."""

Unsaid = Callable[[Act], object]
"""Told of an act which will never be said: what was laid down for it alone is needed no more."""


class Spooled(Trouble):
    """An act is kept, and no outcome of it is known yet: it is sent again until there is one."""

    code = 3


@dataclass(frozen=True)
class Sent:
    """What became of an act that waited: recorded, refused, or neither yet, and why."""

    item: Item
    outcome: Outcome[Any] | None = None
    refusal: Refusal | None = None
    trouble: Trouble | None = None

    @property
    def settled(self) -> bool:
        """Whether its outcome is known."""
        return self.trouble is None or isinstance(self.trouble, Gone)

    @property
    def back(self) -> str:
        """Why it came back, in a sentence; empty where it was recorded, or is not settled."""
        if self.refusal:
            return f"{self.refusal.why} (rule {self.refusal.rule})"
        return f"{self.trouble.what} {self.trouble.why}" if isinstance(self.trouble, Gone) else ""

    @property
    def known(self) -> bool:
        """Whether it had come before, with other sealed texts than these: the record refers to those."""
        entries = self.outcome.entries if self.outcome else ()
        recorded = set(references([entry.event for entry in entries if entry.act_id == self.item.act.act_id]))
        return bool(recorded) and recorded.isdisjoint(references(self.item.act))


async def send(
    spool: Spool,
    client: Client | None,
    act: Act,
    *,
    ready: Ready,
    within: timedelta = ANSWER,
    away: NotReached | None = None,
    where: str = "",
    unsaid: Unsaid = lambda _: None,
) -> Outcome[Any]:
    """Write an act down, then send it behind what waits for the same addressee. `away` tells why nobody can be asked.

    `where` is the line of a file from which it comes.

    An act is `unsaid` where it could not be kept, one of its id waits or was recorded already and stands in its place,
    or where it was refused at once.

    Raises:
        NotKept: it could not be written down, and was not sent.
        Spooled: it is kept, and no outcome is known yet.
        Undecided: a fault in the rules' code stopped it; it is kept, too.
        Gone: the leave has ended on the server, or was never asked for.
    """
    until = monotonic() + within.total_seconds()
    try:
        put = await asyncio.to_thread(spool.put, [act], where)
    except NotKept:
        unsaid(act)
        raise
    for held in put:
        with held:
            if held.item.act != act:
                unsaid(act)
            if client is None or away is not None:
                raise _kept(held.item, away)
            if not (told := await _before(spool, client, held, until, ready, unsaid)):
                told = await _one(held, client, until, ready)
            if isinstance(told.trouble, NotDelivered):
                raise _kept(held.item, told.trouble) from told.trouble
            if told.trouble is None or isinstance(told.trouble, Gone):
                held.strike()
            if told.back or told.known:
                unsaid(held.item.act)
            if told.trouble is not None:
                raise told.trouble
            assert told.outcome is not None  # noqa: S101  (without trouble there is one)
            return told.outcome
    unsaid(act)
    raise _kept(Item(mission=spool.mission, kept_at=datetime.now(UTC), act=act), None, busy=True)


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

    What was recorded is struck; what was refused is put on the shelf `returned`. An addressee who does not answer is
    passed over; once nobody does no more is tried. Who gave no answer the last time is tried last, and not yet by who
    is `hurried`.
    """
    until, sent = monotonic() + within.total_seconds(), list[Sent]()
    room = asyncio.Semaphore(AT_ONCE)
    await asyncio.to_thread(spool.sweep)
    by_addressee, stuck = dict[str, list[Name]](), Stuck(spool.folder)
    for name in spool.waiting():
        if (only is None or str(name) in only) and not (hurried and stuck.passed_by(name.to)):
            by_addressee.setdefault(name.to, []).append(name)

    async def one_addressee(names: list[Name]) -> None:
        async with room:
            for name in names:
                end = min(until, monotonic() + each.total_seconds())
                if silence(sent) or end - monotonic() < SHORTEST.total_seconds():
                    return
                if (held := spool.hold(name)) is None:
                    if (spool.folder / str(name)).exists():  # another process sends it: what follows waits for it
                        return
                    continue
                with held:
                    told = await _settled(held, client, end, ready, unsaid)
                    sent.append(told)
                if isinstance(told.trouble, NotDelivered):
                    return

    async with asyncio.TaskGroup() as group:
        for to in sorted(by_addressee, key=stuck.known):
            group.create_task(one_addressee(by_addressee[to]))
    return sent


NOT_YET: Final = "it is recorded, and the account of its member has not answered"


class NotOpened(NotDelivered):
    """A request was recorded, and its account has yet to answer: what follows it waits."""


class NotReady(NotDelivered):
    """What an act refers to is not where the server looks for it: it waits."""


async def _before(spool: Spool, client: Client, own: Held, until: float, ready: Ready, unsaid: Unsaid) -> Sent | None:
    """Send what waits for the same addressee from before; what stopped it, if anything did. A fault holds none up."""
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
        if isinstance(told.trouble, NotDelivered):
            return told
    return None


async def _settled(held: Held, client: Client, until: float, ready: Ready, unsaid: Unsaid) -> Sent:
    """Send one act that waited, and put it where it belongs by what became of it."""
    told = _concluded(held, await _come_to(await _one(held, client, until, ready), client, until))
    if told.known:
        unsaid(held.item.act)
    return told


async def _one(held: Held, client: Client, until: float, ready: Ready) -> Sent:
    """Send one act. What it refers to must be there before it."""
    item, left = held.item, timedelta(seconds=until - monotonic())
    if missing := ready(item.act):
        helps = "lay it there; the act is then sent by itself"
        return Sent(item, trouble=NotReady(f"{item.what} cannot be sent yet.", why=missing, helps=helps))
    if left < SHORTEST:
        return Sent(item, trouble=NotDelivered("No outcome came in time.", why="what waited before it took the time"))
    try:
        outcome = await deliver(client, item.act, within=left)
    except (NotDelivered, Gone, Undecided) as trouble:
        return Sent(item, trouble=trouble)
    except WorkflowUpdateFailedError as error:  # a worker that cannot read it, for one: another build may
        fault = Undecided("The act could not be taken.", why=str(error.cause), helps="does the worker run this build?")
        return Sent(item, trouble=fault)
    return Sent(item, outcome=outcome, refusal=outcome.refusal)


async def _come_to(told: Sent, client: Client, until: float) -> Sent:
    """What a request came to that nobody waits for: its account may refuse it a moment after it was recorded.

    As long as the account has not answered the request stays, and what was said of the leave after it waits behind it:
    sent now, an approval would come back.
    """
    act = told.item.act
    if not isinstance(act, Ask) or told.outcome is None or told.refusal:
        return told
    settling = max(SHORTEST.total_seconds(), min(SETTLING_MANY, until - monotonic()))
    stands, refusal = await come_to(client, act.leave_id, settling)
    if stands == OPENING:
        helps = "it is sent again by itself, and changes nothing twice"
        return replace(told, trouble=NotOpened("The request is not opened yet.", why=NOT_YET, helps=helps))
    return replace(told, refusal=refusal)


def _concluded(held: Held, told: Sent) -> Sent:
    """Strike what was recorded, shelve what came back: who said it has gone, and reads the reason later."""
    at = datetime.now(UTC).isoformat()
    try:
        if isinstance(told.trouble, Gone):
            held.shelve("returned", {"at": at, "reason": str(told.trouble)})
        elif told.refusal:
            held.shelve("returned", {"at": at, "refusal": told.refusal.model_dump(mode="json")})
        elif told.settled:
            held.strike()
    except OSError as error:  # it stays, and comes back once more when there is room for the reason
        full = NotDelivered("What came back could not be put aside.", why=str(error), helps="free some room")
        return Sent(held.item, trouble=full)
    return told


def _kept(item: Item, why: Trouble | None, *, busy: bool = False) -> Spooled:
    """The receipt of an act without an outcome."""
    reason = "another process is sending it just now" if busy else ""
    return Spooled(
        "Kept in the spool; its outcome is not known yet.",
        why=reason or (why.what + (f" {why.why}" if why.why else "") if why else ""),
        known=f"{item.what}, act {item.act.act_id}; sent under one id until it is answered, it changes nothing twice",
        helps="any later command sends it, or furlough spool run; furlough spool list shows what waits",
    )
