"""What is said to a leave that has ended: it is not opened again, and nothing is lost that was said in time."""

from typing import Any

import pytest

from domain.account import to_look_at
from domain.acts import Approve, SignOut, Withdraw
from domain.ids import member_workflow
from domain.model import DAY
from tests.workflows.play import until
from wiring.after_end import delivered
from wiring.deliver import Gone, deliver
from wiring.queries import query


async def test_an_act_on_a_closed_leave_is_told_so_and_the_leave_is_not_opened_again(leave):
    case = leave()
    await case.asks()
    await case.says(Withdraw)
    assert await case.ends() == "withdrawn"
    with pytest.raises(Gone, match="has ended"):
        await case.send(case.act(Approve, case.post("CO")))
    with pytest.raises(Gone, match="has ended"):
        await case.asks()
    assert (await case.journal()).count("asked") == 1


async def test_a_decision_that_ended_its_leave_is_no_late_one_when_it_is_sent_again(leave):
    """The register hung at its first try, the second recorded it, and a link cut its answer off."""
    case = leave()
    await case.asks()
    withdrawal, client = case.act(Withdraw), case.mission.client
    first = await deliver(client, withdrawal, update_id=f"{withdrawal.act_id}~0123abcd")
    assert await case.ends() == "withdrawn"
    again = await delivered(client, withdrawal)
    assert again.entries == first.entries
    for other in (case.act(Approve, case.post("CO")), case.act(Withdraw, case.post("CO"))):
        outcome = await delivered(client, other.model_copy(update={"act_id": withdrawal.act_id}))
        assert not outcome.entries, "known by kind and decider, not by its id alone"
        assert outcome.refusal
        assert outcome.refusal.rule == "path/act-id"
    with pytest.raises(Gone, match="has ended"):
        await delivered(client, case.act(Approve, case.post("CO")))


async def test_what_is_seen_of_a_closed_leave_is_recorded_once_in_the_account_of_its_member(leave):
    """It lay in a spool until the leave had ended; sent twice, since its answer was lost, it is one entry."""
    case = leave()
    await case.asks()
    await case.says(Withdraw)
    assert await case.ends() == "withdrawn"
    seen, client = case.act(SignOut, case.post("GATE")), case.mission.client
    first, again = await delivered(client, seen), await delivered(client, seen)
    assert first == again
    (entry,) = first.entries
    assert (entry.event.kind, entry.act_id, entry.event.heard) == ("seen-of", seen.act_id, "sign-out")
    assert entry.event.irregular == ("return/after-end",)
    assert [one.act for one in (await case.account()).heard[case.leave_id]] == [seen.act_id]


async def test_nobody_is_waited_for_for_ever_to_look_at_what_arrived_after_the_end(leave):
    """The account says so when the pack's days are over; the charge stands."""
    case = leave()
    await case.asks()
    await case.says(Withdraw)
    assert await case.ends() == "withdrawn"
    client, its = case.mission.client, member_workflow(case.mission.id(case.who.number))
    await delivered(client, case.act(SignOut, case.post("GATE")))
    (waits,) = to_look_at(await case.account())[case.leave_id]
    await case.skipper.fast_forward(client.get_workflow_handle(its), 15 * DAY)

    async def over() -> bool:
        return not to_look_at(await case.account())

    await until(over, "its time was over")
    (entry,) = [entry for entry in await query(client, its, "journal", list[Any]) if entry["by"] == "time"]
    assert (entry["event"]["kind"], entry["event"]["of"]) == ("unlooked", waits.act)
