"""The journals of leaves as an archive has them: of what has left the server, and can be asked for nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from audit.archive.about import about, of_mission
from audit.archive.leaves import Unreadable
from audit.archive.log import HEAD
from audit.archive.sealed import Broken, history_of
from audit.archive.vault import Missing, TooLarge, vault
from audit.offline import journal_of
from audit.replaying import sealed_bytes, sealed_runs
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import NotSigned
from audit.tlog.tiles import Torn
from domain.decider import Entry
from wiring.trouble import Misset


async def journals(place: str, mission: str | None) -> AsyncIterator[tuple[str, list[Entry[Any]]]]:
    """Each leave in an archive by its id, as its newest snapshot has it.

    Raises:
        Misset: there is no archive of the mission, or what lies in it is not what was sealed.
    """
    where = vault(place)
    told = about(where)
    if told is None:
        raise Misset(
            f"There is no archive in {where}.",
            why="expected its first file about.json, got none",
            helps="name its folder or address: --archive",
        )
    of_mission(where, told, mission)
    with readable(place):
        head = Checkpoint.open(where.read(HEAD), [told.verifying])
        for job in sealed_runs(place, head.size, frozenset(), None):
            yield job.id, await journal_of(job.id, history_of(sealed_bytes(job)))


@contextmanager
def readable(place: str) -> Iterator[None]:
    """What is wrong with an archive while it is read, told as Misset."""
    try:
        yield
    except (Missing, NotSigned, Torn, Unreadable, Broken, TooLarge) as error:
        raise Misset(
            f"The archive {place} cannot be read to its end.",
            why=str(error),
            helps=f"furlough audit verify {place} tells all that is wrong with it",
        ) from error
