"""A file could not be written: a full disk is no fault of what was typed, and is told as what it is."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from wiring.disk import keep
from wiring.plainly import plainly
from wiring.trouble import Misset, Trouble

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Full(Trouble):
    """There is no room for a file."""

    code = 4


def unwritten(what: str, error: OSError, helps: str) -> Full | Misset:
    """What to raise where a file could not be written; `helps` where it is not for want of room."""
    if error.errno not in NO_ROOM:
        return Misset(what, why=plainly(error), helps=helps)
    return Full(
        what,
        why=plainly(error),
        known="nothing was changed, and what was there before stays",
        helps="free some room, then say it again",
    )


def print_out(file: Path, text: str, what: str) -> None:
    """Write a page to be printed, for its owner's eyes only: names may stand on it.

    Raises:
        Full, Misset: it could not be written; one of this name that was there stays as it was.
    """
    try:
        keep(file.parent, Path(file.name), text.encode())
    except OSError as error:
        raise unwritten(f"The {what} {file} cannot be written.", error, "print from another folder") from error
