"""What the register took in is sealed as an import, from the digests in the register's own history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

import worker
from activities.register import lookups
from activities.register import tables as t
from activities.register.database import engine, migrate, reading, writing
from audit.archived import Archived
from audit.people import members
from starter.server import EmbeddedServer
from tests.audit.test_beside import files
from tests.conftest import EXAMPLES, Furlough, Mission, ahead
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings


@pytest.fixture(scope="module")
async def mission(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mission]:
    """UNEX, up, with a register that knows nobody yet."""
    home = tmp_path_factory.mktemp("mission")
    async with EmbeddedServer(home, "UNEX", 0, 0) as server:
        settings = Settings.load(home=home, mission="UNEX", address=server.address)
        migrate(settings.database)
        client = await connect(settings, [FurloughPlugin()])
        async with worker.working(settings, client, "test"):
            yield Mission(settings, client, engine(settings.database))


async def test_an_import_is_sealed_once_and_not_as_evidence(
    mission: Mission, furlough: Furlough, tmp_path: Path
) -> None:
    assert (await furlough("register", "import", EXAMPLES / "mission")).code == 0
    for _ in range(2):
        assert (await furlough("audit", "seal")).code == 0
    sealed = files(mission)
    imported = {name: content for (what, name), content in sealed.items() if what == "import"}
    ids = imported.pop("1/register-ids.csv").decode().splitlines()
    assert ids[0] == "service_number,member"
    assert sorted(line.partition(",")[0] for line in ids[1:]) == sorted(
        line.partition(",")[0] for line in (EXAMPLES / "mission" / "members.csv").read_text("utf-8").splitlines()[1:]
    )
    assert imported == {f"1/{path.name}": path.read_bytes() for path in (EXAMPLES / "mission").glob("*.csv")}
    assert not any(what == "evidence" for what, _ in sealed)
    assert (await furlough("audit", "verify")).code == 0


async def test_an_import_that_is_no_longer_as_it_was_taken_in_is_told_and_stops_nothing_else(
    mission: Mission, furlough: Furlough, tmp_path: Path
) -> None:
    bases = tmp_path / "bases.csv"
    bases.write_text((EXAMPLES / "mission" / bases.name).read_text("utf-8").replace("Naqal", "Naqal Camp"), "utf-8")
    assert (await furlough("register", "import", bases, "--as", "IRL-1004", "--post", "ADMIN")).code == 0
    (kept,) = (mission.settings.folder / "store" / "files").rglob(sha256(bases.read_bytes()).hexdigest())
    kept.write_text("another")
    ran = await furlough("audit", "seal")
    assert (ran.code, "NOT SEALED  register" in ran.err) == (6, True)
    kept.write_bytes(bases.read_bytes())
    assert (await furlough("audit", "seal")).code == 0
    assert ("import", "2/bases.csv") in files(mission)


async def test_posts_which_no_import_gave_are_told_by_what_is_sealed(mission: Mission, furlough: Furlough) -> None:
    """Who writes themself a delegation into the register's tables decides by it, and is found by the imports."""
    leaves = [await asked(furlough, member) for member in ("USA-1008", "USA-1009")]
    approve = ("approve", "--base", "NAQ", "--post", "CO-USLOG", "--as")
    assert (await furlough(*approve, "USA-1003", leaves[0])).code == 0
    today = date.fromisoformat(ahead(0))
    with writing(mission.source) as session:
        forger = lookups.resolve(session, "USA-1005")
        session.add(t.Delegation(post="CO-USLOG", member=forger, since=today, until=today, document="MEMO 1"))
    assert (await furlough(*approve, "USA-1005", leaves[1])).code == 0
    assert (await furlough("audit", "seal", "--open")).code == 0
    ran = await furlough("audit", "tests", "--every", "--json")
    told = {one["leave_id"]: one["attributes"][1] for one in ran.documents if "leave_id" in one}
    assert (ran.code, told[leaves[0]]["answer"], told[leaves[1]]["answer"]) == (7, "pass", "exception"), ran
    assert told[leaves[0]]["why"].endswith("by the register as its sealed imports have it")
    by_the_tables, by_the_imports = told[leaves[1]]["why"].split("; by the sealed imports ", 1)
    assert by_the_tables.startswith(f"approve: it was told that {forger} held CO-USLOG from {today} to {today}, MOV-")
    assert by_the_imports.startswith("MOV-NAQ from ")


async def test_a_ladder_which_no_import_gave_is_told_by_what_is_sealed(mission: Mission, furlough: Furlough) -> None:
    """Who turns the ladder away from a commander, for as long as a leave is asked for, is found by the imports."""
    with writing(mission.source) as session:
        post = session.get_one(t.Post, "CO-ITAENG")
        whole, post.reports_to = post.reports_to, None
    leave = await asked(furlough, "ITA-1008", 60)
    with writing(mission.source) as session:
        session.get_one(t.Post, "CO-ITAENG").reports_to = whole
    assert (await furlough("audit", "seal", "--open")).code == 0
    ran = await furlough("audit", "tests", "--every", "--json")
    (told,) = (one["attributes"][1] for one in ran.documents if one.get("leave_id") == leave)
    assert (ran.code, told["answer"]) == (7, "exception"), ran
    by_the_tables, by_the_imports = told["why"].split("; by the sealed imports ")[:2]
    assert by_the_tables.startswith("ask: it was told of the ladder approve: CO-ITAENG (")
    assert (f"then {whole} (" in by_the_tables, f"then {whole} (" in by_the_imports) == (False, True)


def test_whose_a_service_number_is_an_archive_tells_who_has_no_register(mission: Mission, tmp_path: Path):
    nowhere = Settings.load(home=tmp_path, mission="UNEX")
    by_archive = members(nowhere, Archived(mission.settings.archive_place, "UNEX"))
    with reading(mission.source) as session:
        assert by_archive("usa-1008") == lookups.resolve(session, "USA-1008")
    assert by_archive("USA-9999") is None
    assert members(nowhere)("USA-1008") is None


async def asked(furlough: Furlough, member: str, first: int = 40) -> str:
    days = ("--first", ahead(first), "--last", ahead(first + 4), "--destination", "BEY")
    desk = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
    ran = await furlough("request", member, *days, "--json", *desk)
    assert ran.code == 0, ran
    return str(ran.documents[0]["leave_id"])
