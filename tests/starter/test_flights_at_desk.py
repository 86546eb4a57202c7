"""Flights by commands on a real mission: list, manifest, move, cancel, and a passenger taken off."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from activities.register import tables as t
from activities.register.database import writing
from tests.conftest import Furlough, Mission, Ran, ahead
from tests.starter.at_jub import once

MOV = ("--as", "IND-1006", "--post", "MOV-JUB", "--base", "JUB")
CO = ("--as", "IND-1003", "--post", "CO-INDBATT-C", "--base", "JUB")


@pytest.fixture
def flights(mission: Mission) -> None:
    """A flight on the first day and one the day before, and one back; all with room."""
    with writing(mission.source) as session:
        for name, origin, to, day in (
            ("T-1", "JUB", "KGL", 60),
            ("T-0", "JUB", "KGL", 59),
            ("T-2", "KGL", "JUB", 64),
            ("M-1", "JUB", "KGL", 70),
            ("M-2", "KGL", "JUB", 74),
        ):
            departs = datetime.fromisoformat(f"{ahead(day)}T09:00Z")
            session.merge(
                t.Flight(
                    flight=name,
                    origin=origin,
                    destination=to,
                    departs=departs,
                    arrives=departs + timedelta(hours=2),
                    seats=9,
                    manifest_closes=departs.replace(hour=10) - timedelta(days=1),
                )
            )


@pytest.mark.usefixtures("flights")
async def test_movement_control_cancels_a_flight_and_each_booked_leave_is_told(furlough: Furlough) -> None:
    wish = ("--first", ahead(60), "--last", ahead(64), "--destination", "KGL")
    ran = await furlough("request", *wish, "--json", "--as", "IND-1009", "--base", "JUB")
    number = ran.documents[0]["number"]
    assert (await furlough("approve", number, *CO)).code == 0

    async def shown() -> Ran:
        return await furlough("show", number, *CO)

    ran = await once(shown, lambda ran: "is BOOKED" in ran.out)
    assert "out T-1" in ran.out, ran
    (holds,) = [line for line in ran.out.splitlines() if line.lstrip().startswith("holds")]
    assert re.search(rf"seats out T-1 {ahead(60)} \d\d:00, back T-2 {ahead(64)} \d\d:00", holds), holds
    assert "T-1" not in (await furlough("flight", "list", *MOV)).out
    ran = await furlough("flight", "list", "--days", "61", *MOV)
    assert "T-1" in ran.out
    assert "1 of 9" in ran.out
    ran = await furlough("flight", "manifest", "T-1", "--json", *MOV)
    assert [(row["leave"], row["flight"], row["confirmed"]) for row in ran.documents] == [(number, "T-1", False)]
    ran = await furlough("flight", "manifest", "T-1", *MOV)
    assert (ran.code, "T-1, JUB to KGL: 1 of 9 seats" in ran.out, "CANCELLED" in ran.out) == (0, True, False), ran
    assert re.search(rf"{number}\W+out\W+not confirmed", ran.out), "a line a passenger"
    ran = await furlough("flight", "cancel", "T-1", "--reason", "weather", *CO)
    assert ran.code == 5
    assert "rule movement/authority" in ran.err
    ran = await furlough("flight", "cancel", "T-1", "--reason", "weather", "--dry-run", *MOV)
    assert f"1 leave with a seat on it would be told, and kept or booked anew: {number}" in ran.out
    ran = await furlough("flight", "cancel", "T-1", "--reason", "weather", "--dry-run", *CO)
    assert (ran.code, "rule movement/authority" in ran.err, "WOULD NOT BE ACCEPTED" in ran.err) == (7, True, True)
    ran = await furlough("flight", "cancel", "T-1", "--reason", "weather", *MOV)
    assert ran.code == 0, ran
    assert "flight T-1 cancelled" in ran.out
    ran = await furlough("flight", "manifest", "T-1", *MOV)
    assert (ran.code, "of 9 seats, CANCELLED" in ran.out) == (0, True), ran
    ran = await once(shown, lambda ran: "out T-0" in ran.out)
    assert "flight T-1: cancelled; a seat is looked for anew" in ran.out
    assert re.search(rf"out T-0 {ahead(59)} \d\d:00 \(wished {ahead(60)}\)", ran.out), ran
    ran = await furlough("flight", "cancel", "T-1", "--reason", "weather", *MOV)
    assert "is so already" in ran.out
    ran = await furlough("unbook", number, "--flight", "T-0", "--reason", "overweight", *MOV)
    assert ran.code == 0, ran
    ran = await once(shown, lambda ran: "is CLEARED" in ran.out)
    assert "no seat" in ran.out


@pytest.mark.usefixtures("flights")
async def test_movement_control_moves_a_flight_and_each_booked_leave_keeps_its_seat_or_loses_it(
    furlough: Furlough,
) -> None:
    wish = ("--first", ahead(70), "--last", ahead(74), "--destination", "KGL")
    ran = await furlough("request", *wish, "--json", "--as", "IND-1010", "--base", "JUB")
    number = ran.documents[0]["number"]
    assert (await furlough("approve", number, *CO)).code == 0

    async def shown() -> Ran:
        return await furlough("show", number, *CO)

    async def move(day: int) -> Ran:
        times = ("--departs", f"{ahead(day)} 10:00", "--arrives", f"{ahead(day)} 12:00", "--reason", "weather")
        dry = await furlough("flight", "move", "M-1", *times, "--dry-run", *MOV)
        assert (dry.code, "dry run: flight M-1 moved" in dry.out, "nothing was changed" in dry.out) == (0, True, True)
        return await furlough("flight", "move", "M-1", *times, *MOV)

    ran = await once(shown, lambda ran: "seats out M-1" in ran.out)
    assert "seats out M-1" in ran.out, ran
    ran = await move(69)
    assert (ran.code, "flight M-1 moved" in ran.out, "1 leave with a seat on it told" in ran.out) == (0, True, True)
    ran = await once(shown, lambda ran: "away on 1 day beside" in ran.out)
    assert f"flight M-1 (departs {ahead(69)}): away on 1 day beside {ahead(70)} to {ahead(74)}, held" in ran.out
    assert "6 days" in ran.out
    lines = (await furlough("flight", "list", "--days", 80, *MOV)).out.splitlines()
    listed = next(line for line in lines if "M-1 " in line)
    assert f"{ahead(69)} 10:00" in listed
    assert f"{ahead(68)} 12:00" in listed, "its manifest closes at noon of the day before"
    ran = await move(67)
    assert "moved" in ran.out
    ran = await once(shown, lambda ran: "is CLEARED" in ran.out)
    assert "no seat" in ran.out, ran
    assert "5 days" in ran.out
    ran = await furlough("flight", "manifest", "M-1", "--json", *MOV)
    assert ran.documents == [], "nobody stays booked on a flight that goes on another day"


async def test_a_flight_that_is_not_there_or_times_that_cannot_be_are_told(furlough: Furlough) -> None:
    ran = await furlough("flight", "manifest", "NO-1", *MOV)
    assert ran.code == 2
    assert "knows no flight" in ran.err
    times = ("--departs", f"{ahead(3)} 09:00", "--arrives", f"{ahead(3)} 08:00", "--reason", "weather")
    dry = await furlough("flight", "move", "T-2", *times, "--dry-run", *MOV)
    assert (dry.code, "rule movement/times" in dry.err) == (7, True), dry
    ran = await furlough("flight", "move", "T-2", *times, *MOV)
    assert ran.code == 5
    assert "rule movement/times" in ran.err
    assert "nothing was changed" in ran.err
