"""Work on many lines whose server dies: it ends soon, and says how far it came."""

from __future__ import annotations

import asyncio
import io
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.register import importing
from activities.register.database import engine, migrate, writing
from starter import app
from starter.receipts import Answer
from starter.server import EmbeddedServer
from starter.silence import UNANSWERED, Silence
from tests.conftest import EXAMPLES
from wiring.connect import connect, quiet
from wiring.settings import Settings

LEAVES = [f"UNEX-{i:026d}" for i in range(40)]


async def test_a_server_that_answers_is_not_given_up_and_one_that_is_gone_is(tmp_path: Path) -> None:
    late, fine = Answer(said="a line", result="failed", code=4), Answer(said="a line", result="recorded")
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        settings = Settings.load(home=tmp_path, mission="UNEX", address=server.address)
        silence = Silence(await connect(settings, [], quiet()))
        assert not any([await silence.lasts(late) for _ in range(2 * UNANSWERED)])
    assert not await silence.lasts(fine)
    assert [await silence.lasts(late) for _ in range(UNANSWERED)] == [False] * (UNANSWERED - 1) + [True]


@pytest.mark.slow
async def test_a_bulk_command_ends_soon_after_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FURLOUGH_POST", "FURLOUGH_BASE", "TEMPORAL_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FURLOUGH_HOME", str(tmp_path))
    out, err = io.StringIO(), io.StringIO()
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        settings = Settings.load(home=tmp_path, mission="UNEX")
        migrate(settings.database)
        bundle = importing.read(EXAMPLES / "mission")
        assert isinstance(bundle, importing.Bundle)
        with writing(engine(settings.database)) as session:
            importing.apply(session, bundle, "test", datetime.now(UTC))
        client = await connect(settings)
        for leave in LEAVES:  # no worker serves them: each line waits until nobody can answer any more
            await client.start_workflow("LeaveWorkflow", id=leave, task_queue="leave")
        words = ["approve", *LEAVES, "--mission", "UNEX", "--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ"]
        with redirect_stdout(out), redirect_stderr(err):
            running = asyncio.create_task(asyncio.to_thread(app.run, words))
            while "as G1-NAQ" not in err.getvalue():
                await asyncio.sleep(0.05)
    with redirect_stdout(out), redirect_stderr(err):
        async with asyncio.timeout(60):
            code = await running
    assert code == 4, err.getvalue()
    assert f"of {len(LEAVES)} lines {UNANSWERED} were answered" in err.getvalue()
    assert "why    the server is not reached any more" in err.getvalue()
    assert "next   the same command again goes on" in err.getvalue()
