"""The sealing as an activity of the mission's worker, and the code of each build laid where sealing finds it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from traceback import extract_tb
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.waiting import while_working
from audit.archive.opening import archive
from audit.sealing import Sealer
from audit.wheel import wheel
from domain.sealing import SealedNow, Sealing
from wiring import disk
from wiring.settings import Settings
from wiring.trouble import NotReached, Trouble

log = structlog.get_logger(__name__)

EACH: Final = 5.0
"""Seconds between two signs of life."""


def keep_build(settings: Settings, build: str) -> None:
    """Lay the code that runs here into the mission's folder, once: it is sealed with the next sealing.

    A worker that cannot write there says so and works all the same: auditors are told of a build without its code.
    """
    name, content = wheel(build)
    try:
        disk.keep(settings.folder / "builds", name, content, once=True)
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
            ApplicationError: the archive cannot be used as it is, or sealing has a fault; trying again would not mend
                it. The next night begins anew.
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
            sealed = await Sealer(self.client, self.settings, opened, self.build).seal(whole=asked.whole)
        except NotReached:
            raise
        except Trouble as error:
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error
        except Exception as fault:  # noqa: BLE001  (a night ends in any case, and the next one begins anew)
            *_, last = extract_tb(fault.__traceback__)
            # the words of the fault may have what a record holds
            why = f"sealing has a fault in {last.name}, line {last.lineno} of {Path(last.filename).name}"
            raise ApplicationError(why, type=type(fault).__name__, non_retryable=True) from None
        if sealed.unsealed:
            log.warning("not all could be sealed: furlough audit seal tells what", count=len(sealed.unsealed))
        return sealed
