"""Lines of a sheet and what the record says are paired, nearest first; what is odd is told on its side."""

from __future__ import annotations

from datetime import UTC, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.matching import Bad, Said, form_of, matched, said, summed
from domain.model import Decimal, timedelta
from wiring.sheets import Line

NOW = datetime(2026, 3, 4, 6, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)


def gate(of: str, way: str, minutes: int, where: str = "") -> Said:
    return Said(of, way, NOW + timedelta(minutes=minutes), None, where)


def pay(of: str, days: str, where: str = "") -> Said:
    return Said(of, "days", None, Decimal(days), where)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (["leave", "way", "at"], "gate"),
        (["service_number", "name", "way", "at"], "gate"),
        (["flight", "member"], "manifest"),
        (["leave", "purse", "days"], "pay"),
        (["leave"], None),
        (["leave", "flight", "days"], None),
        (["leave", "at"], None),
    ],
)
def test_the_header_tells_the_form(header: list[str], form: str | None):
    assert form_of(header) == form


@pytest.mark.parametrize(("apart", "pairs"), [(60, 1), (61, 0), (-60, 1)])
def test_times_of_a_pair_are_at_most_so_far_apart(apart: int, pairs: int):
    found, odd = matched([gate("L", "out", 0)], [gate("L", "out", apart)], HOUR)
    assert (found, len(odd)) == (pairs, 2 - 2 * pairs)


def test_the_nearest_are_a_pair_and_a_line_told_twice_has_one_partner():
    lines = [gate("L", "out", 20, "line 2"), gate("L", "out", 5, "line 3")]
    pairs, odd = matched(lines, [gate("L", "out", 0)], HOUR)
    assert (pairs, [(one.side, one.said.where) for one in odd]) == (1, [("sheet", "line 2")])


def test_going_out_is_no_coming_in_and_another_person_is_no_partner():
    pairs, odd = matched([gate("L", "out", 0), gate("M", "in", 0)], [gate("L", "in", 0), gate("M", "in", 1)], HOUR)
    assert (pairs, [(one.side, one.said.of) for one in odd]) == (1, [("sheet", "L"), ("record", "L")])


def test_other_days_differ_and_the_lines_of_several_purses_are_one_charge():
    lines = summed([pay("L", "3", "line 2"), pay("M", "1", "line 3"), pay("L", "2", "line 4")])
    pairs, (odd,) = matched(lines, [pay("L", "5.0"), pay("M", "2")], HOUR)
    assert (pairs, odd.side, odd.said.where, odd.other) == (1, "both", "line 3", pay("M", "2"))


SAYS = st.lists(
    st.builds(gate, st.sampled_from("LM"), st.sampled_from(["out", "in"]), st.integers(0, 300)), max_size=12
)


@given(SAYS, SAYS)
def test_each_thing_that_is_said_is_in_one_pair_or_odd_once(sheet: list[Said], record: list[Said]):
    pairs, odd = matched(sheet, record, HOUR)
    sides = [one.side for one in odd]
    assert (pairs + sides.count("sheet"), pairs + sides.count("record")) == (len(sheet), len(record))
    back, other = matched(record, sheet, HOUR)
    assert (back, len(other)) == (pairs, len(odd))


@pytest.mark.parametrize(
    ("form", "fields", "why"),
    [
        ("gate", {"way": "out"}, "at: expected something"),
        ("gate", {"way": "off", "at": "2026-03-04 06:41Z"}, "way: expected out or in"),
        ("gate", {"way": "out", "at": "2026-03-04 06:41"}, "at: expected a zone"),
        ("gate", {"way": "out", "at": "4 March"}, "at: expected YYYY-MM-DD"),
        ("manifest", {}, "flight: expected something"),
        ("pay", {"days": "five"}, "days: expected a number"),
        ("pay", {"days": "NaN"}, "days: expected a number of days"),
    ],
)
def test_a_line_that_cannot_be_meant_says_why(form, fields: dict[str, str], why: str):
    with pytest.raises(Bad, match=why):
        said(Line("L", fields, "gate.csv line 2"), form, lambda text: text)


def test_a_line_that_is_no_csv_says_what_the_reader_of_sheets_said():
    with pytest.raises(Bad, match="expected 3 cells"):
        said(Line("", {}, "gate.csv line 2", "expected 3 cells, got 1"), "gate", lambda text: text)


def test_a_time_is_told_in_utc_whatever_zone_the_sheet_has():
    east = timezone(timedelta(hours=2))
    assert Said("L", "in", datetime(2026, 11, 18, 22, 30, tzinfo=east), None, "").words == "in 2026-11-18 20:30Z"
