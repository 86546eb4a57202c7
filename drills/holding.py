"""A register that is held up: another process has what everybody wants of it, and does not let go for a while."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Final

import psycopg

from activities.register.tables import Member

PATIENCE: Final = 30
"""Seconds in which it has to be had."""
AGAIN: Final = 0.1
"""Seconds between two tries."""


def _had(database: str) -> psycopg.Connection:
    """A connection, once it serves: it may have been killed a moment ago. Raises as psycopg where it does not come."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(database, connect_timeout=PATIENCE)
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN)


def held_up(database: str, seconds: float) -> None:
    """Hold the pen of a file, or the table of members of a PostgreSQL: every act asks there who speaks."""
    if database.startswith("sqlite:"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=PATIENCE)) as pen:
            pen.isolation_level = None
            pen.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            pen.execute("ROLLBACK")
        return
    with _had(database) as pg:
        pg.execute(f"LOCK TABLE {Member.__tablename__} IN ACCESS EXCLUSIVE MODE".encode())
        time.sleep(seconds)
