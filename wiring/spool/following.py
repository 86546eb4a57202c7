"""A spool takes over what lies in the one before it, where a mission is laid back to a backup."""

from __future__ import annotations

import os
from pathlib import Path

from wiring.disk import content_of, private, sync
from wiring.spool.aside import pledges
from wiring.spool.folder import Spool
from wiring.spool.shelves import SHELVES, why_file


def follow(spool: Spool, before: Spool) -> tuple[int, list[Path]]:
    """Take over, as the files they are, what waits in the spool as it was before, and what lies on its shelves.

    How many acts wait, and what could not be read, which stays where it was. Numbers go on after its last one, and what
    was shelved since waits no more. What was pledged of what lies aside is pledged here: nothing can be said meanwhile.
    Nobody may put anything into the two.
    """
    before.sweep()
    spool.number_after(before)
    waiting = [before.folder / str(name) for name in before.waiting()]
    shelved = [file for shelf in SHELVES for file in before.shelved(shelf)]
    left = [
        file for file in (*waiting, *shelved, *pledges(before.folder)) if not _taken(file, before.folder, spool.folder)
    ]
    for file in shelved:
        (spool.folder / file.name).unlink(missing_ok=True)
    for folder in (spool.folder, *(spool.folder / shelf for shelf in SHELVES)):
        if folder.exists():
            sync(folder)
    return len(set(waiting) - set(left)), left


def _taken(file: Path, there: Path, here: Path) -> bool:
    """Whether a file lies here now as it lies there, with the reason why it was shelved."""
    for one in (file, why_file(file)):
        to = here / one.relative_to(there)
        try:
            found = content_of(one)
        except FileNotFoundError:
            continue
        except OSError:
            return False
        to.parent.mkdir(mode=0o700, exist_ok=True)
        with open(to, "wb", opener=private) as out:
            out.write(found)
            out.flush()
            os.fsync(out.fileno())
    return True
