"""An import takes the place of the tables it has, whole or not at all; a dry run shows what it would change."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from activities.register import lookups, posts
from activities.register import tables as t
from activities.register.database import reading, writing
from activities.register.importing import Bundle, Changes, NotImportable, apply, changes, faults
from activities.register.reading import drafted
from activities.register.strength import of_units
from tests.activities.register.mission import FILES, NOW, edited, files, good, imported

ADMIN = "m-aaaaaaaaaa"


def only(**texts: str) -> Bundle:
    """A bundle of some files alone."""
    return good({f"{sheet}.csv": text.lstrip().encode() for sheet, text in texts.items()})


def without(sheet: str, start: str) -> str:
    """A file less its lines that begin so."""
    return "\n".join(line for line in FILES[f"{sheet}.csv"].strip().splitlines() if not line.startswith(start)) + "\n"


def would(register: Engine, bundle: Bundle) -> Changes:
    with reading(register) as session:
        return changes(session, bundle)


def ids(register: Engine) -> Mapping[str, str]:
    with reading(register) as session:
        return {row.service_number: row.id for row in session.scalars(select(t.Member))}


def told(register: Engine, bundle: Bundle) -> list[str]:
    """The bad lines for which an import was not made; the register is as it was."""
    with reading(register) as session:
        before = lookups.version(session)
    with pytest.raises(NotImportable) as no, writing(register) as session:
        apply(session, bundle, ADMIN, NOW)
    with reading(register) as session:
        assert lookups.version(session) == before
    return [str(line) for line in no.value.lines]


class TestImport:
    def test_a_dry_run_of_what_is_there_changes_nothing(self, register: Engine):
        assert would(register, good(files())).summary == {}

    def test_the_same_files_again_make_no_new_version(self, register: Engine):
        with writing(register) as session:
            assert apply(session, good(files()), ADMIN, NOW) == 1
            assert apply(session, only(bases=FILES["bases.csv"]), ADMIN, NOW) == 1

    def test_a_file_that_was_there_before_the_last_one_is_imported_again(self, register: Engine):
        renamed = edited("bases", "Naqal", "Camp Naqal")
        with imported(register, bases=renamed):
            pass
        with imported(register, bases=FILES["bases.csv"]) as session:
            assert lookups.version(session) == 3
            assert session.get_one(t.Base, "NAQ").name == "Naqal"

    def test_a_version_is_imported_once_and_never_over_a_newer_one(self, register: Engine):
        renamed = only(bases=edited("bases", "Naqal", "Camp Naqal"))
        for _ in range(2):
            with writing(register) as session:
                assert apply(session, renamed, ADMIN, NOW, version=5) == 5
        with writing(register) as session, pytest.raises(NotImportable, match="expected a version after 5, got 4"):
            apply(session, only(bases=FILES["bases.csv"]), ADMIN, NOW, version=4)

    def test_a_dry_run_shows_each_field_before_and_after(self, register: Engine):
        text = edited("members", "GHA-3,O. Aspen,SGT", "GHA-3,O. Aspen,SSG").replace("GHA-4,", "GHA-5,")
        found = would(register, only(members=text)).sheets["members"]
        assert found.fields(("GHA-3",)) == {"rank": ("SGT", "SSG")}
        assert list(found.added) == [("GHA-5",)]
        assert list(found.removed) == [("GHA-4",)]

    def test_what_a_version_stands_for_is_kept(self, register: Engine):
        bundle = only(bases=edited("bases", "Naqal", "Camp Naqal"))
        with writing(register) as session:
            apply(session, bundle, ADMIN, NOW)
        with reading(register) as session:
            row = session.get_one(t.Version, 2)
            assert (row.by, row.imported_at, row.digests, row.summary) == (
                ADMIN,
                NOW,
                bundle.digests,
                {"bases.changed": 1},
            )

    def test_every_new_service_number_gets_a_random_register_id(self, register: Engine):
        found = ids(register)
        assert len(set(found.values())) == len(found) == 11
        assert all(re.fullmatch("m-[a-z2-7]{10}", member) for member in found.values())

    def test_a_register_id_is_kept_for_good_also_by_who_leaves_and_comes_back(self, register: Engine):
        before = ids(register)
        with imported(register, members=without("members", "GHA-3")) as session:
            assert session.get_one(t.Member, before["GHA-3"]).left_at == NOW
        with imported(register, members=FILES["members.csv"]) as session:
            assert session.get_one(t.Member, before["GHA-3"]).left_at is None
        assert ids(register) == before

    def test_who_left_holds_no_post_and_is_counted_no_more_but_keeps_a_name(self, register: Engine):
        gone = ids(register)["GHA-3"]
        with imported(register, members=without("members", "GHA-3")) as session:
            person = posts.person(session, gone, NOW + timedelta(days=12), NOW + timedelta(days=12))
            assert person is not None
            assert person.posts == ()
            assert lookups.names(session, [gone]) == {gone: "SGT O. Aspen"}
            assert of_units(session, ["A-COY"], date(2026, 12, 8), date(2026, 12, 8))["A-COY"].assigned == 3

    @pytest.mark.parametrize(("file", "start"), [("members", "USA-1"), ("appointments", "MOV-NAQ")])
    def test_what_was_seen_from_a_post_before_an_import_ended_it_can_still_be_told(
        self, register: Engine, file: str, start: str
    ):
        mover, before, after = ids(register)["USA-1"], NOW - timedelta(hours=1), NOW + timedelta(hours=1)
        with imported(register, **{file: without(file, start)}) as session:
            told = posts.person(session, mover, before, after)
            assert told
            assert (told.posts, [held.post for held in told.relieved]) == ((), ["MOV-NAQ"])
            now = posts.person(session, mover, after, after)
            assert now
            assert (now.posts, now.relieved) == ((), ())

    def test_rows_which_a_file_no_longer_has_are_removed(self, register: Engine):
        with imported(
            register, absences=without("absences", "GHA-3"), appointments=without("appointments", "MOV-NAQ")
        ) as session:
            assert session.scalar(select(func.count()).select_from(t.Absence)) == 1
            assert posts.holders(session, ["MOV-NAQ"], NOW) == {"MOV-NAQ": ()}

    def test_a_flight_is_removed_unless_somebody_had_a_seat_on_it(self, register: Engine):
        with writing(register) as session:
            session.add(t.Seat(leave_id="UNEX-A", leg="out", flight="OUT-10", n=1, state="given-back"))
        with imported(register, flights=without("flights", "OUT-1")) as session:
            assert session.get(t.Flight, "OUT-11") is None
            assert session.get_one(t.Flight, "OUT-10").cancelled_at == NOW
        with imported(register, flights=FILES["flights.csv"]) as session:
            assert session.get_one(t.Flight, "OUT-10").cancelled_at is None

    def test_half_a_register_must_go_with_the_other_half(self, register: Engine):
        assert told(register, only(units=without("units", "SITE"))) == [
            "posts in the register, unit: expected one of units.csv, got 'SITE', which is not there",
            "members in the register, unit: expected one of units.csv, got 'SITE', which is not there",
        ]
        assert told(register, only(appointments=edited("appointments", "SITE,IDN-1", "SITE,IDN-7"))) == [
            "appointments.csv line 9, service_number: expected one of members.csv, got 'IDN-7', which is not there"
        ]

    def test_all_faults_of_a_file_alone_are_told_beside_what_the_register_has(self, register: Engine):
        """Its cells, its links to tables that are there already, and their links to it; who leaves blames nobody."""
        text = edited("members", "A-COY,NAQ,aspen@unex.example,2026-01-01", "B-COY,NAQ,aspen,2026-01-01")
        text = "\n".join(line for line in text.splitlines() if not line.startswith("GHA-4"))
        with reading(register) as session:
            found = faults(session, drafted({"members.csv": text.lstrip().encode()}))
        assert [(line.file, line.line, line.column) for line in found] == [
            ("members.csv", 9, "email"),
            ("members.csv", 9, "unit"),
        ]
        units = edited("units", "SITE,SKT,IDN,observer", "SIDE,SKX,IDN,watcher")
        with reading(register) as session:
            found = faults(session, drafted({"units.csv": units.lstrip().encode()}))
        assert [(line.file, line.line, line.column) for line in found] == [
            ("members in the register", 0, "unit"),
            ("posts in the register", 0, "unit"),
            ("units.csv", 4, "component"),
            ("units.csv", 4, "base"),
        ]

    def test_the_last_administrator_cannot_be_taken_away(self, register: Engine):
        reason = "expected a post with the role administrator and an appointment to it without a last day, got none"
        for bundle in (
            only(appointments=without("appointments", "ADMIN")),
            only(appointments=edited("appointments", "ADMIN,ADM-1,2026-01-01,", "ADMIN,ADM-1,2026-01-01,2026-12-31")),
            only(members=without("members", "ADM-1")),
        ):
            assert told(register, bundle)[-1] == f"appointments.csv: {reason}"

    def test_nothing_is_imported_when_it_is_broken_off(self, register: Engine):
        with pytest.raises(KeyboardInterrupt):
            self._broken_off(register)
        with reading(register) as session:
            assert session.get_one(t.Base, "NAQ").name == "Naqal"
            assert lookups.version(session) == 1

    def _broken_off(self, register: Engine) -> None:
        with writing(register) as session:
            apply(session, only(bases=edited("bases", "Naqal", "Camp Naqal")), ADMIN, NOW)
            raise KeyboardInterrupt

    def test_decimals_stay_as_they_were_written(self, register: Engine):
        with reading(register) as session:
            found = lookups.opening(session, ids(register)["GHA-3"])
            assert found is not None
            assert {purse: str(days) for purse, days in found.days.items()} == {"annual": "12.50", "rr": "5"}


NUMBERS = [f"X-{i}" for i in range(6)]
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@st.composite
def people(draw: st.DrawFn) -> dict[str, str]:
    """Members, absences and balances as somebody might send them next."""
    chosen = draw(st.lists(st.sampled_from(NUMBERS), unique=True))
    members = [
        f"{number},{draw(st.sampled_from(['A. Fern', 'B. Moss']))},PTE,GHA,contingent,,A-COY,NAQ,,{draw(DAYS)},,"
        for number in chosen
    ]
    absences = {
        (number, first): f"{number},{first},{first + timedelta(days=draw(st.integers(0, 9)))},course,plan"
        for number in chosen
        for first in draw(st.lists(DAYS, max_size=2))
    }
    days = st.decimals(Decimal(-99), Decimal(99), places=2)
    balances = [f"{number},annual,{draw(days)},2026-10-31,office" for number in chosen if draw(st.booleans())]
    header = {name: FILES[f"{name}.csv"].strip().splitlines()[0] for name in ("members", "absences", "balances")}
    keep = FILES["members.csv"].strip().splitlines()[1:]
    return {
        "members": "\n".join([header["members"], *keep, *members]) + "\n",
        "absences": "\n".join([header["absences"], *absences.values()]) + "\n",
        "balances": "\n".join([header["balances"], *balances]) + "\n",
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(people())
def test_whatever_the_register_held_it_holds_what_was_imported_last(register: Engine, texts: dict[str, str]):
    """What was imported is there, a dry run of it changes nothing, and no register id has changed."""
    before = ids(register)
    bundle = only(**texts)
    with writing(register) as session:
        first = apply(session, bundle, ADMIN, NOW)
        assert changes(session, bundle).summary == {}
        assert apply(session, bundle, ADMIN, NOW) == first
        present = session.scalar(select(func.count()).where(t.Member.left_at.is_(None)))
        assert present == len(bundle.sheets["members"])
    after = ids(register)
    assert {number: after[number] for number in before} == before
