"""The way to a mission's Temporal server. Commands say at once that it is not reached; workers wait for it.

Where it is, is told by `TEMPORAL_*` or the connection profile of the stock command line, then by the desk's profile,
then by the embedded server that runs for this mission, then by the default.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from itertools import chain, repeat
from typing import Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Plugin
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import KeepAliveConfig, RPCError, RPCStatusCode

from wiring.running import running_address
from wiring.settings import Settings
from wiring.trouble import Misset, NotReached

DEFAULT_ADDRESS: Final = "127.0.0.1:7233"

OURS: Final = "furlough:"
"""How the identity of each of our clients begins. Anybody may call themselves so: it tells what came by other programs,
and proves nothing of what did not."""

KEEP_ALIVE: Final = KeepAliveConfig(interval_millis=10_000, timeout_millis=5_000)
"""A dead link is noticed within 15 s; the server sends away who asks more often than each 10 s."""

PATIENCE: Final = timedelta(seconds=5)
"""How long a command tries."""

KNOCK: Final = 2.0
"""Seconds after which a connection that nobody takes is none."""

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 10.0)
"""Seconds between a worker's tries; the last is kept."""


def target(settings: Settings) -> ClientConnectConfig:
    """Where the mission's server is, and how one makes oneself known there. The namespace is the mission.

    Raises:
        Misset: no mission is named, the connection profile cannot be read, or it names another mission's namespace.
    """
    mission = settings.code
    try:
        told = ClientConfig.load_client_connect_config()
    except Exception as error:  # the SDK raises whatever its core says
        raise Misset(
            "The connection profile cannot be used.",
            why=str(error),
            helps="mend TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE or the TEMPORAL_* variables: temporal config list",
        ) from error
    namespace = told.get("namespace", mission)
    if namespace.split(".")[0].upper() != mission:  # Temporal Cloud appends the account: unifil.a1b2c
        raise Misset(
            "The connection profile is another mission's.",
            why=f"expected namespace {mission}, got {namespace}",
            helps="unset TEMPORAL_NAMESPACE, choose another TEMPORAL_PROFILE, or name that mission: --mission CODE",
        )
    address = told.get("target_host") or settings.address or running_address(settings.folder) or DEFAULT_ADDRESS
    return {**told, "target_host": address, "namespace": namespace}


async def listens(settings: Settings) -> bool:
    """Whether anybody takes a connection where the server is looked for: cheap to ask, and no promise of an answer."""
    host, _, port = str(target(settings)["target_host"]).rpartition(":")
    try:
        async with asyncio.timeout(KNOCK):
            _, there = await asyncio.open_connection(host.strip("[]"), int(port))
    except (OSError, TimeoutError, ValueError, OverflowError):  # an address may lack its port, or name none there is
        return False
    there.close()
    return True


def identity() -> str:
    """By what commands and workers make themselves known to the server, which keeps it beside what they send."""
    return f"{OURS}{os.getpid()}@{socket.gethostname()}"


async def connect(
    settings: Settings,
    plugins: Sequence[Plugin] = (),
    runtime: Runtime | None = None,
    *,
    within: timedelta = PATIENCE,
) -> Client:
    """A client of the mission or the reason why there is none, within about five seconds or what is left of them.

    Raises:
        NotReached: no server answers there, it sends us away, or it does not know the mission.
        Misset: the settings cannot be meant.
    """
    where = target(settings)
    try:
        async with asyncio.timeout(within.total_seconds()):
            client = await Client.connect(
                **where, plugins=plugins, runtime=runtime, keep_alive_config=KEEP_ALIVE, identity=identity()
            )
            asked = DescribeNamespaceRequest(namespace=where["namespace"])
            await client.workflow_service.describe_namespace(asked, timeout=within)
    except (RPCError, RuntimeError, TimeoutError) as error:
        raise not_reached(where, error, within) from error
    return client


@cache
def quiet() -> Runtime:
    """The SDK's runtime of a command: what its core tries in vain, the command tells in its own words."""
    errors = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=errors)))


async def connect_in_time(
    settings: Settings,
    plugins: Sequence[Plugin] = (),
    runtime: Runtime | None = None,
    *,
    waiting: Callable[[NotReached], None],
) -> Client:
    """A client of the mission, however long it takes until the server is there: for workers.

    Each try in vain is told to `waiting`.

    Raises:
        Misset: the settings cannot be meant, and waiting would not mend them.
    """
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        try:
            return await connect(settings, plugins, runtime)
        except NotReached as reason:
            waiting(reason)
            await asyncio.sleep(pause)
    raise AssertionError("pauses never end")


def not_reached(where: ClientConnectConfig, error: Exception, within: timedelta = PATIENCE) -> NotReached:
    """The reason why the server, which the SDK failed to reach, is waited for, in words of ours."""
    address, mission = where["target_host"], where["namespace"]
    status = error.status if isinstance(error, RPCError) else None
    if status is RPCStatusCode.NOT_FOUND:
        return NotReached(
            f"The server at {address} does not know the mission {mission}.",
            why=f"expected a namespace {mission}, got none",
            helps=f"check the address; a server of one's own: furlough up --mission {mission}",
        )
    if status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}:
        return NotReached(
            f"The server at {address} does not let us in.",
            why=str(error),
            helps="check the key or the certificates of the connection profile: temporal config list",
        )
    return NotReached(
        f"No server answers at {address}.",
        why=f"no answer within {within.total_seconds():.1g} s" if isinstance(error, TimeoutError) else _cause(error),
        known=f"mission {mission}; nothing was changed",
        helps=f"start one with furlough up --mission {mission}, or name another: TEMPORAL_ADDRESS=host:port",
    )


def _cause(error: Exception) -> str:
    """The last words of the core's nested message: `Connection refused`."""
    said = re.findall(r'(?:message|error): "([^"]+)"', str(error))
    return said[-1] if said else str(error)[:200]
