"""Who is away on leave is known beyond the base that keeps the leave: a post whose holder is away is out of reach."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from activities.register import lookups, posts
from activities.register.away import away, note, returned
from activities.register.database import reading, writing
from domain.holdings import Place, Want
from tests.activities.register.mission import NOW


class TestAway:
    @pytest.fixture(autouse=True)
    def _at(self, register: Engine) -> None:
        self.at = register
        with reading(register) as session:
            self.member = lookups.resolve(session, "GHA-2") or ""

    def tell(
        self, n: int, *, out: bool, leave: str = "UNEX-A", given_back: bool = False, back: datetime | None = NOW
    ) -> None:
        place = Place.model_validate(
            {
                "base": "SKT",
                "member": self.member,
                "unit": "A-COY",
                "nation": "GHA",
                "component": "contingent",
                "leave_kind": "ordinary",
                "destination": "ACCRA",
                "first": date(2026, 12, 10),
                "last": date(2026, 12, 20),
                "asked_at": NOW,
                "ceiling_percent": 15,
                "out_at": NOW if out else None,
            }
        )
        spec, back_at = (None, back) if given_back else (place, None)
        want = Want(leave_id=leave, what="place", of="SKT", spec=spec, n=n, as_of=NOW, back_at=back_at)
        with writing(self.at) as session:
            note(session, want)

    def gone(self) -> bool:
        with reading(self.at) as session:
            there = posts.there(session, "DCO-A", NOW + timedelta(minutes=1))
            found = away(session, [self.member, "m-other"])
        assert (self.member in there) != (self.member in found)
        return self.member in found

    def test_who_has_signed_out_anywhere_is_not_there_until_the_place_is_given_back(self):
        assert not self.gone()
        self.tell(1, out=True)
        self.tell(1, out=True)
        assert self.gone()
        self.tell(2, out=True, given_back=True)
        assert not self.gone()

    def test_who_never_came_back_stays_out_of_reach_when_the_leave_gives_its_place_back(self):
        """Given up, found a deserter, or the leave broken off: nobody has seen them, until somebody does."""
        self.tell(1, out=True)
        self.tell(2, out=True, given_back=True, back=None)
        assert self.gone()
        with writing(self.at) as session:
            returned(session, self.member, NOW - timedelta(minutes=1))
        assert self.gone()
        with writing(self.at) as session:
            returned(session, self.member, NOW + timedelta(days=200))
        assert not self.gone()

    def test_who_is_back_from_a_later_leave_is_back_from_one_on_which_nobody_told_it(self):
        self.tell(1, out=True)
        self.tell(2, out=True, given_back=True, back=None)
        self.tell(1, out=True, leave="UNEX-B")
        self.tell(2, out=True, leave="UNEX-B", given_back=True, back=NOW + timedelta(days=3))
        assert not self.gone()

    def test_an_older_wish_that_comes_late_tells_nothing(self):
        self.tell(3, out=True, given_back=True)
        self.tell(2, out=True)
        assert not self.gone()

    def test_each_leave_tells_of_itself(self):
        """Who goes on from one leave to the next is away as long as one of them says so."""
        self.tell(1, out=True)
        self.tell(1, out=True, leave="UNEX-B")
        self.tell(2, out=True, given_back=True)
        assert self.gone()

    def test_who_may_override_has_a_deputy_and_those_above_each_with_who_holds_them(self):
        with reading(self.at) as session:
            found = posts.named(session, ("CO-A",), NOW)
        (co,) = found["override"]
        assert (co.post, co.deputy, bool(co.holders), self.member in co.deputies) == ("CO-A", "DCO-A", True, True)
        assert [rung.post for rung in found["override-above"]] == ["FC", "HOM"]

    def test_above_several_posts_are_those_alone_that_are_above_each(self):
        with reading(self.at) as session:
            found = posts.named(session, ("CO-A", "FC"), NOW)
            assert posts.named(session, (), NOW) == {"override": (), "override-above": ()}
        assert [rung.post for rung in found["override-above"]] == ["HOM"]
