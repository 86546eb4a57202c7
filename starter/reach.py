"""What is within a desk's reach, as somebody sits down: register, server, worker; and what stands in for what is not.

All are asked at the same time, each for some seconds. Who acts needs none of them: what they say is kept.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine

from activities.register import database
from activities.register.database import RegisterUnavailable
from domain.ids import REGISTER, base_workflow
from starter import copied, underway
from wiring import console, copies, laying_back
from wiring.connect import connect, quiet
from wiring.copies import Unreadable
from wiring.deliver import ANSWER
from wiring.plugin import FurloughPlugin
from wiring.queries import anybody
from wiring.settings import Settings
from wiring.spool import Closed, Sent
from wiring.spool.outcome import SHORTEST
from wiring.trouble import Misset, NotReached

if TYPE_CHECKING:
    from starter.desk import Desk

LEAST: Final = timedelta(seconds=2)
"""What is left of the five seconds for an act itself, whatever waits before it; one of many lines has it always."""

A_WORD: Final = timedelta(seconds=2)
"""How long a register is waited for that may be hanging; one that has gone is told at once."""


def there(settings: Settings) -> None:
    """A register has been begun here.

    Raises:
        Misset: none was; reading it would tell of missing tables.
        NotStarted: it is being laid back, or that was broken off.
    """
    laying_back.whole(settings.folder)
    file = settings.folder / "register.db"
    if settings.register_url is None and not file.exists() and not copies.any_of(settings.folder):
        raise Misset(
            f"There is no register of {settings.code} here.",
            why=f"expected a file {file}, got none",
            helps=f"furlough up --mission {settings.code} begins it; or name its home: FURLOUGH_HOME=FOLDER",
        )


ANEW: Final = 10.0
"""Seconds after which a register that did not answer is asked again."""


async def register(desk: Desk, *, acting: bool, copy: bool | str) -> None:
    """Have the register, or what stands in its place for who acts or may read from a copy; told on the first line.

    Raises:
        NotReached: it is away from who only reads, and there is no copy of it.
    """
    if not (acting or copy) or (silent := await _silent(desk.source)) is None:
        return
    desk.not_before = monotonic() + ANEW
    found = copied.register(desk, silent, copy if isinstance(copy, str) else desk.settings.base)
    if found is not None:
        console.warn(f"NO REGISTER: who is who {copied.first_line(desk, found, datetime.now(UTC))}")
        return
    lacks = "no copy at this desk tells who holds which post"
    if not acting:
        raise NotReached(
            silent.what, why=silent.why, known=lacks, helps="furlough copy keeps one, while the register is there"
        ) from silent
    console.warn(f"NO REGISTER, and {lacks}: nothing is looked up; {copied.waiting(desk)}\nwhy    {silent.why}")


async def _silent(source: Engine) -> NotReached | None:
    """Why the register is not asked at this desk; None where it answers.

    One that hangs is left to itself, by a thread for which the command's end does not wait.
    """
    loop, where = asyncio.get_running_loop(), source.url.render_as_string(hide_password=True)
    told: asyncio.Future[Exception | None] = loop.create_future()

    def ask() -> None:
        failed: Exception | None = None
        try:
            database.answers(source)
        except Exception as error:  # noqa: BLE001  (it is raised where it is waited for)
            failed = error
        with suppress(RuntimeError):  # the command has ended meanwhile
            loop.call_soon_threadsafe(lambda: None if told.done() else told.set_result(failed))

    Thread(target=ask, daemon=True).start()
    try:
        failed = await asyncio.wait_for(told, A_WORD.total_seconds())
    except TimeoutError:
        why = f"no answer within {A_WORD.total_seconds():g} s from {where}"
    else:
        if failed is None:
            return None
        if not isinstance(failed, RegisterUnavailable):
            raise failed
        why = str(failed)
    return NotReached("The register did not answer.", why=why, helps="try again when it is back")


async def server(desk: Desk, *, acting: bool, copy: bool | str) -> None:
    """Connect. Raises NotReached for who does not act, and reads from no copy: nobody gives them an answer."""
    try:
        desk.connected = await connect(desk.settings, [FurloughPlugin()], quiet(), within=min(desk.patience, ANSWER))
    except NotReached as silent:
        desk.away = silent
        await asyncio.to_thread(desk.spool.sweep)
        try:
            if not copy:
                raise
            desk.copy = copied.instead(desk, silent, copy if isinstance(copy, str) else desk.settings.base)
        except (NotReached, Unreadable) as nothing:
            if not acting:
                raise
            desk.away = NotReached(nothing.what, why=nothing.why, known=nothing.known, helps=nothing.helps)
        underway.unread(desk)


async def send_before(desk: Desk, *, acting: bool, many: bool, copy: bool | str) -> None:
    """What was said before is sent before, so that this command finds it done; and what came of it is told.

    Meanwhile it is asked whether there is a worker at all. Where there is none, acts are kept without a try, and who
    may read from a copy does; who says `many` lines waits longer, since a worker may be busy with those said before.
    While this desk has no register nothing is sent before: it would hardly be decided.
    """
    base = copy if isinstance(copy, str) else desk.settings.base
    readable = bool(copy and base and copies.file_of(desk.settings.folder, base).exists())
    within = max(desk.patience - LEAST, SHORTEST) if acting and not many else ANSWER
    word: asyncio.Future[bool | None] | None = None
    sent: list[Sent] = []
    try:
        waits = desk.no_register is None and bool(desk.waiting())
        if waits or readable:
            of = base_workflow(base) if base and readable else REGISTER
            word = asyncio.ensure_future(anybody(desk.client, within + A_WORD if many else within, of))
            sent = await desk.drain(within, hurried=word) if waits else []
            if desk.nobody is None and readable and await word is False:
                desk.nobody = NotReached(
                    "No worker answers.", why=f"the server does, and no worker within {within.seconds} s"
                )
    except Closed as closed:
        return console.warn(str(closed))
    finally:
        if word is not None:
            word.cancel()
    desk.away = desk.nobody
    if desk.nobody is not None and readable:
        desk.copy = copied.instead(desk, desk.nobody, base, "NO WORKER")
    underway.tell(desk, sent)
    return None
