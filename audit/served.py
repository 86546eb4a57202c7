"""The server as a record that is read, as long as it keeps histories."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from audit.archive.leaves import File
from audit.archive.runs import told
from audit.replaying import EVERY, Job, history_in, served_run, served_runs
from wiring.trouble import NotReached


class Served:
    """The server: what is named newest run first, and the runs which it continues."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __str__(self) -> str:
        return f"the server of {self.client.namespace}"

    async def runs(
        self, ids: frozenset[str], types: frozenset[str] = EVERY, since: datetime | None = None
    ) -> AsyncIterator[Job]:
        """See Source. Named ones are asked themselves: the list of all lags behind; all: what ended since a moment."""
        try:
            for one in sorted(ids):
                async for job in self._chain(one):
                    yield job
            if not ids:
                async for job in served_runs(self.client, types, since):
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
                run = told(history_in(job)).previous
                yield job
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
