"""Worker and server killed at each step of the straight path: as an act is said, and as its effects are under way."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path

import pytest

from drills import oracle
from drills.load import STRAIGHT, Desk, leaves, papers
from drills.staging import staged

KILLS = tuple(product(("worker", "server"), ("said", "answered"), range(len(STRAIGHT))))


async def at_once() -> None:
    """Nobody waits for a turn."""


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_worker_or_a_server_killed_at_any_step_of_the_straight_path_loses_nothing(tmp_path: Path) -> None:
    """Each leave has its own kill; then each is checked as after a drill."""
    async with staged(tmp_path, len(KILLS)) as (made, spool, _, parts, client):
        said = list(leaves(made, 7, (STRAIGHT,)))
        papers(made, said)
        desk = Desk(spool, at_once)

        async def killed(part: str) -> None:
            parts[part].kill()
            for_a_moment = 0.2
            await asyncio.sleep(for_a_moment)
            parts[part].may.set()

        for one, (part, moment, step) in zip(said, KILLS, strict=True):
            for i, act in enumerate(one.acts):
                name = await desk.keep(act)
                if (i, moment) == (step, "said"):
                    await killed(part)
                await desk.outcome(name)
                if (i, moment) == (step, "answered"):
                    await killed(part)
        assert await oracle.quiet(client, said, 180) == []
        assert await oracle.findings(client, made, said, spool) == []
