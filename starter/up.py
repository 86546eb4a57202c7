"""`furlough up`: a mission on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

from cyclopts import Parameter, validators
from rich.console import Console
from rich.table import Table

from starter.mission import Mission, running
from starter.server import PORT, UI_PORT
from wiring import laying_back
from wiring.settings import Settings

Port = Annotated[int, Parameter(validator=validators.Number(gte=0, lte=65535))]

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(*, mission: str | None = None, port: Port = PORT, ui_port: Port | None = None) -> None:
    """Run a mission on this machine: Temporal server with a file, its UI, register, worker. Ctrl-C ends all in order.

    After a crash or a power cut the next `furlough up` goes on where all stood.

    Args:
        mission: The mission's code; else the profile's.
        port: Where the server listens; 0 takes any free ports.
        ui_port: Where the Temporal UI listens; else the server's port plus 1000.
    """
    settings = Settings.load(mission=mission)
    laying_back.whole(settings.folder)
    ui = ui_port if ui_port is not None else UI_PORT - PORT + port if port else 0
    asyncio.run(_up(settings, port, ui))


async def _up(settings: Settings, port: int, ui_port: int) -> None:
    console = Console(highlight=False)
    cancel_on_signal()
    console.print(f"starting {settings.code} in {settings.folder}")
    try:
        async with running(settings, port, ui_port) as mission:
            console.print(_addresses(mission, settings))
            trouble = await mission.broken()
            console.print(f"ending {settings.code}")
            raise trouble
    except asyncio.CancelledError:
        console.print(f"{settings.code} has ended in order; furlough up goes on where it stood")


def cancel_on_signal() -> None:
    """The first signal asks for the end in order; more of them do not make it less orderly."""
    loop, work = asyncio.get_running_loop(), asyncio.current_task()

    def once() -> None:
        for ending in _ENDS:
            loop.add_signal_handler(ending, lambda: None)
        if work:
            work.cancel()

    for ending in _ENDS:
        loop.add_signal_handler(ending, once)


def _addresses(mission: Mission, settings: Settings) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("server", f"{mission.server.address}, namespace {settings.code}")
    table.add_row("Temporal UI", f"{mission.server.ui}/namespaces/{settings.code}/workflows")
    table.add_row("health", f"http://{mission.health}/health")
    table.add_row("metrics", f"http://{mission.metrics}/metrics")
    table.add_row("logs", f"{mission.server.process.log.name}, {mission.worker.log.name} beside the files")
    table.add_row(f"{settings.code} is up", "Ctrl-C ends all in order")
    return table
