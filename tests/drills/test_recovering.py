"""How long it takes until things move again: until an act was answered, not until one more was said."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.acts import SignIn
from drills import monkey as monkey_module
from drills.link import Link
from drills.load import Desk
from drills.mission import Mission
from drills.monkey import Monkey
from wiring.settings import Settings
from wiring.spool import Spool


async def at_once() -> None:
    """Nobody waits for a turn."""


async def looks() -> None:
    """Long enough for whoever looks each twentieth of a second."""
    await asyncio.sleep(0.15)


async def test_things_move_again_when_an_act_was_answered_and_not_when_one_was_laid_into_the_spool(
    tmp_path: Path,
) -> None:
    """Two acts wait; more are said while nobody answers, and the fault is over when the first has left the spool."""
    spool = Spool(tmp_path, "UNEX")
    desk = Desk(spool, at_once)
    mission = Mission(Settings(home=tmp_path, mission="UNEX"), (), {})
    monkey = Monkey(mission, {}, {}, random.Random(1), lambda: desk.answered)
    acts = [
        SignIn(
            act_id=f"a{i}",
            decided_by="m-1",
            post="GATE",
            acted_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
            leave_id=f"UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8{i}",
        )
        for i in range(4)
    ]
    for act in acts[:2]:
        await desk.keep(act)
    watch = asyncio.create_task(monkey._watch("kill server", monkey.moved()))
    for act in acts[2:]:
        await desk.keep(act)
        await looks()
    assert (desk.answered, monkey.recoveries) == (0, [])
    held = spool.hold(desk.kept[0])
    assert held
    with held:
        held.strike()
    await watch
    assert (desk.answered, [one.kind for one in monkey.recoveries]) == (1, ["kill server"])


async def test_some_faults_last_longer_than_a_worker_tries_to_tell_of_an_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its link is cut or stalled for more than ten seconds, some times in a hundred; told as kinds of their own."""
    assert monkey_module.LONG[0] > 10
    for name in ("GAP", "SHORT", "LONG"):
        monkeypatch.setattr(monkey_module, name, (0.0, 0.0))
    settings = Settings(home=tmp_path, mission="UNEX")
    settings.folder.mkdir()
    monkey = Monkey(Mission(settings, (), {}), {}, {"worker": Link(0)}, random.Random(1), lambda: 1)
    await monkey.rage(500, asyncio.Event())
    long = {kind: times for kind, times in monkey.faults.items() if kind.endswith(monkey_module.AND_LONG)}
    assert set(long) == {"link of worker: cut, long", "link of worker: stall, long"}
    assert 10 < sum(long.values()) < 60, "two kinds of six, each a sixth as often"
    for watch in list(monkey.watching):
        watch.cancel()
