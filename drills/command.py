"""`furlough drill`: a throw-away mission, a seeded load of leaves, a monkey, and proof that nothing was lost."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter, validators

from activities.register.database import migrate
from domain.words import counted
from drills import beside, clocks, cluster, load, oracle
from drills.monkey import Monkey, Part
from drills.place import Place
from drills.staging import staged
from starter.flags import HERE, How, Switch
from wiring import console
from wiring.settings import Settings
from wiring.trouble import Misset

Count = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100_000))]
AT_A_TIME: Final = 24
REST: Final = 180.0
"""Seconds in which leaves must come to rest once all is mended."""


async def drill(
    *,
    leaves: Count = 60,
    faults: Count = 40,
    seed: int | None = None,
    seconds: Count = 900,
    earlier: Path | None = None,
    postgres: Switch = False,
    keep: Switch = False,
    how: How = HERE,
) -> int:
    """Break things at random while leaves go on, on a mission made for it and thrown away; prove that nothing was lost.

    Killed without a warning: server, worker, both senders of a spool, and the register where it is a PostgreSQL. Links
    to the server are cut, stalled, reset and slowed; clocks of worker and senders are wrong; the register is held up.
    Then every leave is checked against the pure decider, and the ledgers against each other. Ends with 0, or with 7
    where something fell short: then its folder is kept, with histories, logs and the report, and it is told where.

    Args:
        leaves: How many leaves. Their acts are spread over the faults.
        faults: So many faults.
        seed: The same seed chooses the same leaves and faults; else one of its own, which is told.
        seconds: After so long what is still on its way has fallen short.
        earlier: A folder with an earlier version of furlough. The worker begins with it, and is replaced by this
            version, its register brought up to date, when half of all acts have been said.
        postgres: The register is in a PostgreSQL of the drill's own, which is killed too; else it is a file. Where
            PostgreSQL is not installed it is a file all the same, and the report says so.
        keep: Leave the mission's folder to be looked at.
        how: How the report looks.
    """
    if earlier and not (earlier / "drills").is_dir():
        raise Misset(
            f"{earlier} is no version of furlough.",
            why="expected a checkout, with a folder drills",
            helps="--earlier FOLDER",
        )
    if earlier and postgres:
        raise Misset(
            "A drill across two versions has its register in a file.",
            why="expected --earlier or --postgres, got both",
            helps="leave --postgres away",
        )
    seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    place = await asyncio.to_thread(Place.taken)
    well = False
    try:
        report = await _drilled(place.home, seed, leaves, faults, seconds, earlier, postgres=postgres)
        well = not report["short"]
        kept = keep or not well
        report["kept"] = str(place.home) if kept else None
        place.tell(report)
    except asyncio.CancelledError:
        well = True  # who ends it does not look for anything
        raise
    finally:
        if keep or not well:
            console.note(f"kept: {place.home}")
        await asyncio.to_thread(place.left, keep=keep or not well)
    if how.json:
        console.document(report)
    else:
        _say(report)
    return 0 if well else 7


async def _drilled(
    home: Path, seed: int, leaves: int, faults: int, seconds: int, earlier: Path | None, *, postgres: bool
) -> dict[str, Any]:
    began, programs = time.monotonic(), cluster.programs() if postgres else None
    async with staged(home, leaves, earlier, programs) as (made, spool, links, parts, client):
        said = list(load.leaves(made, seed))
        load.papers(made, said)
        others = [] if earlier else beside.said(made, seed)  # an earlier version may keep no list of them
        chance = random.Random(seed)  # noqa: S311  (repeatable)
        chains = [*(one.acts for one in said), *(one.acts for one in others)]
        chance.shuffle(chains)
        over, room, acts = asyncio.Event(), asyncio.Semaphore(AT_A_TIME), sum(map(len, chains))

        async def turn() -> None:
            """No more is said of all acts than has been broken of all that is to break."""
            while len(desk.kept) >= acts * monkey.faults.total() / faults and not raging.done():  # noqa: ASYNC110  (counted)
                await asyncio.sleep(0.05)

        desk = load.Desk(spool, turn)
        monkey = Monkey(made, parts, links, random.Random(seed), lambda: desk.answered)  # noqa: S311
        raging = asyncio.create_task(monkey.rage(faults, over))
        short: list[str] = []
        upgrade = asyncio.create_task(_upgraded(made.settings, parts["worker"], desk, acts, over)) if earlier else None
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(desk.say(chain, room, chance) for chain in chains))
                await asyncio.wait({raging})
                while spool.waiting():  # noqa: ASYNC110  (files raise no event)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            short.append(f"not all was said within {seconds} s, nor all faults done")
        over.set()
        await raging
        if upgrade:
            await upgrade
        mended = time.monotonic()
        short += [f"{leave}: it does not come to rest" for leave in await oracle.quiet(client, said, REST)]
        rested = time.monotonic() - mended
        short += await oracle.findings(client, made, said, spool, decided_here=earlier is None)
        short += await beside.amiss(client, others, oracle.back(spool)) if others else []
        builds = await oracle.builds(client, said)
        if earlier and not any(" then " in each for each in builds):
            short.append("no leave was worked at by both versions")
        for watch in list(monkey.watching):
            watch.cancel()
    by_kind = defaultdict[str, list[float]](list)
    for one in monkey.recoveries:
        by_kind[one.kind].append(one.seconds)
    return {
        "seed": seed,
        "leaves": len(said),
        "acts": acts,
        "faults": dict(sorted(monkey.faults.items())),
        "register": "PostgreSQL" if programs else "file",
        "unkilled": cluster.UNKILLED if postgres and not programs else "",
        "unmoved": "" if monkey.clocks else clocks.UNMOVED,
        "recovery": {kind: round(statistics.median(each), 2) for kind, each in sorted(by_kind.items())},
        "longest_recovery": round(max((one.seconds for one in monkey.recoveries), default=0.0), 2),
        "at_rest_after": round(rested, 1),
        "seconds": round(time.monotonic() - began, 1),
        "builds": builds,
        "short": short,
    }


async def _upgraded(settings: Settings, worker: Part, desk: load.Desk, acts: int, over: asyncio.Event) -> None:
    """Put this version in the worker's place when half of all is said, as an administrator does."""
    while desk.answered < acts // 2 and not over.is_set():  # noqa: ASYNC110  (as the desk itself counts)
        await asyncio.sleep(0.05)
    worker.kill()
    await asyncio.to_thread(migrate, settings.database)
    worker.code = None
    worker.may.set()


def _say(report: dict[str, Any]) -> None:
    many = sum(report["faults"].values())
    console.say(
        f"drill with seed {report['seed']}: {counted(report['leaves'], 'leave')}, {counted(report['acts'], 'act')}, "
        f"{counted(many, 'fault')}, {report['seconds']:.0f} s",
        "bold",
    )
    table = console.table("fault", "times", "moves again after", right=("times", "moves again after"))
    for kind, times in report["faults"].items():
        again = report["recovery"].get(kind)
        table.add_row(kind, str(times), f"{again:.1f} s" if again is not None else "")
    console.say(table)
    for unbroken in filter(None, (report["unmoved"], report["unkilled"])):
        console.say(unbroken)
    for each, times in report["builds"].items():
        console.say(f"{counted(times, 'leave')} by {each}")
    longest, rest = report["longest_recovery"], report["at_rest_after"]
    console.say(f"longest recovery {longest:.1f} s; at rest {rest:.1f} s after all was mended")
    for what in report["short"]:
        console.warn(f"FELL SHORT  {what}")
    if not report["short"]:
        console.say("nothing lost, nothing twice; places, days, seats, papers and numbers go together")
