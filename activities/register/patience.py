"""A PostgreSQL that hangs, told from one that is slow: no statement waits for it without end.

A server that is stopped, or whose host has gone, closes no connection. Each act would leave a thread of the worker
behind, until none was left for registers that answer.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

R = TypeVar("R")

ANSWER: Final = 4.0
"""Seconds within which each statement of a look-up or an effect is answered, and a connection made."""


class Patient(Connection[Any]):
    """A connection whose statements end within `longest` seconds, or not at all where that is None."""

    longest: float | None = ANSWER

    def wait(self, gen: PQGen[R], interval: float = 0.1, timeout: float | None = None) -> R:
        """As psycopg waits, but not longer. A connection that did not answer is of no use any more."""
        try:
            return super().wait(gen, interval, timeout or self.longest)
        except _WaitTimeout as hangs:
            self.pgconn.finish()
            raise OperationalError(f"it hangs: no answer within {self.longest:g} s") from hangs
