"""A mission for trying processes on: many small bases, so that each test has one of its own; all days count from today.

A small base has one unit of thirteen (so that one may be absent), its own posts, and members `<BASE>-1` to `<BASE>-7`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.model import DAY

TODAY = datetime.now(ZoneInfo("Asia/Beirut")).date()
"""By the clock of the bases."""
SMALL = tuple(f"B{i:02}" for i in range(1, 100))
OFFICER, CROWD, FLYING, HUNDRED, THOUSAND, KINDS = "OFF", "CROWD", "FLY", "HUND", "THOU", "KIND"
MEMBERS = dict.fromkeys(SMALL, 7) | {OFFICER: 7, CROWD: 23, FLYING: 153, HUNDRED: 120, THOUSAND: 1200, KINDS: 40}
PACKS = {KINDS: ("us-army", "un-civilian")}
"""At one base the packs of members are named by turns: the first has the first, the second the second."""
AWAY = 3
"""Of the crowded unit so many are away on other duty, which leaves one place of the four."""
PLACE_DAY = TODAY + 30 * DAY
SEAT_DAY, SEAT_BACK = TODAY + 40 * DAY, TODAY + 45 * DAY
"""Days of the one flight out that has but one seat, and of a flight back with room for all."""

POSTS = ("CO", "DCO", "CLR", "MOV", "GATE", "G1")
"""Posts of each base: `CO-B01` and so on."""
ROLES = dict(
    zip(POSTS, ("commander", "commander", "clearance-officer", "movement-control", "gate", "clerk"), strict=True)
)
HIGHER = {"SC": "commander", "FC": "force-commander", "VO": "verification-officer", "ADMIN": "administrator"}


class Someone(NamedTuple):
    """A person as tests name them: by service number, and the post as which they speak."""

    number: str
    post: str | None = None


def holder(post: str, base: str = "") -> Someone:
    """The one who holds a post."""
    code = f"{post}-{base}" if base else post
    return Someone(f"P-{code}", code)


def member(base: str, i: int = 1) -> Someone:
    """The i-th member of a base who holds no post."""
    return Someone(f"{base}-{i}")


def files() -> dict[str, bytes]:
    """The sheets to import."""
    return {
        name: "\n".join([head, *(",".join(map(str, row)) for row in rows)]).encode() + b"\n"
        for name, head, rows in (
            ("settings.csv", "setting,value", [("mission", "UNEX"), ("notices", "off"), ("small-site", 7)]),
            ("bases.csv", "base,name,zone,clearance", _bases()),
            ("units.csv", "unit,base,nation,component,commander", _units()),
            ("posts.csv", "post,role,base,unit,reports_to,deputy", _posts()),
            (
                "members.csv",
                "service_number,name,rank,nation,component,service,unit,base,email,arrived,departs,pack",
                _members(),
            ),
            ("appointments.csv", "post,service_number,from,until", _appointments()),
            ("absences.csv", "service_number,first,last,reason,source", _absences()),
            ("flights.csv", "flight,origin,destination,departs,arrives,seats,manifest_closes", _flights()),
        )
    }


def _bases() -> Iterator[tuple[object, ...]]:
    for base in MEMBERS:
        yield base, f"Base {base}", "Asia/Beirut", "officer" if base == OFFICER else "orders"


def _units() -> Iterator[tuple[object, ...]]:
    yield "HQ", SMALL[0], "IRL", "observer", "FC"
    for base in MEMBERS:
        yield f"U-{base}", base, "GHA", "contingent", f"CO-{base}"


def _posts() -> Iterator[tuple[object, ...]]:
    above = {"SC": "FC", "VO": "FC"}
    for post, role in HIGHER.items():
        yield post, role, "", "", above.get(post, ""), ""
    for base in MEMBERS:
        for post, role in ROLES.items():
            reports_to = {"CO": "SC", "DCO": f"CO-{base}"}.get(post, "SC")
            yield f"{post}-{base}", role, base, f"U-{base}", reports_to, f"DCO-{base}" if post == "CO" else ""


def _members() -> Iterator[tuple[object, ...]]:
    tour = (TODAY - 200 * DAY, TODAY + 400 * DAY)
    for post in HIGHER:
        yield _person(f"P-{post}", "HQ", SMALL[0], "observer", tour)
    for base, count in MEMBERS.items():
        for post in POSTS:
            yield _person(f"P-{post}-{base}", f"U-{base}", base, "contingent", tour)
        for i in range(1, count + 1):
            since = TODAY - (400 if base == KINDS else 200) * DAY
            named = PACKS.get(base, ("",))
            yield _person(f"{base}-{i}", f"U-{base}", base, "contingent", (since, tour[1]), named[(i - 1) % len(named)])


def _person(
    number: str, unit: str, base: str, component: str, tour: tuple[date, date], pack: str = ""
) -> tuple[object, ...]:
    mail = f"{number.lower()}@unex.example"
    return number, f"Q. Zephyrin-{number}", "SGT", "GHA", component, "", unit, base, mail, *tour, pack


def _appointments() -> Iterator[tuple[object, ...]]:
    for post in (*HIGHER, *(f"{post}-{base}" for base in MEMBERS for post in POSTS)):
        yield post, f"P-{post}", TODAY - 150 * DAY, ""
    yield f"CLR-{OFFICER}", f"P-CO-{OFFICER}", TODAY - 150 * DAY, ""


def _absences() -> Iterator[tuple[object, ...]]:
    for i in range(MEMBERS[CROWD] - AWAY + 1, MEMBERS[CROWD] + 1):
        yield f"{CROWD}-{i}", PLACE_DAY - 3 * DAY, PLACE_DAY + 20 * DAY, "course", "training plan"


def _flights() -> Iterator[tuple[object, ...]]:
    for i in range(14, 60):
        day = TODAY + i * DAY
        if day not in (SEAT_DAY, SEAT_DAY - DAY):
            yield _flight(f"OUT-{day}", FLYING, "BEY", day, 6, 20)
        yield _flight(f"BACK-{day}", "BEY", FLYING, day, 14, 40)
    yield _flight(f"OUT-{SEAT_DAY}", FLYING, "BEY", SEAT_DAY, 6, 1)


def _flight(name: str, origin: str, to: str, day: date, hour: int, seats: int) -> tuple[object, ...]:
    departs = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)
    times = (departs, departs + timedelta(hours=1), departs - timedelta(hours=12))
    leaves, arrives, closes = (at.strftime("%Y-%m-%dT%H:%M+00:00") for at in times)
    return name, origin, to, leaves, arrives, seats, closes
