"""The file of one act in the spool's folder: how it is begun, laid, held, sent from and taken away.

Its lock is taken before it has its name, and dies with its owner: what bears none is nobody's just now.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from wiring.disk import locked, reading, same, sync, write_all
from wiring.spool.item import Item, Name
from wiring.spool.shelves import Shelf, shelve
from wiring.trouble import Trouble


class NotKept(Trouble):
    """An act could not be written down: it was not sent either."""

    code = 4


class Closed(NotKept):
    """The spool's folder cannot be read: it is another user's, or no folder."""


class Held:
    """An act's file, and the lock on it: nobody else sends it while this is open."""

    def __init__(self, file: Path, at: int, item: Item) -> None:
        self.file, self.item, self._at = file, item, at

    @property
    def name(self) -> Name:
        """Its name."""
        name = Name.parsed(self.file.name)
        assert name  # noqa: S101  (nothing else is held)
        return name

    def strike(self) -> None:
        """Its outcome is known to who said it. A power cut that brings it back has it sent once more, to no effect."""
        self.tidy()
        self.file.unlink(missing_ok=True)

    def shelve(self, shelf: Shelf, why: dict[str, Any]) -> None:
        """Put it on a shelf for good, the reason beside it. Raises OSError: then it stays where it was."""
        self.tidy()
        shelve(self.file, shelf, why)

    def tidy(self) -> None:
        """Take away what somebody left who died as they wrote it anew: it stands as it was written before."""
        aside(self.file).unlink(missing_ok=True)

    def release(self) -> None:
        """Let others have it."""
        if self._at >= 0:
            os.close(self._at)
            self._at = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def not_kept(where: Path, error: OSError) -> NotKept:
    """That something could not be written down, and why."""
    return NotKept(
        "The act could not be kept, and was not sent.",
        why=f"expected room to write in {where}, got: {error.strerror or error}",
        known="nothing was changed, here or on the server; what waits in the spool is whole",
        helps="free some room (or mend the folder's rights) and say it again; until then write it down on paper",
    )


def aside(file: Path) -> Path:
    """Where it is written until it is whole."""
    return file.with_name(f".{file.name}")


def begun(file: Path) -> int:
    """Where the content of a file is written, under the lock which it then keeps."""
    at = os.open(aside(file), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(at, fcntl.LOCK_EX)
    return at


def laid(file: Path, at: int, item: Item, content: bytes) -> Held:
    """The file with its content, and its name, on the disk. Raises OSError: then it is as if it had not been begun."""
    try:
        write_all(at, content)
        os.fsync(at)
        aside(file).rename(file)
        sync(file.parent)
    except OSError:
        with suppress(OSError):
            aside(file).unlink(missing_ok=True)
        os.close(at)
        raise
    return Held(file, at, item)


def abandoned(file: Path) -> bool:
    """Whether nobody writes it any more: its writer's lock has died with it."""
    try:
        at = reading(file)
    except FileNotFoundError:
        return False
    except OSError as error:
        return error.errno == errno.ENXIO  # nobody writes an act into a pipe
    try:
        return locked(at) and same(at, file)
    finally:
        os.close(at)
