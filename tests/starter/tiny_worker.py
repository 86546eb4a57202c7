"""A worker with nothing to do, wired as the real one is; `tiny_worker.py fail` breaks before it polls."""

import asyncio
import os
import signal
import sys

from temporalio import activity
from temporalio.worker import Worker

from wiring import health, logs
from wiring.connect import connect_in_time
from wiring.settings import Settings


@activity.defn
async def nothing() -> None:
    """Never asked for."""


async def work() -> None:
    settings = Settings.load()
    logs.set_up(settings.log)
    if sys.argv[1:] == ["fail"]:
        sys.exit("this worker cannot work")
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    fares = health.Health("tiny")
    async with health.serve(fares, settings.health):
        shown = health.runtime(settings.metrics)
        client = await connect_in_time(settings, runtime=shown, waiting=lambda reason: fares.waiting(reason.what))
        async with Worker(client, task_queue="leave", activities=[nothing]) as worker:
            fares.polling(client, worker)
            await ending.wait()
            fares.stopping()


asyncio.run(work())
sys.stdout.flush()
os._exit(0)  # the interpreter's own end may crash beside the SDK's threads
