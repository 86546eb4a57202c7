"""Work on what somebody may have forged, which may never come to an end: waited for so long, and then left.

The SDK's core goes through a history in code that breaks over some of them, and whoever asked it then waits for ever:
such work cannot be ended by whoever waits. So it has a thread of its own, which ends with the process.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

Found = TypeVar("Found")


class TooLong(Exception):
    """The work did not come to its end in time."""


async def in_time(work: Callable[[], Coroutine[Any, Any, Found]], seconds: float) -> Found:
    """What the work gives, in a thread and a loop of its own.

    Raises:
        TooLong: it took more seconds than these.
        Exception: whatever it raises.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Found] = loop.create_future()

    def tell(answer: Found | None, fault: BaseException | None) -> None:
        if found.done():
            return
        if fault:
            found.set_exception(fault)
        else:
            found.set_result(answer)  # type: ignore[arg-type]  # what it gave, where nothing was raised

    def run() -> None:
        answer, fault = None, None
        try:
            answer = asyncio.run(work())
        except BaseException as raised:  # noqa: BLE001  (told to whoever waits)
            fault = raised
        with suppress(RuntimeError):  # nobody waits any more: their loop is closed
            loop.call_soon_threadsafe(tell, answer, fault)

    threading.Thread(target=run, daemon=True).start()
    try:
        return await asyncio.wait_for(found, seconds)
    except TimeoutError:
        raise TooLong(f"it came to no end within {seconds:g} seconds") from None
