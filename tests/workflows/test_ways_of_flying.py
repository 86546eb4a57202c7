"""Flights change under booked leaves, on a real server: each is told, rebooked, or put back to waiting."""

from domain.acts import ChangeFlight, ConfirmTravel, Unbook, Withdraw
from domain.model import DAY
from tests.workflows.mission import FLYING, SEAT_DAY, TODAY, member
from tests.workflows.play import Case, registered, until

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
    again = cases[0].act(ChangeFlight, cases[0].post("MOV"), flight=f"OUT-{FIRST}", reason="weather")
    assert [e.event.kind for e in (await cases[0].sent(again)).entries] == ["flight-already"]


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


async def test_only_movement_control_changes_flights(mission):
    case = Case(mission, FLYING, member(FLYING, 114))
    act = case.act(ChangeFlight, case.post("CO"), flight=f"OUT-{FIRST}", reason="weather")
    outcome = await case.sent(act)
    assert outcome.refusal, outcome
    assert outcome.refusal.rule == "movement/authority"
