"""What lasting files ask of the kernel.

They are whole or not there at all, and on the disk when their writer is told so, also when the power fails. Locks die
with their owner, and rights are the owner's alone.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def own(folder: Path) -> None:
    """Make a folder which its owner alone may enter. One that is there becomes so. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def private(path: str, flags: int) -> int:
    """The `opener` of a file which, when it is new, its owner alone may read."""
    return os.open(path, flags, 0o600)


def reading(file: Path) -> int:
    """Open a file to read it, wherever somebody else may have laid something that makes its reader wait for ever.

    Raises:
        OSError: it cannot be opened, or is a pipe or a device.
    """
    at = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    kind = os.fstat(at).st_mode
    if stat.S_ISREG(kind) or stat.S_ISDIR(kind):
        return at
    os.close(at)
    raise OSError(errno.ENXIO, "It is a pipe or a device", str(file))


def content_of(file: Path, most: int = -1) -> bytes:
    """So many bytes of a file at most, as `reading` opens it. Raises OSError."""
    at = reading(file)
    try:
        with os.fdopen(at, "rb", closefd=False) as opened:
            return opened.read(most)
    finally:
        os.close(at)


def write_all(at: int, content: bytes) -> None:
    """All of it: the kernel may take less at a time."""
    view = memoryview(content)
    while view:
        view = view[os.write(at, view) :]


def sync(path: Path) -> None:
    """Brings a file to the disk, or a folder's list of names."""
    at = os.open(path, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)


def keep(folder: Path, name: Path, content: bytes, *, once: bool = False, mode: int = 0o600) -> bool:
    """Write a file below a folder: aside, brought to the disk, then given its name. Folders on the way are made.

    What may be written `once` only stays as whoever came first has written it. Returns whether this content was laid
    there now; it is for its owner's eyes only unless its `mode` says else.

    Raises:
        OSError: it could not be written; what was there before stays.
    """
    file = folder / name
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in reversed(name.parents):
        inside = folder / part
        if not inside.exists():
            inside.mkdir(mode=0o700, exist_ok=True)
            sync(inside.parent)
    aside = file.with_name(f".{secrets.token_hex(8)}")  # short: the name of the file may be as long as names can be
    try:
        at = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            write_all(at, content)
            os.fsync(at)
        finally:
            os.close(at)
        if once:
            try:
                file.hardlink_to(aside)
            except FileExistsError:
                return False
        else:
            aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    sync(file.parent)
    return True


def remove(file: Path) -> None:
    """Take a file away for good. Raises FileNotFoundError."""
    file.unlink()
    sync(file.parent)


def names_in(folder: Path) -> list[str]:
    """All names of a folder; each act asks for them, so that they are not made paths of."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def same(at: int, file: Path) -> bool:
    """Whether the file which was opened is still the one of this name."""
    try:
        return os.path.samestat(os.fstat(at), file.stat())
    except FileNotFoundError:
        return False


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Nobody else who asks so for this file, which is there and is never replaced, is at work meanwhile."""
    with file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def locked(at: int) -> bool:
    """Whether the lock on a file is ours now; it is not where another has it."""
    try:
        fcntl.flock(at, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
