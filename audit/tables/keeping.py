"""Keeping the index of an archive: only what is new since it was brought up last is read, run by run.

Each part stands for a stretch of the log, and is there whole or not at all; which log and how much of it the index has,
its first file tells. Whoever is killed at it goes on where they were.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any, Final, Literal, NamedTuple

import duckdb
from pydantic import ValidationError

from audit.archive.index import leaves_of
from audit.archive.leaves import Run, read
from audit.archive.sealed import digest_of
from audit.archive.vault import vault
from audit.archived import Archived
from audit.kinds import BASE, LEAVE
from audit.tables.reading import Task, read_all
from audit.tables.rows import TABLES
from audit.tlog.merkle import subtree
from audit.tlog.tiles import WIDTH, nodes_of
from domain.model import Model
from wiring import disk
from wiring.plainly import plainly
from wiring.settings import Settings
from wiring.trouble import Misset

ABOUT: Final = "about.json"
FORMAT: Final = "furlough-index/2"
STRETCH: Final = 4096
"""Entries of the log in one part: so much is written aside before it is compressed."""

MEMORY: Final = "512MB"
"""What DuckDB may take while it compresses a part, and while it is asked."""


class About(Model):
    """What the index says of itself: whose log, and up to where. `unread` are runs that could not be read."""

    format: Literal["furlough-index/2"] = FORMAT
    origin: str
    key: str
    entries: int = 0
    root: str = ""
    unread: dict[str, str] = {}


class Index(NamedTuple):
    """An index that is up to a checkpoint of its archive."""

    folder: Path
    about: About


def folder_of(settings: Settings, record: Archived) -> Path:
    """Where the index of an archive is kept unless told otherwise: with the mission, by the archive's key."""
    return settings.folder / "index" / digest_of(record.about.key.encode())[:16]


async def brought_up(record: Archived, folder: Path, told: Callable[[int, int], object] = lambda _a, _b: None) -> Index:
    """The index as of the checkpoint of an archive; `told` of each run that was read, and of how many there are.

    Raises:
        Misset: the folder has the index of another archive, or of what this one no longer begins with; or it cannot be
            written; or the archive cannot be read to its end.
    """
    try:
        with _alone(folder):
            about = _about(record, folder)
            _tidy(folder, about)
            while about.entries < record.head.size:
                about = await _stretch(record, folder, about, told)
    except OSError as error:
        raise Misset(f"The index {folder} cannot be written.", why=plainly(error), helps="--index DIR") from error
    return Index(folder, about)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else brings the index up meanwhile: who comes second waits, and finds it done."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _tidy(folder: Path, about: About) -> None:
    """What somebody left who was killed: a part which the first file does not tell of, and what lay aside."""
    for part in (folder / "parts").glob("*-*"):
        if int(part.name.partition("-")[0]) >= about.entries:
            shutil.rmtree(part)
    for aside in folder.glob(".part-*"):
        shutil.rmtree(aside, ignore_errors=True)


def _about(record: Archived, folder: Path) -> About:
    """What the index is of. Raises Misset where it is no index of this archive."""
    try:
        found = About.model_validate_json((folder / ABOUT).read_bytes())
    except FileNotFoundError:
        if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir() if path.name != "parts"):
            raise Misset(f"{folder} is no index.", why=f"expected {ABOUT} in it, got other files") from None
        return About(origin=record.about.origin, key=record.about.key)
    except (OSError, ValidationError) as error:
        why = plainly(error) if isinstance(error, OSError) else f"its {ABOUT} is not of the form {FORMAT}"
        raise Misset(f"The index {folder} cannot be read.", why=why, helps="remove it: it is made anew") from error
    same = (found.origin, found.key) == (record.about.origin, record.about.key)
    if not same or found.entries > record.head.size or found.root != _root(record, found.entries):
        raise Misset(
            f"The index {folder} is not of this archive.",
            why=f"expected {record.about.origin} as it is sealed, got {found.origin}, {found.entries} entries",
            known="nothing was changed",
            helps="furlough audit verify tells whether the archive was changed; --index DIR names another index",
        )
    return found


def _root(record: Archived, size: int) -> str:
    """The root over the first entries of the log, as its tiles have it."""
    if not size:
        return ""
    with record.readable():
        place = vault(record.place)
        return subtree(0, size, nodes_of(record.head.size, lambda tile: place.read(tile.path))).hex()


async def _stretch(record: Archived, folder: Path, about: About, told: Callable[[int, int], object]) -> About:
    """One part more. Runs that are sealed again later in the log are left for then."""
    begin, end = about.entries, min(about.entries + STRETCH, record.head.size)
    tasks, unread, aside = _newest(record, begin, end), dict(about.unread), _aside(folder)
    try:
        with ExitStack() as stack:
            files: dict[str, IO[str]] = {
                name: stack.enter_context((aside / f"{name}.json").open("w", encoding="utf-8")) for name in TABLES
            }
            with record.readable():
                async for one in read_all(tasks):
                    told(one.task.place, record.head.size)
                    leaf = one.task.leaf
                    unread.pop(leaf.run, None)
                    if one.wrong:
                        unread[leaf.run] = f"{leaf.id}: {one.wrong}"
                    for table, line in one.lines:
                        files[table].write(line + "\n")
        _compressed(aside)
        aside.replace(folder / "parts" / f"{begin:012d}-{end:012d}")
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    after = about.model_copy(update={"entries": end, "root": _root(record, end), "unread": unread})
    disk.keep(folder, Path(ABOUT), after.model_dump_json(indent=1).encode() + b"\n")
    return after


def _aside(folder: Path) -> Path:
    (folder / "parts").mkdir(mode=0o700, exist_ok=True)
    return Path(mkdtemp(prefix=".part-", dir=folder))


def _newest(record: Archived, begin: int, end: int) -> list[Task]:
    """The last sealing within a stretch of each run that tables tell of."""
    newest: dict[str, Task] = {}
    with record.readable():
        first = begin - begin % WIDTH  # leaves come by whole bundles
        for place, content in enumerate(leaves_of(vault(record.place), record.head.size, begin), first):
            if place >= end:
                break
            leaf = read(content)
            if place >= begin and isinstance(leaf, Run) and leaf.type in (LEAVE, BASE):
                newest[leaf.run] = Task(record.place, place, leaf)
    return list(newest.values())


def _compressed(aside: Path) -> None:
    """The files of a part, each turned into Parquet."""
    settings: dict[str, Any] = {"memory_limit": MEMORY, "threads": 1, "autoinstall_known_extensions": False}
    with duckdb.connect(":memory:", config=settings) as made:
        for name, columns in TABLES.items():
            file = aside / f"{name}.json"
            if file.stat().st_size:
                rows = made.read_json(str(file), format="newline_delimited", columns=columns)
                rows.write_parquet(str(aside / f"{name}.parquet"), compression="zstd")
            file.unlink()
