"""A small mission made for drills: one base, companies, desks, flights; its server and workers are processes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

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


def begin(settings: Settings, members: int, earlier: Path | None = None) -> Mission:
    """Its register, made by an earlier version where one begins. Raises Trouble where that, or its files, are wrong."""
    if earlier:
        return _begun(settings, members, earlier)
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


BEGIN: Final = """
import json, sys
from drills.mission import begin
from wiring.settings import Settings

home, mission, address, members = sys.argv[1:]
print(json.dumps(begin(Settings(home=home, mission=mission, address=address), int(members))[1:]))
"""
"""What an earlier version is asked to do: to begin a mission as it did in its day."""


def _begun(settings: Settings, members: int, earlier: Path) -> Mission:
    words = (str(settings.home), CODE, str(settings.address), str(members))
    command = [sys.executable, "-c", BEGIN, *words]
    ran = subprocess.run(command, cwd=earlier, capture_output=True, text=True, check=False)  # noqa: S603  (our own)
    if ran.returncode:
        told = (ran.stderr.splitlines() or ["it says nothing"])[-1]
        raise Trouble("The earlier version cannot begin a mission.", why=told, helps="--earlier FOLDER, a checkout")
    ids, posts = json.loads(ran.stdout)
    return Mission(settings, tuple(ids), posts)


def _sheets(members: int) -> dict[str, bytes]:
    companies = members // COMPANY + 1
    people = [*(f"DESK-{post}" for post in DESKS), *(f"M-{i}" for i in range(members))]
    today = datetime.now(UTC).date()
    rows = {
        "settings.csv": ["setting,value", f"mission,{CODE}", "notices,on"],
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
