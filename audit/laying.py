"""A history or a file on its way into the archive: it is laid there first, and then a leaf tells of it.

What a leaf says must fit into a log: one that does not is told of where it comes from, before others wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from temporalio.api.history.v1 import History

from audit.archive.leaves import File, Run, written
from audit.archive.opening import Archive
from audit.archive.sealed import digest_of, history_bytes, object_name, sealed
from audit.beside import Beside, Unkept


class Laying:
    """Lays what is not in the log yet. All of it raises NotReached where the archive does not answer."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def has(self, one: Beside, digest: str) -> bool:
        """Whether the log has this content; evidence that the register took in as an import is sealed as that."""
        known = self.archive.known
        return known.has_file(one.what, one.name, digest) or (one.what == "evidence" and known.has_import(digest))

    async def file(self, one: Beside) -> list[File]:
        """The leaf of one file; none where the log has it. Raises Unkept."""
        if one.digest and self.has(one, one.digest):
            return []
        try:
            content = await asyncio.to_thread(one.read)
        except Unkept:
            raise
        except Exception as fault:
            raise Unkept(f"it cannot be read ({type(fault).__name__})") from fault
        if self.has(one, digest_of(content)):
            return []
        try:
            return [await self.named(one.what, one.name, content)]
        except ValueError as error:
            raise Unkept(f"no entry can have such a name ({type(error).__name__})") from error

    async def named(self, what: str, name: str, content: bytes) -> File:
        """The leaf of a file by this name. Raises ValueError where no log can hold it."""
        laid = await asyncio.to_thread(self._laid, content)
        leaf = File.model_validate({"what": what, "name": name, "content": digest_of(content), **laid})
        written(leaf)
        return leaf

    async def run(self, workflow_id: str, run: str, history: History, fields: Mapping[str, Any]) -> Run:
        """The leaf of a history. Raises ValueError where no log can hold it."""
        laid = await asyncio.to_thread(self._laid, history_bytes(history.events))
        leaf = Run(id=workflow_id, run=run, **laid, **fields)
        written(leaf)
        return leaf

    def _laid(self, content: bytes) -> dict[str, Any]:
        """Lay a sealed file into the archive, and give what its leaf says of it."""
        packed = sealed(content)
        digest = digest_of(packed)
        self.archive.vault.create(object_name(digest), packed)
        return {"sha256": digest, "size": len(packed), "sealed_at": datetime.now(UTC)}
