"""What lasting files ask of the kernel.

Bytes and names brought to the disk, locks which die with their owner, and rights which are the owner's alone.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def own(folder: Path) -> None:
    """Make a folder which its owner alone may enter. One that is there becomes so. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def private(path: str, flags: int) -> int:
    """The `opener` of a file which, when it is new, its owner alone may read."""
    return os.open(path, flags, 0o600)


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


def locked(at: int) -> bool:
    """Whether the lock on a file is ours now; it is not where another has it."""
    try:
        fcntl.flock(at, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
