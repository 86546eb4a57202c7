"""Acts which find nobody: what who waits is told, and what stays behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.acts import Act, Enter
from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.wiring.spools import kept, waiting_acts
from wiring.connect import connect
from wiring.deliver import QUEUE, Gone, NotDelivered, Silent, _why, deliver
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.spool import Spool, drain, why

LEAVE = "UNEX-01JE0000000000000000000000"
LONG = timedelta(seconds=30)


@pytest.fixture(scope="module")
async def unattended(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A mission which no worker serves."""
    home = tmp_path_factory.mktemp("unattended")
    await started_before(home, "UNEX")
    async with EmbeddedServer(home, "UNEX", 0, 0) as server:
        settings = Settings.load(home=home, mission="UNEX", address=server.address)
        yield await connect(settings, [FurloughPlugin()])


@pytest.fixture
async def complaints() -> AsyncIterator[Callable[[], list[str]]]:
    """What asyncio has to complain of, once all that is no longer needed is gone."""
    loop, heard = asyncio.get_running_loop(), list[str]()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, told: heard.append(told["message"]))

    def told() -> list[str]:
        gc.collect()
        return heard

    yield told
    loop.set_exception_handler(before)


def enter() -> Act:
    """An act which opens its base."""
    now = datetime.now(UTC)
    return Enter(act_id="a-1", decided_by=LEAVE, acted_at=now, leave_id=LEAVE, base="NAQ", year=now.year)


async def test_an_act_which_nobody_answers_leaves_nothing_behind(
    unattended: Client, complaints: Callable[[], list[str]]
) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    with pytest.raises(NotDelivered, match="No outcome came in time") as told:
        await deliver(unattended, enter(), within=timedelta(seconds=0.5))
    assert clock() - began < 5, "however often the SDK tries, which it does for longer"
    assert told.value.why
    del told
    assert complaints() == []


async def test_who_waits_no_more_is_cancelled_and_not_told_of_a_silent_server(
    unattended: Client, complaints: Callable[[], list[str]]
) -> None:
    waiting = asyncio.create_task(deliver(unattended, enter(), within=LONG))
    await asyncio.wait({waiting}, timeout=0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    del waiting
    assert complaints() == []


@workflow.defn(name="BaseWorkflow")
class Late:
    """A base whose register does not answer, and which takes long to say so."""

    @workflow.run
    async def run(self, _start: Any) -> None:
        """Serve for good."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def enter(self, _act: Any) -> None:
        """Nothing can be decided."""
        await workflow.sleep(1.5)
        raise ApplicationError("no answer", type="RegisterUnavailable")


async def test_an_act_that_failed_is_sent_once_more_within_the_time_there_is_and_not_beyond(unattended: Client) -> None:
    clock = asyncio.get_running_loop().time
    plain = Client(**unattended.config() | {"plugins": []})  # without the real bases
    runner = UnsandboxedWorkflowRunner()
    async with Worker(plain, task_queue=QUEUE, workflows=[Late], workflow_runner=runner):
        for within in (timedelta(seconds=2.2), timedelta(seconds=1.6)):
            began = clock()
            with pytest.raises(NotDelivered):
                await deliver(unattended, enter().model_copy(update={"base": "SLW"}), within=within)
            assert clock() - began < 3, "two whole answers would take three seconds"


async def test_an_update_which_the_server_has_forgotten_tells_nothing_of_its_addressee(unattended: Client) -> None:
    """It died when it had taken it, and whoever waits asks the next one: what is then not found is the update alone."""
    opened = await unattended.start_workflow("LeaveWorkflow", {}, id=LEAVE, task_queue="of nobody")
    with pytest.raises(RPCError) as forgotten:
        await opened.get_update_handle("a-1~0123abcd").result()
    assert type(_why(forgotten.value, LEAVE)) is Silent, forgotten.value
    with pytest.raises(RPCError) as nowhere:
        await unattended.get_workflow_handle(f"{LEAVE[:-1]}1").execute_update("approve", {}, id="a-1")
    assert type(_why(nowhere.value, LEAVE)) is Gone, nowhere.value


@workflow.defn(name="BaseWorkflow")
class Newer:
    """Bases of no other test, whose worker is of a later build than the desk: one tells a new event, one no outcome."""

    @workflow.run
    async def run(self, _start: Any) -> None:
        """Serve for good."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def enter(self, act: Any) -> Any:
        """Whatever is said is recorded."""
        at, said = workflow.now().isoformat(), ["enter", act["decided_by"]]
        entry = {"seq": 1, "recorded_at": at, "effective_at": at, "act_id": act["act_id"], "event": {"kind": "sung"}}
        return {"N1": {"entries": [entry], "said": said}, "N2": ["sung"]}.get(act["base"], {"entries": []})


async def test_an_answer_which_this_build_cannot_read_keeps_no_act_from_being_sent(
    unattended: Client, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", "UNEX")
    for i, base in enumerate(("N1", "N2", "N3", "N1")):
        kept(spool, enter().model_copy(update={"base": base, "act_id": f"n-{i}"}))
    readable = {"plugins": [], "data_converter": pydantic_data_converter}  # without the real bases
    plain = Client(**unattended.config() | readable)  # type: ignore[arg-type]
    async with Worker(plain, task_queue=QUEUE, workflows=[Newer], workflow_runner=UnsandboxedWorkflowRunner()):
        told = await drain(spool, plain, ready=lambda act: act, within=LONG, each=LONG)
    assert all(one.settled for one in told)
    assert len(told) == 4
    assert [one.item.act.act_id for one in told if one.back] == ["n-1"], "recorded or not, nobody here can tell"
    assert waiting_acts(spool) == []
    (back,) = spool.shelved("returned")
    assert "cannot be read here" in why(back)["reason"]
    assert "of the worker's build" in why(back)["reason"]
