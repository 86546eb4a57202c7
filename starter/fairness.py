"""`furlough fairness`: how the authorities of the mission decide, by group, and what the figures do not show."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rich.table import Table as Grid

from activities.register import lookups
from activities.register.database import reading
from activities.register.sheets import SETTINGS
from domain.fairness import Case, Cell, Table, tables
from domain.leave.decided import cases
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from wiring import console
from wiring.queries import journal_of
from wiring.trouble import Misset

NOT_SHOWN: Final = (
    "Command's consent, which is a nation's own: only clearance, movement and exemption from orders are counted.",
    "Who never asked because they were told it would be in vain, or asked and took it back.",
    "Why a group waits longer: other duties, destinations, flights. A difference is a question and no finding.",
    "Leaves that have left the server after its retention; what is sealed in archives is not read here.",
    "Exemptions that nobody had to decide, since the order ended before.",
    "Time lost to outages stands apart and is in no other figure: how late words came in, and how late deadlines rang.",
)


async def fairness(*, since: str | None = None, until: str | None = None, how: How = HERE) -> int:
    """Counts, medians and refusals of the mission's authorities by nation, component, kind and base.

    Read off the journals of all leaves on the server. Groups of fewer than the mission's setting `smallest-cell` (10)
    are not shown, nor others from which they could be told by subtraction.

    Args:
        since: The first day on which a leave was asked for: 2026-01-01; else all.
        until: The last one; else today.
    """
    async with at_desk(**how.settings) as desk:
        _entitled(desk)
        first, last = _day(since, date.min + timedelta(days=2)), _day(until, date.max - timedelta(days=2))
        with reading(desk.source) as session:
            smallest = int(lookups.settings(session).get("smallest-cell") or SETTINGS["smallest-cell"][1])
        found, leaves = await _cases(desk, first, last)
        told = tables(found, smallest)
        if how.json:
            document = {"smallest": smallest, "tables": told, "not_shown": NOT_SHOWN}
            console.document(document | {"leaves": leaves if leaves >= smallest else None})
            return 0
        console.say(f"{leaves} leaves" if leaves >= smallest else f"fewer than {smallest} leaves")
        for table in told:
            console.say(f"\n{table.authority} by {table.by}", "bold")
            console.say(_grid(table, smallest))
        if not told:
            console.say("no authority of the mission has decided yet")
        console.say("\nWhat these figures do not show", "bold")
        for sentence in NOT_SHOWN:
            console.say(f"- {sentence}")
    return 0


async def _cases(desk: Desk, first: date, last: date) -> tuple[list[Case], int]:
    found: list[Case] = []
    leaves, utc = 0, ZoneInfo("UTC")
    begin, end = datetime.combine(first, time.min, utc), datetime.combine(last, time.max, utc)
    async for leave in desk.client.list_workflows("WorkflowType = 'LeaveWorkflow'"):
        journal = await journal_of(desk.client, leave.id)
        if journal and begin <= journal[0].recorded_at <= end:
            leaves += 1
            found += cases(journal)
    return found, leaves


def _entitled(desk: Desk) -> None:
    """Raises Misset for who holds no post of the whole mission."""
    reader = desk.posts(desk.me())
    if reader is None or not any(held.base is None or held.role == "auditor" for held in reader.posts):
        raise Misset(
            "How the mission decides is not for this desk.",
            why="expected an auditor, or a post of the whole mission",
            helps="--as SERVICE-NUMBER, or furlough me",
        )


def _day(text: str | None, else_: date) -> date:
    try:
        return date.fromisoformat(text) if text else else_
    except ValueError as error:
        raise Misset(f"{str(text)[:20]!r} is no day.", why="expected YYYY-MM-DD", helps="--since 2026-01-01") from error


def _grid(table: Table, smallest: int) -> Grid:
    grid = Grid(box=None, pad_edge=False)
    for title in (table.by, "decisions", "refused or never answered", "median hours", "lost to outages, hours"):
        grid.add_column(title)
    for cell in (*table.cells, table.total):
        grid.add_row(*_words(cell, smallest))
    return grid


def _words(cell: Cell, smallest: int) -> tuple[str, ...]:
    if cell.decisions is None:
        return cell.group, "not shown", "", "", ""
    refused = f"under {smallest}, or not shown" if cell.refused is None else str(cell.refused)
    return cell.group, str(cell.decisions), refused, str(cell.median_hours), str(cell.lost_hours)
