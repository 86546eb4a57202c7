"""A process that a command starts beside itself and ends before itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Self

from starter import leash
from wiring.disk import private


class Child:
    """A running process in a group of its own: Ctrl-C reaches its owner alone, who ends it in order.

    It does not outlive its owner. What it says goes to a log file; that of the run before is kept beside it.
    """

    def __init__(self, process: Process, log: Path) -> None:
        self._process, self.log = process, log

    @classmethod
    async def start(cls, command: Sequence[str], *, environment: Mapping[str, str], log: Path, holding: int) -> Self:
        """Start the command. `holding` is the descriptor of the mission's lock, which it keeps as long as it lives."""
        with _fresh(log) as said:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", leash.__file__, str(os.getpid())),
                *command,
                env=environment,
                stdin=DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=[holding],
                process_group=0,
                umask=0o077,  # what a server or a worker writes is of leaves
            )
        return cls(process, log)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it is gone."""
        return self._process.returncode is not None

    async def wait(self) -> int:
        """Its exit code, negative for a signal, once it is gone."""
        return await self._process.wait()

    async def end(self, patience: float) -> None:
        """Ask it to end, and after `patience` seconds end it."""
        if self.ended:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def last_words(self) -> str:
        """Why it is gone: the signal which killed it, else its exit code and the end of what it said."""
        code = self._process.returncode
        if code is not None and code < 0:
            return f"it was killed by signal {-code} ({signal.Signals(-code).name})"
        said = self.log.read_text("utf-8", errors="replace").strip()[-600:] or "nothing"
        return f"it said last: {said}" if code is None else f"exit code {code}; it said last: {said}"


def _fresh(log: Path) -> BinaryIO:
    if log.exists():
        log.replace(log.with_suffix(".before.log"))
    return open(log, "wb", opener=private)
