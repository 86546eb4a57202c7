"""The stage of the demo: a mission in a folder of its own, real commands, and a leave's clock moved forward."""

from __future__ import annotations

import asyncio
import re
import shlex
import sys
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from domain.decider import Entry
from domain.leave import Face, LeaveEvent, reading
from wiring import console
from wiring.settings import Settings
from wiring.trouble import Trouble

ROOT: Final = Path(__file__).resolve().parent.parent
_REST: Final = timedelta(seconds=20)
_WIDE: Final = "118"


class Said(NamedTuple):
    """What a command answered."""

    line: str
    code: int
    text: str


class Stage:
    """A mission that runs, seen from the desk of one base."""

    def __init__(self, settings: Settings, client: Client, zone: ZoneInfo) -> None:
        self.settings, self.client, self.zone = settings, client, zone
        self._skipper = TimeSkipper(client)
        self._told = 0

    def scene(self, title: str, at: datetime | None = None) -> None:
        """The heading of what comes now, with the time on the leave's clock."""
        when = f"{at.astimezone(self.zone):%a %d %b %Y %H:%M} · " if at else ""
        console.say("")
        console.say(f"── {when}{title}", "bold")

    async def run(self, *words: str, may: Collection[int] = (0,)) -> str:
        """Run one command, show it with its answer, and give that. `may` are the exit codes which the story expects."""
        said = await self.hear(*words)
        self.echo(said, may)
        return said.text

    async def hear(self, *words: str) -> Said:
        """Run one command and listen."""
        environment = self.settings.environment() | {"COLUMNS": _WIDE}
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "furlough"),
            *words,
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            heard, _ = await process.communicate()
        except BaseException:
            if process.returncode is None:
                process.kill()
                await process.wait()
            raise
        return Said(shlex.join(("furlough", *words)), process.returncode or 0, heard.decode().rstrip())

    def echo(self, said: Said, may: Collection[int] = (0,)) -> None:
        """Show a command and its answer.

        Raises:
            Trouble: it did not end as the story expects.
        """
        console.say(f"$ {said.line}", "bold cyan")
        for line in said.text.splitlines():
            console.say(f"  {line}")
        if said.code not in may:
            raise Trouble(
                "The demo stopped.",
                why=f"expected the exit code {' or '.join(map(str, may))} of the last command, got {said.code}",
                known=f"all that ran lies in {self.settings.folder}; server and worker were ended",
                helps=f"read {self.settings.folder / 'worker.log'}",
            )

    async def face(self, leave: str) -> Face:
        """How the leave stands once it is at rest: no effect is under way.

        Raises:
            Trouble: it does not come to rest.
        """
        handle = self.client.get_workflow_handle(leave)
        try:
            async with asyncio.timeout(_REST.total_seconds()):
                while True:
                    face: Face = await handle.query("face", result_type=Face)
                    if not face.busy:
                        return face
                    await asyncio.sleep(0.02)
        except TimeoutError as error:
            raise Trouble("The leave does not come to rest.", why=f"busy for {_REST.seconds} s") from error

    async def clock(self, leave: str) -> datetime:
        """The time on the leave's clock."""
        return await self._skipper.get_current_time(self._handle(leave))

    async def pass_until(self, leave: str, moment: datetime) -> None:
        """Let the time of this leave pass, and tell what it said. Base and account have no clock, and need none."""
        before = await self.face(leave)
        lapse = moment - await self.clock(leave)
        if lapse > timedelta(0):
            await self._skipper.fast_forward(self._handle(leave), lapse)
        await self.face(leave)
        told = await self.journal(leave)
        for entry in told[before.journal :]:
            at = f"{entry.recorded_at.astimezone(self.zone):%d %b %H:%M}"
            console.say(f"  {at}  {reading.sentence(entry, entitled=False)}", "italic")

    async def journal(self, leave: str) -> list[Entry[LeaveEvent]]:
        """All entries so far."""
        found: list[Entry[LeaveEvent]] = await self._handle(leave).query("journal", result_type=list[Entry[LeaveEvent]])
        return found

    def _handle(self, leave: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(leave)


def number_in(text: str) -> str:
    """The control number in a receipt.

    Raises:
        Trouble: there is none.
    """
    found = re.search(r"[A-Z0-9]+-\d{4}-\d{6}", text)
    if found is None:
        raise Trouble("The request was given no control number.", why=text[-300:])
    return found[0]
