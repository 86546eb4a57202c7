"""A mission made for measuring: some companies at one base, flights for all of them, and a worker in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine
from temporalio.client import Client

import worker
from activities.register import importing, lookups
from activities.register.database import engine, migrate, reading, writing
from starter.server import EmbeddedServer
from wiring.connect import connect, quiet
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings

DESKS = {"CO": "commander", "MOV": "movement-control", "GATE": "gate", "ADM": "administrator"}
COMPANY = 500


class Bench(NamedTuple):
    """What the measurements need: the server, the register, and register ids by service number and post."""

    settings: Settings
    client: Client
    source: Engine
    members: list[str]
    posts: dict[str, str]


def sheets(members: int, flights: int = 40) -> dict[str, bytes]:
    """A register of so many members in companies of 500, all at one base."""
    companies = max(1, members // COMPANY)
    staff = [f"DESK-{post}" for post in DESKS]
    people = [*staff, *(f"M-{i}" for i in range(members))]
    unit = {number: f"C{i % companies}" for i, number in enumerate(people)}
    start = datetime.now(UTC).date()
    head = ["service_number,name,rank,nation,component,service,unit,base,email,arrived,departs,pack"]
    rows = {
        "settings.csv": ["setting,value", "mission,BENCH", "notices,off"],
        "bases.csv": ["base,name,zone,clearance", "NAQ,Naqal,Asia/Beirut,orders"],
        "units.csv": [
            "unit,base,nation,component,commander",
            *(f"C{i},NAQ,GHA,contingent,CO" for i in range(companies)),
        ],
        "posts.csv": [
            "post,role,base,unit,reports_to,deputy",
            *(f"{post},{role},NAQ,,," for post, role in DESKS.items()),
        ],
        "appointments.csv": [
            "post,service_number,from,until",
            *(f"{post},DESK-{post},2026-01-01," for post in DESKS),
        ],
        "members.csv": head
        + [f"{n},N. {n},PTE,GHA,contingent,,{unit[n]},NAQ,,2025-01-02,2035-12-31,contingent" for n in people],
        "balances.csv": [
            "service_number,purse,days,as_of,source",
            *(f"{n},annual,30,2026-01-31,bench" for n in people),
        ],
        "flights.csv": ["flight,origin,destination,departs,arrives,seats,manifest_closes"]
        + [line for i in range(20, 20 + flights) for line in _flights(start + timedelta(days=i), members)],
    }
    return {name: "\n".join([*lines, ""]).encode() for name, lines in rows.items()}


def _flights(day: date, seats: int) -> tuple[str, str]:
    before = day - timedelta(days=1)
    out = f"OUT-{day:%y%m%d},NAQ,BEY,{day}T08:00+00:00,{day}T09:00+00:00,{min(seats, 9999)},{before}T12:00+00:00"
    return out, f"BACK-{day:%y%m%d},BEY,NAQ,{day}T16:00+00:00,{day}T17:00+00:00,{min(seats, 9999)},{before}T12:00+00:00"


def begun(home: Path, members: int) -> tuple[Settings, Engine, list[str], dict[str, str]]:
    """A mission which nobody serves yet: its settings, its register, and whom that knows."""
    settings = Settings.load(home=str(home), mission="BENCH")
    migrate(settings.database)
    bundle = importing.parse(sheets(members))
    if isinstance(bundle, tuple):
        raise SystemExit(f"the bench's own register is wrong: {bundle[:3]}")
    source = engine(settings.database)
    with writing(source) as session:
        importing.apply(session, bundle, "bench", datetime.now(UTC))
    with reading(source) as session:
        ids = [lookups.resolve(session, f"M-{i}") or "" for i in range(members)]
        posts = {post: lookups.resolve(session, f"DESK-{post}") or "" for post in DESKS}
    return settings, source, ids, posts


@asynccontextmanager
async def bench(home: Path, members: int, **options: Any) -> AsyncIterator[Bench]:
    """Server (file, WAL, FULL), register, worker; all of it gone at the end."""
    settings, source, ids, posts = begun(home, members)
    async with EmbeddedServer(settings.home, "BENCH", 0, 0):
        client = await connect(settings, [FurloughPlugin()], quiet())
        async with worker.working(settings, client, "bench", **options):
            yield Bench(settings, client, source, ids, posts)
    source.dispose()
