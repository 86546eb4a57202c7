"""Where the histories of a record are read: an archive, a capsule, or the server that still keeps them.

An archive and a capsule may be read by whoever has them: they hold what personnel files hold. A server is asked as a
desk asks it, and shows a record to auditors alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Protocol

from cyclopts import Group, Parameter

from activities.register import lookups, posts
from activities.register.database import engine, reading
from audit.archive.leaves import File
from audit.archived import NAME_IT, Archived
from audit.packed import Packed
from audit.replaying import EVERY, Job
from audit.served import Served
from wiring import console
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.trouble import Misset

SOURCE: Final = Group("Source", help="Where the record is read; else in the mission's archive.", sort_key=9)


@Parameter(name="*", group=SOURCE)
@dataclass(frozen=True, kw_only=True)
class From:
    """Which record is meant."""

    archive: str | None = None
    """The archive's folder or address."""
    capsule: Path | None = None
    """A capsule, in place of an archive."""
    key: str | None = None
    """The line of the public key which the mission gave you, or a file that holds it; else the record's own."""
    server: Annotated[bool, Parameter(negative="")] = False
    """The mission's server, in place of an archive."""
    mission: str | None = None
    """The mission's code; else the profile's, or the archive's own where it is named."""
    as_: Annotated[str | None, Parameter(name="--as")] = None
    """Your service number, where a server is asked; else the profile's."""
    json: Annotated[bool, Parameter(negative="")] = False
    """JSON documents instead of sentences."""


ARCHIVED: Final = From()
"""As the profile says."""


class Source(Protocol):
    """A record that can be read."""

    def runs(self, ids: frozenset[str], types: frozenset[str] = EVERY) -> AsyncIterator[Job]:
        """The runs of what is named, or of all of these types; in no order. What they hold is read by `history_in`.

        Raises:
            Misset: what is there cannot be read to its end.
            NotReached: it does not answer.
        """

    def each(self, type_: str, /) -> AsyncIterator[tuple[str, list[Job]]]:
        """The processes of a type by their ids, each with its runs, one process after the other. Raises as `runs`."""

    def as_of(self) -> datetime:
        """When it was sealed last, by the sealer's clock; of a server: now."""

    def listed(self, what: str, /) -> Iterator[tuple[int, File]]:
        """What `files` gives, unread."""

    def files(self, what: str, /) -> Iterator[tuple[int, File, bytes]]:
        """The files of a kind that are sealed beside histories, in the order of the log, with their entry's number.

        A server has none. Raises as `runs`.
        """

    def __str__(self) -> str:
        """What it is called."""


async def source(where: From, *, private: bool = True) -> Source:
    """The record that is meant; `private` where what is read of it concerns persons.

    Raises:
        Misset: there is none, it is another mission's, or it is not for who asks.
        NotReached: the server does not answer.
    """
    if (where.archive is not None) + (where.capsule is not None) + where.server > 1:
        raise Misset("One record at a time.", why="expected one of --archive, --capsule and --server, got several")
    if where.capsule:
        packed = Packed(where.capsule, where.key)
        beware(packed, where.key)
        return packed
    settings = Settings.load(mission=where.mission, person=where.as_)
    if where.server:
        if private:
            _for_auditors(settings)
        return Served(await connect(settings, [FurloughPlugin()]))
    helps = "name its folder or address with --archive, or a capsule with --capsule, or the server: --server"
    return archived(settings, where.archive, where.mission, where.key, helps)


def archived(
    settings: Settings, place: str | None, mission: str | None, key: str | None, helps: str = NAME_IT
) -> Archived:
    """The archive that is meant: where it is named, of whichever mission it is, else the profile's. Raises Misset."""
    record = Archived(place or settings.archive_place, mission if place else settings.mission, key, helps)
    beware(record, key)
    return record


def beware(record: Archived | Packed, key: str | None) -> None:
    """Tell that what signed a record was named by the record alone, which whoever forges one may do too."""
    if not key:
        console.note(f"{record} names its key itself: --key KEY takes none but the one that you were given")


def _for_auditors(settings: Settings) -> None:
    """Raises Misset for anybody else: a record tells kinds of leave, and of whom."""
    now = datetime.now(UTC)
    with reading(engine(settings.database)) as session:
        me = lookups.resolve(session, settings.person) if settings.person else None
        reader = posts.person(session, me, now, now) if me else None
    if reader is None or not reader.holds("auditor"):
        raise Misset(
            "The record on the server is for auditors.",
            why="it tells kinds of leave, and of whom; expected who holds the post of an auditor",
            helps="--as SERVICE-NUMBER; furlough show tells what concerns this desk; --archive PLACE reads an archive",
        )
