"""A register on PostgreSQL that hangs, and one that is killed: what an act costs meanwhile, and who waits for it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.acts import Act, Approve
from tests.postgres import Cluster, mortal
from tests.workflows.mission import member
from tests.workflows.play import Case, Mission, running, working
from wiring.deliver import NotDelivered, deliver

__all__ = ["mortal"]


@pytest.fixture(scope="module")
async def mission(tmp_path_factory: pytest.TempPathFactory, mortal: Cluster) -> AsyncIterator[Mission]:
    async with running(tmp_path_factory.mktemp("hangs"), register_url=mortal.database()) as made, working(made):
        yield made


async def test_a_register_that_hangs_costs_each_act_an_answer_in_time_and_keeps_no_leave_from_being_read(
    mission, mortal, base
):
    """More acts than the worker has threads: each is told in time; sent again it counts, and counts once."""
    cases = [Case(mission, base, member(base, i)) for i in (1, 2)]
    for case in cases:
        await case.asks()
        await case.reaches("waiting for approval")
    approvals = [case.act(Approve, case.post("CO")) for case in cases]
    others = [Case(mission, base, member(base, 3 + i % 4)).wish() for i in range(28)]

    async def told(act: Act) -> None:
        with pytest.raises(NotDelivered):
            await deliver(mission.client, act)

    with mortal.hanging():
        took = asyncio.gather(*(told(act) for act in (*approvals, *others)))
        assert [await case.state() for case in cases] == ["waiting for approval"] * 2
        await took
        with pytest.raises(NotDelivered, match="register"):
            await deliver(mission.client, approvals[0])
    for case, approval in zip(cases, approvals, strict=True):
        assert [e.event.kind for e in (await case.send(approval)).entries] == ["approved"]
        assert (await case.journal()).count("approved") == 1


async def test_a_register_that_is_killed_between_two_acts_is_there_for_the_second(mission, mortal, base):
    case = Case(mission, base, member(base, 7))
    await case.asks()
    await case.reaches("waiting for approval")
    approval = case.act(Approve, case.post("CO"))
    mortal.kill()
    with pytest.raises(NotDelivered):
        await deliver(mission.client, approval)
    mortal.start()
    assert [e.event.kind for e in (await case.send(approval)).entries] == ["approved"]
    assert (await case.journal()).count("approved") == 1
