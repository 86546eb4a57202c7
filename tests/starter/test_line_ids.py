"""By what a line of a sheet is known again: all that it says, and the day of which it is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain import acts
from domain.acts import Act
from starter.desk import Desk, Speaker
from starter.saying import Saying
from tests.activities.register.mission import opened
from wiring.settings import Settings

TODAY = datetime(2026, 12, 20, 21, 30, tzinfo=UTC)  # 23:30 at NAQ
LATER = datetime(2026, 12, 20, 22, 30, tzinfo=UTC)  # the next day there


class OnDay(Desk):
    """A desk at a moment."""

    now = TODAY

    @property
    def as_of(self) -> datetime:
        """That moment."""
        return self.now


@pytest.fixture
def desk(tmp_path: Path) -> OnDay:
    return OnDay(Settings(home=tmp_path, mission="UNEX", base="NAQ"), opened(f"sqlite:///{tmp_path / 'r.db'}"), None)


def named(desk: Desk, kind: type[Act], fields: dict[str, str]) -> str:
    """The id of a line about one leave."""
    return Saying(desk, "x", kind, Speaker("m-x", "DUTY"))._derived("UNEX-1", fields)


def test_the_same_line_on_another_day_of_the_base_is_another_act(desk: OnDay):
    line = {"via": "phone", "reached": "no"}
    first = named(desk, acts.Contact, line)
    assert named(desk, acts.Contact, line) == first
    assert named(desk, acts.Contact, line | {"via": "radio"}) != first
    desk.now = LATER
    assert named(desk, acts.Contact, line) != first


def test_a_line_that_tells_its_day_is_the_same_act_whenever_it_is_read(desk: OnDay):
    line = {"at": "2026-12-20 06:55"}
    first = named(desk, acts.SignOut, line)
    desk.now = LATER
    assert named(desk, acts.SignOut, line) == first


def test_what_a_line_seals_goes_into_no_name(desk: OnDay):
    said = [named(desk, acts.Deny, {"reason": reason}) for reason in ("needed here", "his mother is well")]
    assert said[0] == said[1]
