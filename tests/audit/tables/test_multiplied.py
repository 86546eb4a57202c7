"""What queries are measured over differs from leave to leave in every column, as the leaves of a mission do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import duckdb
import pytest

from audit.archived import Archived
from audit.tables.asking import answer, asked
from audit.tables.keeping import brought_up
from audit.tables.reports import REPORTS
from audit.tables.rows import TABLES
from bench.auditing import mixed
from bench.keeping import Keeping, archive_of, sealed
from bench.multiplying import multiplied

LEAVES = 300


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("multiplied")
    kept = mixed("leave")
    asyncio.run(sealed(home, Keeping(kept, len(kept))))
    asyncio.run(brought_up(Archived(str(archive_of(home)), None), home / "index"))
    index = multiplied(home / "index", home / "many", len(kept), LEAVES)
    with asked(index) as connection:
        for report in REPORTS.values():
            assert list(answer(connection, report.sql).rows), report.says
    return home / "many"


@pytest.mark.parametrize("table", TABLES)
def test_no_column_repeats_one_value(many: Path, table: str) -> None:
    file = next((many / "parts").rglob(f"{table}.parquet"))
    with duckdb.connect() as reading:
        for column in TABLES[table]:
            told = reading.execute(f"""SELECT count(DISTINCT "{column}"), count("{column}") FROM '{file}'""").fetchone()
            assert told is not None
            assert told[0] > 1, (table, column, told)
