"""Seats: idempotent, never oversold, on SQLite and on PostgreSQL."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from activities.register import tables as t
from activities.register.database import reading, writing
from activities.register.importing import NotImportable
from activities.register.seats import Booking, booked_flights, bookings, changed_flights, set_seat
from domain.holdings import Seat, Want
from domain.refusal import Refusal
from tests.activities.register.mission import NOW, edited, imported

ROOT = Path(__file__).parents[3]
WISH = Seat(base="NAQ", destination="BEY", out_day=date(2026, 12, 10), back_day=date(2026, 12, 20))


def want(leave: str = "UNEX-A", n: int = 1, spec: Seat | None = WISH, **more) -> Want:
    return Want(leave_id=leave, of="NAQ", what="seat", spec=spec, n=n, **({"as_of": NOW} | more))


def wish(**more) -> Seat:
    return WISH.model_copy(update=more)


def granted(answer: tuple[Booking, ...] | Refusal) -> tuple[Booking, ...]:
    assert not isinstance(answer, Refusal), answer
    return answer


def flights(answer: tuple[Booking, ...] | Refusal) -> list[str]:
    return [booking.flight for booking in granted(answer)]


class TestSeats:
    @pytest.fixture(autouse=True)
    def _at(self, register: Engine) -> None:
        self.at = register

    def ask(self, *args, **more) -> tuple[Booking, ...] | Refusal:
        with writing(self.at) as session:
            return set_seat(session, want(*args, **more))

    def sold(self, flight: str) -> int:
        with reading(self.at) as session:
            taken = select(func.count()).where(t.Seat.flight == flight, t.Seat.state != "given-back")
            return session.scalar(taken) or 0

    def test_takes_the_first_flight_of_the_days_wished_for(self):
        answer = granted(self.ask())
        assert flights(answer) == ["OUT-10", "BACK-20"]
        assert [booking.leg for booking in answer] == ["out", "back"]
        assert answer[0].departs == datetime(2026, 12, 10, 6, tzinfo=UTC)

    def test_the_same_wish_again_changes_nothing_and_is_answered_the_same(self):
        first = self.ask()
        assert self.ask() == first
        assert self.sold("OUT-10") == 1

    def test_an_older_wish_that_comes_late_is_answered_with_what_there_is(self):
        answer = self.ask(n=2)
        assert self.ask(n=1, spec=wish(out_day=date(2026, 12, 11))) == answer
        assert self.ask(n=3, spec=None) == ()
        assert self.ask(n=2) == ()
        assert self.sold("OUT-10") == 0

    def test_goes_out_the_day_before_and_back_the_day_after_when_the_days_are_full(self):
        for leave in "BC":
            self.ask(f"UNEX-{leave}")
        assert flights(self.ask()) == ["OUT-09", "BACK-20"]
        assert flights(self.ask("UNEX-D", spec=wish(out_day=date(2026, 12, 9)))) == ["OUT-09", "BACK-20"]
        assert flights(self.ask("UNEX-E", spec=wish(out_day=date(2026, 12, 11)))) == ["OUT-11", "BACK-21"]

    def test_a_refusal_changes_nothing_and_names_what_was_tried_and_what_would_help(self):
        for leave in "BCDE":
            self.ask(f"UNEX-{leave}")
        answer = self.ask()
        assert isinstance(answer, Refusal)
        assert answer.rule == "movement/seat"
        assert answer.facts["got"] == "OUT-09: 2 of 2 seats taken; OUT-10: 2 of 2 seats taken"
        assert "OUT-11 on 2026-12-11" in answer.helps
        assert self.sold("BACK-20") == 4
        with reading(self.at) as session:
            assert bookings(session, "UNEX-A") == ()

    def test_a_wish_that_was_refused_is_granted_once_a_seat_is_free(self):
        for leave in "BCDE":
            self.ask(f"UNEX-{leave}")
        assert isinstance(self.ask(), Refusal)
        self.ask("UNEX-B", n=2, spec=None)
        assert flights(self.ask()) == ["OUT-10", "BACK-20"]

    def test_a_change_gives_the_old_leg_back_and_keeps_the_other(self):
        self.ask()
        assert flights(self.ask(n=2, spec=wish(back_day=date(2026, 12, 25)))) == ["OUT-10", "BACK-25"]
        assert (self.sold("OUT-10"), self.sold("BACK-20"), self.sold("BACK-25")) == (1, 0, 1)

    def test_a_change_that_is_refused_leaves_the_seats_as_they_were(self):
        before = self.ask()
        assert isinstance(self.ask(n=2, spec=wish(out_flight="OUT-99")), Refusal)
        with reading(self.at) as session:
            assert bookings(session, "UNEX-A") == before

    def test_movement_control_may_name_a_flight(self):
        spec = wish(out_flight="OUT-11", back_flight="BACK-25")
        assert flights(self.ask(spec=spec)) == ["OUT-11", "BACK-25"]

    @pytest.mark.parametrize(
        ("name", "told"),
        [("OUT-99", "no such flight"), ("BACK-20", "BACK-20: flies BEY to NAQ")],
    )
    def test_a_named_flight_must_exist_and_go_there(self, name: str, told: str):
        answer = self.ask(spec=wish(out_flight=name))
        assert isinstance(answer, Refusal)
        assert answer.facts["got"] == told

    def test_a_closed_manifest_is_opened_by_movement_control_alone(self):
        late = datetime(2026, 12, 9, 12, tzinfo=UTC)
        answer = self.ask(as_of=late)
        assert isinstance(answer, Refusal)
        assert "OUT-10: manifest closed at 2026-12-09 10:00Z" in answer.facts["got"]
        assert flights(self.ask(spec=wish(out_flight="OUT-10"), as_of=late)) == ["OUT-10", "BACK-20"]

    def test_nobody_is_put_on_a_flight_that_has_departed(self):
        answer = self.ask(spec=wish(out_flight="OUT-10"), as_of=datetime(2026, 12, 10, 6, tzinfo=UTC))
        assert isinstance(answer, Refusal)
        assert answer.facts["got"] == "OUT-10: has departed"

    def test_who_is_away_keeps_the_seat_they_left_on(self):
        self.ask()
        away = wish(out_day=date(2026, 12, 11), back_day=date(2026, 12, 25))
        assert flights(self.ask(n=2, spec=away, as_of=datetime(2026, 12, 12, tzinfo=UTC))) == ["OUT-10", "BACK-25"]

    def test_who_stays_away_longer_leaves_the_flight_home_also_where_no_later_one_has_a_seat(self):
        self.ask()
        longer, then = wish(back_day=date(2026, 12, 22)), datetime(2026, 12, 12, tzinfo=UTC)
        answer = self.ask(n=2, spec=longer, as_of=then, told="flown")
        assert isinstance(answer, Refusal)
        assert (self.sold("OUT-10"), self.sold("BACK-20")) == (1, 0)

    @pytest.mark.parametrize(
        ("by", "since", "home"),
        [
            (21, 12, "BACK-21"),
            (20, 12, "BACK-20"),
            (24, 12, "BACK-21"),
            (24, 21, "BACK-21"),
            (24, 22, ""),
            (19, 12, ""),
        ],
    )
    def test_who_is_recalled_flies_home_by_the_day_told_and_never_after_it(self, by, since, home):
        self.ask(spec=wish(back_day=date(2026, 12, 25)))
        recalled = wish(back_day=date(2026, 12, by), back_from=date(2026, 12, since))
        answer = self.ask(n=2, spec=recalled, as_of=datetime(2026, 12, 12, tzinfo=UTC), told="flown")
        assert ("" if isinstance(answer, Refusal) else flights(answer)[1]) == home
        if isinstance(answer, Refusal):
            assert f"a day from 2026-12-{since} to 2026-12-{by}" in answer.why

    @pytest.mark.parametrize(("days", "keeps"), [(0, 1), (-1, 1), (-3, 0), (1, 0)])
    def test_a_flight_that_was_moved_to_another_day_keeps_who_may_go_on_it_and_nobody_else(self, days, keeps):
        self.ask(n=1)
        with writing(self.at) as session:
            for other in ("OUT-09", "OUT-10"):
                row = session.get(t.Flight, other)
                assert row
                row.seats = int(other == "OUT-10")
                row.departs, row.arrives = (at + timedelta(days=days) for at in (row.departs, row.arrives))
        answer = self.ask(n=2)
        assert isinstance(answer, Refusal) == (not keeps)
        assert (self.sold("OUT-10"), self.sold("BACK-20")) == (keeps, 1)

    def test_who_names_a_flight_that_is_full_loses_no_seat_by_it(self):
        self.ask()
        for leave in ("UNEX-B", "UNEX-C"):
            self.ask(leave, spec=wish(out_flight="OUT-11"))
        assert isinstance(self.ask(n=2, spec=wish(out_flight="OUT-11")), Refusal)
        assert self.sold("OUT-10") == 1

    def test_a_journey_that_was_made_stays_flown_and_sold(self):
        self.ask()
        answer = granted(self.ask(n=2, spec=None, told="flown"))
        assert [booking.state for booking in answer] == ["flown", "flown"]
        assert self.sold("OUT-10") == 1

    def test_a_cancelled_flight_is_left_at_the_next_wish(self):
        self.ask()
        line = "OUT-10,NAQ,BEY,2026-12-10T08:00+02:00,2026-12-10T08:40+02:00,2,2026-12-09T12:00+02:00\n"
        with imported(self.at, flights=edited("flights", line, "")) as session:
            assert flights(bookings(session, "UNEX-A")) == ["OUT-10", "BACK-20"]
        assert flights(self.ask(n=2)) == ["OUT-09", "BACK-20"]

    def test_a_flight_is_made_no_smaller_than_it_is_booked(self):
        """Who is left behind is no chance of an import: movement control takes them off, and they are told."""
        self.ask("UNEX-B"), self.ask("UNEX-C")
        one = edited("flights", "08:40+02:00,2,2026-12-09", "08:40+02:00,1,2026-12-09")
        with pytest.raises(NotImportable, match=r"flights\.csv line 3, seats: expected 2 seats or more"):
            imported(self.at, flights=one).__enter__()
        self.ask("UNEX-C", n=2, spec=None)
        with imported(self.at, flights=one):
            pass
        assert flights(self.ask("UNEX-B", n=2)) == ["OUT-10", "BACK-20"]
        assert flights(self.ask("UNEX-D")) == ["OUT-09", "BACK-20"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("OUT-10,NAQ,BEY", "OUT-10,SKT,BEY"),
            ("OUT-10,NAQ,BEY", "OUT-10,NAQ,SKT"),
            ("2026-12-10T08:00+02:00", "2026-12-10T08:10+02:00"),
            ("2026-12-10T08:40+02:00", "2026-12-10T21:40+02:00"),
        ],
    )
    def test_whoever_has_a_seat_is_told_when_a_flight_goes_elsewhere_or_at_another_time(self, old: str, new: str):
        self.ask()
        with reading(self.at) as session:
            before = booked_flights(session)
        with imported(self.at, flights=edited("flights", old, new)) as session:
            assert changed_flights(before, booked_flights(session)) == ("OUT-10",)
        assert changed_flights(before, before) == ()

    def test_an_unknown_base_is_told(self):
        answer = self.ask(spec=wish(base="XYZ"))
        assert isinstance(answer, Refusal)
        assert answer.rule == "movement/base"

    def test_days_are_days_of_the_base(self):
        """A flight at 00:30 in Kathmandu leaves on the evening before in UTC."""
        night = """
flight,origin,destination,departs,arrives,seats,manifest_closes
NIGHT,SKT,KTM,2026-12-10T00:30+05:45,2026-12-10T01:00+05:45,1,2026-12-09T12:00+05:45
HOME,KTM,SKT,2026-12-20T00:30+05:45,2026-12-20T01:00+05:45,1,2026-12-19T12:00+05:45
"""
        with imported(self.at, flights=night):
            pass
        spec = wish(base="SKT", destination="KTM")
        assert flights(self.ask(spec=spec)) == ["NIGHT", "HOME"]
        assert isinstance(
            self.ask("UNEX-B", spec=wish(base="SKT", destination="KTM", out_day=date(2026, 12, 9))), Refusal
        )

    def test_several_processes_with_several_threads_never_oversell(self):
        """60 leaves want 4 seats out, change their minds and give back, some of them twice: none goes twice."""
        told = _booked_by(self.at.url.render_as_string(hide_password=False), processes=3, threads=4, leaves=20)
        seats = {
            flight: self.sold(flight) for flight in ("OUT-09", "OUT-10", "OUT-11", "BACK-20", "BACK-21", "BACK-25")
        }
        limits = {"OUT-09": 2, "OUT-10": 2, "OUT-11": 2, "BACK-20": 4, "BACK-21": 4, "BACK-25": 4}
        assert all(seats[flight] <= limits[flight] for flight in limits), seats
        assert seats["OUT-09"] + seats["OUT-10"] == 4, "a seat stayed empty though it was wished for"
        assert Counter(flight for _, booked in told for flight in booked) == Counter(
            {f: n for f, n in seats.items() if n}
        )


def _booked_by(url: str, processes: int, threads: int, leaves: int) -> Sequence[tuple[str, list[str]]]:
    """What each leave holds in the end, as its own process was told."""
    booker = [sys.executable, "-m", "tests.activities.register.booker", url, str(threads), str(leaves)]
    started = [
        subprocess.Popen([*booker, f"P{number}"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for number in range(processes)
    ]
    said = [process.communicate(timeout=100)[0] for process in started]
    assert [process.returncode for process in started] == [0] * processes
    return [tuple(json.loads(line)) for text in said for line in text.splitlines()]
