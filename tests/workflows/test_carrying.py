"""Orders for the whole mission on their way: what has no authority goes nowhere, and an end comes after its order."""

from typing import Any

from temporalio.client import Client

from activities import orders
from activities.register.database import reading
from activities.register.publishing import mission_book
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
    said = await (await spread(mission, act, "MO-2.1")).result()
    assert said.refusal.rule == "authority/order"
    assert said.carried == ()
    with reading(mission.source) as session:
        assert "MO-2" not in mission_book(session)
    await case.asks()
    assert "MO-2" not in (await case.garrison()).book


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
