"""Shelves of the spool: what is not sent any more is moved there, never deleted, and the reason lies beside it."""

from __future__ import annotations

import errno
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from wiring.disk import content_of, keep, sync

Shelf = Literal["returned", "unreadable", "aside"]
SHELVES: Final[tuple[Shelf, ...]] = ("returned", "unreadable", "aside")

UNREAD: Final = (errno.EACCES, errno.EPERM, errno.EISDIR, errno.ELOOP, errno.ENXIO, errno.EIO)
"""Why a file itself cannot be read, whoever else may go on: its rights, its nature, or the disk below it."""


def noted(reason: str) -> dict[str, Any]:
    """A reason as it is laid beside a file, with the time."""
    return {"at": datetime.now(UTC).isoformat(), "reason": reason}


def why_file(file: Path) -> Path:
    """Where the reason lies why something was shelved."""
    return file.with_name(f"{file.name}.why")


def why(file: Path) -> dict[str, Any]:
    """Why something was shelved; empty where that is not known."""
    try:
        told = json.loads(content_of(why_file(file)))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def shelf_of(spool: Path, shelf: Shelf) -> Path:
    """The folder of a shelf, made where it is not there yet: also its name is on the disk."""
    folder = spool / shelf
    if not folder.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        sync(spool)
    return folder


def shelve(file: Path, shelf: Shelf, reason: dict[str, Any], *, name: str = "") -> Path:
    """Move a file to a shelf, after the reason was brought to the disk. Raises OSError: then it stays."""
    folder = file.parent if file.parent.name not in SHELVES else file.parent.parent
    to = shelf_of(folder, shelf) / (name or file.name)
    keep(to.parent, Path(why_file(to).name), json.dumps(reason, ensure_ascii=False).encode())
    file.rename(to)
    why_file(file).unlink(missing_ok=True)
    sync(to.parent)
    sync(file.parent)  # a power cut must not bring it back as one that waits
    return to
