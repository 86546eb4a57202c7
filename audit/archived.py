"""An archive as a record that is read: of each run the newest sealing, each file read when it is asked for.

Its entries are hashed and laid beside the signed root before any of them is read, so that nothing is told as the record
which the key has not signed. Files are read by their hashes, which stand in the entries.
"""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from audit.archive import keys
from audit.archive.about import about, told_by
from audit.archive.index import Index, index, leaves_of, signed_leaves
from audit.archive.leaves import File, Run, Seal, Unreadable, read
from audit.archive.log import HEAD
from audit.archive.sealed import Broken
from audit.archive.vault import Missing, TooLarge, Vault, vault
from audit.replaying import EVERY, Job, sealed_bytes, sealed_runs
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import NotSigned
from audit.tlog.tiles import Torn
from wiring.settings import Settings
from wiring.trouble import Misset

NAME_IT: Final = "name its folder or address: --archive PLACE; furlough audit seal makes one"


class Archived:
    """An archive: the newest snapshot of each run."""

    def __init__(self, place: str, mission: str | None, key: str | None = None, helps: str = NAME_IT) -> None:
        """`key` is the public one that was given to the auditor; else the archive's own is taken, which is noted.

        `helps` tells what to do where there is no archive.

        Raises:
            Misset: there is none of this mission, the key is another, or its entries are not those that were signed.
        """
        self.place, self.key = place, key
        where = vault(place)
        self.about = told_by(where, mission, helps=helps)
        self.trusted = keys.trusted(key) if key else self.about.verifying
        with self.readable():
            self.note = where.read(HEAD)
            self.head = Checkpoint.open(self.note, [self.trusted])
            self._signed(where)

    def _signed(self, where: Vault) -> None:
        """Whether the entries are those over which the signed root stands. Raises Torn."""
        if self.head.origin != self.about.origin:
            raise Torn(f"expected the log {self.about.origin}, got {self.head.origin}")
        for _ in signed_leaves(where, self.head):
            pass

    def __str__(self) -> str:
        return f"the archive {self.place}"

    async def runs(
        self, ids: frozenset[str], types: frozenset[str] = EVERY, since: datetime | None = None
    ) -> AsyncIterator[Job]:
        """See Source; of those alone that were sealed since a moment."""
        with self.readable():
            for job in sealed_runs(self.place, self.head.size, ids, since, types):
                yield job

    async def each(self, type_: str, /, ids: frozenset[str] = EVERY) -> AsyncIterator[tuple[str, list[Job]]]:
        """See Source; of those named by `ids` with their snapshots."""
        with self.readable():
            jobs: dict[str, list[Job]] = {}
            for job in sealed_runs(self.place, self.head.size, ids, None, frozenset({type_})):
                jobs.setdefault(job.id, []).append(job)
        for workflow_id, runs in jobs.items():
            yield workflow_id, runs

    def files(self, what: str, /) -> Iterator[tuple[int, File, bytes]]:
        """See Source."""
        with self.readable():
            for i, leaf in self.listed(what):
                yield i, leaf, self.content(leaf)

    def content(self, leaf: File) -> bytes:
        """What a file holds. Raises Broken."""
        return sealed_bytes(Job("", "", self.place, leaf.sha256))

    def listed(self, what: str, /) -> Iterator[tuple[int, File]]:
        """See Source."""
        with self.readable():
            for i, content in enumerate(leaves_of(vault(self.place), self.head.size)):
                if what.encode() not in content:  # most leaves are runs, and need not be read
                    continue
                leaf = read(content)
                if isinstance(leaf, File) and leaf.what == what:
                    yield i, leaf

    def as_of(self) -> datetime:
        """See Source."""
        with self.readable():
            *_, last = leaves_of(vault(self.place), self.head.size, self.head.size - 1)
            leaf = read(last)
        return leaf.ended_at if isinstance(leaf, Seal) else leaf.sealed_at

    def known(self) -> Index:
        """What is in the log. Raises NotReached."""
        return index(vault(self.place), self.head.size)

    def leaves(self) -> Iterator[Run | File | Seal]:
        """All leaves of the log. Raises Misset."""
        with self.readable():
            for content in leaves_of(vault(self.place), self.head.size):
                yield read(content)

    @property
    def remedy(self) -> str:
        """What to do where it is not whole: by the key that was given, since a forged archive names its forger's."""
        given = ["--key", self.key] if self.key else []
        return f"{shlex.join(['furlough', 'audit', 'verify', self.place, *given])} tells all that is wrong with it"

    @contextmanager
    def readable(self) -> Iterator[None]:
        """What is wrong with the log while it is read, told as Misset."""
        try:
            yield
        except (Missing, NotSigned, Torn, Unreadable, Broken, TooLarge) as error:
            raise Misset(
                f"The archive {self.place} cannot be read to its end.",
                why=str(error),
                helps=self.remedy,
            ) from error


def at_home(settings: Settings) -> Archived | None:
    """The mission's own archive, where there is one: it has what has left the server. Raises as Archived."""
    if about(vault(settings.archive_place)) is None:
        return None
    return Archived(settings.archive_place, settings.mission)
