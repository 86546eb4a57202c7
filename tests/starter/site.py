"""A mission whose server and worker come and go as a test wants; commands are processes of their own."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

import worker
from activities.register import importing
from activities.register.database import engine, migrate, writing
from starter import app
from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.conftest import EXAMPLES, Ran, ahead
from tests.starter.wait import until
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.running import Running
from wiring.settings import Settings
from wiring.spool import Spool

ROOT = Path(__file__).parents[2]
CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")


class Site:
    """One home, with a register and a spool."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings.load(home=home, mission="UNEX")
        self.spool = Spool(self.settings.folder / "spool", "UNEX")

    def begin(self) -> None:
        """The register of the examples."""
        self.settings.folder.mkdir(parents=True)
        migrate(self.settings.database)
        bundle, source = importing.read(EXAMPLES / "mission"), engine(self.settings.database)
        assert isinstance(bundle, importing.Bundle)
        with writing(source) as session:
            importing.apply(session, bundle, "test", datetime.now(UTC))
        source.dispose()

    @asynccontextmanager
    async def server(self) -> AsyncIterator[EmbeddedServer]:
        """The server, up while the block lasts; what it had recorded before is there."""
        await started_before(self.settings.home, "UNEX")
        async with EmbeddedServer(self.settings.home, "UNEX", 0, 0) as server:
            yield server

    @asynccontextmanager
    async def worker(self, server: EmbeddedServer, **options: Any) -> AsyncIterator[Client]:
        """A worker beside it."""
        settings = self.settings.model_copy(update={"address": server.address})
        client = await connect(settings, [FurloughPlugin()])
        async with worker.working(settings, client, "test", **options):
            yield client

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Client]:
        """Both."""
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(self.server())
            yield await stack.enter_async_context(self.worker(server))

    async def start(self, *words: str) -> Process:
        """A command in a process of its own."""
        told = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "FURLOUGH_"))}
        told |= self.environment() | {"PYTHONPATH": str(ROOT)}
        words = (sys.executable, "-m", "starter", *words)
        return await asyncio.create_subprocess_exec(*words, env=told, cwd=ROOT, stdout=PIPE, stderr=PIPE)

    async def furlough(self, *words: str) -> Ran:
        """A command, to its end."""
        process = await self.start(*words)
        try:
            async with asyncio.timeout(90):
                out, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode is not None
        return Ran(process.returncode, out.decode(), err.decode())

    async def says(self, *words: str) -> Ran:
        """A command in this process, where nothing hangs on its having one of its own."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "FURLOUGH_"))]:
                patch.delenv(name)
            for name, value in self.environment().items():
                patch.setenv(name, value)
            with redirect_stdout(out), redirect_stderr(err):
                code = await asyncio.to_thread(app.run, list(words))
        return Ran(code, out.getvalue(), err.getvalue())

    def environment(self) -> dict[str, str]:
        """What tells a command its mission. While the server is away it looks where nobody answers.

        Else it would look at the usual port, where the machine may have a mission of its own.
        """
        if Running.read(self.settings.folder) is None:
            Running(owner=os.getpid(), address="127.0.0.1:9", ui="").write(self.settings.folder)
        home = {"FURLOUGH_HOME": str(self.settings.home), "FURLOUGH_MISSION": "UNEX"}
        shown = dict.fromkeys(("FURLOUGH_HEALTH", "FURLOUGH_METRICS"), "127.0.0.1:0")  # the usual may be taken
        return home | shown

    async def ask(self, member: str, first: int) -> Ran:
        """A request, as a clerk records it, by a process of its own."""
        return await self.furlough(*self.request(member, first))

    @staticmethod
    def request(member: str, first: int) -> tuple[str, ...]:
        """How a clerk asks for two days that begin so many days from now."""
        wish = ("--first", ahead(first), "--last", ahead(first + 1), "--destination", "BEY", "--travel", "none")
        return ("request", member, *wish, "--json", *CLERK)


class OnPostgres(Site):
    """A site whose register is elsewhere."""

    def at(self, url: str) -> None:
        """From now on it is there."""
        self.settings = self.settings.model_copy(update={"register_url": url})

    def environment(self) -> dict[str, str]:
        return super().environment() | {"FURLOUGH_DATABASE": str(self.settings.register_url)}


async def ended(process: Process) -> tuple[int, str]:
    """How a service ends when it is asked to: its exit code, and all its lines."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert not err, err.decode()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def emptied(spool: Spool) -> None:
    """Nothing waits any more."""
    await until(lambda: not spool.waiting(), "the spool is empty", 60)


def documents(out: str) -> list[dict[str, Any]]:
    """What a service said in JSON."""
    return [json.loads(line) for line in out.splitlines()]
