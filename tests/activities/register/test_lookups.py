"""Facts are looked up as they stand on a day of the base; first and last days are both in."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from activities.facts import Library, Subject
from activities.facts import desks as looked_up
from activities.packs import load
from activities.register import command, lookups, posts
from activities.register.database import RegisterUnavailable, reading
from activities.store import Store
from domain.acts import Ask, RescindOrder
from domain.facts import BaseFacts, Rung
from domain.orders import Role, Scope
from tests.activities.register.mission import NOW, edited, imported, issue, order

RULES = Path(__file__).parents[3] / "rules"
BEIRUT = ZoneInfo("Asia/Beirut")


def beirut(day: int, clock: str, month: int = 12, year: int = 2026) -> datetime:
    return datetime.fromisoformat(f"{year}-{month:02}-{day:02}T{clock}").replace(tzinfo=BEIRUT)


class TestLookups:
    @pytest.fixture(autouse=True)
    def _session(self, register: Engine):
        self.register = register
        with reading(register) as self.session:
            yield

    def test_a_relative_whom_no_key_opens_is_asked_for_again_and_not_taken_for_unknown(self, tmp_path: Path):
        store = Store(tmp_path / "store")
        known = lookups.resolve(self.session, "GHA-3") or ""
        ask = Ask(
            act_id="a",
            decided_by=known,
            acted_at=NOW,
            leave_id="L",
            member=known,
            leave_kind="emergency",
            first=NOW.date(),
            last=NOW.date(),
            destination="BEY",
            travel="none",
            family=store.seal('{"relation": "parent"}'),
        )
        (tmp_path / "store.key").unlink()
        with pytest.raises(RegisterUnavailable, match="key of the detail store"):
            Library(RULES, store).look_up(self.session, frozenset({"family"}), ask, Subject(member=known), NOW)

    def test_names_are_found_of_more_members_than_stand_in_one_question(self):
        """SQLite takes 32,766 values in one as it is built by itself, PostgreSQL's driver 65,535."""
        known = lookups.resolve(self.session, "GHA-3") or ""
        asked = [f"m-{i}" for i in range(70_000)] + [known]
        opened = self.session.connection().connection.driver_connection
        if isinstance(opened, sqlite3.Connection):
            opened.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)
        assert set(lookups.names(self.session, asked)) == {known}

    def test_a_chain_of_posts_is_told_upwards_and_downwards(self):
        assert command.above(self.session, "DCO-A") == ("CO-A", "FC", "HOM")
        assert command.above(self.session, "HOM") == command.above(self.session, "NOBODY") == ()
        beneath = command.below(self.session, ["FC", "CO-A"])
        assert (beneath["DCO-A"], beneath["COS"], beneath["DFC"]) == (1, 1, 1)
        assert not {"FC", "CO-A", "HOM", "ADMIN"} & set(beneath)
        assert command.below(self.session, ["HOM"])["DCO-A"] == 3

    def test_who_is_above_an_issuer_is_a_fact_of_what_changes_the_order(self, tmp_path: Path):
        library, act = Library(tmp_path, Store(tmp_path)), self.change()
        for issuer, found in ((None, ()), ("CO-A", ("FC", "HOM"))):
            about = Subject(base="NAQ", issuer=issuer)
            assert library.look_up(self.session, frozenset({"person"}), act, about, NOW).superiors == found

    @pytest.mark.parametrize(
        ("base", "found"),
        [("NAQ", {"CO-A", "DCO-A", "FC", "DFC", "HOM"}), ("SKT", {"FC", "DFC", "HOM"}), ("NEW", {"FC", "DFC", "HOM"})],
    )
    def test_who_is_above_the_command_posts_of_a_base_is_a_fact_of_what_orders_there(
        self, base: str, found: set[str], tmp_path: Path
    ):
        """Also their deputies; at a base without a command post, who is above the force commander or stands in."""
        library, act = Library(tmp_path, Store(tmp_path)), issue(order(1, NOW))
        facts = library.look_up(self.session, frozenset({"person"}), act, Subject(base=base), NOW)
        assert set(facts.over) == found

    def test_names_in_an_order_behind_which_there_is_nobody_are_told_with_those_that_are_known(self, tmp_path: Path):
        """Nations of which nobody is here yet are known nevertheless."""
        library, no = Library(tmp_path, Store(tmp_path)), "CO-B"
        scope = Scope(
            bases=("NAQ", "NQA"),
            units=("A-COY", "A-COI"),
            nations=("GHA", "KEN", "XXX"),
            except_nations=("GHN",),
            components=("police", "polise"),
        )
        for words, found in (
            ({}, {}),
            ({"etp": no}, {no: "CO-A"}),
            ({"scope": scope}, {"NQA": "NAQ", "A-COI": "A-COY", "XXX": "USA", "GHN": "GHA", "polise": "police"}),
        ):
            act = issue(order(1, NOW, **words))
            unknown = library.look_up(self.session, frozenset({"person"}), act, Subject(base="NAQ"), NOW).unknown
            assert {one.name for one in unknown} == set(found)
            assert all(found[one.name] in one.known for one in unknown)

    def test_where_no_base_is_named_facts_are_those_of_the_base_of_the_member(self, tmp_path: Path):
        library, about = Library(tmp_path, Store(tmp_path)), Subject(member=self.id("IDN-1"))
        facts = library.look_up(self.session, frozenset({"base", "calendar"}), self.change(), about, NOW)
        assert facts.base == lookups.base(self.session, "SKT")
        assert facts.calendar

    def test_the_nearest_posts_of_a_role_are_those_of_the_base_else_those_of_the_mission(self):
        assert command.nearest(self.session, "movement-control", "NAQ") == ("MOV-NAQ",)
        assert command.nearest(self.session, "movement-control", "SKT") == ("MOV",)

    def test_the_posts_of_a_role_are_those_of_the_base_and_of_the_mission(self):
        assert command.of_role(self.session, "movement-control", "NAQ") == ("MOV-NAQ", "MOV")
        assert command.of_role(self.session, "movement-control", "SKT") == ("MOV",)

    @pytest.mark.parametrize(("role", "posts"), [("commander", ("CO-A", "DCO-A", "HOM")), ("clerk", ())])
    def test_who_may_override_strength_is_looked_up_in_the_chain_of_the_member(
        self, role: Role, posts: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        terms = load("contingent")
        clearing = terms.clearing.model_copy(update={"override_role": role})
        library = Library(tmp_path, Store(tmp_path))
        monkeypatch.setattr(library, "_terms", lambda *_: terms.model_copy(update={"clearing": clearing}))
        about = Subject(member=self.id("GHA-3"), base="NAQ")
        desks = library.look_up(self.session, frozenset({"desks"}), self.change(), about, NOW).desks
        assert tuple(rung.post for rung in desks["override"]) == posts

    @pytest.mark.parametrize(
        ("kind", "role", "first"), [("convalescent", "movement-control", "MOV-NAQ"), ("rr", None, "")]
    )
    def test_who_grants_more_than_the_commander_may_is_the_post_which_the_pack_names_and_those_above(
        self, kind: str, role: Role | None, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        terms = load("us-army")
        kinds = {name: k.model_copy(update={"above_role": role}) for name, k in terms.kinds.items()}
        library = Library(tmp_path, Store(tmp_path))
        monkeypatch.setattr(library, "_terms", lambda *_: terms.model_copy(update={"kinds": kinds}))
        member, day = self.id("GHA-3"), date(2026, 12, 20)
        asked: dict[str, Any] = {"act_id": "a", "leave_id": "L", "decided_by": member, "member": member}
        asked |= {"acted_at": NOW, "leave_kind": kind, "first": day, "last": day, "destination": "HOME"}
        about = Subject(member=member, base="NAQ")
        desks = library.look_up(self.session, frozenset({"desks"}), Ask.model_validate(asked), about, NOW).desks
        above = tuple(rung.post for rung in desks.get("above", ()))
        assert above[:1] == ((first,) if first else ())
        assert len(above) > 1 or not first

    def change(self) -> RescindOrder:
        return RescindOrder(act_id="a", decided_by="m-x", acted_at=NOW, base="NAQ", number="LO-1", reason="over")

    def id(self, number: str) -> str:
        found = lookups.resolve(self.session, number)
        assert found
        return found

    def posts_of(self, number: str, acted_at: datetime, now: datetime | None = None) -> dict[str, str]:
        person = posts.person(self.session, self.id(number), acted_at, now or acted_at)
        assert person
        return {held.post: held.by for held in person.posts}

    def chain(self, number: str, at: datetime = NOW) -> list[tuple[str, list[str], str | None, list[str]]]:
        """Post, holders, deputy, deputies, with service numbers."""
        numbers = {
            self.id(n): n for n in ("HOM-1", "FC-1", "FC-2", "HQ-1", "GHA-1", "GHA-2", "GHA-3", "USA-1", "IDN-1")
        }
        rungs = posts.chain(self.session, self.id(number), at)
        return [(r.post, [numbers[h] for h in r.holders], r.deputy, [numbers[h] for h in r.deputies]) for r in rungs]

    def test_a_member_is_known_without_name_rank_or_service_number(self):
        member = lookups.member(self.session, self.id("USA-1"))
        assert member is not None
        assert (member.service, member.unit, member.departs) == ("us-army", "A-COY", date(2027, 6, 30))
        assert not {"name", "rank", "service_number"} & set(type(member).model_fields)

    def test_nobody_and_nothing_is_found_under_an_unknown_name(self):
        assert lookups.member(self.session, "m-zzzzzzzzzz") is None
        assert lookups.resolve(self.session, "GHA-99") is None
        assert posts.person(self.session, "m-zzzzzzzzzz", NOW, NOW) is None
        assert posts.chain(self.session, "m-zzzzzzzzzz", NOW) == ()
        assert lookups.base(self.session, "XYZ") is None
        assert lookups.base_zone(self.session, "XYZ") is None
        assert lookups.pack_of(self.session, "m-zzzzzzzzzz") is None
        assert lookups.opening(self.session, self.id("GHA-1")) is None

    def test_a_service_number_and_a_register_id_lead_to_the_same_member(self):
        assert lookups.resolve(self.session, self.id("GHA-1")) == self.id("GHA-1")

    def test_names_are_told_for_those_asked_about(self):
        assert lookups.names(self.session, [self.id("GHA-1"), "m-zzzzzzzzzz"]) == {self.id("GHA-1"): "MAJ M. Linden"}

    @pytest.mark.parametrize(("number", "pack"), [("GHA-1", None), ("IDN-1", "mission")])
    def test_the_register_tells_a_pack_only_where_it_names_one(self, number: str, pack: str | None):
        assert lookups.pack_of(self.session, self.id(number)) == pack

    def test_balances_from_outside_keep_their_day_and_sources(self):
        found = lookups.opening(self.session, self.id("GHA-3"))
        assert found is not None
        assert (found.as_of, found.source) == (date(2026, 10, 31), "contingent; mission")
        assert found.days == {"annual": Decimal("12.50"), "rr": Decimal(5)}

    def test_bases_know_how_clearance_is_given_and_how_many_posts_they_have(self):
        assert lookups.bases(self.session) == (
            BaseFacts(code="NAQ", clearance="orders", posts=4),
            BaseFacts(code="SKT", clearance="officer", posts=1),
        )
        assert lookups.base(self.session, "SKT") == BaseFacts(code="SKT", clearance="officer", posts=1)
        assert lookups.base_zone(self.session, "SKT") == "Asia/Kathmandu"

    @pytest.mark.parametrize(
        ("at", "holds"),
        [
            (beirut(9, "23:59"), False),
            (beirut(10, "00:00"), True),
            (beirut(20, "23:59"), True),
            (beirut(21, "00:00"), False),
        ],
    )
    def test_a_delegation_holds_from_its_first_to_its_last_minute_on_the_base_s_clock(self, at: datetime, holds: bool):
        assert ("CO-A" in self.posts_of("GHA-3", at)) is holds

    @pytest.mark.parametrize(
        ("at", "post"), [(beirut(31, "23:59"), ("CO-A", None)), (beirut(1, "00:00", 1, 2027), (None, "CO-A"))]
    )
    def test_a_post_changes_hands_at_midnight_of_the_base(self, at: datetime, post: tuple[str | None, str | None]):
        held = self.posts_of("GHA-1", at), self.posts_of("GHA-2", at)
        assert [("CO-A" in who) for who in held] == [bool(p) for p in post]

    def test_a_post_counts_when_it_was_held_both_when_it_was_said_and_now(self):
        assert self.posts_of("GHA-3", beirut(15, "12:00"), beirut(21, "00:00")) == {}
        assert self.posts_of("GHA-3", beirut(9, "12:00"), beirut(15, "00:00")) == {}
        assert self.posts_of("GHA-3", beirut(10, "12:00"), beirut(20, "12:00")) == {"CO-A": "delegation"}

    def test_a_post_held_when_it_was_said_and_no_more_is_told_apart(self):
        person = posts.person(self.session, self.id("GHA-3"), beirut(15, "12:00"), beirut(21, "00:00"))
        assert person
        assert ([held.post for held in person.posts], [held.post for held in person.relieved]) == ([], ["CO-A"])

    def test_who_records_is_known_by_the_posts_of_today(self, tmp_path: Path):
        library = Library(tmp_path, Store(tmp_path))
        act = self.change().model_copy(
            update={"decided_by": self.id("GHA-3"), "entered_by": self.id("GHA-3"), "acted_at": beirut(9, "12:00")}
        )
        facts = library.look_up(self.session, frozenset({"person"}), act, Subject(base="NAQ"), beirut(15, "00:00"))
        assert facts.person
        assert facts.clerk
        assert (facts.person.posts, [held.post for held in facts.clerk.posts]) == ((), ["CO-A"])

    def test_a_post_held_by_two_grants_one_after_the_other_counts_throughout(self):
        two = edited(
            "appointments", "ADMIN,ADM-1,2026-01-01,", "ADMIN,ADM-1,2026-01-01,2026-11-30\nADMIN,ADM-1,2026-12-01,"
        )
        with imported(self.register, appointments=two):
            pass
        self.session.rollback()
        person = posts.person(self.session, self.id("ADM-1"), NOW - timedelta(days=9), NOW)
        assert person is not None
        (held,) = person.posts
        assert (held.post, held.until) == ("ADMIN", date(2026, 11, 30))

    def test_posts_of_the_mission_as_a_whole_keep_the_days_of_utc(self):
        held = edited("appointments", "MOV,HQ-1,2026-01-01,", "MOV,HQ-1,2026-12-10,")
        with imported(self.register, appointments=held):
            pass
        self.session.rollback()
        before = datetime(2026, 12, 9, 23, 59, tzinfo=UTC)
        assert "MOV" not in self.posts_of("HQ-1", before)
        assert "MOV" in self.posts_of("HQ-1", before + timedelta(minutes=1))

    def test_the_chain_runs_from_the_unit_s_commander_to_the_top_with_deputies_and_delegates(self):
        assert self.chain("GHA-4", beirut(15, "12:00")) == [
            ("CO-A", ["GHA-1", "GHA-3", "USA-1"], "DCO-A", ["GHA-2"]),
            ("FC", ["FC-1"], "DFC", ["FC-2"]),
            ("HOM", ["HOM-1"], None, []),
        ]

    def test_a_delegate_decides_not_on_their_own_leave_and_the_post_stays_with_the_others(self):
        assert self.chain("GHA-3", beirut(15, "12:00"))[0] == ("CO-A", ["GHA-1", "USA-1"], "DCO-A", ["GHA-2"])

    def test_a_deputy_decides_not_on_their_own_leave(self):
        assert self.chain("GHA-2")[0] == ("CO-A", ["GHA-1"], "DCO-A", [])

    def test_a_commander_s_leave_is_decided_above_them(self):
        assert [rung[0] for rung in self.chain("GHA-1")] == ["FC", "HOM"]

    def test_nobody_decides_on_the_leave_of_their_superior(self):
        """The force commander belongs to a unit whose chain begins with a subordinate."""
        assert [rung[0] for rung in self.chain("FC-1")] == ["HOM"]

    def test_who_has_nobody_above_is_decided_on_by_the_post_in_the_mission_s_setting(self):
        settings = "setting,value\nforce-commander-leave,FC\n"
        with imported(self.register, settings=settings):
            pass
        self.session.rollback()
        assert self.chain("HOM-1") == [("FC", ["FC-1"], "DFC", ["FC-2"])]

    def test_nobody_decides_where_the_setting_names_the_own_post(self):
        assert self.chain("HOM-1") == []

    def test_a_desk_is_the_base_s_own_or_else_the_mission_s_and_then_who_stands_above(self):
        assert [rung.post for rung in posts.desk(self.session, "movement-control", "NAQ", NOW)] == [
            "MOV-NAQ",
            "FC",
            "HOM",
        ]
        assert [rung.post for rung in posts.desk(self.session, "movement-control", "SKT", NOW)] == ["MOV", "FC", "HOM"]
        assert posts.desk(self.session, "provost", "NAQ", NOW) == ()

    def test_the_provosts_of_a_base_or_else_of_the_mission_are_a_fact_of_a_return(self, tmp_path: Path):
        both = edited("posts", "HOM,commander,,,,\n", "HOM,commander,,,,\nPM,provost,,,,\nPM-NAQ,provost,NAQ,,,\n")
        with imported(self.register, posts=both) as session:
            for base, found in (("NAQ", ("PM-NAQ",)), ("SKT", ("PM",))):
                library, about = Library(tmp_path, Store(tmp_path)), Subject(base=base)
                assert library.look_up(session, frozenset({"provosts"}), self.change(), about, NOW).provosts == found

    @pytest.mark.parametrize(
        ("role", "base", "whose", "first"),
        [
            ("movement-control", "NAQ", "USA-1", ("FC", "DFC")),  # theirs alone, and it has no deputy
            ("commander", "NAQ", "GHA-1", ("DCO-A", None)),  # its deputy is asked at once
            ("commander", "NAQ", "GHA-2", ("CO-A", None)),
            ("commander", "NAQ", "GHA-3", ("CO-A", "DCO-A")),
        ],
    )
    def test_a_desk_whose_post_is_the_member_s_alone_is_the_deputy_s_or_the_next_higher_s_at_once(
        self, role: Role, base: str, whose: str, first: tuple[str, str | None]
    ):
        """So is the ladder of each desk of their leave: nobody waits in vain for who must not decide."""
        ladder = posts.desk(self.session, role, base, NOW, but_for=self.id(whose))
        assert (ladder[0].post, ladder[0].deputy) == first
        desks = looked_up(self.session, Subject(member=self.id("USA-1"), base="NAQ"), NOW)
        assert desks["confirm"][0].post == "FC"

    def test_a_vacant_post_is_a_rung_without_holders(self):
        before = datetime(2025, 12, 1, tzinfo=UTC)
        assert posts.chain(self.session, self.id("IDN-1"), before)[0] == Rung(post="SITE")

    def test_who_may_exempt_is_the_post_named_its_deputy_and_those_above_and_never_a_vacant_one(self):
        found = posts.etp_posts(self.session, "CO-A", NOW)
        assert [held.post for held in found] == ["CO-A", "DCO-A", "FC", "HOM"]
        later = posts.etp_posts(self.session, "CO-A", beirut(1, "00:00", 1, 2027))
        assert [held.post for held in later] == ["CO-A", "FC", "HOM"]
        assert posts.etp_posts(self.session, "XYZ", NOW) == ()

    @pytest.mark.parametrize(
        ("day", "clock", "there"), [(4, "23:59", 1), (5, "00:00", 0), (8, "23:59", 0), (9, "00:00", 1)]
    )
    def test_who_is_absent_holds_a_post_and_is_not_there_on_days_of_its_base(self, day, clock, there):
        assert len(posts.there(self.session, "DCO-A", beirut(day, clock))) == there
        assert posts.there(self.session, "XYZ", NOW) == ()

    def test_of_several_who_hold_a_post_those_are_there_who_are_not_absent(self):
        assert posts.there(self.session, "CO-A", beirut(10, "12:00")) == (self.id("GHA-1"),)
        assert posts.there(self.session, "CO-A", beirut(11, "12:00")) == (self.id("GHA-1"), self.id("GHA-3"))

    def test_what_is_looked_up_for_one_decision_is_one_view(self):
        """An import in between is not seen before the next look-up."""
        assert lookups.version(self.session) == 1
        with imported(self.register, bases=edited("bases", "Naqal", "Camp Naqal")):
            pass
        assert lookups.version(self.session) == 1
        self.session.rollback()
        assert lookups.version(self.session) == 2

    def test_what_is_remembered_of_people_and_posts_is_forgotten_with_the_next_import(self):
        """After an import a new view answers anew, and an older one still as it was."""
        asked = [lookups.base_zone(self.session, "NAQ") for _ in range(2)]
        before = posts.holders(self.session, ["CO-A"], NOW)
        with imported(self.register, bases=edited("bases", "Asia/Beirut", "Africa/Nairobi")):
            pass
        with reading(self.register) as later:
            assert lookups.base_zone(later, "NAQ") == "Africa/Nairobi"
            assert posts.holders(later, ["CO-A"], NOW) == before
        assert asked == ["Asia/Beirut"] * 2
        assert lookups.base_zone(self.session, "NAQ") == "Asia/Beirut"

    def test_settings_and_version_are_told(self):
        assert lookups.settings(self.session) == {"mission": "UNEX", "force-commander-leave": "HOM"}
        assert lookups.version(self.session) == 1
        assert lookups.administrators(self.session) == 1
