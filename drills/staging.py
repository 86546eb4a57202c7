"""A mission of a drill with its parts running, each a process of its own which can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

from temporalio.client import Client

from drills import mission
from drills.cluster import Cluster, whose
from drills.link import LOCAL, Link
from drills.monkey import REGISTER, SERVER, Part
from starter.ports import chosen
from wiring.connect import connect_in_time, quiet
from wiring.plugin import FurloughPlugin
from wiring.settings import Address, Settings
from wiring.spool import Spool

SERVES: Final = 60
"""Seconds in which PostgreSQL has to serve, on a machine that is busy."""
WORKER: Final = ("starter", "worker")


class Stage(NamedTuple):
    """What a drill works with."""

    made: mission.Mission
    spool: Spool
    links: dict[str, Link]
    parts: dict[str, Part]
    client: Client


@asynccontextmanager
async def staged(
    home: Path,
    members: int,
    earlier: Path | None = None,
    postgres: Path | None = None,
    worker: tuple[str, ...] = WORKER,
) -> AsyncIterator[Stage]:
    """A new mission in a folder, and its parts, which are ended in order afterwards.

    Its register is a file, or in a PostgreSQL of its own by the programs in `postgres`. `worker` is the module by which
    its worker is run, with its words.
    """
    port = chosen(0, "--port")
    settings = Settings(home=home, mission=mission.CODE, address=f"{LOCAL}:{port}", log="json")
    settings.folder.mkdir(parents=True, mode=0o700)
    async with AsyncExitStack() as stack:
        parts: dict[str, Part] = {}
        if postgres:
            cluster = await asyncio.to_thread(_laid, postgres, home)
            settings = settings.model_copy(update={"register_url": cluster.url()})
            parts[REGISTER] = _database(cluster, settings)
            stack.push_async_callback(_ended, asyncio.create_task(parts[REGISTER].live()))
            await _serves(cluster)
        made = await asyncio.to_thread(mission.begin, settings, members, earlier)
        links = {name: await stack.enter_async_context(Link.laid(port)) for name in ("desk", "worker")}
        others = _parts(settings, port, links, earlier, worker)
        for part in others.values():
            stack.push_async_callback(_ended, asyncio.create_task(part.live()))
        client = await connect_in_time(settings, [FurloughPlugin()], quiet(), waiting=lambda _: None)
        yield Stage(made, Spool(settings.folder / "spool", mission.CODE), links, parts | others, client)


def _laid(programs: Path, home: Path) -> Cluster:
    """A cluster beside the mission; who serves it gets as far as there, and sees nothing else."""
    home.chmod(0o711)
    (home / "postgres").mkdir(mode=0o700)
    return Cluster.laid(programs, home / "postgres", chosen(0, "--port"))


def _database(cluster: Cluster, settings: Settings) -> Part:
    """PostgreSQL, as a part that is killed; who becomes an ordinary user forgets the leash, and is told of it anew."""
    command = (*whose("--pdeathsig", "KILL"), *cluster.serves)
    return Part(REGISTER, command, _logging(settings), ending=signal.SIGINT)


async def _serves(cluster: Cluster) -> None:
    async with asyncio.timeout(SERVES):
        while not await asyncio.to_thread(cluster.answers):  # noqa: ASYNC110  (a server raises no event)
            await asyncio.sleep(0.1)


def _logging(settings: Settings) -> dict[str, str]:
    return settings.environment() | {"DRILL_LOG": str(settings.folder / "parts.log")}


def _parts(
    settings: Settings, port: int, links: dict[str, Link], earlier: Path | None, worker: tuple[str, ...]
) -> dict[str, Part]:
    """Server, worker, and two who send from one spool; each reaches the server by its own link."""
    told = _logging(settings)
    by = {name: {"TEMPORAL_ADDRESS": f"{LOCAL}:{link.port}"} for name, link in links.items()}
    ports = [Address(LOCAL, chosen(0, "--port")) for _ in range(2)]
    health = {"FURLOUGH_HEALTH": str(ports[0]), "FURLOUGH_METRICS": str(ports[1])}
    module = (sys.executable, "-m")
    serving = (*module, "drills.serving", str(settings.home), settings.code, str(port))
    sending = (*module, "starter", "spool", "run")
    return {
        SERVER: Part(SERVER, serving, told),
        "worker": Part("worker", (*module, *worker), told | by["worker"] | health, earlier),
        "sender": Part("sender", sending, told | by["desk"]),
        "second sender": Part("second sender", sending, told | by["desk"]),
    }


async def _ended(life: asyncio.Task[None]) -> None:
    life.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await life
