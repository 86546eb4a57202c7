"""Sealing: what has come to a mission's record since the last time goes into its archive.

Every closed run whole; bases, the register and orders as they stand; open leaves and accounts where all is to be
sealed. An open history ends in events that the server makes up for the asker and never stores: it is cut at the length
which the server tells. What is sealed already is not sealed again, so that a sealing which broke off goes on where it
was, and two at once share the work.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.store import Store
from audit.archive.leaves import File, Run, Seal
from audit.archive.opening import Archive
from audit.archive.runs import Torn, told
from audit.archive.sealed import digest_of, history_bytes, object_name, sealed
from audit.beside import Beside, Unkept, in_folders, in_history
from domain.ids import REGISTER
from domain.sealing import SealedNow
from wiring.settings import Settings
from wiring.trouble import NotReached

AT_ONCE: Final = 8
"""Histories under way at the same time."""

TOGETHER: Final = 64
"""Runs and files that are added to the log at once."""

_CLOSED: Final = "ExecutionStatus != 'Running'"
_LASTING: Final = (
    "ExecutionStatus = 'Running' AND WorkflowType IN ('BaseWorkflow', 'RegisterWorkflow', 'OrderWorkflow')"
)
_OPEN: Final = "ExecutionStatus = 'Running'"

Leaf = Run | File

Work = Callable[[], Awaitable[list[Leaf]]]
"""What gives the leaves of one thing that is to be sealed."""


class Sealer:
    """One sealing. `step` is called after each run and file with how many were gone through, and of how many."""

    def __init__(
        self,
        client: Client,
        settings: Settings,
        archive: Archive,
        build: str,
        step: Callable[[int, int], object] = lambda *_: None,
    ) -> None:
        self.client, self.settings, self.archive, self.build, self.step = client, settings, archive, build, step
        self.store = Store.of(settings)
        self.done = self.total = self.listed = self.open = 0
        self.runs = self.files = self.kept = self.gone = 0
        self.unsealed: list[str] = []
        self._taken: set[str] = set()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def seal(self, *, whole: bool) -> SealedNow:
        """Seal what is new.

        Raises:
            NotReached: server or archive do not answer any more; what was sealed until then stays.
            Damaged: the archive is changed by others.
        """
        began = datetime.now(UTC)
        queries = (_CLOSED, _OPEN if whole else _LASTING)
        try:
            self.total = sum([(await self.client.count_workflows(query)).count for query in queries])
            await self._in_turn(self._runs(queries))
        except RPCError as error:
            raise _silent(error) from error
        await self._in_turn(self._files())
        if not self.unsealed:
            end = Seal(
                began_at=began.replace(microsecond=0),
                ended_at=datetime.now(UTC).replace(microsecond=0),
                runs=self.listed,
                open=self.open,
                whole=whole,
                build=self.build,
            )
            await asyncio.to_thread(self.archive.log.append, [end], self.archive.known)
        await asyncio.to_thread(self.archive.remember)
        head = self.archive.log.head
        return SealedNow(
            runs=self.runs,
            files=self.files,
            kept=self.kept,
            gone=self.gone,
            unsealed=tuple(self.unsealed),
            size=head.size,
            root=b64encode(head.root).decode(),
        )

    async def _in_turn(self, work: AsyncIterator[Work]) -> None:
        """Do the work, some of it at once, and add what comes of it to the log in the order of the work."""
        waiting: list[Work] = []
        async for one in work:
            waiting.append(one)
            if len(waiting) == TOGETHER:
                await self._add(waiting)
                waiting = []
        await self._add(waiting)

    async def _add(self, work: Sequence[Work]) -> None:
        answers = await asyncio.gather(*(self._one(one) for one in work), return_exceptions=True)
        leaves = [leaf for answer in answers if isinstance(answer, list) for leaf in answer]
        await asyncio.to_thread(self.archive.log.append, leaves, self.archive.known)
        self.runs += sum(isinstance(leaf, Run) for leaf in leaves)
        self.files += sum(isinstance(leaf, File) for leaf in leaves)
        if failed := next((answer for answer in answers if isinstance(answer, BaseException)), None):
            raise failed

    async def _one(self, work: Work) -> list[Leaf]:
        async with self._room:
            leaves = await work()
            self.done += 1
            self.step(self.done, max(self.total, self.done))
            return leaves

    async def _runs(self, queries: Sequence[str]) -> AsyncIterator[Work]:
        """What the server knows and the log does not; the register first, since it tells imports from evidence."""
        if register := await self._newest(REGISTER):
            yield partial(self._chain, REGISTER, register)
        for query in queries:
            async for found in self.client.list_workflows(query, page_size=1000):
                self.listed += 1
                closed = found.status is not WorkflowExecutionStatus.RUNNING
                self.open += not closed
                if closed and self.archive.known.has_run(found.run_id, closed=True):
                    self.kept += 1
                    self.total -= 1
                else:
                    yield partial(self._chain, found.id, found.run_id)

    async def _newest(self, workflow_id: str) -> str:
        """The newest run of a workflow, asked of itself: the list of all lags behind. Nothing where there is none."""
        try:
            return (await self.client.get_workflow_handle(workflow_id).describe()).run_id
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return ""
            raise

    async def _chain(self, workflow_id: str, first: str) -> list[Leaf]:
        """A run, and the runs before and after it which nothing else brings into the log."""
        made: list[Leaf] = []
        waiting = [first]
        while waiting:
            run = waiting.pop()
            if run in self._taken:
                continue
            self._taken.add(run)
            for leaf in await self._sealed(workflow_id, run):
                made.append(leaf)
                if isinstance(leaf, Run):
                    beside = (leaf.previous, leaf.next)
                    waiting += [one for one in beside if one and not self.archive.known.has_run(one, closed=False)]
        return made

    async def _sealed(self, workflow_id: str, run: str) -> list[Leaf]:
        """The leaves of one run; none where the log has it as it stands."""
        handle = self.client.get_workflow_handle(workflow_id, run_id=run)
        try:
            length = (await handle.describe()).history_length
            if self.archive.known.has_run(run, length, closed=False):
                self.kept += 1
                return []
            events = [event async for event in handle.fetch_history_events()][:length]
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                self.gone += 1
                return []
            raise _silent(error) from error
        history = History(events=events)
        try:
            fields = told(history)._asdict()
            beside = [
                one
                async for one in in_history(
                    fields["type"], workflow_id, history, self.client.data_converter, self.store
                )
            ]
        except (Torn, Unkept) as error:
            self.unsealed.append(f"{workflow_id}, run {run}: {error}")
            return []
        laid = await asyncio.to_thread(self._laid, history_bytes(history.events))
        files = [leaf for one in beside for leaf in await self._file(one)]
        return [*files, Run(id=workflow_id, run=run, **laid, **fields)]

    async def _files(self) -> AsyncIterator[Work]:
        for one in in_folders(self.settings, self.store):
            if not one.digest or not self._has(one.what, one.name, one.digest):
                self.total += 1
                yield partial(self._file, one)

    async def _file(self, one: Beside) -> list[Leaf]:
        """The leaf of one file; none where the log has it."""
        if one.digest and self._has(one.what, one.name, one.digest):
            return []
        try:
            content = await asyncio.to_thread(one.read)
        except Unkept as error:
            self.unsealed.append(f"{one.what} {one.name}: {error}")
            return []
        digest = digest_of(content)
        if self._has(one.what, one.name, digest):
            return []
        laid = await asyncio.to_thread(self._laid, content)
        return [File.model_validate({"what": one.what, "name": one.name, "content": digest, **laid})]

    def _has(self, what: str, name: str, digest: str) -> bool:
        """Evidence that the register took in as an import is sealed as that."""
        known = self.archive.known
        return known.has_file(what, name, digest) or (what == "evidence" and known.has_import(digest))

    def _laid(self, content: bytes) -> dict[str, Any]:
        """Lay a sealed file into the archive, and give what its leaf says of it."""
        packed = sealed(content)
        digest = digest_of(packed)
        self.archive.vault.create(object_name(digest), packed)
        return {"sha256": digest, "size": len(packed), "sealed_at": datetime.now(UTC)}


def _silent(error: RPCError) -> NotReached:
    return NotReached(
        "The server does not answer.",
        why=error.message or error.status.name.lower(),
        known="what was sealed until now stays sealed",
        helps="furlough audit seal goes on where it stopped",
    )
