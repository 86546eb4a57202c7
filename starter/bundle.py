"""A backup as a file: all that a mission keeps on this machine, each file with its digest, whole or not at all.

The order makes copies fit that are taken one after the other: what waits in the spool, then the histories, then the
register, then what both cite. So the register may have what no leave knows yet, and is asked for it once more; the
other way round leaves would rest on what the register has forgotten.
"""

from __future__ import annotations

import io
import os
import secrets
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import ValidationError

from domain.model import Instant, Model, Sha256
from starter import dumping
from wiring.build import build_id
from wiring.disk import sync
from wiring.plainly import plainly
from wiring.spool import is_pledge
from wiring.trouble import Misset, Trouble

FORM: Final = 1
MANIFEST: Final = "backup.json"
DATABASES: Final = ("temporal.db", "register.db")
DUMP: Final = "register.dump"
"""The register where it is a database of PostgreSQL."""
FIRST: Final = ("spool", *DATABASES, DUMP, "store")
"""What is copied first, in this order; the rest follows."""
NOT_KEPT: Final = ("running.json", "lock", "copies", "service.env")
"""What tells of now, or is made anew; and passwords, where an older build kept them."""
_LEFT: Final = ("-wal", "-shm", ".log", ".making", ".new")
PIECE: Final = 2**20


class Manifest(Model):
    """What a backup holds: the digest of each file by its path in the mission's folder, and what made it."""

    form: int = FORM
    mission: str
    at: Instant
    build: str
    files: dict[str, Sha256]


class Broken(Trouble):
    """A backup that cannot be laid back. It is left as it is, and so is the mission."""

    code = 7


def make(folder: Path, mission: str, to: Path, apart: Path, register: str | None = None) -> Manifest:
    """Copy a mission's folder while it runs, but for the one file that is kept `apart` from it.

    `register` is the address of its register where that is a database of PostgreSQL, and no file of the mission.

    Raises:
        Misset: there is no embedded server here, or it cannot be written there; nothing is left of what was begun.
    """
    if not (folder / DATABASES[0]).exists():
        raise Misset(
            f"There are no histories of {mission} here.",
            why=f"expected {folder / DATABASES[0]}, the file of an embedded server, got none",
            helps="a server of its own is backed up by the tools of its database",
        )
    aside = to.with_name(f".{to.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                files = dict(_added(tar, folder, aside, apart, register))
                told = Manifest(mission=mission, at=datetime.now(UTC), build=build_id(), files=files)
                _put(tar, MANIFEST, told.model_dump_json(indent=1).encode())
            out.flush()
            os.fsync(out.fileno())
        aside.replace(to)
        sync(to.parent)
    except (OSError, sqlite3.Error) as error:
        raise Misset(
            f"The backup {to} could not be made.",
            why=plainly(error),
            known="nothing was changed; what was begun of it is removed",
            helps="choose a folder with room for it",
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return told


def _added(
    tar: tarfile.TarFile, folder: Path, aside: Path, apart: Path, register: str | None
) -> Iterator[tuple[str, Sha256]]:
    copy = aside.with_name(f"{aside.name}.db")
    for file in _kept(folder, dumped=register is not None):
        if register and file == folder / DUMP:
            yield DUMP, _dumped(tar, register, copy)
            continue
        if file.resolve() == apart.resolve():
            continue
        name = file.relative_to(folder).as_posix()
        if name in DATABASES:
            if not (register and name == "register.db"):  # it is the register no more
                yield name, _database(tar, name, file, copy)
            continue
        with suppress(FileNotFoundError):  # an act was answered meanwhile, and has left the spool
            yield name, _put(tar, name, file.read_bytes())


def _kept(folder: Path, *, dumped: bool) -> Iterator[Path]:
    """All files of a mission, in the order in which they are copied; the dump is made when its turn comes."""
    others = sorted(
        path.name for path in folder.iterdir() if path.name not in (*FIRST, *NOT_KEPT) and path.name[0] != "."
    )
    for name in (*FIRST, *others):
        place = folder / name
        if place.is_dir():
            yield from sorted(path for path in place.rglob("*") if path.is_file() and _whole(path))
        elif (name == DUMP and dumped) or (place.is_file() and not place.name.endswith(_LEFT)):
            yield place


def _whole(file: Path) -> bool:
    """Whether a file is more than one that is being written. What was pledged of the spool is, though it is hidden."""
    return not file.name.startswith(".") or is_pledge(file)


def _database(tar: tarfile.TarFile, name: str, file: Path, copy: Path) -> Sha256:
    """One moment of a database that is written meanwhile."""
    try:
        with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(copy)) as at_rest:
            copy.chmod(0o600)
            live.backup(at_rest)
            at_rest.execute("PRAGMA journal_mode=DELETE").close()
        tar.add(copy, name)
        return _digest(copy)
    finally:
        copy.unlink(missing_ok=True)


def _dumped(tar: tarfile.TarFile, register: str, copy: Path) -> Sha256:
    """One moment of a register on PostgreSQL."""
    try:
        dumping.dump(register, copy)
        tar.add(copy, DUMP)
        return _digest(copy)
    finally:
        copy.unlink(missing_ok=True)


def _digest(file: Path) -> Sha256:
    found = sha256()
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def _put(tar: tarfile.TarFile, name: str, content: bytes) -> Sha256:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(datetime.now(UTC).timestamp())
    tar.addfile(entry, io.BytesIO(content))
    return sha256(content).hexdigest()


def unpack(file: Path, mission: str, into: Path) -> Manifest:
    """Lay a backup's files into an empty folder, each as it was copied.

    Raises:
        Broken: it is cut or changed, no backup, another mission's, of a newer build, or a database in it is damaged.
        Misset: it cannot be read, or there is no room.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            found = dict(_unpacked(tar, into))
        for folder in (into, *(path for path in into.rglob("*") if path.is_dir())):
            sync(folder)
        told = Manifest.model_validate_json((into / MANIFEST).read_bytes())
    except (tarfile.TarError, EOFError, ValidationError, ValueError) as error:
        raise broken(file, f"it is cut, or no backup of this furlough: {type(error).__name__}") from error
    except OSError as error:
        if error.filename == str(into / MANIFEST):
            raise broken(file, f"expected {MANIFEST} in it, got none: it is cut, or no backup") from error
        raise Misset(f"{file} cannot be laid back.", why=plainly(error), helps="check file and disk") from error
    found.pop(MANIFEST, None)
    (into / MANIFEST).unlink()
    if told.form != FORM:
        raise broken(file, f"expected form {FORM}, got {told.form}: it is of another build")
    if told.mission != mission:
        raise broken(file, f"expected one of {mission}, got one of {told.mission}")
    if found != told.files:
        differ = sorted({name for name, _ in found.items() ^ told.files.items()})
        raise broken(file, f"it was changed: {', '.join(differ[:3])}")
    for name in DATABASES:
        if name in told.files and (why := _damage(into / name)):
            raise broken(file, f"{name} in it is damaged: {why}")
    if DUMP in told.files and (why := dumping.damage(into / DUMP)):
        raise broken(file, f"{DUMP} in it is damaged: {why}")
    return told


def _unpacked(tar: tarfile.TarFile, into: Path) -> Iterator[tuple[str, Sha256]]:
    for entry in tar:
        path = PurePosixPath(entry.name)
        if not entry.isfile() or path.is_absolute() or ".." in path.parts:
            raise tarfile.TarError("a file outside the mission's folder")
        content = tar.extractfile(entry)
        assert content  # noqa: S101  (it is a file)
        to = into / path
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = sha256()
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while piece := content.read(PIECE):
                found.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        yield entry.name, found.hexdigest()


def _damage(file: Path) -> str:
    try:
        with closing(sqlite3.connect(file)) as opened:
            (found,) = opened.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else str(found)


def broken(file: Path, why: str) -> Broken:
    """Why a backup is not laid back."""
    return Broken(
        f"{file} is not laid back.",
        why=why,
        known="nothing was changed; the file is left as it is",
        helps="take another backup of this mission",
    )
