"""Files that are whole or not there at all, and on the disk when the writer is told so: also when the power fails."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from wiring.disk import sync


def keep(folder: Path, name: Path, content: bytes, *, once: bool = False) -> bool:
    """Write a file below a folder, for its owner's eyes only: aside, brought to the disk, then given its name.

    What may be written `once` only stays as whoever came first has written it. Returns whether this content was laid
    there now.
    """
    file = folder / name
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in reversed(name.parents):
        inside = folder / part
        if not inside.exists():
            inside.mkdir(mode=0o700, exist_ok=True)
            sync(inside.parent)
    aside = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
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
