"""Auditors' commands."""

from __future__ import annotations

import asyncio
import json as jsons
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, Final, TypeVar

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from audit.checks import Check, folded, recorded, redecided, replayed
from domain.decider import Entry
from domain.ids import CONTROL_NUMBER, LEAVE_ID
from domain.leave import Leave, LeaveEvent
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.trouble import Misset, NotReached

app = App(name="audit", help="Proofs over what was recorded.")

_out: Final = Console(highlight=False, markup=False, emoji=False)
_ANSWER: Final = timedelta(seconds=20)
_LOOKS: Final = 5
"""How often a leave is looked at that moves meanwhile."""

T = TypeVar("T")


@app.command
async def check(
    leave: str, *, mission: str | None = None, json: Annotated[bool, Parameter(negative="")] = False
) -> int:
    """Prove one leave's history in three independent ways, each reported apart; exit code 7 if one finds something.

    Args:
        leave: A leave id, or a control number.
        mission: The mission's code; else the profile's.
        json: One JSON document instead of sentences.
    """
    settings = Settings.load(mission=mission)
    client = await connect(settings, [FurloughPlugin()])
    checks = await checks_of(client, await _id_of(client, leave.upper()))
    passed = all(one.passed for one in checks)
    if json:
        told = [{"check": one.name, "passed": one.passed, "over": one.over, "findings": one.findings} for one in checks]
        _out.print(jsons.dumps({"leave": leave, "passed": passed, "checks": told}), soft_wrap=True)
    else:
        _show(checks)
    return 0 if passed else 7


async def checks_of(client: Client, leave_id: str) -> tuple[Check, ...]:
    """The three checks of a leave.

    Raises:
        Misset: there is no such leave.
        NotReached: no worker answers what the leave's state is, or it does not rest long enough to be told whole.
    """
    handle = client.get_workflow_handle(leave_id)
    kind: Any = list[Entry[LeaveEvent]]

    async def length() -> int:
        return (await handle.describe()).history_length

    async def look() -> tuple[WorkflowHistory, list[Entry[LeaveEvent]], Leave]:
        history = await handle.fetch_history()
        journal, state = await asyncio.gather(
            handle.query("journal", result_type=kind, rpc_timeout=_ANSWER),
            handle.query("state", result_type=Leave, rpc_timeout=_ANSWER),
        )
        return history, journal, state

    try:
        history, journal, state = await at_rest(look, length)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise Misset(f"There is no leave {leave_id}.", why="the server knows none of that id") from error
        raise NotReached(
            "The leave did not answer.", why=error.message, helps="is a worker running? furlough worker --mission CODE"
        ) from error
    results = await recorded(history, client.data_converter)
    return await replayed(history), folded(results, journal, state), redecided(results, journal)


async def at_rest(look: Callable[[], Awaitable[T]], length: Callable[[], Awaitable[int]]) -> T:
    """What is seen of a history which did not grow meanwhile: what it says and what is answered are of one moment.

    Raises:
        NotReached: it grew at each of some looks.
    """
    for _ in range(_LOOKS):
        before = await length()
        seen = await look()
        if before == await length():
            return seen
    raise NotReached(
        "The leave moves on while it is looked at.",
        why=f"its history grew at each of {_LOOKS} looks",
        known="nothing was found, nor proved",
        helps="check it again when it is at rest",
    )


async def _id_of(client: Client, named: str) -> str:
    if LEAVE_ID.fullmatch(named):
        return named
    if CONTROL_NUMBER.fullmatch(named):
        found = [leave.id async for leave in client.list_workflows(f'ControlNumber = "{named}"')]
        if len(found) == 1:
            return found[0]
    raise Misset(
        f"No leave goes by {named[:60]}.",
        why="expected a leave id, or a whole control number that was given",
        helps="furlough show tells both: NAQ-2026-000412, or the id which begins with the mission's code",
    )


def _show(checks: tuple[Check, ...]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in checks:
        table.add_row(one.name, "passed" if one.passed else "FOUND SOMETHING", one.over)
        for finding in one.findings:
            table.add_row("", "", finding)
    _out.print(table)
