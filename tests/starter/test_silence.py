"""Work on many lines to which nobody answers: it ends soon, and every line is kept."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from ulid import ULID

from activities.register import importing
from activities.register.database import engine, migrate, writing
from domain.decider import Outcome
from domain.ids import REGISTER
from domain.register import Register
from starter import app, copying
from starter.courier import Courier
from starter.desk import Desk, at_desk
from starter.ports import LOCAL
from starter.reach import LEAST
from starter.receipts import Answer
from starter.server import EmbeddedServer
from starter.silence import UNANSWERED, Silence
from tests.begun import started_before
from tests.conftest import EXAMPLES, Furlough, Mission, ahead
from tests.wiring.spools import approval, kept
from wiring import copies
from wiring.connect import connect, listens
from wiring.deliver import A_TRY, ANSWER, QUEUE
from wiring.queries import PATIENCE, query
from wiring.settings import Settings
from wiring.spool import Spool, Spooled
from wiring.trouble import NotReached
from workflows.entity import Start

LEAVES = [f"UNEX-{i:026d}" for i in range(40)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings.load(home=tmp_path, mission="UNEX"), create_engine("sqlite://"), None)


def late(leave: str) -> Answer:
    """A line which nobody answered."""
    return Answer(said="a line", leave_id=leave, result="spooled", code=3)


def test_five_seconds_are_for_one_act_in_all_and_who_only_reads_waits_longer_for_each_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = desk.turn()
    monkeypatch.setattr("starter.desk.monotonic", lambda: began + 4)
    assert desk.patience == PATIENCE
    desk.acting = True
    assert desk.patience == ANSWER - timedelta(seconds=4)
    monkeypatch.setattr("starter.desk.monotonic", lambda: began + 60)
    assert desk.patience == A_TRY, "what was begun is not given up without a try"
    desk.many = True
    assert (desk.patience, desk.left(began)) == (ANSWER, LEAST), "each line has a turn of its own"


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


async def test_a_server_that_listens_again_ends_the_pause(desk: Desk) -> None:
    """After a long outage nobody waits for the end of the longest pause; one that listens all along is no news."""
    async with await asyncio.start_server(lambda _, there: there.close(), LOCAL, 0) as server:
        port = server.sockets[0].getsockname()[1]
    courier = Courier(desk, json=False)
    desk.settings = desk.settings.model_copy(update={"address": f"{LOCAL}:{port}"})
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        pause = group.create_task(courier.rest(3600, []))
        for _ in range(5):  # it has looked by then: both are answered in the order in which they ask
            assert not await listens(desk.settings)
        async with await asyncio.start_server(lambda _, there: there.close(), LOCAL, port):
            assert await pause
            assert not await courier.rest(1.5, []), "it had listened all along"


CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "GHA-1004", "--post", "CO-GHABATT-A", "--base", "NAQ")


async def asked(furlough: Furlough, member: str) -> str:
    wish = ("--first", ahead(27), "--last", ahead(29), "--destination", "BEY", "--travel", "none")
    ran = await furlough("request", member, *wish, "--json", *CLERK)
    assert ran.code == 0, ran
    return str(ran.documents[0]["leave_id"])


@pytest.fixture
async def stuck(mission: Mission) -> AsyncIterator[list[str]]:
    """Two leaves which no worker serves, and nothing in the spool but what is said to them."""
    leaves = [f"UNEX-{ULID()}" for _ in range(2)]
    register = Start(of=REGISTER, state=Register(version=1, newest=1, administrators=1))  # as if it had imported it
    policy = WorkflowIDConflictPolicy.USE_EXISTING
    await mission.client.start_workflow(
        "RegisterWorkflow", register, id=REGISTER, task_queue=QUEUE, id_conflict_policy=policy
    )
    begun = [await mission.client.start_workflow("LeaveWorkflow", id=leave, task_queue="none") for leave in leaves]
    yield leaves
    for handle in begun:
        await handle.terminate()
    shutil.rmtree(mission.settings.folder / "spool", ignore_errors=True)


async def test_two_leaves_that_are_stuck_keep_no_other_from_its_answer_and_are_waited_for_once(
    furlough: Furlough, mission: Mission, stuck: list[str]
) -> None:
    fine, other = await asked(furlough, "GHA-1007"), await asked(furlough, "GHA-1008")
    kept(Spool(mission.settings.folder / "spool", "UNEX"), *(approval(f"s-{leave}", leave) for leave in stuck))
    first = await furlough("approve", fine, *COMMANDER)
    assert (first.code, first.out.split()[0]) == (0, "recorded"), first
    memory = mission.settings.folder / "spool" / "stuck"
    assert [file.read_text() for file in memory.iterdir()] == ["1", "1"]
    second = await furlough("approve", other, *COMMANDER)
    assert (second.code, second.out.split()[0]) == (0, "recorded"), second
    assert [file.read_text() for file in memory.iterdir()] == ["1", "1"], "they were not tried anew"


async def test_a_leave_that_gave_no_answer_is_not_waited_for_anew_within_one_command(
    furlough: Furlough, stuck: list[str]
) -> None:
    async with at_desk(person="GHA-1004", post="CO-GHABATT-A", base="NAQ") as desk:
        async with asyncio.timeout(60):
            for n, within in enumerate((timedelta(seconds=1), timedelta(hours=1), timedelta(hours=1))):
                with pytest.raises(Spooled, match="Kept in the spool"):
                    await desk.send(approval(f"w-{n}-{stuck[0]}", stuck[0]), within)


async def test_the_copy_is_renewed_while_something_waits_and_a_leave_gives_no_answer(
    furlough: Furlough, mission: Mission, stuck: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of that leave the copy has what it had, here nothing."""
    monkeypatch.setattr("starter.copying.query", partial(query, within=timedelta(seconds=1)))
    spool = Spool(mission.settings.folder / "spool", "UNEX")
    kept(spool, approval(f"c-{stuck[0]}", stuck[0]))
    file = copies.file_of(mission.settings.folder, "NAQ")
    file.unlink(missing_ok=True)
    async with at_desk(online=False, person="USA-1006", post="G1-NAQ", base="NAQ") as desk:
        service = asyncio.create_task(Courier(desk, json=False).serve(once=False))
        async with asyncio.timeout(60):
            while not file.exists():
                await asyncio.sleep(0.05)
        service.cancel()
        await service
    assert len(spool.waiting()) == 1


async def test_a_leave_that_gives_no_answer_is_in_the_copy_as_before_or_not_at_all(
    furlough: Furlough, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves = [await asked(furlough, member) for member in ("GHA-1009", "GHA-1010")]
    silent = set[str]()

    async def answers(client: Client, workflow: str, name: str, kind: object) -> object:
        if workflow in silent:
            raise NotReached(f"{workflow} did not answer.")
        return await query(client, workflow, name, kind)

    monkeypatch.setattr("starter.copying.query", answers)
    async with at_desk(person="USA-1006", post="G1-NAQ", base="NAQ") as desk:
        silent.add(leaves[0])
        without = await copying.fetched(desk, "NAQ")
        copies.keep(desk.settings.folder, without)
        silent.add(leaves[1])
        before = await copying.fetched(desk, "NAQ")
        silent |= {row["leave_id"] for row in before.rows}
        with pytest.raises(NotReached):
            await copying.fetched(desk, "NAQ")
    for copy in (without, before):
        assert leaves[0] not in {row["leave_id"] for row in copy.rows}
        assert copy.answers[leaves[1]] == without.answers[leaves[1]]


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


async def test_an_act_has_two_seconds_of_its_own_whatever_was_answered_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five are spent on names and journals that were answered: the act is tried all the same."""
    seen: list[timedelta] = []

    async def sending(*_: object, within: timedelta, **__: object) -> Outcome[Any]:
        seen.append(within)
        return Outcome[Any](entries=())

    monkeypatch.setattr("starter.desk.send", sending)
    desk.acting = True
    began = desk.turn()
    for spent in (0.0, 4.6, 7.0):
        with monkeypatch.context() as later:
            later.setattr("starter.desk.monotonic", lambda at=began + spent: at)
            await desk.send(approval("a-1"), desk.left(began))
    assert seen == [ANSWER, LEAST, LEAST]
