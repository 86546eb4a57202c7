"""What processes answer: asked again for some seconds while nobody is there to answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from starter.server import EmbeddedServer
from wiring import queries
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.queries import query
from wiring.settings import Settings
from wiring.trouble import NotReached


@pytest.fixture
async def unattended(tmp_path: Path) -> AsyncIterator[Client]:
    """A mission whose register has been opened, and which no worker serves."""
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        settings = Settings.load(home=tmp_path, mission="UNEX", address=server.address)
        client = await connect(settings, [FurloughPlugin()])
        await client.start_workflow("RegisterWorkflow", {"of": "register"}, id="register", task_queue="leave")
        yield client


async def test_a_worker_that_only_just_begins_answers_what_was_asked_before(
    unattended: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "EACH", timedelta(seconds=0.5))
    asked = asyncio.create_task(query(unattended, "register", "journal", list, timedelta(seconds=60)))
    early, _ = await asyncio.wait({asked}, timeout=1.2)
    assert not early
    async with Worker(unattended, task_queue="leave"):
        assert await asked == []


async def test_where_nobody_answers_that_is_told_within_the_patience(unattended: Client) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    with pytest.raises(NotReached) as told:
        await query(unattended, "register", "journal", list, timedelta(seconds=2))
    assert 1.5 < clock() - began < 4
    assert "no worker answered within 2 s" in told.value.why
    assert "furlough worker" in told.value.helps


async def test_what_is_not_there_is_told_at_once(unattended: Client) -> None:
    assert await query(unattended, "member-m-aaaaaaaaaa", "state", object) is None
