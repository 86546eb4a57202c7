"""Each way through the state chart, weeks long, on a real server whose clock is moved."""

from datetime import UTC, datetime, time

from domain.acts import (
    Approve,
    Cancel,
    Clear,
    ConfirmTravel,
    Correct,
    Countersign,
    Deny,
    Exempt,
    Extend,
    Find,
    Report,
    RescindOrder,
    Sealed,
    SignIn,
    SignOut,
    Withdraw,
)
from domain.leave.lapses import LADDER
from domain.model import DAY, HOUR, date
from tests.workflows.mission import FLYING, OFFICER, TODAY, member
from tests.workflows.play import Case

MOST_EVENTS = 110
SEALED = Sealed(ref="s-aaaaaaaaaaaaaaaaaaaaaaaaaa", digest="0" * 64)
FIRST = TODAY + 20 * DAY


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


async def test_a_leave_runs_from_the_request_to_the_settled_end(mission):
    case = Case(mission, FLYING, member(FLYING, 101))
    assert await case.asks(travel="flight") == ["asked"]
    assert await case.says(Approve, case.post("CO")) == ["approved"]
    assert await case.state() == "booked"
    assert await case.says(ConfirmTravel, case.post("MOV")) == ["travel-confirmed"]
    assert await case.state() == "ready"
    assert await case.holds() == {"days", "place", "seat", "paper"}
    await case.day(1)
    assert await case.says(SignOut, case.post("GATE")) == ["signed-out"]
    await case.day(5)
    assert await case.says(SignIn, case.post("GATE")) == ["signed-in"]
    assert await case.ends() == "settled"
    assert await case.holds() == set()
    assert await case.charged() == 5
    events = (await case.handle.fetch_history()).events
    assert len(events) <= MOST_EVENTS, f"expected at most {MOST_EVENTS} events on the straight path, got {len(events)}"


async def test_a_denied_leave_gives_its_days_back(leave):
    case = leave()
    await case.asks()
    assert await case.holds() == {"days"}
    assert await case.says(Deny, case.post("CO"), reason="needed here") == ["ended"]
    assert await case.ends() == "denied"
    assert await case.holds() == set()


async def test_a_withdrawn_leave_gives_all_back(leave):
    case = leave()
    await case.approved()
    assert await case.holds() == {"days", "place", "paper"}
    assert await case.says(Withdraw) == ["ended"]
    assert await case.ends() == "withdrawn"
    assert await case.holds() == set()


async def test_a_cancelled_leave_gives_all_back_the_seat_too(mission):
    case = Case(mission, FLYING, member(FLYING, 102))
    await case.approved(travel="flight")
    assert await case.holds() == {"days", "place", "seat"}
    assert await case.says(Cancel, case.post("CO"), reason="the situation") == ["ended"]
    assert await case.ends() == "cancelled"
    assert await case.holds() == set()


async def test_a_leave_which_nobody_decides_passes_the_whole_ladder_and_lapses_at_its_first_day(leave):
    case = leave()
    await case.asks()
    await case.passes(73 * HOUR)
    assert (await case.face()).posts == (f"CO-{case.base}", f"DCO-{case.base}")
    assert await case.ends() == "lapsed"
    said = [line for line in await case.journal() if line.startswith(("lapsed", "ended"))]
    rungs = [f"lapsed approve rung {i}" for i in range(1, 5)]
    assert said == ["lapsed remind approve", *rungs, "lapsed undecided", "ended lapsed"]
    last = (await case.entries())[-1]
    assert await case.holds() == set()
    told = [e["event"]["to"] for e in await case.entries() if e["event"]["kind"] == "lapsed"]
    assert told[:5] == [[f"CO-{case.base}"], [f"DCO-{case.base}"], ["SC"], ["FC"], []]
    assert datetime.fromisoformat(last["recorded_at"]).date() in (
        FIRST,
        FIRST - DAY,
    )  # 00:00 of the base is the eve in UTC


async def test_the_deputy_may_approve_once_silence_has_reached_them_and_not_before(leave):
    case = leave()
    await case.asks()
    assert await case.says(Approve, case.post("DCO")) == ["refused"]
    await case.passes(73 * HOUR)
    assert await case.says(Approve, case.post("DCO")) == ["approved"]


async def test_a_leave_which_nobody_takes_ends_as_not_taken_and_gives_all_back(leave):
    case = leave()
    await case.approved()
    assert await case.ends() == "not-taken"
    assert await case.holds() == set()


async def test_a_leave_is_not_opened_where_the_account_refuses_its_days(leave):
    first, second = leave(), leave()
    await first.asks()
    await second.asks(FIRST + 2 * DAY)
    assert await second.ends() == "not-opened"
    assert "lapsed no days" in await second.journal()
    lacks = next(e["event"] for e in await second.entries() if e["event"]["kind"] == "lacks")
    assert lacks["refusal"]["rule"] == "account/overlap"
    assert await second.holds() == set()
    assert await first.state() == "waiting for approval"


async def test_a_leave_which_a_rule_does_not_allow_is_not_opened_and_takes_no_number(leave):
    case = leave()
    assert await case.asks(TODAY + 3 * DAY) == ["refused", "ended"]
    assert await case.ends() == "not-opened"
    assert (await case.face()).number == ""


async def test_an_order_suspends_a_cleared_leave_until_it_ends_by_itself(leave):
    case = leave()
    await case.approved()
    order = await case.order("LO", midnight(FIRST - 2 * DAY), midnight(FIRST + 2 * DAY))
    face = await case.reaches("suspended")
    assert face.waits_for == order.name
    assert f"blocked:{order.name}" in face.attention
    assert await case.holds() == {"days", "place"}
    await case.comes(midnight(FIRST + 2 * DAY) + HOUR)
    assert (await case.reaches("ready")).why == ()
    assert await case.says(SignOut, case.post("GATE")) == ["signed-out"]
    assert (await case.entries())[-1]["event"].get("irregular", []) == []


async def test_an_order_which_begins_late_suspends_who_has_not_left_by_then(leave):
    case = leave()
    await case.order("LO", midnight(FIRST) + 18 * HOUR, None)
    await case.approved()
    await case.comes(midnight(FIRST) + 17 * HOUR)
    await case.reaches("ready")
    await case.comes(midnight(FIRST) + 19 * HOUR)
    await case.reaches("suspended")


async def test_an_order_which_is_rescinded_lifts_the_suspension(leave):
    case = leave()
    await case.approved()
    order = await case.order("LO", midnight(FIRST - 2 * DAY), None)
    await case.reaches("suspended")
    act = case.act(RescindOrder, case.post("CO"), number=order.number, reason="calm again")
    assert (await case.send(act)).refusal is None
    await case.reaches("ready")


async def test_a_suspended_leave_which_nobody_lifts_ends_as_not_taken(leave):
    case = leave()
    await case.approved()
    await case.order("LO", midnight(FIRST - 2 * DAY), None)
    await case.reaches("suspended")
    assert await case.ends() == "not-taken"
    assert await case.holds() == set()


async def test_a_leave_waits_for_strength_and_is_granted_when_another_withdraws(leave):
    first, second = leave(1), leave(2)
    await first.approved()
    face = await second.approved()
    assert face.state == "approved"
    assert face.waits_for == "strength"
    assert await first.says(Withdraw) == ["ended"]
    await second.reaches("ready")
    assert await first.holds() == set()


async def test_an_exemption_lets_one_leave_go_under_an_order(leave):
    first, second = leave(1), leave(2)
    order = await first.order("LO", midnight(FIRST - 2 * DAY), None)
    await first.approved()
    await second.approved(first=FIRST + 10 * DAY)
    assert {await first.state(), await second.state()} == {"approved"}
    etp = first.act(Exempt, first.post("SC"), order=order.name, ground="humanitarian", reason=SEALED)
    assert (await first.send(etp)).refusal is None
    face = await first.reaches("ready")
    assert face.why == ()
    assert await second.state() == "approved"


async def test_an_order_at_the_time_of_clearance_is_waited_for(leave):
    case = leave()
    await case.order("LO", midnight(FIRST - 2 * DAY), midnight(FIRST + DAY))
    await case.approved()
    await case.comes(midnight(FIRST + DAY) + HOUR)
    await case.reaches("ready")


async def test_a_clearance_officer_clears_where_the_base_asks_for_one(mission):
    case = Case(mission, OFFICER, member(OFFICER))
    face = await case.approved()
    assert face.posts == (f"CLR-{OFFICER}",)
    assert await case.says(Clear, case.post("CLR")) == ["officer-cleared"]
    assert await case.state() == "ready"
    assert await case.says(Withdraw) == ["ended"]


async def test_an_extension_which_is_approved_moves_the_last_day(leave):
    case = leave()
    await case.away()
    await case.day(3)
    assert await case.says(Extend, last=FIRST + 6 * DAY, reason=SEALED) == ["extension-asked"]
    assert await case.says(Approve, case.post("CO")) == ["extension-approved"]
    assert (await case.settled()).last == FIRST + 6 * DAY
    await case.day(7)
    assert await case.says(SignIn, case.post("GATE")) == ["signed-in"]
    assert await case.ends() == "settled"
    assert await case.charged() == 7


async def test_an_extension_which_is_denied_leaves_the_last_day(leave):
    case = leave()
    await case.away()
    await case.day(3)
    await case.says(Extend, last=FIRST + 6 * DAY, reason=SEALED)
    assert await case.says(Deny, case.post("CO"), reason="needed here") == ["extension-ended"]
    assert (await case.settled()).last == FIRST + 4 * DAY


async def test_an_extension_which_nobody_answers_lapses_with_the_last_day(leave):
    case = leave()
    await case.away()
    await case.day(2)
    await case.says(Extend, last=FIRST + 6 * DAY, reason=SEALED)
    await case.day(6)
    assert "extension-ended" in await case.journal()
    assert (await case.face()).last == FIRST + 4 * DAY
    assert await case.state() == "overdue"


async def test_whoever_returns_early_is_charged_for_the_days_taken(leave):
    case = leave()
    await case.away()
    await case.day(3)
    assert await case.says(SignIn, case.post("GATE")) == ["signed-in"]
    assert await case.ends() == "settled"
    assert await case.charged() == 3


async def test_whoever_returns_late_is_charged_for_the_days_taken_and_that_is_irregular(leave):
    case = leave()
    await case.away()
    await case.day(6, 4)
    assert await case.state() == "overdue"
    assert await case.says(SignIn, case.post("GATE")) == ["signed-in"]
    assert "irregular" in (await case.face()).attention
    assert await case.ends() == "settled"
    assert await case.charged() == 6


async def test_an_absence_is_proposed_and_found_by_the_commander_alone(leave):
    case = leave()
    await case.away()
    await case.day(7)
    face = await case.settled()
    assert face.state == "absence proposed"
    assert f"CO-{case.base}" in face.posts
    assert await case.says(Find, case.post("GATE"), finding="absent", reason=SEALED) == ["refused"]
    assert await case.says(Find, case.post("CO"), finding="absent", reason=SEALED) == ["found"]
    assert await case.state() == "absent"
    await case.day(9)
    await case.says(SignIn, case.post("GATE"))
    assert await case.ends() == "settled"
    assert await case.charged() == 5


async def test_whoever_never_returns_ends_as_not_returned_after_all_tasks_were_told(leave):
    case = leave()
    await case.away()
    assert await case.ends() == "not-returned"
    said = [line for line in await case.journal() if line.startswith("lapsed")]
    assert said == [f"lapsed {what}" for what in (*LADDER, "not returned", "close")]


async def test_a_report_of_a_delay_stops_the_ladder_until_the_commander_finds(leave):
    case = leave()
    await case.away()
    await case.day(5)
    assert await case.says(Report, what="delay", until=FIRST + 8 * DAY) == ["reported"]
    await case.day(8)
    assert await case.state() == "delayed"
    said = await case.journal()
    assert "lapsed overdue" not in said
    assert "lapsed absence" not in said
    assert "lapsed finding due 1" in said
    assert await case.says(Find, case.post("CO"), finding="excused", reason=SEALED) == ["found"]
    assert await case.says(SignIn, case.post("GATE")) == ["signed-in"]
    assert await case.ends() == "settled"
    assert await case.charged() == 5


async def test_a_sign_out_under_a_suspension_happened_and_is_irregular(leave):
    case = leave()
    await case.approved()
    order = await case.order("LO", midnight(FIRST - 2 * DAY), midnight(FIRST + 4 * DAY))
    await case.reaches("suspended")
    await case.day(1)
    assert await case.says(SignOut, case.post("GATE")) == ["signed-out"]
    entry = next(e for e in await case.entries() if e["event"]["kind"] == "signed-out")
    assert order.name in entry["event"]["irregular"]
    assert "irregular" in (await case.face()).attention
    assert await case.state() == "away"
    await case.day(5)
    await case.says(SignIn, case.post("GATE"))
    assert await case.ends() == "settled"


async def test_corrected_days_are_held_instead_of_the_old_ones(leave):
    case = leave()
    await case.asks()
    assert await case.says(Correct, last=FIRST + 5 * DAY, reason="a typing mistake") == ["corrected"]
    await case.settled()
    line = (await case.account()).lines[case.leave_id]
    assert line.days
    assert line.days.last == FIRST + 5 * DAY
    assert await case.charged() == 6


async def test_a_corrected_sign_in_is_settled_anew(leave):
    case = leave()
    await case.away()
    moment = await case.day(5)
    await case.says(SignIn, case.post("GATE"))
    assert await case.charged() == 5
    assert await case.says(Correct, case.post("GATE"), signed_in_at=moment - DAY, reason="wrong line") == ["corrected"]
    await case.settled()
    assert await case.charged() == 4
    assert await case.ends() == "settled"


async def test_what_a_clerk_recorded_is_countersigned_by_the_decider(leave):
    case = leave()
    await case.asks()
    approval = case.act(Approve, case.post("CO"), entered_by=case.post("G1"), medium="paper")
    outcome = await case.send(approval)
    assert [e.assurance for e in outcome.entries] == ["recorded"]
    assert "countersign" in (await case.face()).attention
    assert await case.says(Countersign, case.post("GATE"), of=approval.act_id) == ["refused"]
    assert await case.says(Countersign, case.post("CO"), of=approval.act_id) == ["countersigned"]
    assert "countersign" not in (await case.face()).attention


async def test_a_missing_countersignature_is_waited_for_beyond_the_end_and_then_named_irregular(leave):
    case = leave()
    await case.asks()
    await case.says(Deny, case.post("CO"), reason="needed here", entered_by=case.post("G1"), medium="paper")
    assert await case.state() == "denied"
    assert await case.ends() == "denied"
    assert any(line.startswith("lapsed countersign:") for line in await case.journal())
