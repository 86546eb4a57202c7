"""Flights change under booked leaves, on a real server: each is told, rebooked, or put back to waiting."""

import asyncio

from activities import flights
from domain.acts import (
    Approve,
    Attest,
    ChangeFlight,
    ConfirmTravel,
    Extend,
    Find,
    Recall,
    SignIn,
    SignOut,
    Unbook,
    Withdraw,
)
from domain.ids import REGISTER
from domain.leave import Leave
from domain.model import DAY
from domain.register import Register
from tests.workflows.mission import FLYING, SEAT_DAY, TODAY, member
from tests.workflows.play import Case, known_away, registered, until
from tests.workflows.test_kinds import family
from tests.workflows.test_ways import SEALED
from wiring.deliver import NotDelivered, deliver

FIRST = TODAY + 25 * DAY


async def flying(mission, i: int, first=FIRST) -> Case:
    case = Case(mission, FLYING, member(FLYING, i))
    await case.approved(first=first, travel="flight")
    await case.says(ConfirmTravel, case.post("MOV"))
    return case


async def test_a_cancelled_flight_tells_each_booked_leave_which_takes_another(mission):
    cases = [await flying(mission, i) for i in (110, 111)]
    act = cases[0].act(ChangeFlight, cases[0].post("MOV"), flight=f"OUT-{FIRST}", reason="weather")
    outcome = await cases[0].sent(act)
    assert outcome.refusal is None
    for case in cases:
        await case.reaches("booked")
        assert "seat-lost" in await case.journal()
        took = [e["event"] for e in await case.entries() if e["event"]["kind"] == "took"]
        last = next(e for e in reversed(took) if e["spec"]["what"] == "seat")
        assert f"out OUT-{FIRST - DAY}" in last["ref"]
        held, place = (await case.account()).lines[case.leave_id].days, (await case.garrison()).leaves[case.leave_id]
        assert held
        assert place.place
        assert (held.first, place.place.travels) == (FIRST - DAY, (FIRST - DAY,)), "the day before is held and counted"
        assert "travel-days" in (await case.face()).attention
    again = cases[0].act(ChangeFlight, cases[0].post("MOV"), flight=f"OUT-{FIRST}", reason="weather")
    assert [e.event.kind for e in (await cases[0].sent(again)).entries] == ["flight-already"]


async def test_a_leave_that_is_silent_keeps_no_other_from_being_told_and_no_flight_from_being_cancelled(
    mission, monkeypatch
):
    first, later = TODAY + 53 * DAY, TODAY + 55 * DAY
    silent, heard = [await flying(mission, i, first) for i in (141, 142)]
    behind, answers = await flying(mission, 143, later), asyncio.Event()

    async def delivered(client, act, **how):
        if act.leave_id == silent.leave_id and not answers.is_set():
            raise NotDelivered("silent")
        return await deliver(client, act, **how)

    monkeypatch.setattr(flights, "deliver", delivered)
    for day in (first, later):
        act = heard.act(ChangeFlight, heard.post("MOV"), flight=f"OUT-{day}", reason="weather")
        assert (await heard.sent(act)).refusal is None

    async def know() -> set[str]:
        return {case.leave_id for case in (silent, heard, behind) if "seat-lost" in await case.journal()}

    async def others_know() -> bool:
        return await know() == {heard.leave_id, behind.leave_id}

    async def all_know() -> bool:
        return len(await know()) == 3

    await until(others_know, "all others were told")
    answers.set()
    await until(all_know, "it is told once it answers")
    its = mission.client.get_workflow_handle(REGISTER)

    async def all_told() -> bool:
        state: Register = await its.query("state", result_type=Register)
        return not state.flights and not state.untold

    await until(all_told, "the register knows it")


async def test_without_another_flight_the_leave_waits_and_its_seat_is_free(mission):
    case = await flying(mission, 112, SEAT_DAY)
    act = case.act(ChangeFlight, case.post("MOV"), flight=f"OUT-{SEAT_DAY}", reason="no aircraft")
    assert (await case.sent(act)).refusal is None
    await case.reaches("cleared")
    assert "days" in await case.holds()
    await case.says(Withdraw)
    assert await case.ends() == "withdrawn"
    assert set(registered(mission, case.leave_id)) == set()


async def test_a_passenger_taken_off_gets_another_flight(mission):
    first = TODAY + 33 * DAY
    case = await flying(mission, 113, first)
    assert await case.says(Unbook, case.post("MOV"), flight=f"OUT-{first}", reason="overweight") == ["seat-lost"]
    await case.reaches("booked")

    async def off() -> bool:
        took = [e["event"] for e in await case.entries() if e["event"]["kind"] == "took"]
        return f"OUT-{first - DAY}" in next(e["ref"] for e in reversed(took) if e["spec"]["what"] == "seat")

    assert await until(off, "the seat is on the flight before")


async def test_who_stays_longer_flies_home_later_and_who_is_recalled_flies_earlier(mission):
    first = TODAY + 48 * DAY
    case = await flying(mission, 115, first)
    await case.reaches("ready")
    await case.day(1)
    await case.says(SignOut, case.post("GATE"))

    async def home() -> str:
        state = await case.handle.query("state", result_type=Leave)
        return state.way_home.flight if state.way_home else ""

    async def changed(to: str) -> bool:
        return await home() == to

    assert await home() == f"BACK-{first + 4 * DAY}"
    assert await case.says(Extend, last=first + 8 * DAY, reason=SEALED) == ["extension-asked"]
    assert await case.says(Approve, case.post("CO")) == ["extension-approved"]
    assert await until(lambda: changed(f"BACK-{first + 8 * DAY}"), "the flight home is a later one")
    away = {"back_flight": f"BACK-{first + 9 * DAY}"}
    assert await case.says(ConfirmTravel, case.post("MOV"), **away) == ["travel-confirmed"]
    assert await until(lambda: changed(f"BACK-{first + 9 * DAY}"), "movement control has named another flight home")
    recall = {"reason": "the post is attacked", "back_by": first + 3 * DAY}
    assert await case.says(Recall, case.post("CO"), **recall) == ["recalled"]
    assert await until(lambda: changed(f"BACK-{first + 3 * DAY}"), "the flight home is an earlier one")


async def test_a_journey_that_is_asked_for_late_waits_for_a_waiver(mission):
    late = Case(mission, FLYING, member(FLYING, 116))
    await late.asks(TODAY + 15 * DAY, 3, travel="road")
    await late.reaches("waiting for approval")
    await late.day(-1)
    assert await late.says(Approve, late.post("CO")) == ["approved"]
    await late.reaches("booked")
    assert await late.says(ConfirmTravel, late.post("MOV")) == ["refused"]
    assert await late.says(ConfirmTravel, late.post("MOV"), waive="the road is free") == ["travel-confirmed"]
    await late.reaches("ready")


async def test_an_emergency_flies_although_the_manifest_has_closed_and_who_may_waive_it_is_named(mission):
    first = TODAY + 16 * DAY
    case = Case(mission, FLYING, member(FLYING, 117))
    words = {"leave_kind": "emergency", "family": family(case, "parent"), "travel": "flight"}
    await case.asks(first, 3, **words)
    await case.says(Attest, case.post("VO"), method="phone")
    await case.reaches("waiting for approval")
    await case.day(0, 20)  # the flights of that day have departed; the manifest of the next morning closed at 18:00
    await case.says(Approve, case.post("CO"))
    face = await case.reaches("booked")
    assert {"manifest-closed", "late-request"} <= set(face.attention)
    assert any(f"OUT-{first} closed" in words and "MOV-FLY may waive it" in words for words in face.warnings)
    assert await case.says(ConfirmTravel, case.post("MOV")) == ["travel-confirmed"]
    await case.reaches("ready")


async def test_only_movement_control_changes_flights(mission):
    case = Case(mission, FLYING, member(FLYING, 114))
    act = case.act(ChangeFlight, case.post("CO"), flight=f"OUT-{TODAY + 36 * DAY}", reason="weather")
    outcome = await case.sent(act)
    assert outcome.refusal, outcome
    assert outcome.refusal.rule == "movement/authority"


async def test_whose_flight_home_is_cancelled_is_not_overdue_and_the_commander_finds(mission):
    first, last = TODAY + 43 * DAY, TODAY + 47 * DAY
    case = await flying(mission, 118, first)
    await case.reaches("ready")
    await case.day(1)
    await case.says(SignOut, case.post("GATE"))
    for day in (last, last + DAY):
        act = case.act(ChangeFlight, case.post("MOV"), flight=f"BACK-{day}", reason="no aircraft")
        assert (await case.sent(act)).refusal is None

    async def stranded() -> bool:
        return "no-way-home" in (await case.face()).attention

    assert await until(stranded, "there is no flight home")
    assert known_away(mission, case.leave_id), "known to those who are asked at other bases too"
    await case.day(7)
    assert await case.state() == "delayed"
    assert not {"lapsed overdue", "lapsed absence"} & set(await case.journal())
    assert await case.says(Find, case.post("CO"), finding="excused", reason=SEALED) == ["found"]
    await case.says(SignIn, case.post("GATE"))
    await case.reaches("settled")
    assert not known_away(mission, case.leave_id)
    charged = (await case.account()).lines[case.leave_id].days
    assert charged
    assert charged.charged == 5
