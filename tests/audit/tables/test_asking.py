"""A query reads the index and reaches nothing else, whatever it says."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from audit.archive.vault import Folder
from audit.archived import Archived
from audit.tables import asking
from audit.tables.asking import answer, asked
from audit.tables.keeping import Index, brought_up
from audit.tables.reports import REPORTS
from audit.tables.rows import TABLES
from bench.copies import seal
from tests.audit.test_replay import kept
from wiring.trouble import Misset


@pytest.fixture(scope="module")
async def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    home = tmp_path_factory.mktemp("index")
    seal(Folder(home / "a"), kept("leave-settled"), 5)
    seal(Folder(home / "a"), kept("leave-denied"), 2, start=5)
    (home / "secret").write_text("secret\n")
    return await brought_up(Archived(str(home / "a"), None), home / "index")


@pytest.fixture
def connection(index: Index) -> Iterator[duckdb.DuckDBPyConnection]:
    with asked(index) as opened:
        yield opened


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{home}/secret')",
        "SELECT * FROM read_csv('{home}/secret')",
        "SELECT * FROM '{home}/secret.csv'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_text('{home}/index/parts/../../secret')",
        "SELECT * FROM read_text('{home}/index/about.json')",
        "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
        "SELECT * FROM sqlite_scan('{home}/secret', 'x')",
    ],
)
def test_no_file_but_those_of_the_index_is_read(connection: duckdb.DuckDBPyConnection, index: Index, sql: str):
    with pytest.raises(Misset) as told:
        list(answer(connection, sql.format(home=index.folder.parent)).rows)
    assert "secret\n" not in str(told.value)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY leaves TO '{home}/out.csv'",
        "COPY (SELECT 1) TO '{home}/index/parts/x.parquet'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{home}/index/parts/x.parquet'",
        "SELECT * FROM query('COPY (SELECT 1) TO ''{home}/index/parts/x.parquet''')",
        "CREATE TABLE mine AS FROM leaves",
        "CREATE OR REPLACE VIEW leaves AS SELECT 1",
        "DELETE FROM leaves",
        "DROP VIEW leaves",
        "ATTACH '{home}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET memory_limit",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "EXPORT DATABASE '{home}/dump'",
        "PREPARE x AS SELECT 1",
        "SELECT 1; SELECT 2",
        "",
        "SELEC 1",
        "SELECT nothing FROM leaves",
        "SELECT * FROM nowhere",
    ],
)
def test_nothing_but_one_select_is_done(connection: duckdb.DuckDBPyConnection, index: Index, sql: str):
    before = sorted(path for path in index.folder.parent.rglob("*") if ".spill" not in path.parts)
    with pytest.raises(Misset):
        list(answer(connection, sql.format(home=index.folder.parent)).rows)
    assert sorted(path for path in index.folder.parent.rglob("*") if ".spill" not in path.parts) == before
    assert list(answer(connection, "SELECT count(*) FROM leaves").rows) == [(7,)]


@pytest.mark.parametrize(
    "sql", ["SHOW TABLES", "DESCRIBE leaves", "SUMMARIZE days", "FROM waits", "WITH a AS (FROM days) FROM a"]
)
def test_what_tells_of_the_tables_is_answered(connection: duckdb.DuckDBPyConnection, sql: str):
    assert list(answer(connection, sql).rows)


def test_what_a_query_lays_on_the_disk_has_its_limit(index: Index, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "MEMORY", "128MB")
    monkeypatch.setattr(asking, "SPILL", "2MB")
    text = "md5(i::VARCHAR) || md5((i + 1)::VARCHAR)"
    wide = f"SELECT count(*), min(z) FROM (SELECT DISTINCT {text} z FROM range(3000000) r(i))"
    with asked(index) as small, pytest.raises(Misset, match="failed to offload"):
        list(answer(small, wide).rows)


def told(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, object]]:
    found = answer(connection, REPORTS[name].sql)  # type: ignore[index]
    return [dict(zip(found.titles, row, strict=True)) for row in found.rows]


def test_reports_count_what_the_record_says(connection: duckdb.DuckDBPyConnection):
    away = told(connection, "absences")
    assert [(row["base"], row["away"]) for row in away] == [("FLY", 5)] * 5
    decided = {(row["authority"], row["decision"]): row["decisions"] for row in told(connection, "decisions")}
    assert sum(many for (_, what), many in decided.items() if what == "approved") == 5  # type: ignore[misc]
    assert sum(many for (_, what), many in decided.items() if what == "denied") == 2  # type: ignore[misc]
    assert told(connection, "late-returns") == []
    assert {row["state"]: row["median_hours"] for row in told(connection, "waits")}["settled"] == 24.0


def test_the_tables_are_those_that_are_documented_and_each_sealing_has_its_own(index: Index):
    with asked(index) as connection:
        assert [name for (name,) in answer(connection, "SHOW TABLES").rows] == sorted(TABLES)
        assert all(list(answer(connection, f"SELECT count(*) FROM sealed.{name}").rows) for name in TABLES)
