"""What a capsule holds for reading and no proof covers: how to check it, its verifier, the page of each leave.

It is read first, and by who cannot read the rest. So it is made of nothing but what is proved and of this program:
who opens a capsule makes it again, and tells where it is another.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from audit.archive.leaves import Run, read
from audit.archive.sealed import digest_of
from audit.archived import Archived
from audit.capsule import verify
from audit.capsule.verify import Capsule
from audit.journals import of_jobs
from audit.kinds import LEAVE
from audit.packed import Packed
from audit.page import page
from audit.replaying import Job
from audit.timeline import of_leave
from wiring import build as builds
from wiring.trouble import Trouble

_README: Final = """A capsule of the leave record of mission {mission}.

    python3 verify.py CAPSULE.zip KEY

checks it with nothing but Python's standard library; KEY is the line of the public key which the mission gave you by
another way. `furlough audit open CAPSULE.zip` does so too, shows what is in it, and tells whether this file, verify.py
and the pages are those which furlough makes: no proof covers them. Each file under object/ is compressed by Zstandard
(`zstd -d`); leaves.json tells what each is. The pages under pages/ tell the story of each leave; they were made from
its history, which alone is proved. The capsule holds personal data.
"""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")

VERIFIER: Final = "verify.py"


class Compared(NamedTuple):
    """What is not as this program makes it: `wrong` where the same code packed it, `unproved` where other code did."""

    wrong: list[str]
    unproved: list[str]


def always(mission: str) -> dict[str, bytes]:
    """What every capsule of a mission has for reading."""
    return {"README.txt": _README.format(mission=mission).encode(), VERIFIER: Path(verify.__file__).read_bytes()}


def enclosed(jobs: Iterable[Job], size: int) -> list[Job]:
    """Runs as a capsule tells of them: it has one checkpoint, of so many entries, over each of their sealings."""
    return [job._replace(snapshots=tuple(one._replace(checkpoint=size) for one in job.snapshots)) for job in jobs]


async def pages(each: AsyncIterator[tuple[str, list[Job]]], size: int) -> tuple[dict[str, str], dict[str, Trouble]]:
    """The page of each leave, as a capsule has it; and of which there is none, since its record tells no story.

    One leave after the other is kept in memory.
    """
    made, none = dict[str, str](), dict[str, Trouble]()
    async for leave, jobs in each:
        try:
            made[leave] = page(of_leave(await of_jobs(leave, enclosed(jobs, size))))
        except Trouble as trouble:
            none[leave] = trouble
    return made, none


def leaves_among(entries: Iterable[bytes]) -> frozenset[str]:
    """The ids of the leaves whose sealings are among these entries of a log."""
    runs = (read(content) for content in entries)
    return frozenset(leaf.id for leaf in runs if isinstance(leaf, Run) and leaf.type == LEAVE)


async def sealed_leaves(record: Archived, ids: frozenset[str]) -> AsyncIterator[tuple[str, list[Job]]]:
    """Some leaves of an archive with their runs, which are not read yet; of no ids none."""
    if ids:
        async for one in record.each(LEAVE, ids):
            yield one


def name_of(leave: str) -> str:
    """Under which name files of a leave lie: its id. One that no mission gives might lead elsewhere: its digest."""
    return leave if _NAME.fullmatch(leave) else digest_of(leave.encode("utf-8", "surrogatepass"))


def path_of(leave: str) -> str:
    """Where the page of a leave lies in a capsule."""
    return f"pages/{name_of(leave)}.html"


async def compared(file: Path) -> Compared:
    """What of a capsule is for reading, held against what this program makes of that which is proved in it.

    Raises:
        Misset: it is no capsule, not whole, or holds what cannot be read.
    """
    record = Packed(file)
    capsule: Capsule = record.opened
    about = json.loads(capsule.read("about.json"))
    made, none = await pages(record.each(LEAVE), record.size)
    expected = always(str(about.get("mission"))) | {path_of(leave): text.encode() for leave, text in made.items()}
    why = {path_of(leave): trouble.what for leave, trouble in none.items()}
    return _held_against(capsule, expected, why, str(about.get("build", "")))


def _held_against(capsule: Capsule, expected: Mapping[str, bytes], why: Mapping[str, str], build: str) -> Compared:
    found, same = Compared([], []), builds.is_of(build, builds.digest_of(builds.code(builds.ROOT)))
    found.wrong.extend(f"{name}: it is missing" for name in sorted(expected.keys() - capsule.names))
    for name in sorted(capsule.names):
        if name.startswith("pages/") and name not in expected:
            told = why.get(name)
            said = f"nothing to compare it with: {told}" if told else "the capsule has no such leave: do not read it"
            (found.unproved if told else found.wrong).append(f"{name}: {said}")
        elif name in expected and capsule.read(name) != expected[name]:
            use = "do not run it" if name == VERIFIER else "do not go by it"
            if same:
                found.wrong.append(f"{name}: it is not what the build that packed the capsule makes: {use}")
            else:
                by = f"the capsule says that build {build[:60]} packed it" if build else "it does not say who packed it"
                found.unproved.append(f"{name}: no proof covers it, and this build makes another; {by}: {use}")
    return found
