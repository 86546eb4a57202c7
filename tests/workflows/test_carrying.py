"""Orders for the whole mission on their way: what has no authority goes nowhere, and an end comes after its order."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.history.v1 import History
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities import orders
from activities.register.database import reading
from activities.register.publishing import mission_book
from audit.offline import checks_of
from domain.acts import Act, IssueOrder, RescindOrder
from domain.carrying import Spread
from domain.ids import order_workflow
from domain.model import DAY
from domain.orders import Order
from domain.restrictions import StopLeave
from tests.workflows.mission import MEMBERS, TODAY
from tests.workflows.play import Mission, until
from tests.workflows.test_ways import midnight
from wiring.deliver import QUEUE, NotDelivered, deliver
from wiring.spool import Spool, Spooled, drain, send

LONG = timedelta(seconds=50)


def wide(number: str, **more: Any) -> Order:
    """A stop of leave for the whole mission, on days on which nobody goes."""
    words = {"since": midnight(TODAY + 320 * DAY), "restrictions": (StopLeave(),), "etp": "FC", "mission_wide": True}
    return Order.model_validate({"number": number, "version": 1, "issuer": "FC", "title": "a title"} | words | more)


async def spread(mission: Mission, act: IssueOrder | RescindOrder, name: str) -> Any:
    """An order, or its end, on its way through the mission."""
    return await mission.client.start_workflow(
        "OrderWorkflow", act, id=order_workflow(name), task_queue=QUEUE, result_type=Spread
    )


async def test_a_missionwide_order_without_authority_reaches_no_base_also_none_that_opens_later(mission, leave):
    case = leave()
    act = case.act(IssueOrder, case.post("CO"), order=wide("MO-2"))
    handle = await spread(mission, act, "MO-2.1")
    said = await handle.result()
    assert said.refusal.rule == "authority/order"
    assert said.carried == ()
    made = await checks_of(handle.id, History(events=(await handle.fetch_history()).events))
    assert [(check.name, check.passed) for check in made] == [("replay", True), ("fold", True), ("decide", True)]
    with reading(mission.source) as session:
        assert "MO-2" not in mission_book(session)
    await case.asks()
    assert "MO-2" not in (await case.garrison()).book


async def test_an_order_that_an_administrator_fails_at_one_base_is_carried_there_all_the_same(
    mission, leave, monkeypatch
):
    """As `temporal activity fail` does it: the order goes on, and the base has it some seconds later."""
    case, through, free = leave(), deliver, asyncio.Event()

    async def held(client: Client, act: Act, **how: Any) -> Any:
        if isinstance(act, IssueOrder) and act.base == case.base:
            await free.wait()
        return await through(client, act, **how)

    monkeypatch.setattr(orders, "deliver", held)
    issued = await spread(mission, case.act(IssueOrder, case.post("FC"), order=wide("MO-9")), "MO-9.1")

    async def last_one() -> str:
        described = (await issued.describe()).raw_description
        left = [one for one in described.pending_activities if one.HasField("last_started_time")]
        there = len(await issued.query("carried")) == len(MEMBERS) - 1
        return left[0].activity_id if there and len(left) == 1 else ""

    told = {"workflow_id": issued.id, "run_id": None, "activity_id": await until(last_one, "one base is left")}
    await mission.client.get_async_activity_handle(**told).fail(ApplicationError("given up", non_retryable=True))
    free.set()
    assert {one.base for one in (await issued.result()).carried} == {*MEMBERS}
    assert "MO-9" in (await case.garrison()).book


async def test_a_rescission_that_overtakes_its_order_waits_for_it(mission, leave, monkeypatch):
    case = leave()
    await case.approved()
    through, unreachable = deliver, True

    async def late(client: Client, act: Act, **how: Any) -> Any:
        if isinstance(act, IssueOrder) and act.base == case.base and unreachable:
            raise NotDelivered("out of reach")
        return await through(client, act, **how)

    monkeypatch.setattr(orders, "deliver", late)
    issue = case.act(IssueOrder, case.post("FC"), order=wide("MO-3"))
    issued = await spread(mission, issue, "MO-3.1")

    async def at(handle: Any, count: int) -> bool:
        return len(await handle.query("carried")) >= count

    await until(lambda: at(issued, len(MEMBERS) - 1), "all other bases have the order")
    rescind = case.act(RescindOrder, case.post("FC"), number="MO-3", reason="over")
    rescinded = await spread(mission, rescind, "MO-3.end")
    await until(lambda: at(rescinded, len(MEMBERS) - 1), "all other bases have its end")
    assert case.base not in [one["base"] for one in await rescinded.query("carried")]
    unreachable = False
    assert [one for one in (await issued.result()).carried if one.refusal] == []
    assert [one for one in (await rescinded.result()).carried if one.refusal] == []
    (edition,) = (await case.garrison()).book["MO-3"]
    assert edition.end is not None


async def both(mission: Mission, *acts: Act) -> list[Any]:
    """What acts are answered of which each is said while the one before is under way."""
    told = []
    for act in acts:
        told.append(asyncio.create_task(deliver(mission.client, act, within=LONG)))
        await asyncio.sleep(0.005)
    return [(outcome.refusal.rule if outcome.refusal else None) for outcome in await asyncio.gather(*told)]


async def test_of_two_texts_of_one_version_said_together_one_is_refused(mission, leave):
    case = leave()
    texts = [
        case.act(IssueOrder, case.post("FC"), order=wide("MO-4", title=title), everywhere=True)
        for title in ("a stop", "another stop")
    ]
    first, second = await both(mission, *texts)
    assert (first, second) == (None, "order/version")


async def test_who_has_authority_is_not_answered_with_the_refusal_of_who_had_none(mission, leave):
    case = leave()
    await case.approved()
    order = wide("MO-5")
    posts = case.post("CO"), case.post("FC")
    issues = [case.act(IssueOrder, post, order=order, everywhere=True) for post in posts]
    assert await both(mission, *issues) == ["authority/order", None]
    assert "MO-5" in (await case.garrison()).book
    ends = [case.act(RescindOrder, post, number="MO-5", reason="over", everywhere=True) for post in posts]
    assert await both(mission, *ends) == ["authority/order", None]
    (edition,) = (await case.garrison()).book["MO-5"]
    assert edition.end is not None


async def test_an_order_of_the_mission_that_one_base_has_not_answered_holds_up_no_other_word_to_the_bases(
    mission, leave, monkeypatch, tmp_path: Path
):
    case = leave()
    await case.approved()
    out = next(base for base in MEMBERS if base != case.base)
    through = deliver

    async def late(client: Client, act: Act, **how: Any) -> Any:
        if isinstance(act, IssueOrder) and act.base == out:
            raise NotDelivered("out of reach")
        return await through(client, act, **how)

    spool = Spool(tmp_path / "spool", "UNEX")

    async def says(act: Act, seconds: float) -> Any:
        return await send(spool, mission.client, act, ready=lambda act: act, within=timedelta(seconds=seconds))

    with monkeypatch.context() as patch:
        patch.setattr(orders, "deliver", late)
        with pytest.raises(Spooled):
            await says(case.act(IssueOrder, case.post("FC"), order=wide("MO-6"), everywhere=True), 4)
        local = wide("LO-6", mission_wide=False, issuer=f"CO-{case.base}", etp="SC")
        assert (await says(case.act(IssueOrder, case.post("CO"), order=local), 20)).refusal is None
        assert {"MO-6", "LO-6"} <= set((await case.garrison()).book)
        assert len(spool.waiting()) == 1
    (sent,) = await drain(spool, mission.client, ready=lambda act: act, within=LONG, each=LONG)
    assert (sent.refusal, sent.trouble, spool.waiting()) == (None, None, [])
