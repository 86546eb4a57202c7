"""What a worker shows of itself: `/health` for those who watch over it, and the SDK's metrics on a port of their own.

The answer is 200 only while the worker polls *and* the server answers; else it is 503 and says what is waited for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from socket import gethostbyname
from typing import Final, Literal

from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError
from temporalio.worker import Worker

from wiring.logs import core_logging
from wiring.plainly import plainly
from wiring.settings import Address
from wiring.trouble import NotStarted

_ASKED_WITHIN: Final = 5.0
"""Seconds in which a question must have come; a socket that says nothing is closed."""

_ANSWERED_WITHIN: Final = timedelta(seconds=2)
_LONGEST_QUESTION: Final = 8192
_SIGN_OF_LIFE: Final = timedelta(seconds=10)
"""How often a worker shows itself to the server: `temporal worker list`."""


class Health:
    """How a worker fares: starting, waiting for its server, polling, or stopping."""

    def __init__(self, build: str) -> None:
        self.build = build
        self.state: Literal["starting", "waiting", "polling", "stopping"] = "starting"
        self.since = datetime.now(UTC)
        self.why = ""
        self._client: Client | None = None
        self._worker: Worker | None = None

    def waiting(self, why: str) -> None:
        """The server is not reached; `why` says what was tried."""
        self._turn("waiting", why)

    def polling(self, client: Client, worker: Worker) -> None:
        """The worker takes tasks."""
        self._client, self._worker = client, worker
        self._turn("polling")

    def stopping(self) -> None:
        """The worker ends what it has begun, and takes no more."""
        self._turn("stopping")

    def _turn(self, state: Literal["waiting", "polling", "stopping"], why: str = "") -> None:
        if state != self.state:
            self.state, self.since = state, datetime.now(UTC)
        self.why = why

    async def look(self) -> tuple[bool, dict[str, str]]:
        """Whether leaves go on here, and what there is to say; the server is asked anew each time."""
        well, why = await self._well()
        told = {"state": self.state, "since": self.since.isoformat(), "build": self.build}
        return well, told | ({"why": why} if why else {})

    async def _well(self) -> tuple[bool, str]:
        if self.state != "polling" or self._client is None or self._worker is None:
            return False, self.why
        if not self._worker.is_running:
            return False, "the worker does not poll"
        try:
            answers = await self._client.service_client.check_health(timeout=_ANSWERED_WITHIN)
        except RPCError as error:
            return False, f"the server does not answer: {error.status.name}"
        return answers, "" if answers else "the server is up and does not serve"


@asynccontextmanager
async def serve(health: Health, at: Address) -> AsyncIterator[Address]:
    """Answer `GET /health` there; yields the address, whose port was chosen where 0 was asked for.

    Raises:
        NotStarted: something listens there already.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_ASKED_WITHIN):
                asked = await reader.readuntil(b"\r\n\r\n")
                writer.write(await _response(health, asked.split(b" ", 2)))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # whoever asks badly gets no answer, and harms nobody
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(answer, at.host, at.port, limit=_LONGEST_QUESTION)
    except OSError as error:
        raise _unheard("health", "FURLOUGH_HEALTH", at, error) from error
    async with server:
        host, port, *_ = server.sockets[0].getsockname()
        yield Address(host, port)


async def _response(health: Health, asked: list[bytes]) -> bytes:
    method, path = asked[0], asked[1].partition(b"?")[0] if len(asked) > 1 else b""
    if method not in {b"GET", b"HEAD"}:
        status, told = HTTPStatus.METHOD_NOT_ALLOWED, {"why": "expected GET"}
    elif path != b"/health":
        status, told = HTTPStatus.NOT_FOUND, {"why": "expected /health"}
    else:
        well, told = await health.look()
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    body = json.dumps(told) + "\n"
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return ("\r\n".join((*head, "", "")) + ("" if method == b"HEAD" else body)).encode()


def runtime(metrics: Address) -> Runtime:
    """The SDK's runtime for a worker: `/metrics` for Prometheus there, its core's logs among ours.

    Raises:
        NotStarted: nothing can listen there.
    """
    try:
        shown = PrometheusConfig(
            str(Address(gethostbyname(metrics.host), metrics.port)),  # the core wants a number
            counters_total_suffix=True,
            durations_as_seconds=True,
        )
        telemetry = TelemetryConfig(logging=core_logging(), metrics=shown)
        return Runtime(telemetry=telemetry, worker_heartbeat_interval=_SIGN_OF_LIFE)
    except (OSError, ValueError) as error:
        raise _unheard("metrics", "FURLOUGH_METRICS", metrics, error) from error


def _unheard(what: str, setting: str, at: Address, error: Exception) -> NotStarted:
    return NotStarted(
        f"The worker cannot show its {what} at {at}.",
        why=plainly(error),
        helps=f"end what listens there, or choose another: {setting}=host:port",
    )
