"""When a manifest closes where nobody said so: at the mission's hour of the day before, on the clock of the base."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from activities.register import importing
from activities.register import tables as t
from activities.register.database import reading, writing
from activities.register.flights import closes, flight
from tests.activities.register.mission import FILES, NOW

LINE = "OUT-10,NAQ,BEY,2026-12-10T08:00+02:00,2026-12-10T08:40+02:00,2,"
TOLD = f"{LINE}2026-12-09T12:00+02:00"


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.rule("movement/manifest-closes")
@pytest.mark.parametrize(
    ("departs", "zone", "hour", "closed"),
    [
        ("2026-12-10 06:00", "Asia/Beirut", "12:00", "2026-12-09 10:00"),
        ("2026-12-09 22:30", "Asia/Beirut", "12:00", "2026-12-09 10:00"),  # 00:30 of the 10th at the base
        ("2026-12-09 21:30", "Asia/Beirut", "12:00", "2026-12-08 10:00"),
        ("2027-01-01 06:00", "Asia/Beirut", "12:00", "2026-12-31 10:00"),
        ("2028-03-01 06:00", "Asia/Beirut", "12:00", "2028-02-29 10:00"),
        ("2026-03-29 06:00", "Asia/Beirut", "12:00", "2026-03-28 10:00"),  # the clock is put forward at 00:00
        ("2026-03-30 06:00", "Asia/Beirut", "12:00", "2026-03-29 09:00"),
        ("2026-03-30 06:00", "Asia/Beirut", "00:00", "2026-03-28 22:00"),  # an hour which that day does not have
        ("2026-12-10 06:00", "Pacific/Kiritimati", "12:00", "2026-12-08 22:00"),
        ("2026-12-10 06:00", "Pacific/Pago_Pago", "18:00", "2026-12-09 05:00"),
        ("2026-12-10 06:00", "Asia/Kathmandu", "12:00", "2026-12-09 06:15"),
    ],
)
def test_movement_manifest_closes(departs, zone, hour, closed):
    assert closes(at(departs), zone, hour) == at(closed)


def imported(register: Engine, files: dict[str, str]) -> datetime:
    """When the manifest of OUT-10 closes once these files are in."""
    bundle = importing.parse({name: text.lstrip().encode() for name, text in files.items()})
    assert isinstance(bundle, importing.Bundle), bundle
    with writing(register) as session:
        importing.apply(session, bundle, "m-aaaaaaaaaa", NOW)
    with reading(register) as session:
        row = session.get(t.Flight, "OUT-10")
        assert row
        return row.manifest_closes


def test_a_line_that_does_not_say_when_is_told_by_the_rule_and_one_that_does_stands(register: Engine):
    """The same as a default of 12:00 said in so many words: nothing is changed by leaving it out."""
    flights = FILES["flights.csv"]
    left_out = {"flights.csv": flights.replace(TOLD, LINE)}
    assert left_out["flights.csv"] != flights
    assert imported(register, left_out) == at("2026-12-09 10:00")
    other = {"flights.csv": flights.replace(TOLD, f"{LINE}2026-12-09T18:00+02:00")}
    assert imported(register, other) == at("2026-12-09 16:00")
    settings = FILES["settings.csv"] + "manifest-closes,09:30\n"
    assert imported(register, left_out | {"settings.csv": settings}) == at("2026-12-09 07:30")


@pytest.mark.parametrize("hour", ["24:00", "noon", "12"])
def test_an_hour_that_is_none_is_told(hour):
    told = importing.parse({"settings.csv": f"setting,value\nmission,UNEX\nmanifest-closes,{hour}\n".encode()})
    assert not isinstance(told, importing.Bundle)
    assert "expected an hour of the day such as 12:00" in told[0].reason


def test_the_manifest_of_a_flight_that_is_moved_moves_with_it_but_one_that_was_said_stands(register: Engine):
    with writing(register) as session:
        moved = flight(session, "OUT-10", at("2026-12-12 06:00"))
        as_it_is = flight(session, "OUT-10")
        assert moved
        assert as_it_is
        assert (moved.would_close, as_it_is.would_close) == (at("2026-12-11 10:00"), None)
        row = session.get(t.Flight, "OUT-10")
        assert row
        row.manifest_closes = at("2026-12-09 16:00")
        session.flush()
        said = flight(session, "OUT-10", at("2026-12-12 06:00"))
        assert said
        assert said.would_close is None
