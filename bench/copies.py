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


def copies(history: History, many: int, members: int = 1000, start: int = 0) -> Iterator[Copied]:
    """So many leaves of so many members, counted from `start`; ids have the length of those which they replace."""
    content = history_bytes(history.events)
    ids, member = set(LEAVE.findall(content)), MEMBER.search(content)
    if len(ids) != 1 or member is None:
        raise ValueError(f"expected the history of one leave of one member, got {len(ids)} ids")
    (leave,), whose = ids, member[1]
    for i in range(start, start + many):
        id_ = b"UNEX-%026d" % i
        other = b"m-%0*d" % (len(whose) - 2, i % members)
        copy = content.replace(leave, id_).replace(whose, other)
        copy = NUMBER.sub(rb"\g<1>%06d" % (i + 1), copy)
        yield Copied(id_.decode(), f"00000000-0000-4000-8000-{i:012d}", copy)


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
