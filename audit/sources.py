"""Where the histories of a record are read: an archive, a capsule, or the server that still keeps them.

An archive and a capsule may be read by whoever has them: they hold what personnel files hold. A server is asked as a
desk asks it, and shows a record to auditors alone.
"""

from __future__ import annotations

import json as json_
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Protocol

from cyclopts import Group, Parameter
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.register import lookups, posts
from activities.register.database import engine, reading
from audit.archive.about import told_by
from audit.archive.index import Index, index, leaves_of
from audit.archive.leaves import File, Run, Seal, read
from audit.archive.log import HEAD
from audit.archive.runs import told
from audit.archive.sealed import history_of, object_name, opened
from audit.archive.vault import vault
from audit.archived import readable
from audit.capsule.verify import Capsule, Unfit, check
from audit.replaying import Job, Snapshot, sealed_bytes, sealed_runs, served_run, served_runs
from audit.tlog.checkpoints import Checkpoint
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from wiring.trouble import Misset, NotReached

SOURCE: Final = Group("Source", help="Where the record is read; else in the mission's archive.", sort_key=9)

EVERY: Final[frozenset[str]] = frozenset()
"""All types of processes."""


@Parameter(name="*", group=SOURCE)
@dataclass(frozen=True, kw_only=True)
class From:
    """Which record is meant."""

    archive: str | None = None
    """The archive's folder or address."""
    capsule: Path | None = None
    """A capsule, in place of an archive."""
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
        """The runs of what is named, or of all of these types; in no order.

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
        return Packed(where.capsule)
    settings = Settings.load(mission=where.mission, person=where.as_)
    if where.server:
        if private:
            _for_auditors(settings)
        return Served(await connect(settings, [FurloughPlugin()]))
    return Archived(where.archive or settings.archive_place, where.mission if where.archive else settings.mission)


class Archived:
    """An archive: the newest snapshot of each run."""

    def __init__(self, place: str, mission: str | None) -> None:
        """Raises Misset where there is none of this mission."""
        self.place = place
        helps = "name its folder or address with --archive, or a capsule with --capsule, or the server: --server"
        where = vault(place)
        self.about = told_by(where, mission, helps=helps)
        with self.readable():
            self.note = where.read(HEAD)
            self.head = Checkpoint.open(self.note, [self.about.verifying])

    def __str__(self) -> str:
        return f"the archive {self.place}"

    async def runs(self, ids: frozenset[str], types: frozenset[str] = EVERY) -> AsyncIterator[Job]:
        """See Source."""
        with self.readable():
            for job in sealed_runs(self.place, self.head.size, ids, None, types):
                yield job._replace(content=sealed_bytes(job))

    async def each(self, type_: str, /, ids: frozenset[str] = EVERY) -> AsyncIterator[tuple[str, list[Job]]]:
        """See Source; of those named by `ids` with their snapshots. One process at a time is in memory."""
        with self.readable():
            jobs: dict[str, list[Job]] = {}
            for job in sealed_runs(self.place, self.head.size, ids, None, frozenset({type_})):
                jobs.setdefault(job.id, []).append(job)
            for workflow_id, runs in jobs.items():
                yield workflow_id, [job._replace(content=sealed_bytes(job)) for job in runs]

    def files(self, what: str, /) -> Iterator[tuple[int, File, bytes]]:
        """See Source."""
        with self.readable():
            for i, leaf in self.listed(what):
                yield i, leaf, sealed_bytes(Job("", "", self.place, leaf.sha256))

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

    def readable(self) -> AbstractContextManager[None]:
        """What is wrong with the archive while it is read, told as Misset."""
        return readable(self.place)


class Packed:
    """A capsule; it is verified before anything is read."""

    def __init__(self, file: Path) -> None:
        """Raises Misset where it is none, or not whole."""
        self.file = file
        try:
            self.opened = Capsule(file)
            wrong = list(check(self.opened))
            self.size = int(self.opened.read("checkpoint").decode().splitlines()[1]) if not wrong else 0
        except Unfit as error:
            wrong = [str(error)]
        if wrong:
            raise Misset(f"The capsule {file} is not whole.", why="; ".join(wrong[:3]), helps="furlough audit open")

    def __str__(self) -> str:
        return f"the capsule {self.file}"

    async def runs(self, ids: frozenset[str], types: frozenset[str] = EVERY) -> AsyncIterator[Job]:
        """See Source."""
        newest: dict[str, Run] = {}
        snapshots: dict[str, tuple[Snapshot, ...]] = {}
        for i, leaf in self._leaves():
            if isinstance(leaf, Run) and (leaf.id in ids if ids else not types or leaf.type in types):
                newest[leaf.run] = leaf
                made = Snapshot(i, leaf.events, leaf.sealed_at, self.size)
                snapshots[leaf.run] = (*snapshots.get(leaf.run, ()), made)
        for run, leaf in newest.items():
            content = opened(self.opened.read(object_name(leaf.sha256)))
            yield Job(leaf.id, run, content=content, snapshots=snapshots[run])

    async def each(self, type_: str, /) -> AsyncIterator[tuple[str, list[Job]]]:
        """See Source."""
        ids = dict.fromkeys(leaf.id for _, leaf in self._leaves() if isinstance(leaf, Run) and leaf.type == type_)
        for workflow_id in ids:
            yield workflow_id, [job async for job in self.runs(frozenset({workflow_id}))]

    def files(self, what: str, /) -> Iterator[tuple[int, File, bytes]]:
        """See Source."""
        for i, leaf in self.listed(what):
            yield i, leaf, opened(self.opened.read(object_name(leaf.sha256)))

    def listed(self, what: str, /) -> Iterator[tuple[int, File]]:
        """See Source."""
        return ((i, leaf) for i, leaf in self._leaves() if isinstance(leaf, File) and leaf.what == what)

    def as_of(self) -> datetime:
        """See Source."""
        return max(leaf.sealed_at for _, leaf in self._leaves() if not isinstance(leaf, Seal))

    def _leaves(self) -> Iterator[tuple[int, Run | File | Seal]]:
        for one in json_.loads(self.opened.read("leaves.json")):
            yield one["index"], read(one["leaf"].encode())


class Served:
    """The server: what is named newest run first, and the runs which it continues."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __str__(self) -> str:
        return f"the server of {self.client.namespace}"

    async def runs(self, ids: frozenset[str], types: frozenset[str] = EVERY) -> AsyncIterator[Job]:
        """See Source. Named ones are asked themselves: the list of all lags behind."""
        try:
            for one in sorted(ids):
                async for job in self._chain(one):
                    yield job
            if not ids:
                async for job in served_runs(self.client, ids, None, types):
                    yield job
        except RPCError as error:
            raise NotReached("The server does not answer.", why=error.message, helps="try again") from error

    def files(self, _what: str, /) -> Iterator[tuple[int, File, bytes]]:
        """See Source."""
        return iter(())

    def listed(self, _what: str, /) -> Iterator[tuple[int, File]]:
        """See Source."""
        return iter(())

    def as_of(self) -> datetime:
        """See Source."""
        return datetime.now(UTC)

    async def each(self, type_: str, /) -> AsyncIterator[tuple[str, list[Job]]]:
        """See Source."""
        try:
            found = {one.id async for one in self.client.list_workflows(f"WorkflowType = '{type_}'", page_size=1000)}
        except RPCError as error:
            raise NotReached("The server does not answer.", why=error.message, helps="try again") from error
        for workflow_id in sorted(found):
            yield workflow_id, [job async for job in self.runs(frozenset({workflow_id}))]

    async def _chain(self, workflow_id: str) -> AsyncIterator[Job]:
        try:
            run = (await self.client.get_workflow_handle(workflow_id).describe()).run_id
            while run:
                job = await served_run(self.client, workflow_id, run)
                run = told(history_of(job.content)).previous
                yield job
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


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
