"""The sealing as an activity of the mission's worker, and the code of each build laid where sealing finds it."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities import durable
from activities.waiting import while_working
from audit.archive.about import Damaged
from audit.archive.opening import archive
from audit.sealing import Sealer
from audit.wheel import wheel
from domain.sealing import SealedNow, Sealing
from wiring.settings import Settings
from wiring.trouble import Misset

log = structlog.get_logger(__name__)

EACH: Final = 5.0
"""Seconds between two signs of life."""


def keep_build(settings: Settings, build: str) -> None:
    """Lay the code that runs here into the mission's folder, once: it is sealed with the next sealing.

    A worker that cannot write there says so and works all the same: auditors are told of a build without its code.
    """
    name, content = wheel(build)
    try:
        durable.keep(settings.folder / "builds", name, content, once=True)
    except OSError as error:
        log.warning("the code of this build was not kept", build=build, why=error.strerror)


class Nightly:
    """Seals for the mission of these settings."""

    def __init__(self, settings: Settings, client: Client, build: str) -> None:
        self.settings, self.client, self.build = settings, client, build

    @activity.defn(name="seal")
    async def seal(self, asked: Sealing) -> SealedNow:
        """Seal what is new.

        Raises:
            ApplicationError: the archive cannot be used as it is; trying again would not mend it.
            NotReached: server or archive did not answer; it is tried again.
        """
        work = asyncio.ensure_future(while_working(self._seal(asked)))
        while not work.done():
            activity.heartbeat()
            await asyncio.wait({work}, timeout=EACH)
        return work.result()

    async def _seal(self, asked: Sealing) -> SealedNow:
        try:
            opened = await asyncio.to_thread(archive, self.settings)
            return await Sealer(self.client, self.settings, opened, self.build).seal(whole=asked.whole)
        except (Misset, Damaged) as error:
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error
