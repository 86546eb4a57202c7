"""Setting a file aside and its entry are one: whoever dies between the two leaves a pledge, and the next one keeps it.

    spool/aside/.NUMBER-TO-ACT.act     the entry that is to be said as soon as the file it names lies beside it

The move decides. A pledge whose file was never moved is taken back; one whose file lies aside is said, by the next
process that sweeps. While its maker lives the pledge is locked, and nobody else touches it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from domain.acts import Act
from wiring.disk import content_of, locked, reading, same, sync, write_all
from wiring.spool.item import Item, Name, Unusable, parsed, written
from wiring.spool.shelves import shelf_of

if TYPE_CHECKING:
    from wiring.spool.folder import Spool


@contextmanager
def pledged(spool: Spool, act: Act, file: str) -> Iterator[None]:
    """Say an act of a file which this block moves to `aside`, whatever happens after the move.

    Raises:
        OSError: there is no room for it; nothing was moved.
        NotKept: there is no room for the act; it is said when there is, and the file lies aside.
    """
    item = Item(mission=spool.mission, kept_at=datetime.now(UTC), act=act, where=file)
    pledge = shelf_of(spool.folder, "aside") / f".{Name.of(0, act)}"
    at = os.open(pledge, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(at, fcntl.LOCK_EX)
        write_all(at, written(item))
        os.fsync(at)
        sync(pledge.parent)
        try:
            yield
        finally:
            _redeem(spool, pledge, item)
    finally:
        os.close(at)


def pledges(spool: Path) -> list[Path]:
    """What was pledged in the folder of a spool, and perhaps not kept yet."""
    return sorted(file for file in (spool / "aside").glob(".*.act") if is_pledge(file))


def is_pledge(file: Path) -> bool:
    """Whether a file is a pledge: it belongs to what lies aside, and goes where that goes."""
    return file.parent.name == "aside" and file.name[0] == "." and Name.parsed(file.name[1:]) is not None


def redeem(spool: Spool) -> None:
    """Keep what the dead have pledged. What there is no room for now is said another time."""
    with suppress(FileNotFoundError):
        for pledge in pledges(spool.folder):
            with suppress(OSError):  # one that is gone, or that nobody can read, keeps no other
                at = reading(pledge)
                try:
                    if locked(at) and same(at, pledge):
                        _redeem(spool, pledge, _item(spool, pledge))
                finally:
                    os.close(at)


def _item(spool: Spool, pledge: Path) -> Item | None:
    """What was pledged; None where its writing was cut off, and so nothing was moved."""
    try:
        return parsed(content_of(pledge), spool.mission, pledge.name.removeprefix("."))
    except Unusable:
        return None


def _redeem(spool: Spool, pledge: Path, item: Item | None) -> None:
    if item is not None and (pledge.parent / item.where).exists() and (held := spool.put(item.act, item.where)):
        held.release()
    pledge.unlink(missing_ok=True)
