"""`furlough audit replay`: would the code of today, and that of then, come to the same as is recorded?"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from cyclopts import Parameter

from audit import FOUND, UNCHECKED, naming
from audit.archived import Archived, at_home
from audit.checks import Check, named
from audit.junit import Report
from audit.kinds import LEAVE
from audit.laying_out import Layout
from audit.replaying import EVERY, Job, Proved, proved
from audit.served import Served
from audit.sources import archived
from audit.that_day import SECONDS
from domain.words import counted
from wiring import console
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.trouble import Misset


async def replay(
    *processes: str,
    every: Annotated[bool, Parameter(name="--all", negative="")] = False,
    archive: str | None = None,
    key: str | None = None,
    server: Annotated[bool, Parameter(negative="")] = False,
    since: datetime | None = None,
    with_build: Annotated[bool, Parameter(negative="")] = False,
    build_seconds: float = SECONDS,
    junit: Path | None = None,
    at_once: Annotated[int | None, Parameter(name="--processes")] = None,
    mission: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Try the three checks on all leaves of an archive, or of the server: same commands, same state, same decisions.

    Exit code 7 if anything was found; 6 if nothing was, but not all could be checked.

    Args:
        processes: Leave ids or control numbers, or ids of others (base-NAQ); none: all leaves.
        every: Everything: bases, accounts, the register, orders, night walks and sealings too.
        archive: The archive's folder or address; else the mission's.
        key: The line of the public key which the mission gave you, or a file that holds it; else the archive's own.
        server: Take the histories from the server and not from the archive.
        since: Only what was sealed, or has ended, on or after this day.
        with_build: By the code of that day too, as the archive has it. It is run here, apart from the code of today.
        build_seconds: How long that code may take over one history; beyond it, it is ended and asked no more.
        junit: Write the results into this file, for tools that read JUnit's XML.
        at_once: How many histories are checked at once; else as many as there are processors.
        mission: The mission's code; else the profile's.
        json: One JSON document a run instead of sentences.
    """
    if every and processes:
        raise Misset("All, or some?", why="expected ids or --all, got both", helps="leave one of them out")
    if build_seconds <= 0:
        raise Misset("No code answers in no time.", why="expected --build-seconds of more than 0", helps="leave it out")
    settings = Settings.load(mission=mission)
    begin = since.replace(tzinfo=since.tzinfo or UTC) if since else None
    record: Archived | Served
    if server:
        record = Served(await connect(settings, [FurloughPlugin()]))
    else:
        record = archived(settings, archive, mission, key)
    ids = await naming.ids(record, processes)
    jobs = record.runs(ids, EVERY if every else frozenset({LEAVE}), begin)
    tally = Tally()
    with ExitStack() as stack:
        report = stack.enter_context(Report(junit)) if junit else None
        layout = None
        if with_build:
            room = stack.enter_context(TemporaryDirectory(prefix="furlough-builds-"))
            kept = at_home(settings) if isinstance(record, Served) else record
            layout = Layout(kept, Path(room), build_seconds)
            jobs = _laid(jobs, layout)
        bar = stack.enter_context(console.progress())
        task = bar.add_task("replaying", total=None)
        async for one in _answers(proved(jobs, at_once), ids, f"{record} has no history of it{_after(begin)}"):
            told = with_builds(one, layout) if layout and one.run else one
            tally.add(told)
            bar.advance(task)
            if report:
                report.add(told)
            console.document(_document(told, layout)) if json else _show(told)
    if not tally.runs:
        raise Misset(
            "Nothing was checked.",
            why=f"{record} has no run of what is asked for{_after(begin)}",
            helps="is it sealed yet? furlough audit seal --open; an earlier --since; --all checks what is no leave too",
        )
    if not json:
        tally.sum_up(layout)
    return FOUND if tally.found else UNCHECKED if tally.unchecked else 0


class Tally:
    """How many runs there were, with what answers."""

    def __init__(self) -> None:
        self.runs = self.found = self.unchecked = self.passed = 0
        self.builds: Counter[str] = Counter()

    def add(self, one: Proved) -> None:
        """One run; of one with findings it is not counted that something of it could not be checked."""
        self.runs += bool(one.run)
        self.found += one.found
        self.unchecked += one.unchecked and not one.found
        self.passed += not one.found and not one.unchecked
        self.builds.update({check.build for check in one.checks if check.build})

    def sum_up(self, layout: Layout | None) -> None:
        """In a sentence, with what builds did not run as they did then."""
        for laid in layout.laid.values() if layout else ():
            console.say(
                f"checked by build {laid.build} too: {counted(self.builds[laid.build], 'run')}, by {laid.wheel}"
            )
            for note in laid.notes:
                console.note(f"note   {note}")
        of = f"{self.passed} passed, {self.found} with findings, {self.unchecked} not checked"
        console.say(f"{counted(self.runs, 'run')}: {of}")


async def _answers(each: AsyncIterator[Proved], ids: frozenset[str], nowhere: str) -> AsyncIterator[Proved]:
    """What the checks of each run gave; where something is named, also that there is nothing of it."""
    seen = set()
    async for one in each:
        seen.add(one.id)
        yield one
    for id_ in sorted(ids - seen) if seen else ():
        yield Proved(id_, "", wrong=nowhere)


def _after(begin: datetime | None) -> str:
    return f", sealed or ended since {begin:%Y-%m-%d %H:%M}Z" if begin else ""


async def _laid(jobs: AsyncIterator[Job], layout: Layout) -> AsyncIterator[Job]:
    """Runs with those of their builds that can be laid out."""
    async for job in jobs:
        yield job._replace(laid=tuple(laid for build in job.builds if (laid := layout.of(build))))


def with_builds(one: Proved, layout: Layout) -> Proved:
    """What is to be told of a run beside what its checks found: builds that could not be asked, or are not sure."""
    checks = (
        Check("wheel", "its wheels", (said,), build) for build in one.builds if (said := layout.at_odds.get(build))
    )
    return one._replace(checks=(*one.checks, *checks), unasked=(*one.unasked, *_missing(one, layout)))


def _missing(one: Proved, layout: Layout) -> tuple[str, ...]:
    """Which builds of a run could not be laid out; also where none of them made itself known."""
    if not one.builds and not one.wrong:
        return ("no build made itself known at it",)
    return tuple(f"build {build}: {layout.missing[build]}" for build in one.builds if build in layout.missing)


def _document(one: Proved, layout: Layout | None) -> dict[str, object]:
    told: dict[str, object] = {"id": one.id, "run": one.run, "passed": not one.found and not one.unchecked}
    if one.wrong:
        return told | {"wrong": one.wrong}
    checks = [check._asdict() for check in one.checks]
    each = [{"check": check.pop("name"), "passed": not check["findings"], **check} for check in checks]
    wheels = {build: layout.laid[build].wheel for build in one.builds if build in layout.laid} if layout else {}
    told |= {"checks": each} | ({"unasked": one.unasked} if one.unasked else {})
    return told | ({"wheels": wheels} if wheels else {})


def _show(one: Proved) -> None:
    """Only what was found, and what could not be checked."""
    for wrong in filter(None, (one.wrong, *one.unasked)):
        run = f", run {one.run}" if one.run else ""
        console.warn(f"NOT CHECKED  {one.id}{run}: {wrong}")
    for check in one.checks:
        for finding in check.findings:
            console.say(f"{one.id}  {named(check)}: {finding}")
