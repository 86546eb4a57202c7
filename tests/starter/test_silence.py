"""Work on many lines to which nobody answers: it ends soon, and every line is kept."""

from __future__ import annotations

import asyncio
import io
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from activities.register import importing
from activities.register.database import engine, migrate, writing
from starter import app
from starter.courier import Courier
from starter.desk import Desk
from starter.receipts import Answer
from starter.server import EmbeddedServer
from starter.silence import UNANSWERED, Silence
from tests.begun import started_before
from tests.conftest import EXAMPLES
from tests.wiring.spools import approval, kept
from wiring.connect import connect
from wiring.settings import Settings
from wiring.spool import Spool

LEAVES = [f"UNEX-{i:026d}" for i in range(40)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings.load(home=tmp_path, mission="UNEX"), create_engine("sqlite://"), None)


def late(leave: str) -> Answer:
    """A line which nobody answered."""
    return Answer(said="a line", leave_id=leave, result="spooled", code=3)


def test_lines_are_tried_until_eight_leaves_in_a_row_gave_no_answer(desk: Desk) -> None:
    """Then the desk is away: those that are left are kept without a try, and none is given up."""
    silence, fine = Silence(desk), Answer(said="a line", result="recorded")
    few = [late(leave) for leave in LEAVES[: UNANSWERED - 1]]
    assert not any(silence.lasts(answer) for answer in (*few, fine, *few))
    assert desk.away is None
    assert silence.lasts(late(LEAVES[UNANSWERED]))
    assert desk.away is not None


def test_many_lines_of_one_leave_that_is_stuck_keep_no_other_from_its_answer(desk: Desk) -> None:
    silence = Silence(desk)
    assert not any(silence.lasts(late(LEAVES[0])) for _ in range(3 * UNANSWERED))
    assert desk.away is None


async def test_what_comes_in_while_one_leave_is_stuck_is_sent_before_its_next_try(desk: Desk) -> None:
    courier, clock = Courier(desk, json=False), asyncio.get_running_loop().time
    desk.settings.folder.mkdir()
    kept(desk.spool, approval("a-1", LEAVES[0]))
    tried = desk.spool.waiting()
    kept(desk.spool, approval("a-2", LEAVES[1]))
    courier.nobody = False
    async with asyncio.timeout(60):
        await courier.rest(3600, tried)
    courier.nobody, began = True, clock()
    await courier.rest(1.0, tried)
    assert clock() - began >= 1.0, "a server that is away is not asked more often for that"


@pytest.mark.slow
async def test_a_bulk_command_ends_soon_after_its_server_and_keeps_every_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FURLOUGH_POST", "FURLOUGH_BASE", "TEMPORAL_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FURLOUGH_HOME", str(tmp_path))
    out, err = io.StringIO(), io.StringIO()
    await started_before(tmp_path, "UNEX")
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        settings = Settings.load(home=tmp_path, mission="UNEX")
        migrate(settings.database)
        bundle = importing.read(EXAMPLES / "mission")
        assert isinstance(bundle, importing.Bundle)
        with writing(engine(settings.database)) as session:
            importing.apply(session, bundle, "test", datetime.now(UTC))
        client = await connect(settings)
        for leave in LEAVES:  # no worker serves them: the first lines wait in vain
            await client.start_workflow("LeaveWorkflow", id=leave, task_queue="leave")
        words = ["approve", *LEAVES, "--mission", "UNEX", "--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ"]
        with redirect_stdout(out), redirect_stderr(err):
            running = asyncio.create_task(asyncio.to_thread(app.run, words))
            while "as G1-NAQ" not in err.getvalue():
                await asyncio.sleep(0.05)
    with redirect_stdout(out), redirect_stderr(err):
        async with asyncio.timeout(30):
            code = await running
    assert code == 3, err.getvalue()
    assert len([line for line in out.getvalue().splitlines() if line.startswith("spooled ")]) == len(LEAVES)
    assert len(Spool(settings.folder / "spool", "UNEX").waiting()) == len(LEAVES)
