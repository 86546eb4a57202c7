"""A query takes no more memory, time or disk than it may, and is told which of these ended it."""

from __future__ import annotations

import resource
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from audit.tables.bounds import answered
from audit.tables.keeping import About, Index
from wiring.trouble import Misset


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """An index of nothing."""
    (tmp_path / "parts").mkdir()
    return Index(tmp_path, About(origin="x", key="k"))


def refused(index: Index, sql: str, seconds: float = 60) -> str:
    with pytest.raises(Misset) as told, answered(index, sql, seconds) as found:
        list(found.rows)
    assert list(index.folder.iterdir()) == [index.folder / "parts"]
    return str(told.value)


def test_rows_come_as_they_are_however_many(index: Index):
    with answered(index, "SELECT DATE '2026-03-04' AS d, 1.50 AS x, [1, 2] AS l, i FROM range(2500) r(i)", 60) as found:
        rows = list(found.rows)
    assert (found.titles, len(rows)) == (("d", "x", "l", "i"), 2500)
    assert rows[7] == (date(2026, 3, 4), Decimal("1.50"), [1, 2], 7)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT length(repeat('x', 2000000000))",
        "SELECT list(i) FROM range(100000000) r(i)",
        "SELECT repeat('x', 60000000)",
    ],
    ids=["a text", "a list", "a row"],
)
def test_memory_is_bounded_also_where_the_engine_does_not_bound_it(index: Index, sql: str):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert "takes more memory or disk than it may" in refused(index, sql)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < max(before, 1300 * 1024)


def test_a_query_that_takes_too_long_is_ended(index: Index):
    told = refused(index, "SELECT count(*) FROM range(10000000000000) a(i) WHERE hash(i) = 1", 4)
    assert ("not over within 4 seconds" in told, "--seconds" in told) == (True, True)


def test_what_is_no_select_and_what_leads_outside_is_refused_there_too(index: Index):
    assert "is only read" in refused(index, "CREATE TABLE mine AS SELECT 1")
    assert "has no answer" in refused(index, f"SELECT * FROM read_text('{index.folder}/about.json')")
    assert "has no answer" in refused(index, "SELECT * FROM read_text('/etc/hostname')")
