"""Leaves, bases and accounts talking to each other: orders over many, crowds at one door, and what the server ends."""

import asyncio
from time import monotonic
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.telling import Telling
from domain.acts import Approve, ChangeFlight, ConfirmTravel, IssueOrder, Override, RescindOrder, Withdraw
from domain.carrying import Spread
from domain.garrison.orders import find
from domain.ids import REGISTER, base_workflow, order_workflow
from domain.model import DAY
from domain.orders import Order, Verdict
from domain.restrictions import StopLeave
from tests.workflows.mission import (
    CROWD,
    FLYING,
    HUNDRED,
    MEMBERS,
    PLACE_DAY,
    SEAT_BACK,
    SEAT_DAY,
    SMALL,
    THOUSAND,
    TODAY,
    holder,
    member,
)
from tests.workflows.play import Case, Mission, until
from tests.workflows.test_ways import FIRST, SEALED, midnight
from wiring.deliver import QUEUE, NotDelivered, deliver

AT_A_TIME = 10


async def approved(mission: Mission, base: str, count: int, first: int = 1, per_day: int = 15) -> list[Case]:
    """So many cleared leaves of a large unit, never more than its ceiling on one day."""
    gate = asyncio.Semaphore(AT_A_TIME)

    async def one(i: int) -> Case:
        async with gate:
            case = Case(mission, base, member(base, first + i))
            await case.approved(first=FIRST + (i // per_day) * DAY, days=1)
            return case

    return list(await asyncio.gather(*(one(i) for i in range(count))))


async def ordered(mission: Mission, base: str, count: int, per_day: int) -> None:
    cases = await approved(mission, base, count, per_day=per_day)
    for case in cases:
        await case.reaches("ready")
    began = monotonic()
    await cases[0].order("LO", midnight(TODAY + 15 * DAY), midnight(TODAY + 60 * DAY))

    async def all_told() -> bool:
        garrison = await cases[0].garrison()
        return all(line.verdict and line.told >= line.verdict.seq for line in garrison.leaves.values())

    await until(all_told, "every leave was told", 120)
    print(f"{count} leaves told in {monotonic() - began:.1f} s")
    assert {(await case.reaches("suspended")).waits_for for case in cases} == {f"LO-{base}.1"}


async def test_an_order_over_forty_cleared_leaves_suspends_them_all(mission):
    await ordered(mission, HUNDRED, 40, 15)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_an_order_over_a_thousand_cleared_leaves_suspends_them_all(mission):
    await ordered(mission, THOUSAND, 1000, 150)


async def test_of_twenty_who_ask_for_the_last_place_at_once_exactly_one_is_granted(mission):
    cases = [Case(mission, CROWD, member(CROWD, i)) for i in range(1, 21)]
    await asyncio.gather(*(case.asks(PLACE_DAY) for case in cases))
    await asyncio.gather(*(case.says(Approve, case.post("CO")) for case in cases))
    states = [await case.state() for case in cases]
    assert sorted(states) == ["approved"] * 19 + ["ready"]
    garrison = await cases[0].garrison()
    assert sum(line.granted for line in garrison.leaves.values()) == 1
    queue = [line.verdict.place_in_queue for line in garrison.leaves.values() if line.verdict and not line.granted]
    assert None not in queue
    serials = sorted([(await case.face()).number for case in cases])
    year = serials[0].split("-")[1]
    assert serials == [f"{CROWD}-{year}-{i:06}" for i in range(1, 21)]


async def test_of_twenty_who_want_the_last_seat_at_once_exactly_one_gets_it(mission):
    cases = [Case(mission, FLYING, member(FLYING, i)) for i in range(1, 21)]
    span = (SEAT_BACK - SEAT_DAY).days + 1
    await asyncio.gather(*(case.asks(SEAT_DAY, span, travel="flight") for case in cases))
    await asyncio.gather(*(case.says(Approve, case.post("CO")) for case in cases))
    faces = [await case.settled() for case in cases]
    assert sorted(face.state for face in faces) == ["booked"] + ["cleared"] * 19
    assert sum("seat" in held for held in [await case.holds() for case in cases]) == 1
    winner = next(case for case, face in zip(cases, faces, strict=True) if face.state == "booked")
    await winner.says(Withdraw)
    other = cases[0] if winner is not cases[0] else cases[1]
    await other.passes(DAY)  # so long before departure it looks again once a day
    await other.reaches("booked")


async def test_twenty_leaves_of_one_member_never_share_a_day(leave):
    cases = [leave() for _ in range(20)]
    await asyncio.gather(*(case.asks() for case in cases))
    held = [await case.holds() for case in cases]
    assert sorted(map(len, held)) == [0] * 19 + [1]


async def test_an_act_under_the_id_of_another_one_is_refused_and_given_none_of_its_entries(mission, leave):
    """Whoever takes up an id that was used is not answered with what somebody else has said."""
    case = leave()
    await case.order("LO", midnight(FIRST), midnight(FIRST + DAY))
    first = case.act(RescindOrder, case.post("CO"), number=f"LO-{case.base}", reason="calm again")
    second = case.act(Override, case.post("FC"), act_id=first.act_id, reason=SEALED)
    third = second.model_copy(update={"decided_by": case.mission.id(case.who.number)})
    outcomes = await asyncio.gather(
        *(deliver(mission.client, act, update_id=f"u-{act.kind}") for act in (first, second))
    )
    outcomes.append(await deliver(mission.client, third, update_id="later"))
    reused = [outcome for outcome in outcomes if outcome.refused and outcome.refused.rule == "path/act-id"]
    assert (len(reused), outcomes[2] in reused) == (2, True)
    assert not any(outcome.entries for outcome in reused)


async def test_an_act_for_another_base_or_under_another_name_is_refused_without_a_trace(mission, leave):
    case = leave()
    order = await case.order("LO", midnight(FIRST), midnight(FIRST + DAY))
    handle = mission.client.get_workflow_handle(base_workflow(case.base))
    act = case.act(RescindOrder, case.post("CO"), number=order.number, reason="calm again")
    before = (await handle.describe()).history_length
    for name, said in (("issue-order", act), ("rescind-order", act.model_copy(update={"base": "ELSEWHERE"}))):
        with pytest.raises(WorkflowUpdateFailedError) as told:
            await handle.execute_update(name, said)
        assert isinstance(told.value.cause, ApplicationError)
        assert told.value.cause.details[0]["rule"] == "path/address"
    assert (await handle.describe()).history_length == before


async def test_a_missionwide_order_reaches_every_base_and_also_one_that_opens_later(mission, leave):
    case = leave()
    order = Order(
        number="MO-1",
        version=1,
        issuer="FC",
        title="no leave anywhere",
        since=midnight(TODAY + 300 * DAY),
        until=midnight(TODAY + 310 * DAY),
        restrictions=(StopLeave(),),
        etp="FC",
        mission_wide=True,
    )
    act = case.act(IssueOrder, case.post("FC"), base=case.base, order=order)
    spread = await mission.client.execute_workflow(
        "OrderWorkflow", act, id=order_workflow(order.name), task_queue=QUEUE, result_type=Spread
    )
    carried = spread.carried
    assert sorted(c.base for c in carried) == sorted(MEMBERS)
    assert all(c.refusal is None for c in carried)
    assert order.number in (await case.garrison()).book
    assert order.number in (await Case(mission, SMALL[-1], member(SMALL[-1])).garrison()).book


async def test_a_later_order_reaches_the_others_although_one_leave_cannot_be_told(leave, monkeypatch):
    stuck, other = leave(1), leave(2)
    await stuck.approved()
    await other.approved(first=FIRST + 10 * DAY)
    reached, out_of_reach = Telling._told, True

    async def unreachable(self: Telling, base: str, leave_id: str, verdict: Verdict) -> bool:
        if leave_id == stuck.leave_id and out_of_reach:
            raise NotDelivered("out of reach")
        return bool(await reached(self, base, leave_id, verdict))

    monkeypatch.setattr(Telling, "_told", unreachable)
    await stuck.order("LO", midnight(FIRST - DAY), midnight(FIRST + DAY))
    await stuck.order("LO", midnight(FIRST - DAY), None, version=2)
    await other.reaches("suspended")
    assert await stuck.state() == "ready"
    out_of_reach = False
    await stuck.reaches("suspended")


async def test_a_terminated_leave_gives_all_back_at_the_next_walk(mission):
    case = Case(mission, FLYING, member(FLYING, 110))
    await case.approved(travel="flight")
    await case.says(ConfirmTravel, case.post("MOV"))
    assert await case.holds() == {"days", "place", "seat", "paper"}
    await case.handle.terminate("an operator's mistake")
    walked = await mission.client.execute_workflow(
        "ReconcileWorkflow", id=f"reconcile-{case.leave_id}", task_queue=QUEUE
    )
    assert walked["given_back"] == [case.leave_id]
    assert await case.holds() == set()
    again = await mission.client.execute_workflow("ReconcileWorkflow", id=f"again-{case.leave_id}", task_queue=QUEUE)
    assert again["given_back"] == []


async def test_who_waits_for_the_place_of_a_terminated_leave_gets_it_at_the_next_walk(mission, leave):
    first, second = leave(1), leave(2)
    await first.approved()
    assert (await second.approved()).waits_for == "strength"
    await first.handle.terminate("an operator's mistake")
    await mission.client.execute_workflow("ReconcileWorkflow", id=f"reconcile-{first.leave_id}", task_queue=QUEUE)
    await second.reaches("ready")


async def test_a_terminated_leave_which_held_days_only_gives_them_back_too(mission, leave):
    case = leave()
    await case.asks()
    assert await case.holds() == {"days"}
    await case.handle.terminate("an operator's mistake")
    await mission.client.execute_workflow("ReconcileWorkflow", id=f"reconcile-{case.leave_id}", task_queue=QUEUE)
    assert await case.holds() == set()


async def test_a_cancel_on_the_server_ends_the_leave_as_cancelled_and_gives_all_back(leave):
    case = leave()
    await case.approved()
    await case.handle.cancel()
    assert await case.ends() == "cancelled"
    assert await case.holds() == set()
    last = next(e for e in await case.entries() if e["event"]["kind"] == "ended")
    assert last["by"] == "server"


async def test_a_cancel_on_the_server_does_not_tear_off_a_leave_whose_member_is_away(leave):
    case = leave()
    await case.away()
    await case.handle.cancel()

    async def refused() -> bool:
        return "refused" in await case.journal()

    await until(refused, "the cancel was refused")
    assert await case.state() == "away"


async def test_a_base_and_the_register_say_when_a_countersignature_has_not_come(mission, leave):
    """What a clerk recorded stands, and waits for nobody any more."""
    case, serving = leave(), mission.client.get_workflow_handle
    typed: dict[str, Any] = {"entered_by": case.post("G1"), "medium": "paper"}
    words = {"number": f"LO-{case.base}", "version": 1, "issuer": f"CO-{case.base}", "title": "no leave", "etp": "SC"}
    stop = Order.model_validate(words | {"since": midnight(FIRST), "restrictions": (StopLeave(),)})
    flight = {"flight": f"OUT-{TODAY + 58 * DAY}", "reason": "weather"}
    acts = (
        case.act(IssueOrder, case.post("CO"), order=stop, **typed),
        case.act(ChangeFlight, holder("MOV", FLYING), **flight, **typed),
    )
    for act, of in zip(acts, (base_workflow(case.base), REGISTER), strict=True):
        outcome = await case.sent(act)
        assert outcome.refusal is None, outcome
        its = serving(of)
        assert list((await its.query("state"))["unsigned"]) == [act.act_id]
        await case.skipper.fast_forward(its, 8 * DAY)

        async def lapsed(its: Any = its) -> bool:
            return not (await its.query("state"))["unsigned"]

        await until(lapsed, "its time was over")
        entry = (await its.query("journal"))[-1]
        assert (entry["event"]["kind"], entry["event"]["of"], entry["by"]) == ("entry-lapsed", act.act_id, "time")
    assert find((await case.garrison()).book, f"LO-{case.base}.1")


async def test_a_leave_that_is_gone_is_struck_by_its_base_when_it_cannot_be_told(leave):
    first, second = leave(1), leave(2)
    await first.approved()
    assert (await second.approved()).waits_for == "strength"
    await first.handle.terminate("an operator's mistake")
    await first.order(
        "LO", midnight(FIRST - 6 * DAY), midnight(FIRST - 5 * DAY), restrictions=(StopLeave(bars_absence=True),)
    )
    await first.order("LP", midnight(FIRST), midnight(FIRST + DAY))

    async def struck() -> bool:
        return (await first.garrison()).leaves[first.leave_id].place is None

    await until(struck, "its place was struck")
    assert (await second.garrison()).leaves[second.leave_id].verdict
