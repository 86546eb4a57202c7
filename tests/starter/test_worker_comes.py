"""A worker whose server goes away just as it begins: nobody has to begin it anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import worker
from drills.link import LOCAL, Link
from starter.server import EmbeddedServer
from tests.starter.wait import until
from wiring.health import Health
from wiring.settings import Address, Settings

PATIENCE = 60.0
"""Seconds for what the SDK itself tries again, on a machine that is busy."""
ANY = Address(LOCAL, 0)


async def test_a_worker_whose_server_goes_away_as_it_begins_says_so_and_waits_for_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut as it makes the schedules, and the next time as it asks whether it may poll: each time it waits anew."""
    state, stop = Health("b"), asyncio.Event()
    async with EmbeddedServer(home, "UNIFIL", 0, 0) as server, Link.laid(int(server.address.split(":")[1])) as link:
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"{LOCAL}:{link.port}")
        settings = Settings.load(home=home, mission="UNIFIL").model_copy(update={"health": ANY, "metrics": ANY})

        def cut_by(name: str) -> None:
            """The link is cut as this step of the worker begins, once."""
            step = getattr(worker, name)

            def cut(*given: object) -> object:
                monkeypatch.setattr(worker, name, step)
                link.turn("cut")
                return step(*given)

            monkeypatch.setattr(worker, name, cut)

        async def waits() -> None:
            await until(lambda: life.done() or state.state == "waiting", "it waits", PATIENCE)
            assert not life.done(), life.exception()
            told = await state.look()
            assert (told[0], told[1]["state"]) == (False, "waiting")
            assert "No server answers" in told[1]["why"]

        cut_by("nightly")
        life = asyncio.create_task(worker._live(settings, "b", state, stop, effects=True))
        await waits()
        state.why = ""
        cut_by("_polls")
        link.turn("open")
        await until(lambda: life.done() or (link.mode == "cut" and state.why), "it waits anew", PATIENCE)
        await waits()
        link.turn("open")
        await until(lambda: life.done() or state.state == "polling", "it polls", PATIENCE)
        assert (await state.look())[0], "it is well"
        stop.set()
        await life
