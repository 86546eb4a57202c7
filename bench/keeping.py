"""A server that keeps many ended leaves and does nothing else, so that a sealing's own rate and memory can be measured.

No server is given 10,000 leaves within a test, and its own time is none of a sealing's. It answers what a `Sealer` asks
of a client, at once and from copies made when they are asked for; as from a server, a history comes as bytes which are
read anew.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from activities.register.database import migrate
from audit.archive.opening import archive
from audit.archive.sealed import history_of
from audit.sealing import Sealer
from bench.copies import MISSION, Copied, Mould
from domain.sealing import SealedNow
from wiring.settings import Settings

ENDED: Final = "ExecutionStatus != 'Running'"


@dataclass(frozen=True)
class Count:
    """How many runs there are."""

    count: int


class Description(NamedTuple):
    """What is told of one run, in the list and by itself."""

    id: str
    run_id: str
    history_length: int
    workflow_type: str = "LeaveWorkflow"
    status: WorkflowExecutionStatus = WorkflowExecutionStatus.COMPLETED


class Keeping:
    """So many ended leaves, copies of these histories in turn. `spent` are the seconds for which it copied."""

    data_converter: Final = pydantic_data_converter
    others: RPCStatusCode = RPCStatusCode.NOT_FOUND
    """What it answers of whatever is no leave."""

    def __init__(self, histories: Sequence[History], many: int) -> None:
        self._moulds = [Mould(history) for history in histories]
        self._events = [len(history.events) for history in histories]
        self._many = many
        self.spent = 0.0

    async def count_workflows(self, query: str) -> Count:
        """How many the server would list."""
        return Count(self._many if query == ENDED else 0)

    async def list_workflows(self, query: str, **_: Any) -> AsyncIterator[Description]:
        """The newest first, as a server has them."""
        for i in reversed(range(self._many if query == ENDED else 0)):
            mould = self._moulds[i % len(self._moulds)]
            yield Description(mould.id(i), mould.run(i), self._events[i % len(self._events)])

    def get_workflow_handle(self, workflow_id: str, run_id: str = "") -> Handle:
        """One run."""
        return Handle(self, workflow_id, run_id)

    def kept(self, run_id: str) -> Copied:
        """The copy of this run."""
        begun = time.perf_counter()
        i = int(run_id.rpartition("-")[2])
        copy = self._moulds[i % len(self._moulds)].copy(i)
        self.spent += time.perf_counter() - begun
        return copy

    def events(self, run_id: str) -> int:
        """How many events that run has."""
        return self._events[int(run_id.rpartition("-")[2]) % len(self._events)]


class Handle:
    """What is asked of one run."""

    def __init__(self, server: Keeping, workflow_id: str, run_id: str) -> None:
        self._server, self._id, self._run = server, workflow_id, run_id

    async def describe(self) -> Description:
        """Raises RPCError of whatever is no leave."""
        if not self._run:
            raise RPCError("not kept here", self._server.others, b"")
        return Description(self._id, self._run, self._server.events(self._run))

    async def fetch_history_events(self) -> AsyncIterator[HistoryEvent]:
        """Its events, in their order."""
        for event in history_of(self._server.kept(self._run).content).events:
            yield event


async def sealed(home: Path, server: Keeping) -> SealedNow:
    """All that it keeps, sealed into the archive of a mission in this folder as `furlough audit seal` does."""
    settings = Settings.load(home=home, mission=MISSION)
    migrate(settings.database)
    return await Sealer(server, settings, archive(settings), "bench").seal(whole=True)  # type: ignore[arg-type]


def archive_of(home: Path) -> Path:
    """Where that archive lies."""
    return Path(Settings.load(home=home, mission=MISSION).archive_place)
