"""`/health` is 200 only while the worker polls and the server answers."""

import asyncio
import json
import os
import signal
import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from starter.server import EmbeddedServer
from tests.begun import started_before
from wiring.health import Health, runtime, serve
from wiring.settings import Address
from wiring.trouble import NotStarted

ANY = Address("127.0.0.1", 0)


@activity.defn
async def nothing() -> None: ...


async def asked(at: Address, path: str = "/health", method: str = "GET") -> tuple[int, dict[str, str]]:
    def ask() -> tuple[int, dict[str, str]]:
        connection = HTTPConnection(*at, timeout=10)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, json.loads(body or "{}")

    return await asyncio.to_thread(ask)


async def test_health_follows_worker_and_server(tmp_path: Path):
    health = Health("build-7")
    await started_before(tmp_path, "UNIFIL")
    async with serve(health, ANY) as at, EmbeddedServer(tmp_path, "UNIFIL", 0, 0) as server:
        status, told = await asked(at)
        assert (status, told["state"], told["build"]) == (503, "starting", "build-7")
        health.waiting("No server answers at hq:7233.")
        status, told = await asked(at)
        assert (status, told["state"], told["why"]) == (503, "waiting", "No server answers at hq:7233.")
        client = await Client.connect(server.address, namespace="UNIFIL")
        worker = Worker(client, task_queue="leave", activities=[nothing])
        health.polling(client, worker)
        assert (await asked(at))[0] == 503, "the worker does not run yet"
        async with worker:
            async with asyncio.timeout(10):  # the worker asks the server for its namespace before it polls
                while (await asked(at))[0] != 200:  # nothing else tells
                    await asyncio.sleep(0.01)
            os.kill(server.pid, signal.SIGKILL)
            await server.process.wait()
            status, told = await asked(at)
            assert status == 503
            assert "server does not answer" in told["why"]
            health.stopping()
            assert (await asked(at))[1]["state"] == "stopping"


async def test_other_questions_are_answered_and_bad_ones_harm_nobody():
    async with serve(Health("b"), ANY) as at:
        assert (await asked(at, "/"))[0] == 404
        assert (await asked(at, method="POST"))[0] == 405
        assert (await asked(at, method="HEAD")) == (503, {})
        for nonsense in (b"\r\n\r\n", b"GET\r\n\r\n", b"x" * 100_000, b"\xff\x00"):
            reader, writer = await asyncio.open_connection(*at)
            writer.write(nonsense)
            writer.write_eof()
            await reader.read()
            writer.close()
        assert (await asked(at))[0] == 503


async def test_port_in_use_is_named_with_its_setting():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = Address("127.0.0.1", other.getsockname()[1])
        with pytest.raises(NotStarted, match=str(taken)) as told:
            await serve(Health("b"), taken).__aenter__()
        assert "FURLOUGH_HEALTH" in told.value.helps
        with pytest.raises(NotStarted, match=str(taken)) as told:
            runtime(taken)
        assert "FURLOUGH_METRICS" in told.value.helps
