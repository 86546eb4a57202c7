"""An effect's answer is lost where the link is silent for more than ten seconds: it runs again, and is done once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import pytest

from drills import oracle
from drills.halting import CLAIMED, KEPT, claimed, point
from drills.load import STRAIGHT, Desk, leaves, papers
from drills.staging import staged
from tests.drills.straight import amiss, at_once, goes

EFFECTS: Final = ("days", "number", "place", "seat", "paper", "notice")
SILENCE: Final = 16
"""Seconds; a worker gives up to tell of an effect after some ten."""


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_an_effect_whose_answer_is_lost_with_the_link_is_brought_about_once(tmp_path: Path) -> None:
    """Each effect is committed, and its worker stands before the answer; then the link is silent while it answers."""
    points = tmp_path / "points"
    points.mkdir()
    async with staged(tmp_path, len(EFFECTS), worker=("drills.halting", str(points))) as stage:
        made, spool, links, _, client = stage
        said = list(leaves(made, 7, (STRAIGHT,)))
        papers(made, said)
        names = {point(one.leave_id, f"{what}{KEPT}", "after") for one, what in zip(said, EFFECTS, strict=True)}
        for name in names:
            (points / name).touch()
        desk, room, silent = Desk(spool, at_once), asyncio.Semaphore(len(said)), 0
        walks = asyncio.gather(*(goes(client, desk, one, room) for one in said))
        while any(points.iterdir()):
            if reached := claimed(points):
                links["worker"].turn("stall")
                for file in reached:
                    assert file.name.removesuffix(CLAIMED) in names
                    file.unlink()
                await asyncio.sleep(SILENCE)
                links["worker"].turn("open")
                silent += len(reached)
            await asyncio.sleep(0.05)
        await walks
        assert silent == len(EFFECTS)
        assert await oracle.quiet(client, said, 180) == []
        assert await amiss(client, made, said, spool) == []
