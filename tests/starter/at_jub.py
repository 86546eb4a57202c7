"""Leaves of INDBATT-C at JUB, where tests of boards have the place to themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.conftest import Furlough, Ran, ahead

ISSUER = ("--as", "NPL-1001", "--post", "SC-SOUTH", "--base", "JUB")
FORCE = ("--as", "IRL-1001", "--post", "FC", "--base", "JUB")
CLERK = ("--as", "IDN-1004", "--post", "G1-JUB", "--base", "JUB")
COMMANDER = ("--as", "IND-1003", "--post", "CO-INDBATT-C", "--base", "JUB")
DUTY = ("--as", "IND-1008", "--post", "DUTY-JUB", "--base", "JUB")
ADMINISTRATOR = ("--as", "IRL-1004", "--post", "ADMIN", "--base", "JUB")
GATE = ("--as", "IND-1007", "--post", "GATE-JUB", "--base", "JUB")


async def asked(furlough: Furlough, member: str, first: str, last: str, *more: str) -> str:
    """The control number of a leave that the member has just asked for."""
    wish = ("--first", first, "--last", last, "--destination", "EBB", "--travel", "none", *more)
    ran = await furlough("request", *wish, "--json", "--as", member, "--base", "JUB")
    assert ran.code == 0, ran
    return str(ran.documents[0]["number"])


async def once(look: Callable[[], Awaitable[Ran]], seen: Callable[[Ran], bool], within: float = 10) -> Ran:
    """Look until the index has caught up; the last look, where it does not in time."""
    end = asyncio.get_running_loop().time() + within
    while True:
        ran = await look()
        if seen(ran) or asyncio.get_running_loop().time() > end:
            return ran
        await asyncio.sleep(0.1)


def stop(number: str, *more: str) -> tuple[str, ...]:
    """The command which issues an order that stops leave for some days."""
    span = ("--from", f"{ahead(28)} 00:00", "--until", f"{ahead(33)} 05:00")
    return ("order", "issue", "--number", number, "--title", "Leave stopped", "--stop-leave", *span, *more, *ISSUER)


def fine(ran: Ran) -> str:
    """What a command printed which did what it was told."""
    assert ran.code == 0, ran
    return ran.out
