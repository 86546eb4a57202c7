"""Sealing: what has come to a mission's record since the last time goes into its archive.

Every closed run whole; bases, the register and orders as they stand; open leaves and accounts where all is to be
sealed. An open history ends in events that the server makes up for the asker and never stores: it is cut at the length
which the server tells. What is sealed already is not sealed again, so that a sealing which broke off goes on where it
was, and two at once share the work.

A history is sealed whatever it holds: its bytes need not be understood. What cannot be had is told by its name, stands
in the leaf at the end of the sealing, and is tried again by the next one; all else is sealed.
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

from activities.register.database import RegisterUnavailable
from activities.store import Store
from audit.archive.leaves import NAMED, File, Run, Seal
from audit.archive.opening import Archive
from audit.archive.runs import Torn, builds_of, told
from audit.beside import Beside, Unkept, in_folders, in_history
from audit.extracts import REGISTER, RUNS, Listed, listing, name_of
from audit.laying import Laying
from audit.paperwork import taken
from domain import ids
from domain.sealing import SealedNow
from wiring.settings import Settings
from wiring.trouble import NotReached, Trouble

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
        self.store, self.laying = Store.of(settings), Laying(archive)
        self.done = self.total = self.listed = self.open = 0
        self.runs = self.files = self.kept = self.gone = 0
        self.unsealed: list[str] = []
        self.unread: set[str] = set()
        self._again = archive.known.unread
        self._late: list[Leaf] = []
        """Runs that could not be had whole: added with the end that names them, or else they would be thought whole."""
        self._taken: set[str] = set()
        self._listed: list[Listed] = []
        self._room = asyncio.Semaphore(AT_ONCE)

    async def seal(self, *, whole: bool) -> SealedNow:
        """Seal what is new, and once more look for what the last sealing could not have.

        Raises:
            NotReached: server or archive do not answer any more; what was sealed until then stays.
            Damaged: the archive is changed by others.
        """
        began = datetime.now(UTC)
        register = await self._register() if whole else None
        queries = (_CLOSED, _OPEN if whole else _LASTING)
        try:
            self.total = sum([(await self.client.count_workflows(query)).count for query in queries])
            await self._in_turn(self._runs(queries))
        except RPCError as error:
            raise _silent(error) from error
        await self._in_turn(self._files())
        end = Seal(
            began_at=began.replace(microsecond=0),
            ended_at=datetime.now(UTC).replace(microsecond=0),
            runs=self.listed,
            open=self.open,
            whole=whole,
            build=self.build,
            unread=tuple(sorted(self.unread)[:NAMED]),
        )
        extracts = await self._extracts(began, register) if whole else []
        await asyncio.to_thread(self.archive.log.append, [*self._late, *extracts, end], self.archive.known)
        self.runs += len(self._late)
        await asyncio.to_thread(self.archive.remember)
        head = self.archive.log.head
        return SealedNow(
            runs=self.runs,
            files=self.files,
            kept=self.kept,
            gone=self.gone,
            unsealed=self._told(),
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
        """What the server knows and the log does not; the register first, since it tells imports from evidence.

        Those that are open are listed before those that are closed, so that what ends meanwhile is in one list or both.
        """
        if register := await self._newest(ids.REGISTER):
            yield partial(self._chain, ids.REGISTER, register)
        closed, running = queries
        opened = {found.run_id: found.id async for found in self.client.list_workflows(running, page_size=1000)}
        self.open = self.listed = len(opened)
        self._listed += [Listed(of, run) for run, of in opened.items()]
        async for found in self.client.list_workflows(closed, page_size=1000):
            if found.run_id in opened:
                self.total -= 1
                continue  # it ended meanwhile
            self.listed += 1
            self._listed.append(Listed(found.id, found.run_id))
            known = self.archive.known.has_run(found.run_id, found.history_length, closed=True)
            if known and found.run_id not in self._again:
                self.kept += 1
                self.total -= 1
            else:
                yield partial(self._chain, found.id, found.run_id)
        for run, of in opened.items():
            yield partial(self._chain, of, run)

    async def _newest(self, workflow_id: str) -> str:
        """The newest run of a workflow, asked of itself: the list of all lags behind. Nothing where there is none."""
        try:
            return (await self.client.get_workflow_handle(workflow_id).describe()).run_id
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                if not await self._answers():
                    raise
                self.unsealed.append(f"{workflow_id}: the server cannot tell its run ({error.status.name.lower()})")
            return ""

    async def _chain(self, workflow_id: str, first: str) -> list[Leaf]:
        """A run, and the runs before and after it which nothing else brings into the log."""
        made: list[Leaf] = []
        waiting = [first]
        while waiting:
            run = waiting.pop()
            if run in self._taken:
                continue
            self._taken.add(run)
            try:
                leaves = await self._sealed(workflow_id, run)
            except Trouble:
                raise
            except Exception as fault:  # noqa: BLE001  (one run must not keep all others from being sealed)
                self._unread(workflow_id, run, f"no entry can tell of it ({type(fault).__name__})")
                continue
            for leaf in leaves:
                late = isinstance(leaf, Run) and run in self.unread
                (self._late if late else made).append(leaf)
                if isinstance(leaf, Run):
                    beside = (leaf.previous, leaf.next)
                    waiting += [one for one in beside if one and not self.archive.known.has_run(one, closed=False)]
        return made

    async def _sealed(self, workflow_id: str, run: str) -> list[Leaf]:
        """The leaves of one run; none where the log has it as it stands."""
        handle = self.client.get_workflow_handle(workflow_id, run_id=run)
        try:
            described = await handle.describe()
            known = self.archive.known.has_run(run, described.history_length, closed=False)
            if known and run not in self._again:
                self.kept += 1
                return []
            events = [event async for event in handle.fetch_history_events()][: described.history_length]
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                self.gone += 1
            elif await self._answers():
                self._unread(workflow_id, run, f"the server cannot give it ({error.status.name.lower()})")
            else:
                raise _silent(error) from error
            return []
        history = History(events=events)
        closed = described.status is not WorkflowExecutionStatus.RUNNING
        fields = self._fields(workflow_id, run, history, described.workflow_type, closed=closed)
        leaves: list[Leaf] = []
        async for one in in_history(fields["type"], workflow_id, history, self.client.data_converter, self.store):
            try:
                leaves += await self.laying.file(one)
            except Unkept as error:
                self._unread(workflow_id, run, f"{one.what} {one.name}: {error}")
        if self.archive.known.has_run(run, fields["events"], closed=fields["closed"]):
            self.kept += 1
        else:
            leaves.append(await self.laying.run(workflow_id, run, history, fields))
        return leaves

    def _fields(self, workflow_id: str, run: str, history: History, type_: str, *, closed: bool) -> dict[str, Any]:
        """What the leaf of a run says of its history; of one that is torn, what else is known of it."""
        try:
            return told(history)._asdict()
        except Torn as error:
            self._unread(workflow_id, run, f"it is sealed as the server gave it, and is no whole history: {error}")
            builds = builds_of(history)
            return {"type": type_, "events": len(history.events), "closed": closed, "builds": builds}

    async def _answers(self) -> bool:
        """Whether the server is there, though it did not give a run."""
        try:
            await self.client.count_workflows(_CLOSED)
        except RPCError:
            return False
        return True

    def _unread(self, workflow_id: str, run: str, why: str) -> None:
        self.unread.add(run)
        self.unsealed.append(f"{workflow_id}, run {run}: {why}")

    def _told(self) -> tuple[str, ...]:
        """What could not be had; a file's name need be no text, and the answer must be one."""
        more = len(self.unsealed) - NAMED
        named = (one.encode(errors="backslashreplace").decode() for one in self.unsealed[:NAMED])
        return (*named, *([f"and {more} more"] if more > 0 else []))

    async def _files(self) -> AsyncIterator[Work]:
        for one in in_folders(self.settings, self.store):
            if not one.digest or not self.laying.has(one, one.digest):
                self.total += 1
                yield partial(self._in_folder, one)

    async def _in_folder(self, one: Beside) -> list[Leaf]:
        try:
            return [*await self.laying.file(one)]
        except Unkept as error:
            self.unsealed.append(f"{one.what} {one.name}: {error}")
            return []

    async def _register(self) -> bytes | None:
        """What the register's database has before any run is listed: each leave in it must be among those runs."""
        try:
            return await asyncio.to_thread(taken, self.settings)
        except RegisterUnavailable as error:
            self.unsealed.append(f"extract {REGISTER}: the register did not answer: {error}")
        except Exception as fault:  # noqa: BLE001  (a line that was edited there must not keep all from being sealed)
            self.unsealed.append(f"extract {REGISTER}: the register cannot be read ({type(fault).__name__})")
        return None

    async def _extracts(self, began: datetime, register: bytes | None) -> list[File]:
        """What stands before the end of a whole sealing in the log, under the moment at which it began."""
        found = {RUNS: listing(self._listed)} | ({} if register is None else {REGISTER: register})
        return [await self.laying.named("extract", name_of(file, began), found[file]) for file in found]


def _silent(error: RPCError) -> NotReached:
    return NotReached(
        "The server does not answer.",
        why=error.message or error.status.name.lower(),
        known="what was sealed until now stays sealed",
        helps="furlough audit seal goes on where it stopped",
    )
