"""Who breaks things as the seed has it: processes are killed, links fail, clocks are wrong, the register is held up.

Where the register is a PostgreSQL of the drill, that is a process as any other.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from drills import clocks
from drills.holding import held_up
from drills.link import FAILING, Link
from drills.mission import Mission
from starter import leash

GAP: Final = (0.1, 1.2)
"""Seconds between two faults."""
AGAIN: Final = 0.3
"""Seconds from the end of a process to its next beginning."""
ORDERLY: Final = 60
SHORT: Final = (0.2, 2.5)
"""Seconds which a fault lasts, mostly."""
LONG: Final = (12.0, 40.0)
"""Seconds which some last: a worker's word on what it has done is lost after ten seconds of silence."""
LASTING: Final = ("kill server", "link of worker: cut", "link of worker: stall")
RARELY: Final = 0.17
"""How often one of these lasts long, where each other fault comes once: in 500 faults some fifteen, and six minutes."""
AND_LONG: Final = ", long"
SERVER: Final = "server"
REGISTER: Final = "register database"
"""Both ask the kernel itself for the time: no clock of theirs can be wrong alone."""


class Part:
    """A process of the mission, begun again whenever it ends, as a service manager does; killed without a warning.

    It does not outlive the drill. `code` is the folder whose version of the code, and of the rule packs, it begins with
    the next time; none: that of this process. `ahead` is by how many seconds its clock is ahead then. `ending` asks it
    to end in order.
    """

    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        environment: dict[str, str],
        code: Path | None = None,
        ending: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name, self.command, self.environment, self.code, self.ending = name, command, environment, code, ending
        self.ahead = 0
        self.process: Process | None = None
        self.may = asyncio.Event()
        self.may.set()

    async def live(self) -> None:
        """Until this is cancelled; then it is ended in order."""
        try:
            while True:
                await self.may.wait()
                self.process = await self._begun()
                await self.process.wait()
                await asyncio.sleep(AGAIN)
        finally:
            await self._end()

    async def _begun(self) -> Process:
        log = os.open(self.environment["DRILL_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", leash.__file__, str(os.getpid())),
                *self.command,
                cwd=self.code,  # where -m looks first
                env=self.environment | clocks.environment(self.ahead) | self._rules,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)

    @property
    def _rules(self) -> dict[str, str]:
        """Where the packs of its version are: an earlier one does not know every term of today's."""
        return {"FURLOUGH_RULES": str(self.code / "rules")} if self.code else {}

    def kill(self) -> None:
        """Without a warning; it stays away until it may live again."""
        self.may.clear()
        if self.process and self.process.returncode is None:
            self.process.kill()

    async def _end(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(self.ending)
        try:
            async with asyncio.timeout(ORDERLY):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class Recovery(NamedTuple):
    """A fault by its kind, and the seconds from its end to the next act that was answered."""

    kind: str
    seconds: float


class Monkey:
    """Breaks one thing at a time, mends it, and looks how long it takes until things move again."""

    def __init__(
        self,
        mission: Mission,
        parts: dict[str, Part],
        links: dict[str, Link],
        chance: random.Random,
        moved: Callable[[], int],
    ) -> None:
        self.mission, self.parts, self.links, self.chance, self.moved = mission, parts, links, chance, moved
        self.clocks = [name for name in parts if name not in (SERVER, REGISTER)] if clocks.library() else []
        self.faults: Counter[str] = Counter()
        self.recoveries: list[Recovery] = []
        self.watching: set[asyncio.Task[None]] = set()

    @property
    def kinds(self) -> list[str]:
        """All that it can break."""
        return [
            *(f"kill {name}" for name in self.parts),
            *(f"link of {name}: {mode}" for name in self.links for mode in FAILING),
            *(f"clock of {name}" for name in self.clocks),
            "register held up",
        ]

    async def rage(self, most: int, over: asyncio.Event) -> None:
        """So many faults, or until it is over."""
        weights = dict.fromkeys(self.kinds, 1.0) | {
            f"{kind}{AND_LONG}": RARELY for kind in LASTING if kind in self.kinds
        }
        while self.faults.total() < most and not over.is_set():
            await asyncio.sleep(self.chance.uniform(*GAP))
            (kind,) = self.chance.choices(list(weights), list(weights.values()))
            self.faults[kind] += 1
            lasts = self.chance.uniform(*(LONG if kind.endswith(AND_LONG) else SHORT))
            await self._break(kind.removesuffix(AND_LONG), lasts)
            watch = asyncio.create_task(self._watch(kind, self.moved()))
            self.watching.add(watch)
            watch.add_done_callback(self.watching.discard)

    async def _break(self, kind: str, seconds: float) -> None:
        if kind.startswith(("kill ", "clock of ")):
            part = self.parts[kind.removeprefix("kill ").removeprefix("clock of ")]
            part.kill()
            if kind.startswith("clock of "):
                part.ahead = self.chance.choice([each for each in clocks.AHEAD if each != part.ahead])
            await asyncio.sleep(seconds)
            part.may.set()
        elif kind.startswith("link of "):
            name, _, mode = kind.removeprefix("link of ").partition(": ")
            link = self.links[name]
            link.turn(next(each for each in FAILING if each == mode))
            await asyncio.sleep(seconds)
            link.turn("open")
        else:
            await asyncio.to_thread(held_up, self.mission.settings.database, seconds)

    async def _watch(self, kind: str, before: int) -> None:
        began = time.monotonic()
        while self.moved() <= before:  # noqa: ASYNC110  (files raise no event)
            await asyncio.sleep(0.05)
        self.recoveries.append(Recovery(kind, time.monotonic() - began))
