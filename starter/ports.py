"""Ports of this machine: which are free, and who has the others."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Final

from wiring.plainly import plainly
from wiring.trouble import NotStarted

LOCAL: Final = "127.0.0.1"

_LAST, _FIRST = 32_000, 20_000
_FREE: Iterator[int] = islice(cycle(range(_FIRST, _LAST)), secrets.randbelow(_LAST - _FIRST), None)
"""Below those which systems give to whoever asks for any: the server itself asks for several, and must not get ours."""


def chosen(port: int, flag: str) -> int:
    """The port, or a free one for 0, never the same twice.

    Raises:
        NotStarted: something listens there already; `flag` is how to choose another.
    """
    if port == 0:
        return next(free for free in _FREE if _refused(free) is None)
    if why := _refused(port):
        raise NotStarted(
            f"Port {port} cannot be used.",
            why=f"expected a free port on {LOCAL}, got: {why}",
            helps=f"end what listens there, or choose another with {flag}",
        )
    return port


def _refused(port: int) -> str | None:
    """Why nothing can listen there."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((LOCAL, port))
        except (OSError, OverflowError) as error:
            return plainly(error)
    return None
