"""What the register took in is sealed as an import, from the digests in the register's own history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

import worker
from activities.register.database import engine, migrate
from starter.server import EmbeddedServer
from tests.audit.test_beside import files
from tests.conftest import EXAMPLES, Furlough, Mission
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
