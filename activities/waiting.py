"""Waiting for another process, as far as this worker lives: who stops working answers nothing that it asks itself."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

R = TypeVar("R")


async def while_working(work: Coroutine[Any, Any, R]) -> R:
    """Waits for an answer, at the most until this worker is told to stop; a worker that runs then asks anew.

    Raises:
        ApplicationError: type `WorkerStops`.
    """
    asked = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(activity.wait_for_worker_shutdown())
    try:
        await asyncio.wait({asked, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if asked.done():
            return await asked
        raise ApplicationError("this worker stops; another one asks again", type="WorkerStops")
    finally:
        for task in (asked, stopped):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
