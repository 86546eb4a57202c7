"""`furlough audit replay`: would the code of today come to the same, over the archive or over the server's leaves?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from temporalio.service import RPCError

from audit import FOUND
from audit.archive.about import told_by
from audit.archive.leaves import Unreadable
from audit.archive.log import HEAD
from audit.archive.vault import Missing, vault
from audit.junit import Report
from audit.replaying import Job, Proved, proved, sealed_runs, served_runs
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import NotSigned
from audit.tlog.tiles import Torn
from domain.words import counted
from wiring import console
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.trouble import Misset, NotReached

UNCHECKED = 6
"""The exit code where nothing was found, but not all could be checked."""


async def replay(
    *leaves: str,
    archive: str | None = None,
    server: Annotated[bool, Parameter(negative="")] = False,
    since: datetime | None = None,
    junit: Path | None = None,
    processes: int | None = None,
    mission: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Try the three checks on all leaves of an archive, or of the server: same commands, same state, same decisions.

    Exit code 7 if anything was found; 6 if nothing was, but not all could be checked.

    Args:
        leaves: Leave ids, or ids of others (base-NAQ), of which only the commands are checked; none: all leaves.
        archive: The archive's folder or address; else the mission's.
        server: Take the histories from the server and not from the archive.
        since: Only what was sealed, or has ended, on or after this day.
        junit: Write the results into this file, for tools that read JUnit's XML.
        processes: How many histories are checked at once; else as many as there are processors.
        mission: The mission's code; else the profile's.
        json: One JSON document a run instead of sentences.
    """
    settings = Settings.load(mission=mission)
    begin = since.replace(tzinfo=since.tzinfo or UTC) if since else None
    ids = frozenset(leaves)
    jobs = _served(settings, ids, begin) if server else _sealed(settings, archive, mission, ids, begin)
    seen: dict[bool, int] = {}
    unchecked = 0
    with ExitStack() as stack:
        report = stack.enter_context(Report(junit)) if junit else None
        bar = stack.enter_context(console.progress())
        task = bar.add_task("replaying", total=None)
        async for one in proved(jobs, processes):
            seen[one.passed] = seen.get(one.passed, 0) + 1
            unchecked += bool(one.wrong)
            bar.advance(task)
            if report:
                report.add(one)
            console.document(_document(one)) if json else _show(one)
    _missing(ids, sum(seen.values()))
    whole, found = seen.get(True, 0), seen.get(False, 0) - unchecked
    if not json:
        of = counted(whole + found + unchecked, "run")
        console.say(f"{of}: {whole} passed, {found} with findings, {unchecked} not checked")
    return FOUND if found else UNCHECKED if unchecked else 0


async def _sealed(
    settings: Settings, where: str | None, mission: str | None, ids: frozenset[str], since: datetime | None
) -> AsyncIterator[Job]:
    named = where or settings.archive_place
    place = vault(named)
    helps = "name its folder or address with --archive, or take the server's histories: --server"
    told = told_by(place, mission if where else settings.mission, helps=helps)
    try:
        head = Checkpoint.open(place.read(HEAD), [told.verifying])
        for job in sealed_runs(named, head.size, ids, since):
            yield job
    except (Missing, NotSigned, Torn, Unreadable) as error:
        raise Misset(
            f"The archive {place} cannot be read to its end.",
            why=str(error),
            helps=f"furlough audit verify {named} tells all that is wrong with it",
        ) from error


async def _served(settings: Settings, ids: frozenset[str], since: datetime | None) -> AsyncIterator[Job]:
    client = await connect(settings, [FurloughPlugin()])
    try:
        async for job in served_runs(client, ids, since):
            yield job
    except RPCError as error:
        raise NotReached("The server does not answer.", why=error.message, helps="try again") from error


def _missing(ids: frozenset[str], found: int) -> None:
    if ids and not found:
        raise Misset(
            "None of these is there.",
            why=f"expected histories of {', '.join(sorted(ids))}, got none",
            helps="check the ids",
        )


def _document(one: Proved) -> dict[str, object]:
    told: dict[str, object] = {"id": one.id, "run": one.run, "passed": one.passed}
    if one.wrong:
        return told | {"wrong": one.wrong}
    return told | {
        "checks": [{"check": c.name, "passed": c.passed, "over": c.over, "findings": c.findings} for c in one.checks]
    }


def _show(one: Proved) -> None:
    """Only what was found, and what could not be checked."""
    if one.wrong:
        return console.warn(f"NOT CHECKED  {one.id}, run {one.run}: {one.wrong}")
    for check in one.checks:
        for finding in check.findings:
            console.say(f"{one.id}  {check.name}: {finding}")
    return None
