"""Ports of this machine: which are free, and who has the others."""

from __future__ import annotations

import socket

from wiring.trouble import NotStarted

LOCAL = "127.0.0.1"


def chosen(port: int, flag: str) -> int:
    """The port, or any free one for 0.

    Raises:
        NotStarted: something listens there already; `flag` is how to choose another.
    """
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((LOCAL, port))
        except (OSError, OverflowError) as error:
            raise NotStarted(
                f"Port {port} cannot be used.",
                why=f"expected a free port on {LOCAL}, got: {getattr(error, 'strerror', None) or error}",
                helps=f"end what listens there, or choose another: {flag} PORT ({flag} 0 takes any free one)",
            ) from error
        taken: int = tried.getsockname()[1]
        return taken
