"""Two kinds of group crossed: no line of the table, with its total, tells a cell that is not shown."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.crossing import Crossed, crossed
from domain.fairness import Case, tables
from domain.model import HOUR, timedelta

Counts = dict[tuple[str, str], tuple[int, int]]


def cases(counts: Counts) -> list[Case]:
    """So many decisions of a nation and a kind, and so many of them refused."""
    return [
        Case(
            "clearance",
            {"nation": nation, "kind": kind, "component": "contingent", "base": "NAQ"},
            i >= refused,
            2 * HOUR,
            timedelta(0),
        )
        for (nation, kind), (n, refused) in counts.items()
        for i in range(n)
    ]


def by_nation_and_kind(counts: Counts) -> Crossed:
    return next(table for table in crossed(cases(counts), 10) if table.by == ("nation", "kind"))


def test_nations_by_kind_are_shown_where_every_line_allows_it():
    table = by_nation_and_kind({("GHA", "ordinary"): (40, 20), ("GHA", "rr"): (30, 12), ("IND", "rr"): (25, 10)})
    assert [(c.group, c.decisions, c.refused) for c in table.cells] == [
        ("GHA · ordinary", 40, 20),
        ("GHA · rr", 30, 12),
        ("IND · rr", 25, 10),
    ]


def test_a_small_cell_takes_another_one_of_its_row_and_of_its_column_with_it():
    counts = {(n, k): (20, 0) for n in ("GHA", "IND", "IRL") for k in ("emergency", "ordinary", "rr")}
    counts["GHA", "rr"] = (3, 0)
    table = by_nation_and_kind(counts)
    hidden = {c.group for c in table.cells if c.decisions is None}
    assert hidden == {"GHA · emergency", "GHA · rr", "IND · emergency", "IND · rr"}


def test_a_group_that_its_own_table_hides_is_in_no_crossed_one():
    counts = {("GHA", "ordinary"): (30, 0), ("IND", "ordinary"): (12, 0), ("IRL", "ordinary"): (5, 0)}
    plain = next(t for t in tables(cases(counts), 10) if t.by == "nation")
    assert {c.group for c in plain.cells if c.decisions is None} == {"IND", "IRL"}
    assert {c.group for c in by_nation_and_kind(counts).cells if c.decisions is None} >= {
        "IND · ordinary",
        "IRL · ordinary",
    }


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABCD"), st.sampled_from("xyz")),
        st.tuples(st.integers(1, 40), st.integers(0, 40)),
        min_size=1,
    )
)
def test_no_line_tells_what_is_hidden_in_it(counts):
    """Of each row and each column nothing is hidden, or several cells of ten decisions together; refusals likewise."""
    found = cases({key: (n, min(bad, n)) for key, (n, bad) in counts.items()})
    table = next(t for t in crossed(found, 10) if t.by == ("nation", "kind"))
    told = dict(zip(sorted(counts), table.cells, strict=True))
    lines: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    for key in counts:
        for side in (0, 1):
            lines[side, key[side]].append(key)
    for keys in lines.values():
        away = [key for key in keys if told[key].decisions is None]
        assert not away or len(away) == len(keys) or (len(away) > 1 and sum(counts[k][0] for k in away) >= 10)
        secret = [key for key in keys if told[key].refused is None]
        refused = sum(min(counts[k][1], counts[k][0]) for k in secret)
        granted = sum(counts[k][0] for k in secret) - refused
        assert not secret or len(secret) == len(keys) or (len(secret) > 1 and min(refused, granted) >= 10)
    assert all((cell.decisions or 10) >= 10 for cell in table.cells)
