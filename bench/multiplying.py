"""An index of very many leaves, made of the rows of few: each column is another from leave to leave.

Columns that repeat one value cost a query nearly nothing, since Parquet keeps such a value once. So times, people,
posts, units, numbers and places are drawn anew for each leave, by hashes, so that every run gets the same; what is of a
closed vocabulary (kinds of entries, states) differs as it does among the leaves that the rows are of.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb

from audit.tables.keeping import About, Index
from audit.tables.rows import TABLES

SOMEBODY: Final = "'m-' || ({drawn} % 30000)"
"""One of so many people."""

DRAWN: Final = {"unit": 120, "nation": 40, "component": 3, "destination": 300, "travel": 5, "pack": 4} | {
    "leave_kind": 6,
    "purse": 3,
    "rule": 9,
    "post": 40,
}
"""Columns of codes, and how many are drawn for each code of the rows."""

BY_NAME: Final[Mapping[str, str]] = {
    "leave_id": "format('UNEX-{{:026d}}', i)",
    "run": "format('00000000-0000-4000-8000-{{:012d}}', i)",
    "leaf": "i",
    "number": "format('B{{:02d}}-2026-{{:06d}}', i % 8, i)",
    "base": "'B' || (i % 8)",
    "seq": "{was}",
    "event_id": "{was}",
    "entered_by": f"CASE WHEN s.by IS NOT NULL AND {{drawn}} % 4 = 0 THEN {SOMEBODY} END",
    "for_post": "CASE WHEN s.post IS NOT NULL AND {drawn} % 10 = 0 THEN 'POST-' || ({drawn} % 300) END",
    **dict.fromkeys(("member", "by"), f"CASE WHEN {{was}} IS NOT NULL THEN {SOMEBODY} END"),
    **{name: f"{{was}} || '-' || ({{drawn}} % {many})" for name, many in DRAWN.items()},
}
"""What stands in the column of a copy, by its name: `was` in the row itself, `drawn` a number of its own."""

BY_TYPE: Final[Mapping[str, str]] = {
    "TIMESTAMP": "{was} + to_minutes(CAST(hash(i, 'year') % 525600 AS BIGINT)) + to_seconds({drawn} % 3600)",
    "DATE": "{was} + CAST(hash(i, 'year') % 365 AS INTEGER)",
    "VARCHAR[]": "CASE WHEN {drawn} % 3 = 0 THEN list_append({was}, 'LO-' || ({drawn} % 60)) ELSE {was} END",
    "BOOLEAN": "{drawn} % 20 <> 0",
    "BIGINT": "{was} + {drawn} % 3600",
    "DECIMAL(4,2)": "CAST({was} + {drawn} % 10 AS DECIMAL(4,2))",
    "DECIMAL(9,2)": "CAST({was} + {drawn} % 10 AS DECIMAL(9,2))",
    "VARCHAR": "{was}",
}
"""The same for all others. The times of one leave move together, so that they stay in their order."""

CONSENTS: Final = 20
"""Leaves for one exemption or override; an order is issued as often."""


def multiplied(one: Path, many: Path, ways: int, leaves: int) -> Index:
    """An index of so many copies of the rows of the first leaves of another, `ways` of them in turn."""
    part, first = many / "parts" / "0-1", min((one / "parts").iterdir())
    part.mkdir(parents=True)
    with duckdb.connect() as made:
        for name in ("leaves", "entries", "days", "waits"):
            columns = ", ".join(f"{_other(name, column)} AS {_named(column)}" for column in TABLES[name])
            rows = (
                f"(SELECT *, row_number() OVER () AS n FROM read_parquet('{first / name}.parquet') WHERE leaf < {ways})"
            )
            source = f"SELECT {columns} FROM {rows} AS s JOIN range({leaves}) AS r(i) ON s.leaf = i % {ways}"
            _laid(made, source, part / f"{name}.parquet")
        for name, column in (("consents", _consent), ("orders", _order)):
            columns = ", ".join(
                f"CAST({column(each)} AS {type_}) AS {_named(each)}" for each, type_ in TABLES[name].items()
            )
            rows = f"(SELECT *, leaf AS i FROM read_parquet('{part / 'leaves'}.parquet') WHERE leaf % {CONSENTS} = 0)"
            _laid(made, f"SELECT {columns} FROM {rows} AS s", part / f"{name}.parquet")
    return Index(many, About(origin="bench", key=""))


def _laid(made: duckdb.DuckDBPyConnection, source: str, file: Path) -> None:
    made.execute(f"COPY ({source}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


def _other(table: str, column: str) -> str:
    """What stands in this column of the i-th copy of the n-th row."""
    told = BY_NAME.get(column) or BY_TYPE[TABLES[table][column]]
    return told.format(was=f"s.{_named(column)}", drawn=_drawn(column))


def _consent(column: str) -> str:
    """What stands in a column of the exemption or override for a leave."""
    drawn = _drawn(column, row="0")
    return {
        "kind": f"CASE WHEN {drawn} % 3 = 0 THEN 'overridden' ELSE 'exempted' END",
        "order_version": f"'LO-' || ({drawn} % 60) || '.1'",
        "ground": f"'ground-' || ({drawn} % 7)",
        "recorded_at": "s.asked_at",
        "until": f"s.asked_at + to_days(CAST({drawn} % 30 AS INTEGER))",
        "by": SOMEBODY.format(drawn=drawn),
        "entered_by": SOMEBODY.format(drawn=drawn),
        "post": f"'POST-' || ({drawn} % 300)",
        "for_post": f"'POST-' || ({drawn} % 300)",
        "assurance": f"CASE WHEN {drawn} % 2 = 0 THEN 'signed' ELSE 'recorded' END",
    }.get(column, f"s.{column}")


def _order(column: str) -> str:
    """What stands in a column of an order."""
    drawn = _drawn(column, row="0")
    return {
        "order_version": "'LO-' || i || '.1'",
        "issuer": f"'POST-' || ({drawn} % 300)",
        "since": "s.asked_at",
        "until": f"s.asked_at + to_days(CAST({drawn} % 90 AS INTEGER))",
        "recorded_at": "s.asked_at",
        "mission_wide": f"{drawn} % 5 = 0",
        "restrictions": f"['rule-' || ({drawn} % 12)]",
    }.get(column, f"s.{column}")


def _drawn(column: str, row: str = "n") -> str:
    return f"CAST(hash(i, {row}, '{column}') % 1000000007 AS BIGINT)"


def _named(column: str) -> str:
    return f'"{column}"'
