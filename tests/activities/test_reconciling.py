"""The walk over the ledgers stops for a wrong server and for nobody who is silent; it is taken up where it ended."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, Interceptor, OutboundInterceptor, QueryWorkflowInput
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment

from activities.reconciling import Progress, Reconciling, Walk, _known_here
from domain.reconciling import Night
from tests.workflows.mission import FLYING, member
from tests.workflows.play import Case, Mission, running, working
from wiring.deliver import NotDelivered

NIGHT = Night(as_of=datetime.now(UTC))


def test_a_server_that_knows_few_of_many_leaves_is_not_the_one_that_has_them():
    with pytest.raises(ApplicationError) as stopped:
        _known_here(5, 3)
    assert (stopped.value.type, stopped.value.non_retryable) == ("OtherServer", True)


@pytest.mark.parametrize(("looked", "unknown"), [(0, 0), (4, 4), (6, 3), (6, 1)])
def test_some_leaves_may_be_unknown_and_of_few_leaves_all(looked: int, unknown: int):
    _known_here(looked, unknown)


@pytest.mark.parametrize(
    "silence", [RPCError("no answer", RPCStatusCode.DEADLINE_EXCEEDED, b""), NotDelivered("out of reach")]
)
async def test_who_does_not_answer_is_told_and_stops_nobody_else(silence: Exception):
    came = []

    async def ask(name: str) -> None:
        if name == "base-NAQ":
            raise silence
        came.append(name)

    async def walk() -> Progress:
        it = Walk()
        await it.over(["base-SKT", "base-NAQ", "base-BGU"], ask)
        return it.so_far

    assert (await ActivityEnvironment().run(walk)).unreached == ("base-NAQ",)
    assert came == ["base-BGU", "base-SKT"]


class Asked(Interceptor):
    """Which accounts were asked, and how many at once; the worker is killed at a question, where one is told."""

    def __init__(self, killed_at: int = 0) -> None:
        self.accounts: list[str] = []
        self.under_way = self.most = 0
        self.killed_at = killed_at

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002  (its name there)
        return Question(self, next)


class Question(OutboundInterceptor):
    def __init__(self, asked: Asked, then: OutboundInterceptor) -> None:
        super().__init__(then)
        self.asked = asked

    async def query_workflow(self, input: QueryWorkflowInput) -> Any:  # noqa: A002  (its name there)
        it = self.asked
        if input.id.startswith("member-"):
            it.accounts.append(input.id)
            if len(it.accounts) == it.killed_at:
                raise asyncio.CancelledError
        it.under_way += 1
        it.most = max(it.most, it.under_way)
        try:
            return await super().query_workflow(input)
        finally:
            it.under_way -= 1


async def walked(mission: Mission, asked: Asked, before: Progress | None = None) -> tuple[Any, list[Progress]]:
    """One walk by a worker of its own, and its signs of life."""
    client = Client(**(mission.client.config() | {"interceptors": [asked]}))
    seen: list[Progress] = []
    env = ActivityEnvironment()
    env.on_heartbeat = seen.append
    env.info = replace(env.info, heartbeat_details=[before.model_dump(mode="json")] if before else [])
    found = None
    with suppress(asyncio.CancelledError):
        found = await env.run(Reconciling(mission.source, client).reconcile, NIGHT)
    return found, seen


async def test_some_are_asked_at_once_and_after_a_kill_nobody_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("activities.reconciling.AT_A_TIME", 3)
    async with running(tmp_path) as mission, working(mission):
        cases = [Case(mission, FLYING, member(FLYING, i)) for i in range(1, 9)]
        await asyncio.gather(*(case.asks() for case in cases))
        await cases[-1].handle.terminate("an operator's mistake")
        first = Asked(killed_at=5)
        found, seen = await walked(mission, first)
        assert (found, len(seen[-1].days), seen[-1].accounts) == (None, 3, sorted(first.accounts)[2])
        second = Asked()
        found, _ = await walked(mission, second, seen[-1])
        assert not set(second.accounts) & set(sorted(first.accounts)[:3])
        assert len(second.accounts) == len(cases) - 3
        assert second.most == 3
        assert (found.leaves, found.given_back, found.unreached) == (len(cases), (cases[-1].leave_id,), ())
        assert await cases[-1].holds() == set()
        found, _ = await walked(mission, Asked())
        assert (found.leaves, found.given_back) == (len(cases) - 1, ())
