"""The small service behind `furlough spool run`: sends what waits, whenever a server is there, until it is ended.

It pauses longer and longer while nothing is answered, a minute at most, and tries as soon as a server that was away
listens again; each change of how it goes is one line. What comes in while one leave alone gives no answer does not wait
for that one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import inf
from time import monotonic
from typing import Final

from domain.words import counted
from starter.copying import fetched
from starter.desk import Desk
from starter.up import cancel_on_signal
from wiring import console, copies, laying_back
from wiring.connect import connect, listens, quiet
from wiring.plugin import FurloughPlugin
from wiring.spool import Name
from wiring.trouble import Trouble

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds after each round in a row in which nothing was answered; the last is kept."""

LOOK: Final = 1.0
"""Seconds between two looks: into a spool in which nothing waits, and for a server that is away."""

ROUND: Final = timedelta(seconds=30)
"""How long one round sends before it tells how far it came."""


class Courier:
    """Who sends from the spool of a desk."""

    def __init__(self, desk: Desk, *, json: bool) -> None:
        self.desk, self.json = desk, json
        self.place = laying_back.Place(desk.settings.folder)
        self.said = ""
        self.renewed, self.stale = -inf, False
        self.unread = 0
        """Files in which no act can be read, as was told last."""
        self.nobody = True
        """Whether, as far as is known, nobody at all answers."""

    async def serve(self, *, once: bool) -> None:
        """Send until a signal ends it in order; `once`, until nothing waits.

        Raises:
            NotStarted: the mission was laid back to a backup meanwhile: the register which is open here is of before.
        """
        cancel_on_signal()
        vain = 0
        try:
            while True:
                self.place.stands()
                waits = bool(self.desk.spool.waiting())
                if not once and not (waits and self.nobody):
                    await self.renew()
                if not waits:
                    self.tell("idle", "nothing waits")
                    if once:
                        return
                    await asyncio.sleep(LOOK)
                    continue
                tried = self.desk.spool.waiting()
                trouble, answered = await self.round()
                vain = 0 if answered else vain + 1
                pause = PAUSES[min(vain, len(PAUSES)) - 1] if vain else 0.0
                if trouble is not None:
                    why = " ".join(filter(None, (trouble.what, trouble.why)))
                    self.tell("waiting", f"{self.number} without an answer: {why}; again in {pause:g} s at most")
                if await self.rest(pause, tried):
                    vain = 0
        except asyncio.CancelledError:
            self.tell("ended", f"on a signal; {self.number} kept" if self.desk.spool.waiting() else "on a signal")

    async def round(self) -> tuple[Trouble | None, int]:
        """Send what waits, once. What stopped it, if anything did, and how many acts were answered."""
        try:
            laying_back.whole(self.desk.settings.folder)
            await asyncio.to_thread(self.desk.spool.sweep)
            before, self.unread = self.unread, len(self.desk.spool.shelved("unreadable"))
            if self.unread > before:
                self.tell("unreadable", f"{counted(self.unread, 'file')} kept aside, not sent: furlough spool list")
            if self.desk.connected is None:
                self.desk.connected = await connect(self.desk.settings, [FurloughPlugin()], quiet())
            sent = await self.desk.drain(ROUND)
        except Trouble as trouble:
            self.nobody = True
            return trouble, 0
        self.nobody = self.desk.nobody is not None
        answered = [one for one in sent if one.settled]
        back = sum(bool(one.back) for one in answered)
        if answered:
            self.tell("sending", f"{len(answered) - back} recorded, {back} came back, {self.number} left")
        stopped = next((one.trouble for one in sent if not one.settled), None)
        if stopped is not None and not answered:
            self.desk.connected = None  # the server may be at another address when it is back
        return stopped, len(answered)

    async def rest(self, pause: float, tried: Sequence[Name]) -> bool:
        """Pause, but no longer than until a server that was away listens again: says whether it does.

        Where somebody may answer, no longer than until something waits that was not `tried`.
        """
        until, away = monotonic() + pause, self.nobody and not await listens(self.desk.settings)
        while (left := until - monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK))
            if away and await listens(self.desk.settings):
                return True
            if not self.nobody and not set(self.desk.spool.waiting()) <= set(tried):
                return False
        return False

    async def renew(self) -> None:
        """Renew the copy of this desk's base, where it has one and its time has come."""
        base, every = self.desk.settings.base, self.desk.settings.copy_minutes * 60
        if not base or not every or monotonic() < self.renewed + every:
            return
        try:
            if self.desk.connected is None:
                self.desk.connected = await connect(self.desk.settings, [FurloughPlugin()], quiet())
            copies.keep(self.desk.settings.folder, await fetched(self.desk, base))
        except (Trouble, OSError) as trouble:
            self.desk.connected = None
            self.renewed = monotonic() - every + min(PAUSES[-1], every)
            if not self.stale:  # told once, and not each minute of a long outage
                self.tell("no copy", f"of {base}: {getattr(trouble, 'what', trouble)}")
            self.stale = True
        else:
            self.renewed, self.stale = monotonic(), False

    @property
    def number(self) -> str:
        """How many acts wait."""
        return counted(len(self.desk.spool.waiting()), "act")

    def tell(self, state: str, how: str) -> None:
        """One line, where it is not the one told last."""
        if (line := f"{state}: {how}") == self.said:
            return
        self.said, now = line, datetime.now(UTC)
        if self.json:
            console.document({"at": now, "state": state, "how": how, "waiting": len(self.desk.spool.waiting())})
            sys.stdout.flush()
        else:
            console.say(f"{now:%Y-%m-%dT%H:%M:%SZ} {line}")
