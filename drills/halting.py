"""A worker that halts where it is told, so that it is killed just there: `python -m drills.halting FOLDER`.

A point in the code is a file in the folder, named by `point`. Who comes there first claims it by renaming the file,
and stays until that has gone: meanwhile the drill kills what it means to kill. The code that is halted knows nothing
of it; it is that of any worker.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.decider import Question, Questions
from domain.holdings import Want
from wiring.build import build_id
from wiring.connect import connect_in_time, quiet
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from worker import working

CLAIMED: Final = ".claimed"
KEPT: Final = "-kept"
"""Of a point in what the server keeps: the try beside the workflow is made to come to nothing. Any other point may be
met there too, where that try came to nothing by itself."""
LOOK: Final = 0.01


def point(leave_id: str, what: str, when: str) -> str:
    """The name of a point: of one leave, before or after something was decided or brought about.

    After a decision: it is made, and stands in no history yet. After an effect: it is committed, and nobody was told.
    """
    return f"{leave_id}.{what}.{when}"


def claimed(folder: Path) -> list[Path]:
    """The points where a worker stands now, or stood when it was killed."""
    return list(folder.glob(f"*{CLAIMED}"))


class Halting(Interceptor):
    """Halts decisions and effects at the points of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  (the SDK's name)
        """Each activity by itself."""
        return _Halting(next, self.folder)


class _Halting(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, folder: Path) -> None:  # noqa: A002
        super().__init__(next)
        self.folder = folder

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        about = _about(input.args)
        if not activity.info().is_local:
            about += [(leave_id, f"{what}{KEPT}") for leave_id, what in about]
        elif any(self._meant_for_the_server(*each) for each in about):
            raise ApplicationError("the server is to keep it", type="HeldBack")
        await self._halt(about, "before")
        result = await super().execute_activity(input)
        await self._halt(about, "after")
        return result

    def _meant_for_the_server(self, leave_id: str, what: str) -> bool:
        return any(self.folder.glob(point(leave_id, f"{what}{KEPT}", "*")))

    async def _halt(self, about: Sequence[tuple[str, str]], when: str) -> None:
        for leave_id, what in about:
            file = self.folder / point(leave_id, what, when)
            mine = file.with_name(file.name + CLAIMED)
            try:
                file.rename(mine)
            except FileNotFoundError:
                continue
            while mine.exists():  # noqa: ASYNC110  (files raise no event)
                await asyncio.sleep(LOOK)


def _about(args: Sequence[Any]) -> list[tuple[str, str]]:
    """Which leaves an activity is about, and what is decided or brought about there; of the rest nothing."""
    match args[0] if args else None:
        case Want(leave_id=leave_id, what=what, spec=spec):
            return [(leave_id, what if spec else f"{what}-back")]
        case Question(act=act):
            return _decided(act)
        case Questions(acts=acts):
            return [each for act in acts for each in _decided(act)]
        case _:
            return []


def _decided(act: Any) -> list[tuple[str, str]]:
    return [(act.leave_id, f"decide-{act.kind}")] if hasattr(act, "leave_id") else []


async def work(folder: Path) -> None:
    """Until it is killed."""
    settings = Settings.load()
    client = await connect_in_time(settings, [FurloughPlugin()], quiet(), waiting=lambda _: None)
    async with working(settings, client, build_id(), interceptors=[Halting(folder)]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1])))
