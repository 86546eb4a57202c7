"""A whole mission on one machine: embedded server, register, worker. Begun in this order and ended in the other."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, NamedTuple

from activities.register.database import RegisterUnavailable, migrate
from starter.child import Child
from starter.ports import chosen
from starter.server import PORT, UI_PORT, EmbeddedServer
from wiring.settings import Address, Settings
from wiring.trouble import NotStarted, Trouble

_STARTING: Final = 60.0
_ENDING: Final = 45.0
"""Seconds. A worker gives what it has begun 30 s to end."""


class Mission(NamedTuple):
    """What runs."""

    server: EmbeddedServer
    worker: Child
    health: Address
    metrics: Address

    async def broken(self) -> Trouble:
        """Waits until one of the processes ends, which none does by itself, and says which."""
        parts = {"server": self.server.process, "worker": self.worker}
        waits = {asyncio.create_task(part.wait()): name for name, part in parts.items()}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        name = waits[min(done, key=lambda wait: waits[wait])]
        return Trouble(
            f"The {name} of {self.server.mission} ended by itself.",
            why=parts[name].last_words(),
            known="what was recorded is kept; the rest was ended in order",
            helps=f"start again; if it ends again, read {parts[name].log}",
        )


def installed_worker(mission: str) -> tuple[str, ...]:
    """The worker's command, as this installation has it."""
    return (str(Path(sys.executable).parent / "furlough"), "worker", "--mission", mission)


def deciding_worker(mission: str) -> tuple[str, ...]:
    """The command of one that decides and answers, and brings nothing that follows from it to anybody."""
    return (*installed_worker(mission), "--no-effects")


@asynccontextmanager
async def running(
    settings: Settings,
    port: int = PORT,
    ui_port: int = UI_PORT,
    *,
    time_skipping: bool = False,
    worker: Sequence[str] | None = None,
) -> AsyncIterator[Mission]:
    """The mission, up and healthy, until the block ends. With port 0 all of its ports are any free ones.

    Raises:
        NotStarted: a part could not begin; nothing is left running.
    """
    async with (
        EmbeddedServer(settings.home, settings.code, port, ui_port, time_skipping=time_skipping) as server,
        working(settings, server, worker or installed_worker(settings.code), anywhere=not port) as mission,
    ):
        yield mission


@asynccontextmanager
async def working(
    settings: Settings, server: EmbeddedServer, command: Sequence[str], *, anywhere: bool = True
) -> AsyncIterator[Mission]:
    """A worker beside a server, healthy, until the block ends; its ports are `anywhere`, or those that are set.

    Raises:
        NotStarted: it could not begin.
    """
    await asyncio.to_thread(_migrate, settings.database)
    health, metrics = (
        at._replace(port=chosen(0 if anywhere else at.port, setting))
        for at, setting in ((settings.health, "FURLOUGH_HEALTH"), (settings.metrics, "FURLOUGH_METRICS"))
    )
    told = settings.model_copy(update={"health": health, "metrics": metrics, "log": "json"})
    child = await Child.start(
        command,
        environment=told.environment() | {"TEMPORAL_ADDRESS": server.address},
        log=server.folder / "worker.log",
        holding=server.lock,
    )
    try:
        await _well(child, health)
        yield Mission(server, child, health, metrics)
    finally:
        await child.end(_ENDING)


def _migrate(url: str) -> None:
    try:
        migrate(url)
    except RegisterUnavailable as error:
        raise NotStarted(
            "The register cannot be used.", why=str(error), helps="check FURLOUGH_DATABASE and the folder's rights"
        ) from error


async def _well(worker: Child, health: Address) -> None:
    """Wait until the worker polls."""
    told = "it has not answered yet"
    try:
        async with asyncio.timeout(_STARTING):
            while not worker.ended:
                well, told = await asyncio.to_thread(_ask, health)
                if well:
                    return
                await asyncio.sleep(0.1)
    except TimeoutError:
        why = f"not healthy within {_STARTING:.0f} s: {told}"
    else:
        why = worker.last_words()
    raise NotStarted("The worker did not start.", why=why, helps=f"read {worker.log}, mend what it says, start again")


def _ask(health: Address) -> tuple[bool, str]:
    """Whether it is well, and what it says."""
    connection = HTTPConnection(*health, timeout=5)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        return answer.status == HTTPStatus.OK, json.dumps(json.loads(answer.read()))
    except (OSError, HTTPException, ValueError) as error:
        return False, str(error)
    finally:
        connection.close()
