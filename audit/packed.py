"""A capsule as a record that is read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path

from audit.archive import keys
from audit.archive.leaves import File, Run, Seal, read
from audit.archive.sealed import Broken, object_name, opened, promised
from audit.archive.vault import LARGEST
from audit.capsule.verify import Capsule, Unfit, check
from audit.replaying import EVERY, Job, Snapshot
from wiring.trouble import Misset


class Packed:
    """A capsule; it is verified before anything is read."""

    def __init__(self, file: Path, key: str | None = None) -> None:
        """`key` as of an archive. Raises Misset where it is none, not whole, or not signed with that key."""
        self.file = file
        try:
            self.opened = Capsule(file)
            wrong = list(check(self.opened, str(keys.trusted(key)) if key else ""))
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
        for i, leaf in self._leaves:
            if isinstance(leaf, Run) and (leaf.id in ids if ids else not types or leaf.type in types):
                newest[leaf.run] = leaf
                made = Snapshot(i, leaf.events, leaf.sealed_at, self.size)
                snapshots[leaf.run] = (*snapshots.get(leaf.run, ()), made)
        held = Counter[str]()
        for run, leaf in newest.items():
            with self._readable():
                content = self.opened.read(object_name(leaf.sha256))
                held[leaf.id] += promised(content)
                if held[leaf.id] > LARGEST:  # whoever asks for a process may keep all of its runs
                    raise Broken(f"the runs of {leaf.id} promise more than {LARGEST:,} bytes, which no process has")
                content = opened(content)
            yield Job(leaf.id, run, content=content, builds=leaf.builds, snapshots=snapshots[run])

    async def each(self, type_: str, /) -> AsyncIterator[tuple[str, list[Job]]]:
        """See Source."""
        ids = dict.fromkeys(leaf.id for _, leaf in self._leaves if isinstance(leaf, Run) and leaf.type == type_)
        for workflow_id in ids:
            yield workflow_id, [job async for job in self.runs(frozenset({workflow_id}))]

    def files(self, what: str, /) -> Iterator[tuple[int, File, bytes]]:
        """See Source."""
        for i, leaf in self.listed(what):
            with self._readable():
                content = opened(self.opened.read(object_name(leaf.sha256)))
            yield i, leaf, content

    def listed(self, what: str, /) -> Iterator[tuple[int, File]]:
        """See Source."""
        return ((i, leaf) for i, leaf in self._leaves if isinstance(leaf, File) and leaf.what == what)

    def as_of(self) -> datetime:
        """See Source."""
        return max(leaf.sealed_at for _, leaf in self._leaves if not isinstance(leaf, Seal))

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """What was sealed so, and can be read by nobody, told as Misset."""
        try:
            yield
        except Broken as error:
            helps = "furlough audit open tells what is in it"
            raise Misset(f"The capsule {self.file} cannot be read to its end.", why=str(error), helps=helps) from error

    @cached_property
    def _leaves(self) -> list[tuple[int, Run | File | Seal]]:
        return [(one["index"], read(one["leaf"].encode())) for one in json.loads(self.opened.read("leaves.json"))]
