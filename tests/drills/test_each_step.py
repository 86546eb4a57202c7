"""Worker and server killed at each step of the straight path: before and after each decision and each effect."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from drills import oracle
from drills.halting import CLAIMED, KEPT, claimed, point
from drills.load import STRAIGHT, Desk, leaves, papers
from drills.monkey import Part
from drills.staging import staged
from tests.drills.straight import amiss, at_once, goes

EFFECTS: Final = ("days", "number", "place", "seat", "paper", "notice")
DECIDED: Final = tuple(f"decide-{kind}" for kind in (*STRAIGHT, "enter", "set-place", "set-days"))
STEPS: Final = (
    *DECIDED,
    *EFFECTS,
    *(f"{what}{KEPT}" for what in EFFECTS),
    "seat-back",
    "paper-back",
    "place-back",
)
KILLS: Final = (*product(("worker",), STEPS, ("before", "after")), *product(("server",), STEPS, ("after",)))
"""Who is killed, and where. What a server knows is the same before a step as after the one before it."""

AT_A_TIME: Final = 12


async def killing(folder: Path, parts: dict[str, Part], meant: dict[str, str]) -> None:
    """Kill whom a point is meant for as soon as a worker stands there."""
    while True:
        for file in claimed(folder):
            part = parts[meant[file.name.removesuffix(CLAIMED)]]
            part.kill()
            file.unlink()
            part.may.set()
        await asyncio.sleep(0.01)


@pytest.mark.slow
@pytest.mark.timeout(1500)
async def test_a_worker_or_a_server_killed_at_any_step_of_the_straight_path_loses_nothing(tmp_path: Path) -> None:
    """Each leave has its own kill; each then went its way, no act came back, and each effect was brought about once."""
    points = tmp_path / "points"
    points.mkdir()
    async with staged(tmp_path, len(KILLS), worker=("drills.halting", str(points))) as (made, spool, _, parts, client):
        said = list(leaves(made, 7, (STRAIGHT,)))
        papers(made, said)
        meant = {point(one.leave_id, what, when): part for one, (part, what, when) in zip(said, KILLS, strict=True)}
        for name in meant:
            (points / name).touch()
        desk, room = Desk(spool, at_once), asyncio.Semaphore(AT_A_TIME)
        monkey = asyncio.create_task(killing(points, parts, meant))
        await asyncio.gather(*(goes(client, desk, one, room) for one in said))
        assert await oracle.quiet(client, said, 180) == []
        monkey.cancel()
        assert [file.name for file in points.iterdir()] == [], "no worker came there"
        assert await amiss(client, made, said, spool) == []
