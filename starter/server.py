"""The embedded Temporal server: the stock development server with a file, for one mission on one machine.

It is durable because its file is: a write-ahead log, and every commit forced to disk (`synchronous=2`). A `kill -9`
while a new file is being made may leave it unusable: it is made under another name and gets its own when it is whole.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from starter.child import Child
from starter.lock import only_one
from starter.ports import LOCAL, chosen
from wiring import disk, namespace
from wiring.disk import own, sync
from wiring.laying_back import writing
from wiring.plainly import plainly
from wiring.running import Running
from wiring.settings import bare_environment
from wiring.trouble import NotStarted

log = structlog.get_logger(__name__)

PORT: Final = 7233
UI_PORT: Final = 8233

OPENED_BY: Final = "server.build"
"""The file which tells the build of the server that opened the histories last."""

_STARTING: Final = timedelta(seconds=30)
_ENDING: Final = timedelta(seconds=15)
_LEAST_ROOM: Final = 100 * 2**20
"""Bytes that must be free on the disk: a new file takes 5 MB, and a full disk stops every leave."""

_DURABLE: Final = ("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=2")
_OFF_THE_GRID: Final = ("--log-level", "error", "--ui-disable-news-fetch")
_IN_CROWDS: Final = ("--dynamic-config-value", "history.maxInFlightUpdates=1000")
"""Hundreds of leaves may ask one base at the same time; the default lets ten of them in and turns the others away."""
_SKIPS_TIME: Final = (
    *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
    *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="1ms"'),
    *("--dynamic-config-value", "history.timerProcessorMaxPollRPS=1000"),
    *("--dynamic-config-value", "history.transferProcessorEnsureCloseBeforeDelete=false"),
)
"""A leave's clock may be moved.

Each skip is a look at the timers, of which the default allows twenty in a second, and a month has hundreds. What is
deleted goes at once, and not when half a minute has passed: so archives are tried on what retention took away.
"""


class EmbeddedServer:
    """A mission's server, from `async with` to its end; at rest all of it is the file `<home>/<mission>/temporal.db`.

    `port` and `ui_port` may be 0 for any free one. `time_skipping` lets a client move a leave's clock, for
    demonstrations and tests. Entering raises NotStarted, and then nothing is left running.

    Who has it `unannounced`, to lay the mission back, alone knows where it listens: nobody is to work on it yet.
    """

    def __init__(
        self,
        home: Path,
        mission: str,
        port: int = PORT,
        ui_port: int = UI_PORT,
        *,
        time_skipping: bool = False,
        unannounced: bool = False,
    ) -> None:
        self.mission, self.folder, self._unannounced = mission, home / mission, unannounced
        self._port, self._ui_port, self._extra = port, ui_port, _SKIPS_TIME if time_skipping else ()
        self._open = AsyncExitStack()
        self.lock = -1
        """The descriptor of the mission's lock: processes beside the server inherit it."""

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"{LOCAL}:{self._port}"

    @property
    def ui(self) -> str:
        """The address of the Temporal UI."""
        return f"http://{LOCAL}:{self._ui_port}"

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self.process.pid

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            _room(self.folder, laying_back=self._unannounced)
            self.lock = await opened.enter_async_context(only_one(self.folder, laying_back=self._unannounced))
            self._port, self._ui_port = chosen(self._port, "--port"), chosen(self._ui_port, "--ui-port")
            if not self._unannounced:
                running = Running(owner=os.getpid(), address=self.address, ui=self.ui)
                running.write(self.folder)
                opened.callback(Running.forget, self.folder)
            file = self.folder / "temporal.db"
            build = await asyncio.to_thread(_build)
            if not file.exists():
                await self._make(file)
            elif self._opened_by() != build:  # a mission of before has no note of it
                await self._try(file, build)
            flags = ("--port", str(self._port), "--ui-port", str(self._ui_port), *self._extra)
            self.process = await opened.enter_async_context(self._serving(file, self.address, *flags))
            disk.keep(self.folder, Path(OPENED_BY), build.encode())
            self._open = opened.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _make(self, file: Path) -> None:
        """A whole new file, or none: made beside its name, on a port that nobody knows."""
        making = file.with_suffix(".making")
        for left in self.folder.glob(f"{making.name}*"):
            left.unlink()
        port = chosen(0, "--port")
        async with self._serving(making, f"{LOCAL}:{port}", "--port", str(port), "--headless"):
            pass
        if not _settle(making):
            raise NotStarted(
                f"The file {file} could not be made.",
                why="the disk did not take what the server wrote",
                helps="check room and rights of the folder, then start again",
            )
        making.replace(file)
        sync(self.folder)

    def _opened_by(self) -> str:
        """The build of the server that opened the histories last; empty where nobody has noted it."""
        note = self.folder / OPENED_BY
        return note.read_text("utf-8") if note.exists() else ""

    async def _try(self, file: Path, build: str) -> None:
        """A server of another build opens a copy of the histories first: it may bring them to a form of its own.

        Raises:
            NotStarted: it does not open the copy, or there is no room for one; the histories are as they were.
        """
        trying, port = file.with_suffix(".trying"), chosen(0, "--port")
        before = self._opened_by() or "a build that was not noted"
        try:
            await asyncio.to_thread(_copied, file, trying)
            async with self._serving(trying, f"{LOCAL}:{port}", "--port", str(port), "--headless"):
                pass
        except (NotStarted, OSError, sqlite3.Error) as error:
            raise NotStarted(
                f"The server of {self.mission} is of another build, and does not open a copy of its histories.",
                why=error.why if isinstance(error, NotStarted) else plainly(error),
                known=f"opened last by {before}, now {build}; the histories themselves were not opened",
                helps="make room for a copy; or install furlough as it was before, which goes on with them",
            ) from error
        finally:
            for left in self.folder.glob(f"{trying.name}*"):
                left.unlink()

    @asynccontextmanager
    async def _serving(self, file: Path, address: str, *flags: str) -> AsyncIterator[Child]:
        """A server on this file, healthy and with all that the namespace needs; ended in order."""
        process = await Child.start(
            (
                *(str(_temporal()), "server", "start-dev", "--ip", LOCAL, "--db-filename", str(file)),
                *("--namespace", self.mission, *_DURABLE, *_IN_CROWDS, *_OFF_THE_GRID, *flags),
            ),
            environment=bare_environment(),
            log=self.folder / "server.log",
            holding=self.lock,
        )
        try:
            await self._healthy(process, address)
        except BaseException:
            await process.end(_ENDING.total_seconds())
            raise
        try:
            yield process
        finally:
            await process.end(_ENDING.total_seconds())
            _settle(file)

    async def _healthy(self, process: Child, address: str) -> None:
        why = ""
        try:
            async with asyncio.timeout(_STARTING.total_seconds()):
                while not process.ended:
                    try:
                        client = await Client.connect(address, namespace=self.mission)
                        await client.service_client.check_health(timeout=timedelta(seconds=2))
                        return await namespace.prepare(client)
                    except (RPCError, RuntimeError) as error:  # the SDK says RuntimeError where nothing listens yet
                        why = str(error)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            known = f"no answer at {address} within {_STARTING.seconds} s: {why[:200]}"
        else:
            known = "it ended by itself"
        raise NotStarted(
            f"The server of {self.mission} did not start.",
            why=process.last_words(),
            known=f"{known}; all it said is in {process.log}",
            helps="check room and rights of the folder, then start again; what was recorded is kept",
        )


def _copied(file: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(to)) as copy:
        to.chmod(0o600)
        live.backup(copy)


def _build() -> str:
    """What the server says of its own build."""
    said = subprocess.run([_temporal(), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    return said.stdout.strip()


def _temporal() -> Path:
    """The binary that came with this installation, else the machine's own."""
    beside = Path(sys.executable).parent / "temporal"
    found = beside if beside.exists() else shutil.which("temporal")
    if not found:
        raise NotStarted(
            "There is no Temporal server to start.",
            why=f"expected the command `temporal` at {beside} or on the PATH, got none",
            helps="install furlough with its requirements: make setup",
        )
    return Path(found)


def _room(folder: Path, *, laying_back: bool) -> None:
    """Make the mission's folder, its owner's alone since it holds every leave, and see that it can be written."""
    try:
        with nullcontext() if laying_back else writing(folder):
            own(folder)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(f"no right to write in {folder}")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise NotStarted(
            f"The folder {folder} cannot be used.",
            why=f"expected a folder to write in, got: {error.strerror or error}",
            helps="mend its rights, or keep the mission elsewhere: FURLOUGH_HOME=FOLDER",
        ) from error
    if free < _LEAST_ROOM:
        raise NotStarted(
            f"The disk of {folder} is full.",
            why=f"expected {_LEAST_ROOM >> 20} MB free, got {free >> 20} MB",
            helps="make room, or keep the mission elsewhere: FURLOUGH_HOME=FOLDER",
        )


def _settle(file: Path) -> bool:
    """Bring the write-ahead log into the file, which the server does not: at rest one file holds all and can be copied.

    Where that fails the log stays beside the file, as after a crash, and the next start reads it.
    """
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        log.warning("the write-ahead log stays beside the file", exc_info=True)
        return False
    sync(file)
    return not busy
