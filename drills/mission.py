"""A small mission made for drills: one base, companies, desks, flights; its server and workers are processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from activities.register import importing, lookups
from activities.register.database import engine, migrate, reading, writing
from domain.model import DAY, date
from wiring.settings import Settings
from wiring.trouble import Trouble

CODE = "DRILL"
BASE = "NAQ"
DESKS = {"CO": "commander", "MOV": "movement-control", "GATE": "gate", "ADM": "administrator"}
COMPANY = 40
AHEAD = 20
"""Days until the first flight; leaves lie beyond, so that every notice is long enough."""
FLIGHTS = 40


class Mission(NamedTuple):
    """Settings, and register ids by service number and post."""

    settings: Settings
    members: tuple[str, ...]
    posts: dict[str, str]


def begin(settings: Settings, members: int) -> Mission:
    """Its register. Raises Trouble where the drill's own files are wrong."""
    migrate(settings.database)
    bundle = importing.parse(_sheets(members))
    if not isinstance(bundle, importing.Bundle):
        raise Trouble("The register of the drill cannot be taken in.", why=str(bundle[:3]))
    source = engine(settings.database)
    with writing(source) as session:
        importing.apply(session, bundle, "drill", datetime.now(UTC))
    with reading(source) as session:
        ids = tuple(lookups.resolve(session, f"M-{i}") or "" for i in range(members))
        posts = {post: lookups.resolve(session, f"DESK-{post}") or "" for post in DESKS}
    source.dispose()
    return Mission(settings, ids, posts)


def _sheets(members: int) -> dict[str, bytes]:
    companies = members // COMPANY + 1
    people = [*(f"DESK-{post}" for post in DESKS), *(f"M-{i}" for i in range(members))]
    today = datetime.now(UTC).date()
    rows = {
        "settings.csv": ["setting,value", f"mission,{CODE}", "notices,off"],
        "bases.csv": ["base,name,zone,clearance", f"{BASE},Naqal,Asia/Beirut,orders"],
        "units.csv": [
            "unit,base,nation,component,commander",
            *(f"C{i},{BASE},GHA,contingent,CO" for i in range(companies)),
        ],
        "posts.csv": ["post,role,base,unit,reports_to,deputy", *(f"{p},{role},{BASE},,," for p, role in DESKS.items())],
        "appointments.csv": ["post,service_number,from,until", *(f"{p},DESK-{p},2026-01-01," for p in DESKS)],
        "members.csv": ["service_number,name,rank,nation,component,service,unit,base,email,arrived,departs,pack"]
        + [
            f"{n},N. {n},PTE,GHA,contingent,,C{i % companies},{BASE},,2025-01-02,2035-12-31,contingent"
            for i, n in enumerate(people)
        ],
        "balances.csv": [
            "service_number,purse,days,as_of,source",
            *(f"{n},annual,30,2026-01-31,drill" for n in people),
        ],
        "flights.csv": ["flight,origin,destination,departs,arrives,seats,manifest_closes"]
        + [line for i in range(FLIGHTS) for line in _flights(today + (AHEAD + i) * DAY, members)],
    }
    return {name: "\n".join([*lines, ""]).encode() for name, lines in rows.items()}


def _flights(day: date, seats: int) -> tuple[str, str]:
    """Some days have fewer seats than there are wishes for."""
    before, some = day - timedelta(days=1), max(3, seats // 8)
    out = f"OUT-{day:%y%m%d},{BASE},BEY,{day}T08:00+00:00,{day}T09:00+00:00,{some},{before}T12:00+00:00"
    return out, f"BACK-{day:%y%m%d},BEY,{BASE},{day}T16:00+00:00,{day}T17:00+00:00,{some},{before}T12:00+00:00"
