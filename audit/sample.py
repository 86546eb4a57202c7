"""`furlough audit sample`: leaves drawn by lot, a capsule of each, and a worksheet with what could be tested."""

from __future__ import annotations

import csv
import json as json_
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

from cyclopts import Parameter

from audit.archive.leaves import Unreadable
from audit.archive.sealed import Broken
from audit.archive.vault import Missing, TooLarge, vault
from audit.archived import Archived
from audit.attributes import ATTRIBUTES, Case, attributes_of
from audit.capsule.packing import Entry, chosen_each, pack
from audit.capsule.reading import enclosed, name_of
from audit.journals import Journal, of_jobs
from audit.kinds import LEAVE
from audit.lots import Drawn, Stratum, draw
from audit.page import page
from audit.population import Beside, Unread, beside, leaves
from audit.register_then import registers
from audit.replaying import Job, sealed_runs
from audit.sources import archived
from audit.testing import Tested
from audit.timeline import of_leave
from audit.tlog.tiles import Torn
from domain.leave.events import Asked
from domain.words import counted
from wiring import console
from wiring.plainly import plainly
from wiring.settings import Settings
from wiring.trouble import Misset

STRATA: Final = ("base", "kind", "unit", "nation", "component")
"""By what a population may be divided; of a leave that was never opened it is `-`."""

WORKSHEET: Final = "worksheet.csv"
FINDING: Final = "finding"
"""The column which is the auditor's."""


async def sample(
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    seed: int,
    size: int = 60,
    by: str = "",
    archive: str | None = None,
    key: str | None = None,
    mission: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Draw leaves by lot out of an archive: a capsule of each, and a worksheet with the attributes that were tested.

    The same archive, size, seed and strata give the same sample, whoever draws it.

    Args:
        output: The folder to be made.
        seed: Any whole number; let one name it who could not look into the archive.
        size: How many.
        by: Divide the population first, by any of base, kind, unit, nation, component: base,kind. Each part gives its
            share.
        archive: The archive's folder or address; else the mission's.
        key: The line of the public key which the mission gave you, or a file that holds it; else the archive's own.
        mission: The mission's code; else the profile's.
        json: One JSON document instead of sentences.
    """
    strata = _strata(by)
    if size < 1:
        raise Misset("A sample of none.", why=f"expected --size 1 or more, got {size}")
    settings = Settings.load(mission=mission)
    record = archived(settings, archive, mission, key)
    _make(output)
    frame = await _frame(record, strata)
    drawn = draw(frame, size, seed)
    ids = [one.id for one in drawn]
    tests = dict[str, Tested]()
    with (
        console.progress() as bar,
        _whole(record),
        TemporaryDirectory(prefix="furlough-registers-") as room,
    ):
        around = (await beside(record))._replace(registers=await registers(record, Path(room)))
        task = bar.add_task("packing", total=len(ids))
        entries = chosen_each(vault(record.place), record.head.size, ids)
        async for leave_id, jobs in record.each(LEAVE, frozenset(ids)):
            tests[leave_id], pages = await _tested(record, around, leave_id, jobs)
            _pack(record, entries[leave_id], output / _capsule(leave_id), pages)
            bar.advance(task)
    document = _document(record, frame, drawn, size, seed, strata)
    _write(output, [_row(one, strata, tests[one.id]) for one in drawn], strata, document)
    if json:
        console.document(document)
    else:
        console.say(f"{output}: {counted(len(drawn), 'leave')} of {len(frame)}, by seed {seed}")
        console.say(f"{WORKSHEET} has what was tested, and an empty column for what you find; capsules/ has each leave")
        console.note("it holds personal data: keep it as you keep personnel files")
    return 0


def _strata(by: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(part.strip() for part in by.split(",") if part.strip()))
    if unknown := [name for name in named if name not in STRATA]:
        raise Misset(
            f"A population is not divided by {', '.join(unknown)[:60]}.",
            why=f"expected any of {', '.join(STRATA)}",
            helps="--by base,kind",
        )
    return named


def _make(folder: Path) -> None:
    """The folder, for its owner alone. Raises Misset where something is there: a sample is never mixed with another."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Misset(f"{folder} is there already.", why="expected no such folder, or an empty one", helps="-o DIR")
        (folder / "capsules").mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
    except OSError as error:
        raise Misset(f"{folder} cannot be made.", why=plainly(error), helps="-o DIR") from error


async def _frame(record: Archived, strata: Sequence[str]) -> dict[str, Stratum]:
    """The population: each leave that has ever been sealed, with its stratum."""
    if not strata:
        ids = (job.id for job in sealed_runs(record.place, record.head.size, frozenset(), None, frozenset({LEAVE})))
        return dict.fromkeys(ids, ())
    return {told.id: _stratum(told, strata) async for told in leaves(record)}


def _stratum(told: Journal | Unread, strata: Sequence[str]) -> Stratum:
    events = () if isinstance(told, Unread) else (one.entry.event for one in told.written)
    asked = next((event for event in events if isinstance(event, Asked)), None)
    if asked is None:
        return ("-",) * len(strata)
    return tuple(str(asked.ask.leave_kind if name == "kind" else getattr(asked.member, name)) for name in strata)


async def _tested(record: Archived, around: Beside, leave_id: str, jobs: list[Job]) -> tuple[Tested, dict[str, str]]:
    """What could be tested of a leave, and its page; why not, where it cannot be read: it is drawn all the same."""
    try:
        told = await of_jobs(leave_id, enclosed(jobs, record.head.size))
        case = Case(told, partial(around.around, now=record.as_of()))
        return Tested(leave_id, case.state.number, attributes_of(case)), {leave_id: page(of_leave(told))}
    except Misset as error:
        return Tested(leave_id, wrong=error.why), {}
    except Exception as fault:  # noqa: BLE001  (a forged history may break anything)
        return Tested(leave_id, wrong=f"it tells no story ({type(fault).__name__})"), {}


def _pack(record: Archived, entries: Sequence[Entry], to: Path, pages: dict[str, str]) -> None:
    try:
        pack(vault(record.place), record.about, record.note, record.head, entries, to, pages)
    except OSError as error:
        raise Misset(f"{to} cannot be written.", why=plainly(error)) from error


def _capsule(leave: str) -> str:
    """Where the capsule of a leave lies in the folder of a sample."""
    return f"capsules/{name_of(leave)}.zip"


@contextmanager
def _whole(record: Archived) -> Iterator[None]:
    try:
        yield
    except (Missing, TooLarge, Torn, Unreadable, Broken) as error:
        raise Misset(f"{record} is not whole.", why=str(error), helps=record.remedy) from error


def _row(one: Drawn, strata: Sequence[str], tested: Tested) -> dict[str, Any]:
    """A line of the worksheet."""
    row: dict[str, Any] = {"leave_id": one.id, "number": tested.number, "place": one.place}
    row |= dict(zip(strata, one.stratum, strict=True))
    answers: dict[str, str] = {each.name: each.answer for each in tested.answers}
    row |= answers or dict.fromkeys(ATTRIBUTES, "not tested")
    why = [f"{each.name}: {each.why} (entries {' '.join(map(str, each.entries))})" for each in tested.exceptions]
    return row | {"exceptions": "; ".join(why) or tested.wrong, "capsule": _capsule(one.id), FINDING: ""}


def _document(
    record: Archived,
    frame: dict[str, Stratum],
    drawn: Sequence[Drawn],
    size: int,
    seed: int,
    strata: Sequence[str],
) -> dict[str, Any]:
    """How the sample was drawn, so that it can be drawn again."""
    population, given = Counter(frame.values()), Counter(one.stratum for one in drawn)
    return {
        "log": record.about.origin,
        "entries": record.head.size,
        "root": record.head.root.hex(),
        "size": size,
        "seed": seed,
        "by": list(strata),
        "population": len(frame),
        "strata": [
            {"stratum": list(one), "population": many, "drawn": given[one]} for one, many in sorted(population.items())
        ],
        "drawn": [{"leave_id": one.id, "lot": one.lot} for one in drawn],
    }


def _write(folder: Path, rows: Sequence[dict[str, Any]], strata: Sequence[str], document: dict[str, Any]) -> None:
    columns = ["leave_id", "number", "place", *strata, *ATTRIBUTES, "exceptions", "capsule", FINDING]
    try:
        (folder / WORKSHEET).touch(mode=0o600)
        with (folder / WORKSHEET).open("w", encoding="utf-8", newline="") as file:
            written = csv.DictWriter(file, columns, lineterminator="\n")
            written.writeheader()
            written.writerows(rows)
        (folder / "sample.json").write_text(json_.dumps(document, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise Misset(f"{folder} cannot be written.", why=plainly(error)) from error
