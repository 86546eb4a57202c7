"""A mission for each module of tests: real server, worker in this process, register of `examples/mission`.

No module rests on what another asked for.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as properties
from sqlalchemy import Engine
from temporalio.client import Client

import worker
from activities.register import importing
from activities.register.database import engine, migrate, writing
from starter.server import EmbeddedServer
from tests.begun import started_before
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings

properties.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("unhurried")
"""No property is judged by the clock of a machine that others use too."""

EXAMPLES = Path(__file__).parent.parent / "examples"


QUICK = ("domain", "laws")
"""Folders of tests that start no server."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs by servers begins, since it takes longest; the many quick tests even out at the end who had more."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(here).parts[0] in QUICK)


class Mission(NamedTuple):
    """What runs, as commands and tests reach it."""

    settings: Settings
    client: Client
    source: Engine


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        """What `--json` printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Furlough = Callable[..., Awaitable[Ran]]


def ahead(days: int) -> str:
    """A day from now, as the bases write it: their clocks, in Beirut and Juba, are some hours ahead of UTC's."""
    return str(datetime.now(ZoneInfo("Africa/Juba")).date() + timedelta(days=days))


@pytest.fixture(scope="module")
async def mission(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mission]:
    """UNEX, up: clocks of leaves may be moved; its register is the one of the examples."""
    home = tmp_path_factory.mktemp("mission")
    await started_before(home, "UNEX")
    async with EmbeddedServer(home, "UNEX", 0, 0, time_skipping=True) as server:
        settings = Settings.load(home=home, mission="UNEX", address=server.address)
        migrate(settings.database)
        source = engine(settings.database)
        bundle = importing.read(EXAMPLES / "mission")
        assert isinstance(bundle, importing.Bundle), bundle
        with writing(source) as session:
            importing.apply(session, bundle, "test", datetime.now(UTC))
        client = await connect(settings, [FurloughPlugin()])
        async with worker.working(settings, client, "test"):
            yield Mission(settings, client, source)
        source.dispose()


@pytest.fixture
def furlough(mission: Mission, monkeypatch: pytest.MonkeyPatch) -> Furlough:
    """The command line at a desk of that mission: `await furlough("approve", "412", "--as", ...)`."""
    from starter import app

    for name in ("FURLOUGH_POST", "FURLOUGH_BASE", "TEMPORAL_ADDRESS", "TEMPORAL_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FURLOUGH_HOME", str(mission.settings.home))
    monkeypatch.setenv("FURLOUGH_MISSION", "UNEX")

    async def run(*words: object) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = await asyncio.to_thread(app.run, [str(word) for word in words])
        return Ran(code, out.getvalue(), err.getvalue())

    return run
