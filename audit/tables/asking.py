"""Asking the index: one SELECT at a time, by DuckDB, which can reach nothing but the files of the index.

Before a query is looked at, every way out is shut for good: no file outside the index, no network, no extension, no
other setting. Statements that are no SELECT are refused, since they could write into the index.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb

from audit.tables.keeping import MEMORY, Index
from audit.tables.rows import TABLES, Columns
from wiring.trouble import Misset

BY_BASE: Final = ("consents", "orders")
"""The tables whose rows belong to a base; the others belong to a leave."""

ROWS: Final = 1000
"""How many rows are fetched at a time."""


SPILL: Final = "4GB"
"""What DuckDB may lay on the disk of what does not fit into its memory: our own choice."""

THREADS: Final = 4
"""Threads at most: each has a stack of its own, which counts as memory."""


class Answer(NamedTuple):
    """The titles of the columns, and the rows."""

    titles: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def asked(index: Index, spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on which each table is a view, and which can do nothing but read them.

    What does not fit into its memory it lays into `spill`, else into a folder beside the index, as long as it runs.
    """
    config: dict[str, Any] = {
        "memory_limit": MEMORY,
        "temp_directory": str(spill or index.folder / ".spill"),
        "threads": min(os.cpu_count() or 1, THREADS),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute("CREATE SCHEMA sealed")
        for name, columns in TABLES.items():
            _view(connection, index, name, columns)
        connection.execute(f"SET allowed_directories = [{_text(str(index.folder / 'parts'))}]")
        # Among the settings on opening it is not kept to.
        connection.execute(f"SET max_temp_directory_size = {_text(SPILL)}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def _view(connection: duckdb.DuckDBPyConnection, index: Index, name: str, columns: Columns) -> None:
    """A table over all parts: of each leave the newest run as it was sealed last, of bases each run so."""
    files = sorted(str(file) for file in (index.folder / "parts").glob(f"*-*/{name}.parquet"))
    empty = ", ".join(f"NULL::{type_} AS {_name(column)}" for column, type_ in columns.items())
    every = f"SELECT * FROM read_parquet([{', '.join(map(_text, files))}])" if files else f"SELECT {empty} WHERE false"  # noqa: S608  (names of ours)
    connection.execute(f"CREATE VIEW sealed.{_name(name)} AS {every}")
    if name == "leaves":
        newest = "QUALIFY row_number() OVER (PARTITION BY leave_id ORDER BY asked_at DESC NULLS LAST, leaf DESC) = 1"
        connection.execute(f"CREATE VIEW leaves AS FROM sealed.leaves {newest}")
    elif name in BY_BASE:
        newest = "QUALIFY leaf = max(leaf) OVER (PARTITION BY run)"
        connection.execute(f"CREATE VIEW {name} AS FROM sealed.{name} {newest}")
    else:
        connection.execute(f"CREATE VIEW {name} AS FROM sealed.{name} SEMI JOIN leaves USING (leaf)")


def answer(connection: duckdb.DuckDBPyConnection, sql: str, given: Sequence[Any] = ()) -> Answer:
    """What one SELECT gives, row by row.

    Raises:
        Misset: it is none, or not one, or asks for what is not there or may not be reached.
    """
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise _unasked(error) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        got = f"{len(statements)} statements" if len(statements) != 1 else str(statements[0].type).rpartition(".")[2]
        raise Misset(
            "The index is only read.",
            why=f"expected one SELECT (or DESCRIBE, SUMMARIZE, SHOW TABLES), got {got}",
            known="nothing was changed",
            helps='furlough audit query "SHOW TABLES"',
        )
    try:
        found = connection.execute(statements[0], list(given) or None)
        titles = tuple(column[0] for column in found.description or ())
    except duckdb.Error as error:
        raise _unasked(error) from error
    return Answer(titles, _rows(found))


def _rows(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := found.fetchmany(ROWS):
            yield from rows
    except duckdb.Error as error:
        raise _unasked(error) from error


def too_large(why: str) -> Misset:
    """A query that wants more than it may take."""
    return Misset(
        "The query takes more memory or disk than it may.",
        why=why,
        known="nothing was changed",
        helps="ask for fewer rows or columns, or for sums of them",
    )


def _unasked(error: duckdb.Error) -> Misset:
    if isinstance(error, duckdb.OutOfMemoryException):  # of the disk too
        return too_large(str(error).strip().splitlines()[0])
    return Misset(
        "The index has no answer to this.",
        why=str(error).strip().splitlines()[0],
        known="nothing was changed",
        helps='furlough audit query "DESCRIBE leaves" tells the columns of a table, "SHOW TABLES" the tables',
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
