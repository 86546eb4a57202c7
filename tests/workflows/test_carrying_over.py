"""Entities live for good: they go on as new when their history has grown, and nobody who speaks to them notices."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.common import WorkflowIDConflictPolicy

from domain.acts import Approve, Withdraw
from domain.ids import REGISTER, base_workflow
from domain.model import DAY, HOUR
from domain.register.state import ChangedFlight, Register
from starter import server
from tests.workflows.mission import SMALL, member
from tests.workflows.play import Case, running, until, working
from tests.workflows.test_ways import FIRST, midnight
from wiring.deliver import QUEUE
from workflows.entity import Start

EVENTS = 40
"""The length of history at which this server suggests to go on as new; by default it is 4,096."""


async def test_a_base_keeps_ledger_orders_and_numbers_over_many_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    suggest = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={EVENTS}")
    monkeypatch.setattr(server, "_SKIPS_TIME", (*server._SKIPS_TIME, *suggest))
    async with running(tmp_path) as mission, working(mission):
        cases = [Case(mission, SMALL[0], member(SMALL[0], i)) for i in range(1, 5)]
        order = await cases[0].order("LO", midnight(FIRST + 100 * DAY), None)
        handle = mission.client.get_workflow_handle(base_workflow(SMALL[0]))
        first = (await handle.describe()).run_id
        for start in (0, 10, 20):
            await asyncio.gather(
                *(case.approved(first=FIRST + (start + i) * DAY, days=1) for i, case in enumerate(cases))
            )
            if start < 20:
                await asyncio.gather(*(case.says(Withdraw) for case in cases))
                cases = [Case(mission, SMALL[0], case.who) for case in cases]
        assert {await case.state() for case in cases} == {"ready"}

        async def renewed() -> bool:
            return bool((await handle.describe()).run_id != first)

        await until(renewed, "the base went on as new")
        garrison = await cases[0].garrison()
        assert order.number in garrison.book
        assert sum(line.granted for line in garrison.leaves.values()) == 4
        serials = sorted([int((await case.face()).number.rsplit("-", 1)[1]) for case in cases])
        assert serials == list(range(9, 13))  # gapless over all runs
        await cases[0].order("LP", midnight(FIRST), None)
        await cases[-1].reaches("suspended")


async def test_an_entity_nobody_speaks_to_goes_on_as_new_after_a_month(leave):
    case = leave()
    await case.asks()
    handle = case.mission.client.get_workflow_handle(base_workflow(case.base))
    first = (await handle.describe()).run_id
    number = (await case.face()).number
    await case.skipper.fast_forward(handle, 31 * DAY)

    async def renewed() -> bool:
        return bool((await handle.describe()).run_id != first)

    await until(renewed, "the base went on as new")
    assert case.leave_id in str((await case.garrison()).model_dump_json())
    assert await case.says(Approve, case.post("CO")) == ["approved"]
    assert (await case.reaches("ready")).number == number


async def test_a_hundred_flights_that_an_import_changed_are_told_one_after_the_other(tmp_path: Path):
    """A long queue of different wishes is no wish that never comes true."""
    moved = datetime.now(UTC) + 30 * DAY
    flights = tuple(
        ChangedFlight(n=1, flight=f"F-{i}", departs=moved, arrives=moved + HOUR, at=moved, as_imported=True)
        for i in range(100)
    )
    async with running(tmp_path) as mission, working(mission):
        start = Start[Register](of=REGISTER, state=Register(flights=flights))
        handle = await mission.client.start_workflow(
            "RegisterWorkflow",
            start,
            id=REGISTER,
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        )

        async def left() -> bool:
            state: Register = await handle.query("state", result_type=Register)
            return not state.flights

        await until(left, "the last flight was told")
