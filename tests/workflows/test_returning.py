"""Ways back that are not the straight one, on a real server: recalled, in hospital, gone, never back."""

from collections.abc import Awaitable

import pytest

from domain.account import Account, Line
from domain.acts import Approve, Contact, EndMember, Extend, Find, Recall, ReconcileAccount, Report, SignIn, WasTold
from domain.ids import member_workflow
from domain.leave import Leave
from domain.model import DAY, HOUR
from tests.workflows.mission import member
from tests.workflows.play import Case, until
from tests.workflows.test_ways import FIRST, SEALED, midnight
from wiring.queries import query
from workflows import board


async def test_who_is_recalled_is_told_comes_back_early_and_the_rest_of_the_days_goes_back(leave):
    case = leave()
    await case.away()
    await case.day(2)
    recall = {"reason": "the post is attacked", "back_by": FIRST + 3 * DAY}
    assert await case.says(Recall, case.post("GATE"), **recall) == ["refused"]
    assert await case.says(Recall, case.post("CO"), entered_by=case.post("G1"), **recall) == ["refused"]
    assert await case.says(Recall, case.post("CO"), **recall) == ["recalled"]
    face = await case.reaches("recalled")
    assert (face.posts, "untold" in face.attention) == ((f"CO-{case.base}",), True)
    await case.passes(25 * HOUR)
    assert "lapsed recall untold 1" in await case.journal()
    assert await case.says(WasTold, case.post("G1"), about="recall", via="phone") == ["member-told"]
    began = await case.now()
    await case.day(4)
    assert await case.says(SignIn, case.post("GATE"), journey_at=began) == ["signed-in"]
    assert await case.ends() == "settled"
    assert await case.holds() == set()
    assert await case.charged() == 3


async def test_days_from_the_admission_to_a_hospital_on_go_back_at_once_and_are_not_charged(leave):
    case = leave()
    await case.away()
    await case.day(3)
    assert await case.says(Report, what="hospital") == ["reported", "admitted"]
    assert (await case.state(), await case.charged()) == ("delayed", 2)
    await case.day(8)
    end = FIRST + 9 * DAY
    assert await case.says(Find, case.post("CO"), finding="excused", until=end, reason=SEALED) == ["found"]
    await case.day(9)
    assert await case.says(Report, what="discharged") == ["reported", "discharged"]
    assert await case.says(SignIn, case.post("GATE")) == ["signed-in"]
    assert await case.ends() == "settled"
    assert (await case.holds(), await case.charged()) == (set(), 2)
    fell = [line for line in await case.journal() if line.startswith("lapsed")]
    assert not {"lapsed overdue", "lapsed absence"} & set(fell)


async def test_with_the_member_s_time_a_leave_that_is_away_is_settled_and_ends_and_no_ladder_goes_on(leave):
    case = leave()
    await case.away()
    await case.day(2)
    assert await case.says(EndMember, case.post("G1"), why="died") == ["refused"]
    assert await case.says(EndMember, case.post("CO"), why="died") == ["member-gone"]
    assert await case.ends() == "member-gone"
    assert (await case.holds(), await case.charged()) == (set(), 2)
    assert [line for line in await case.journal() if line.startswith("lapsed")][-1] == "lapsed close"


async def test_with_the_member_s_time_a_leave_that_was_not_taken_ends_and_gives_all_back(leave):
    case = leave()
    await case.approved()
    assert await case.says(EndMember, case.post("CO"), why="transfer") == ["member-gone", "ended"]
    assert await case.ends() == "member-gone"
    assert await case.holds() == set()


async def test_who_never_comes_back_is_charged_for_the_days_that_were_leave(leave):
    case = leave()
    await case.away()
    assert await case.says(Contact, case.post("G1"), via="phone", reached=False) == ["contacted"]
    assert await case.ends() == "not-returned"
    assert (await case.holds(), await case.charged()) == (set(), 5)


@pytest.mark.rule("account/reconcile")
async def test_a_charge_that_nobody_posts_is_to_be_seen_to_after_sixty_days_until_a_statement_has_it(leave):
    """Its run becomes another one meanwhile; the index tells who looks for it."""
    case = leave()
    await case.away()
    await case.says(SignIn, case.post("GATE"))
    await case.ends()
    member = case.mission.id(case.who.number)
    handle = case.mission.client.get_workflow_handle(member_workflow(member))

    async def shown() -> list[str]:
        return list((await handle.describe()).typed_search_attributes.get(board.KEYS["Attention"]) or ())

    async def line() -> Line:  # asked patiently: between two runs nobody answers
        account: Account = await query(case.mission.client, member_workflow(member), "state", Account)
        return account.lines[case.leave_id]

    async def unposted() -> bool:
        return (await line()).unposted is not None

    assert (await unposted(), await shown()) == (False, [])
    for _ in range(5):
        await case.skipper.fast_forward(handle, 22 * DAY)
    await until(unposted, "the charge is to be seen to")
    await until(lambda: _is(shown(), [board.UNPOSTED]), "the index tells of it")
    cost = (await line()).cost
    now = await case.skipper.get_current_time(handle)
    said = {"charges": {case.leave_id: cost}, "source": "pay", "statement": "a" * 64, "as_of": now.date()}
    outcome = await case.sent(case.act(ReconcileAccount, case.post("G1"), member=member, at=now, **said))
    assert outcome.entries[-1].event.posted == {case.leave_id: cost}
    await until(lambda: _is(shown(), []), "it is posted")


async def _is(told: Awaitable[object], expected: object) -> bool:
    return await told == expected


async def test_the_return_of_one_who_was_given_up_is_taken_as_long_as_the_leave_is_open(leave):
    """Told half a year late: in time all the same, with the days that were taken, and nothing stands of the ladder."""
    case = leave()
    await case.away()
    await case.comes(midnight(FIRST + 185 * DAY) + 6 * HOUR)  # 180 days after the last of its five
    await case.reaches("gone")
    seen = midnight(FIRST + 2 * DAY) + 12 * HOUR
    assert await case.says(SignIn, case.post("GATE"), at=seen) == ["signed-in", "undone"]
    assert await case.ends() == "settled"
    assert (await case.holds(), await case.charged()) == (set(), 3)


async def test_a_leave_that_a_hospital_broke_off_is_resumed_by_another_one_without_notice_or_gap(mission, base):
    first, second = (Case(mission, base, member(base, 1)) for _ in range(2))
    await first.away()
    await first.day(3)
    await first.says(Report, what="hospital")
    assert await second.asks(FIRST + 4 * DAY, 3, resumes=first.leave_id) == ["asked"]
    await second.reaches("waiting for approval")
    await first.day(5)
    await first.says(Report, what="discharged")
    assert await first.says(SignIn, first.post("GATE"), onto=second.leave_id) == ["signed-in"]
    assert await first.ends() == "settled"
    assert await second.says(Approve, second.post("CO")) == ["approved"]
    await second.reaches("ready")
    assert await first.charged() == 2
    assert await second.holds() == {"days", "place", "paper"}


async def test_an_extension_into_the_days_of_another_leave_ends_while_the_member_can_still_be_back(mission, base):
    first, second = (Case(mission, base, member(base, 1)) for _ in range(2))
    await first.away()
    await second.asks(FIRST + 26 * DAY, 3)
    await second.reaches("waiting for approval")
    assert await first.says(Extend, last=FIRST + 27 * DAY, reason=SEALED) == ["extension-asked"]
    lacks = next(e["event"] for e in await first.entries() if e["event"]["kind"] == "lacks")
    assert lacks["refusal"]["rule"] in ("account/overlap", "account/gap")
    assert (await first.handle.query("state", result_type=Leave)).extension is None
    assert await first.says(Extend, last=FIRST + 4 * DAY + DAY, reason=SEALED) == ["extension-asked"]
    days = (await first.account()).lines[first.leave_id].days
    assert days
    assert days.last == FIRST + 5 * DAY, "held as soon as it is asked for"


async def test_what_was_not_broken_off_is_not_resumed(leave):
    case = leave()
    await case.asks(resumes="UNEX-01JE0000000000000000000000")
    assert await case.ends() == "not-opened"
    lacks = next(e["event"] for e in await case.entries() if e["event"]["kind"] == "lacks")
    assert lacks["refusal"]["rule"] == "account/resumes"
