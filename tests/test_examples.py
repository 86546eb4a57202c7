"""The example mission is one that can be run: it imports, its chains lead to the top, its orders are orders."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy.orm import Session

from activities.register import lookups, posts
from activities.register.database import engine, migrate, reading, writing
from activities.register.importing import Bundle, apply, read
from activities.register.seats import set_seat
from domain.acts import Ask
from domain.garrison.order_text import order_of
from domain.holdings import Seat, Want
from domain.model import timedelta
from domain.orders import LeaveKind, Order, Role
from domain.refusal import Refusal

EXAMPLES = Path(__file__).parents[1] / "examples"
NOW = datetime(2026, 12, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    found = read(EXAMPLES / "mission")
    assert isinstance(found, Bundle), "\n".join(map(str, found))
    return found


@pytest.fixture(scope="module")
def session(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    url = f"sqlite:///{tmp_path_factory.mktemp('examples') / 'register.db'}"
    migrate(url)
    at = engine(url)
    with writing(at) as session:
        apply(session, bundle, "m-aaaaaaaaaa", NOW)
    with reading(at) as session:
        yield session
    at.dispose()


def rows(path: str) -> list[dict[str, str]]:
    with (EXAMPLES / path).open(newline="") as file:
        return list(csv.DictReader(file))


def orders() -> dict[str, Order]:
    calendar = lookups.calendar("Asia/Beirut", date(2026, 12, 1), date(2027, 6, 30), "")
    return {path.stem: order_of(path.read_text("utf-8"), calendar) for path in (EXAMPLES / "orders").glob("*.toml")}


def test_it_has_bases_in_different_zones_four_components_eight_nations_and_sixty_members():
    members = rows("mission/members.csv")
    assert len({row["zone"] for row in rows("mission/bases.csv")}) >= 3
    assert len({row["component"] for row in members}) == 4
    assert len({row["nation"] for row in members}) >= 8
    assert len(members) >= 60
    assert len({row["name"] for row in members}) == len(members)


def test_every_post_is_held_and_every_role_is_there(session: Session):
    held = posts.holders(session, (row["post"] for row in rows("mission/posts.csv")), NOW)
    assert all(held.values())
    assert {row["role"] for row in rows("mission/posts.csv")} == set(get_args(Role))


def test_every_member_s_leave_is_decided_by_somebody_else_up_to_the_head_of_mission(session: Session):
    """Nobody in the mission decides on the leave of its head."""
    (head,) = (row["service_number"] for row in rows("mission/appointments.csv") if row["post"] == "HOM")
    for row in rows("mission/members.csv"):
        member = lookups.resolve(session, row["service_number"]) or ""
        ladder = posts.chain(session, member, NOW)
        assert member not in {who for rung in ladder for who in (*rung.holders, *rung.deputies)}
        assert [rung.post for rung in ladder[-1:]] == ([] if row["service_number"] == head else ["HOM"])


@pytest.mark.parametrize("role", ["verification-officer", "clearance-officer", "movement-control"])
def test_every_base_is_served_by_each_desk(session: Session, role: Role):
    for base in lookups.bases(session):
        assert posts.desk(session, role, base.code, NOW)[0].holders


def test_approval_clearance_and_movement_are_in_three_hands_at_every_base(session: Session):
    for base in lookups.bases(session):
        clearance = posts.desk(session, "clearance-officer", base.code, NOW)[0].holders
        movement = posts.desk(session, "movement-control", base.code, NOW)[0].holders
        assert not set(clearance) & set(movement)


def test_every_base_has_two_flights_a_week_each_way():
    for base in rows("mission/bases.csv"):
        for end in ("origin", "destination"):
            weeks = Counter(
                date.fromisoformat(row["departs"][:10]).isocalendar()[:2]
                for row in rows("mission/flights.csv")
                if row[end] == base["base"]
            )
            assert min(list(weeks.values())[1:-1]) >= 2


def test_every_request_can_be_read_and_comes_from_a_member(session: Session):
    requests = rows("requests.csv")
    assert len(requests) >= 30
    assert {row["kind"] for row in requests} <= set(get_args(LeaveKind))
    for number, row in enumerate(requests):
        member = lookups.resolve(session, row["service_number"])
        assert member
        said = {name: row[name] for name in ("first", "last", "destination", "travel")} | {"leave_kind": row["kind"]}
        head = {"act_id": f"a-{number}", "leave_id": "UNEX-01JE0000000000000000000000", "acted_at": NOW}
        Ask.model_validate({**head, "decided_by": member, "member": member, **said})


def test_all_journeys_by_air_find_their_seats_but_one(session: Session):
    refused = []
    for number, row in enumerate(rows("requests.csv")):
        member = lookups.member(session, lookups.resolve(session, row["service_number"]) or "")
        if row["travel"] != "flight" or member is None:
            continue
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        spec = Seat(base=member.base, destination=row["destination"], out_day=first, back_day=last)
        want = Want(leave_id=f"UNEX-{number}", what="seat", of="register", spec=spec, n=1, as_of=NOW)
        if isinstance(set_seat(session, want), Refusal):
            refused.append((row["service_number"], row["destination"]))
    assert [destination for _, destination in refused] == ["NBO"], refused


def test_every_order_can_be_read_and_names_posts_that_there_are(session: Session):
    known = {row["post"] for row in rows("mission/posts.csv")}
    for name, order in orders().items():
        assert name == f"{order.number}-{order.version}"
        assert {order.issuer, order.etp} <= known
        assert posts.etp_posts(session, order.etp, NOW)


def test_the_stop_of_leave_runs_over_the_days_of_2020_and_exempts_more_nations_with_each_version():
    stops = [orders()[f"MO-07-{version}"] for version in (1, 2, 3)]
    assert all(stop.mission_wide for stop in stops)
    assert stops[0].since == datetime(2027, 4, 4, 21, tzinfo=UTC)
    assert {stop.until for stop in stops} == {datetime(2027, 6, 30, 21, tzinfo=UTC)}
    exempt = [set(stop.scope.except_nations) for stop in stops]
    assert exempt[0] < exempt[1] < exempt[2]


def test_a_text_until_0459_leaves_no_gap_before_the_one_from_0500():
    first, second = orders()["LO-014-1"], orders()["LO-014-2"]
    assert "until 0459" in first.words
    assert first.until is not None
    assert first.until == second.since
    assert (first.until + timedelta(hours=2)).strftime("%H%M") == "0500"


def test_a_desk_begins_with_the_post_and_not_with_its_deputy(session: Session):
    rungs = posts.desk(session, "verification-officer", "NAQ", NOW)
    assert (rungs[0].post, rungs[0].deputy) == ("VO", "DVO")
    assert "DVO" not in {rung.post for rung in rungs}
