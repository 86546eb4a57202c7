"""`furlough fairness`: how the authorities of the mission decide, by group, and what the figures do not show."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

from cyclopts import Parameter
from rich.table import Table as Grid

from activities.register import lookups, posts
from activities.register.database import engine, reading
from activities.register.sheets import SETTINGS
from audit.population import Unread
from audit.population import leaves as leaves_of
from audit.sources import archived
from domain.crossing import crossed
from domain.decider import Entry
from domain.fairness import Case, Cell, tables
from domain.leave.decided import cases
from wiring import console, written
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.queries import journal_of
from wiring.settings import Settings
from wiring.trouble import Misset

AT_ONCE: Final = 16
"""Leaves asked at a time for their journals."""

NOT_SHOWN: Final = (
    "Command's consent, which is a nation's own: only clearance, movement and exemption from orders are counted.",
    "Who never asked because they were told it would be in vain, or asked and took it back.",
    "Why a group waits longer: other duties, destinations, flights. A difference is a question and no finding.",
    "Exemptions that nobody had to decide, since the order ended before.",
    "Time lost to outages stands apart and is in no other figure: how late words came in, and how late deadlines rang.",
)
SERVER_ALONE: Final = (
    "Leaves that have left the server after its retention: --archive PLACE reads what was sealed of them as well."
)


async def fairness(
    *,
    since: str | None = None,
    until: str | None = None,
    cross: Annotated[bool, Parameter(negative="")] = False,
    archive: str | None = None,
    mission: str | None = None,
    base: str | None = None,
    post: str | None = None,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Counts, medians and refusals of the mission's authorities by nation, component, kind and base.

    Read off the journals of all leaves on the server and, where it is named, of an archive. Groups of fewer than the
    mission's setting `smallest-cell` (10) are not shown, nor others from which they could be told by subtraction.

    Args:
        since: The first day on which a leave was asked for: 2026-01-01; else all.
        until: The last one; else today.
        cross: Every two kinds of group at once, too: nations by kind of leave, bases by component.
        archive: An archive's folder or address: leaves that are on the server no more are read from there.
        mission: The mission's code; else the profile's.
        base: The base of this desk; else the profile's.
        post: The post as which you read; else the profile's.
        as_: Your service number; else the profile's.
        json: One JSON document instead of sentences.
    """
    settings = Settings.load(mission=mission, base=base, post=post, person=as_)
    smallest = _smallest(settings)
    first, last = _day(since, date.min + timedelta(days=2)), _day(until, date.max - timedelta(days=2))
    found, leaves = await decisions(settings, archive, mission, first, last)
    told, both = tables(found, smallest), crossed(found, smallest) if cross else ()
    unsaid = NOT_SHOWN if archive else (*NOT_SHOWN, SERVER_ALONE)
    if json:
        document: dict[str, Any] = {"smallest": smallest, "tables": told, "crossed": both, "not_shown": unsaid}
        console.document(document | {"leaves": leaves if leaves >= smallest else None})
        return 0
    console.say(f"{leaves} leaves" if leaves >= smallest else f"fewer than {smallest} leaves")
    for table in told:
        console.say(f"\n{table.authority} by {table.by}", "bold")
        console.say(_grid(table.by, (*table.cells, table.total), smallest))
    for pair in both:
        console.say(f"\n{pair.authority} by {' and '.join(pair.by)}", "bold")
        console.say(_grid(" · ".join(pair.by), pair.cells, smallest))
    if not told:
        console.say("no authority of the mission has decided yet")
    console.say("\nWhat these figures do not show", "bold")
    for sentence in unsaid:
        console.say(f"- {sentence}")
    return 0


async def decisions(
    settings: Settings, archive: str | None, mission: str | None, first: date, last: date
) -> tuple[list[Case], int]:
    """The decisions on all leaves asked for in these days, and how many leaves; each leave once, best by the server."""
    found: list[Case] = []
    leaves = 0
    begin, end = datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC)

    def count(journal: list[Entry[Any]]) -> None:
        nonlocal leaves
        if journal and begin <= journal[0].recorded_at <= end:
            leaves += 1
            found.extend(cases(journal))

    client, room = await connect(settings, [FurloughPlugin()]), asyncio.Semaphore(AT_ONCE)

    async def asked(leave_id: str) -> None:
        async with room:
            count(await journal_of(client, leave_id))

    there = {leave.id async for leave in client.list_workflows("WorkflowType = 'LeaveWorkflow'")}
    await asyncio.gather(*map(asked, there))
    if archive:
        async for told in leaves_of(archived(settings, archive, mission, None)):
            if isinstance(told, Unread):
                console.warn(f"NOT COUNTED  {told.id}: {told.why}")
            elif told.id not in there:
                count([one.entry for one in told.written])
    return found, leaves


def _smallest(settings: Settings) -> int:
    """The mission's smallest cell, for who may read the figures. Raises Misset for anybody else."""
    now = datetime.now(UTC)
    with reading(engine(settings.database)) as session:
        me = lookups.resolve(session, settings.person) if settings.person else None
        reader = posts.person(session, me, now, now) if me else None
        if reader is None or not any(held.base is None or held.role == "auditor" for held in reader.posts):
            raise Misset(
                "How the mission decides is not for this desk.",
                why="expected an auditor, or a post of the whole mission",
                helps="--as SERVICE-NUMBER, or furlough me",
            )
        return int(lookups.settings(session).get("smallest-cell") or SETTINGS["smallest-cell"][1])


def _day(text: str | None, else_: date) -> date:
    try:
        return written.day(text) if text else else_
    except ValueError as error:
        raise Misset(f"{str(text)[:20]!r} is no day.", why="expected YYYY-MM-DD", helps="--since 2026-01-01") from error


def _grid(title: str, cells: Iterable[Cell], smallest: int) -> Grid:
    grid = Grid(box=None, pad_edge=False)
    for heading in (title, "decisions", "refused or never answered", "median hours", "lost to outages, hours"):
        grid.add_column(heading)
    for cell in cells:
        grid.add_row(*_words(cell, smallest))
    return grid


def _words(cell: Cell, smallest: int) -> tuple[str, ...]:
    if cell.decisions is None:
        return cell.group, "not shown", "", "", ""
    refused = f"under {smallest}, or not shown" if cell.refused is None else str(cell.refused)
    return cell.group, str(cell.decisions), refused, str(cell.median_hours), str(cell.lost_hours)
