"""A mission of a drill with its parts running, each a process of its own which can be killed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client

from drills import mission
from drills.link import LOCAL, Link
from drills.monkey import Part
from starter.ports import chosen
from wiring.connect import connect_in_time, quiet
from wiring.plugin import FurloughPlugin
from wiring.settings import Address, Settings
from wiring.spool import Spool


class Stage(NamedTuple):
    """What a drill works with."""

    made: mission.Mission
    spool: Spool
    links: dict[str, Link]
    parts: dict[str, Part]
    client: Client


@asynccontextmanager
async def staged(home: Path, members: int, earlier: Path | None = None) -> AsyncIterator[Stage]:
    """A new mission in a folder, and its parts, which are ended in order afterwards."""
    port = chosen(0, "--port")
    settings = Settings(home=home, mission=mission.CODE, address=f"{LOCAL}:{port}", log="json")
    settings.folder.mkdir(parents=True)
    made = await asyncio.to_thread(mission.begin, settings, members, earlier)
    async with AsyncExitStack() as stack:
        links = {name: await stack.enter_async_context(Link.laid(port)) for name in ("desk", "worker")}
        parts = _parts(settings, port, links, earlier)
        for part in parts.values():
            stack.push_async_callback(_ended, asyncio.create_task(part.live()))
        client = await connect_in_time(settings, [FurloughPlugin()], quiet(), waiting=lambda _: None)
        yield Stage(made, Spool(settings.folder / "spool", mission.CODE), links, parts, client)


def _parts(settings: Settings, port: int, links: dict[str, Link], earlier: Path | None) -> dict[str, Part]:
    """Server, worker, and two who send from one spool; each reaches the server by its own link."""
    told = settings.environment() | {"DRILL_LOG": str(settings.folder / "parts.log")}
    by = {name: {"TEMPORAL_ADDRESS": f"{LOCAL}:{link.port}"} for name, link in links.items()}
    ports = [Address(LOCAL, chosen(0, "--port")) for _ in range(2)]
    health = {"FURLOUGH_HEALTH": str(ports[0]), "FURLOUGH_METRICS": str(ports[1])}
    serving = ("drills.serving", str(settings.home), settings.code, str(port))
    return {
        "server": Part("server", serving, told),
        "worker": Part("worker", ("starter", "worker"), told | by["worker"] | health, earlier),
        "sender": Part("sender", ("starter", "spool", "run"), told | by["desk"]),
        "second sender": Part("second sender", ("starter", "spool", "run"), told | by["desk"]),
    }


async def _ended(life: asyncio.Task[None]) -> None:
    life.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await life
