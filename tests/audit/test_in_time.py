"""One forged history keeps nobody waiting: neither a replay of many, nor a look at one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from audit import retraced
from audit.archive.sealed import history_bytes
from audit.in_time import TooLong, in_time
from audit.offline import checks_of
from audit.replaying import Job, proved

KEPT = Path(__file__).parents[1] / "histories"


def settled() -> History:
    return History(events=WorkflowHistory.from_json("x", (KEPT / "leave-settled.json").read_text()).events)


async def test_work_without_an_end_is_left_in_time_and_other_work_gives_what_it_gives():
    held = threading.Event()

    async def hangs() -> None:
        held.wait()

    async def gives() -> int:
        return 7

    async def breaks() -> None:
        raise ValueError("broken")

    began = time.monotonic()
    with pytest.raises(TooLong, match=r"within 0\.2 seconds"):
        await in_time(hangs, 0.2)
    assert time.monotonic() - began < 10
    held.set()
    assert await in_time(gives, 60) == 7
    with pytest.raises(ValueError, match="broken"):
        await in_time(breaks, 60)


@pytest.mark.timeout(60)
async def test_a_history_in_which_no_task_was_begun_has_nothing_to_be_gone_through():
    """Such as one that was sealed, or ended, in its first moment: the SDK would break over it and never return."""
    replay, fold, decide = await checks_of("UNEX-x", History(events=settled().events[:1]))
    assert (replay.findings, fold.findings, decide.findings) == ((), (), ())


@pytest.mark.timeout(60)
async def test_a_history_over_which_the_sdk_breaks_is_a_finding_in_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retraced, "SECONDS", 3)
    forged = settled()
    tasks = [e for e in forged.events if e.event_type != EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED]
    replay, *_ = await asyncio.wait_for(checks_of("UNEX-x", History(events=tasks)), 30)
    assert replay.findings == ("the Replayer broke over it, or hangs: it came to no end within 3 seconds",)


@pytest.mark.timeout(90)
async def test_a_replay_of_many_goes_on_after_a_bad_one():
    async def jobs() -> AsyncIterator[Job]:
        yield Job("UNEX-bad", "bad", content=history_bytes(settled().events[:1]))
        yield Job("UNEX-good", "good", content=history_bytes(settled().events))

    told = {one.id: (one.found, one.unchecked) async for one in proved(jobs(), 1)}
    assert told == {"UNEX-bad": (False, False), "UNEX-good": (False, False)}
