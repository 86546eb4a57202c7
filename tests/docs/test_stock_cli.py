"""The page about the stock command line is run, block after block, against a real server and worker."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import worker
from activities.register.database import engine, migrate, writing
from activities.register.importing import Bundle, apply, read
from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.docs.blocks import ROOT, blocks
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings

PAGE = ROOT / "docs" / "stock-cli.md"
LONG = 60.0
"""Seconds which the whole page may take; it takes about eight."""


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where the example mission runs, with a worker; its register lies in `tmp_path`."""
    settings = Settings(home=tmp_path, mission="UNEX")
    await started_before(tmp_path, "UNEX")
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        migrate(settings.database)
        bundle = read(ROOT / "examples" / "mission")
        assert isinstance(bundle, Bundle)
        source = engine(settings.database)
        with writing(source) as session:
            apply(session, bundle, "installer", datetime.now(UTC))
        source.dispose()
        client = await connect(settings.model_copy(update={"address": server.address}), [FurloughPlugin()])
        async with worker.working(settings, client, "docs"):
            yield server.address


async def test_the_page_does_what_it_says(address: str, tmp_path: Path):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TEMPORAL_", "FURLOUGH_"))}
    told = {
        "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
        "TEMPORAL_ADDRESS": address,
        "REGISTER": str(tmp_path / "UNEX" / "register.db"),
    }
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-euc",
        "\n".join(blocks(PAGE, "sh")),
        cwd=tmp_path,
        env=environment | told,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(LONG):
            said, _ = await shell.communicate()
    finally:
        if shell.returncode is None:
            shell.kill()
            await shell.wait()
    assert shell.returncode == 0, said.decode()[-3000:]
    journal = (tmp_path / "journal.json").read_text("utf-8")
    kinds = ("asked", "approved", "travel-confirmed", "signed-out", "signed-in", "refused")
    assert [kind for kind in kinds if f'"kind": "{kind}"' not in journal] == []
