"""What is said of a flight is written once, in the order in which it was said; who is to be told is not forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from activities.register import flight_changes, importing
from activities.register import tables as t
from activities.register.database import reading, writing
from activities.register.flight_changes import News
from activities.register.seats import set_seat
from domain.holdings import Seat, Want
from domain.model import HOUR
from domain.refusal import Refusal
from domain.register import ChangedFlight, Untold
from tests.activities.register.mission import NOW, edited, files, good

DEPARTS = datetime(2026, 12, 10, 6, tzinfo=UTC)
MOVED = {"departs": DEPARTS + 2 * HOUR, "arrives": DEPARTS + 3 * HOUR, "manifest_closes": DEPARTS - 9 * HOUR}
ELSEWHEN = edited("flights", "2026-12-10T08:00+02:00", "2026-12-10T08:20+02:00")


@pytest.fixture
def at(register: Engine) -> Engine:
    """A register in which two leaves have a seat on OUT-10."""
    for leave in ("UNEX-A", "UNEX-B"):
        seat(register, leave)
    return register


def seat(register: Engine, leave: str, n: int = 1, **words: Any) -> None:
    spec = Seat(base="NAQ", destination="BEY", out_day=date(2026, 12, 10), back_day=date(2026, 12, 20), **words)
    with writing(register) as session:
        want = Want(leave_id=leave, what="seat", of="register", spec=spec, n=n, as_of=NOW)
        assert not isinstance(set_seat(session, want), Refusal)


def change(n: int, **words: Any) -> ChangedFlight:
    return ChangedFlight.model_validate({"n": n, "flight": "OUT-10", "at": NOW} | words)


def written(register: Engine, said: ChangedFlight) -> int:
    with writing(register) as session:
        return flight_changes.write(session, said)


def imports(register: Engine, flights: str, version: int, line: int) -> None:
    sheet = {"flights.csv": files(flights=flights)["flights.csv"]}
    with writing(register) as session:
        importing.apply(session, good(sheet), "m-aaaaaaaaaa", NOW, version=version, line=line)


def departs(register: Engine) -> datetime | None:
    """When OUT-10 departs; None where it is cancelled."""
    with reading(register) as session:
        row = session.get_one(t.Flight, "OUT-10")
        return None if row.cancelled_at else row.departs


def untold(register: Engine) -> list[tuple[int, str, str]]:
    with reading(register) as session:
        return [(one.n, one.leave_id, one.why) for one in flight_changes.untold(session)]


def test_a_change_is_written_once_however_often_it_is_tried(at: Engine):
    """A retry over a newer import would bring the old times back."""
    assert written(at, change(5, **MOVED)) == 2
    imports(at, ELSEWHEN, version=8, line=6)
    newest = departs(at)
    assert newest == datetime(2026, 12, 10, 6, 20, tzinfo=UTC)
    assert written(at, change(5, **MOVED)) == 2
    assert departs(at) == newest


def test_a_change_written_after_a_newer_import_changes_nothing_and_tells_nobody(at: Engine):
    imports(at, ELSEWHEN, version=8, line=6)
    assert written(at, change(5)) == 0
    assert departs(at) == datetime(2026, 12, 10, 6, 20, tzinfo=UTC)
    assert untold(at) == []


@pytest.mark.parametrize("said", [{}, MOVED])
def test_an_import_taken_in_after_a_newer_change_leaves_that_flight_as_movement_control_has_it(at: Engine, said):
    written(at, change(7, **said))
    imports(at, ELSEWHEN, version=8, line=6)
    assert departs(at) == (MOVED["departs"] if said else None)


def test_a_later_import_brings_a_cancelled_flight_back(at: Engine):
    written(at, change(7))
    imports(at, ELSEWHEN, version=8, line=9)
    assert departs(at) == datetime(2026, 12, 10, 6, 20, tzinfo=UTC)


def test_all_who_were_booked_when_it_changed_are_told_and_nobody_who_came_later(at: Engine):
    assert written(at, change(5, **MOVED)) == 2
    for leave, words in (("UNEX-A", {"not_on": ("OUT-10",), "out_flight": "OUT-09"}), ("UNEX-C", {})):
        seat(at, leave, 2, **words)
    assert written(at, change(5, **MOVED)) == 2
    assert untold(at) == [(5, "UNEX-A", "moved"), (5, "UNEX-B", "moved")]


def test_those_who_could_not_be_told_are_left_and_newer_changes_are_told_first(at: Engine):
    written(at, change(5, **MOVED))
    written(at, change(9))
    assert [n for n, _, _ in untold(at)] == [9, 9, 5, 5]
    changes = [Untold(n=n, flight="OUT-10") for n in (5, 9, 11)]
    with writing(at) as session:
        told = [News(n, "OUT-10", leave, "moved", NOW) for n, leave in ((9, "UNEX-A"), (9, "UNEX-B"), (5, "UNEX-A"))]
        flight_changes.told(session, told, NOW)
        assert flight_changes.all_told(session, changes) == {changes[1]: 2, changes[2]: 0}
    assert untold(at) == [(5, "UNEX-B", "moved")]


def test_an_import_that_is_done_again_says_the_same_flights_of_itself(at: Engine):
    imports(at, ELSEWHEN, version=8, line=6)
    imports(at, ELSEWHEN, version=8, line=6)
    with reading(at) as session:
        assert session.get_one(t.Version, 8).flights == ["OUT-10"]
