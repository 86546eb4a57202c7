"""A sealed record of many leaves, made of one leave that was really played: each copy bears ids of its own.

Everything else in them (times, acts, decisions, charges) is that of the one leave, and so is their size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from temporalio.api.history.v1 import History

from audit.archive.about import NAME, About, origin
from audit.archive.index import index
from audit.archive.leaves import File, Run, Seal
from audit.archive.log import Log, open_log
from audit.archive.runs import told
from audit.archive.sealed import digest_of, history_bytes, object_name, sealed
from audit.archive.vault import Vault
from audit.tlog.notes import SigningKey

MISSION: Final = "UNEX"
NOW: Final = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BATCH: Final = 512
"""Leaves that are sealed together."""

LEAVE: Final = re.compile(rb"UNEX-[0-9A-Z]{26}")
NUMBER: Final = re.compile(rb"([A-Z]{3}-20\d\d-)(\d{6})")
MEMBER: Final = re.compile(rb'"member":"(m-[0-9a-z]+)"')


class Copied(NamedTuple):
    """One copy: its leave id, its run, and its history as it is sealed."""

    id: str
    run: str
    content: bytes


class Mould:
    """The history of one leave of one member, of which copies are made, for so many members.

    The i-th copy has an id, a run, a member and a number of its own, each as long as that which it replaces.
    """

    def __init__(self, history: History, members: int = 1000) -> None:
        self._content, self._members = history_bytes(history.events), members
        ids, member = set(LEAVE.findall(self._content)), MEMBER.search(self._content)
        if len(ids) != 1 or member is None:
            raise ValueError(f"expected the history of one leave of one member, got {len(ids)} ids")
        (self._leave,), self._member = ids, member[1]
        began = history.events[0].workflow_execution_started_event_attributes
        self._run = began.original_execution_run_id.encode()

    def id(self, i: int) -> str:
        """The leave id of the i-th copy."""
        return f"UNEX-{i:026d}"

    def run(self, i: int) -> str:
        """Its run."""
        return f"00000000-0000-4000-8000-{i:012d}"

    def copy(self, i: int) -> Copied:
        """The i-th copy itself."""
        id_, run = self.id(i), self.run(i)
        member = b"m-%0*d" % (len(self._member) - 2, i % self._members)
        copy = self._content.replace(self._leave, id_.encode()).replace(self._member, member)
        copy = NUMBER.sub(rb"\g<1>%06d" % (i + 1), copy.replace(self._run, run.encode()))
        return Copied(id_, run, copy)


def copies(history: History, many: int, members: int = 1000, start: int = 0) -> Iterator[Copied]:
    """So many copies, counted from `start`."""
    mould = Mould(history, members)
    return (mould.copy(i) for i in range(start, start + many))


def seal(vault: Vault, history: History, many: int, members: int = 1000, start: int = 0) -> Log:
    """An archive of so many copies, with a `Seal` at its end; what is in it already stays."""
    key = SigningKey(origin(MISSION), bytes(range(32)))
    about = About(mission=MISSION, origin=origin(MISSION), key=str(key.public))
    vault.create(NAME, about.written())
    log = open_log(vault, about, key)
    known = index(vault, log.head.size)
    described = told(history)._asdict()
    batch: list[Run | File | Seal] = []
    for copy in copies(history, many, members, start):
        packed = sealed(copy.content)
        vault.create(object_name(digest_of(packed)), packed)
        laid: dict[str, Any] = {"sha256": digest_of(packed), "size": len(packed), "sealed_at": NOW}
        batch.append(Run(id=copy.id, run=copy.run, **laid, **described))
        if len(batch) == BATCH:
            log.append(batch, known)
            batch = []
    whole = Seal(began_at=NOW, ended_at=NOW, runs=many, open=0, whole=True, build="bench")
    log.append([*batch, whole], known)
    return log
