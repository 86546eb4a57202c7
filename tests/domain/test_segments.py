"""One absence is split day by day: the balance first, then days in advance, then days in excess."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.holdings import paid
from domain.leave.counting import CountedDay
from domain.leave.segments import Has, split, total
from domain.model import DAY, Decimal


def counted(charges: str, first: date = date(2026, 12, 29)) -> tuple[CountedDay, ...]:
    """Days from the first on: `c` is charged, `-` is free."""
    return tuple(
        CountedDay(
            day=first + i * DAY,
            charge=Decimal(1 if c == "c" else 0),
            rule="counting/charged" if c == "c" else "counting/ends-on-holiday",
            why="a day",
        )
        for i, c in enumerate(charges)
    )


def told(charges: str, has: str, below: str) -> list[str]:
    """Each segment as days of December or January, share and days of each."""
    found = split(counted(charges), {"annual": Has(Decimal(has), Decimal(below))})
    return [f"{s.day:%d}-{s.until:%d} {s.share} {s.days}" for s in found]


TABLE: dict[str, tuple[str, str, str, list[str]]] = {
    "enough": ("ccccc", "5", "0", ["29-02 charged 1"]),
    "the balance, then advance": ("ccccc", "2", "5", ["29-30 charged 1", "31-02 advance 1"]),
    "the balance, advance, excess": (
        "ccccc",
        "2",
        "2",
        ["29-30 charged 1", "31-01 advance 1", "02-02 excess 1"],
    ),
    "half a day is left": (
        "ccc",
        "1.5",
        "5",
        ["29-29 charged 1", "30-30 charged 0.5", "30-30 advance 0.5", "31-31 advance 1"],
    ),
    "one day of all three": ("c", "0.5", "0.25", ["29-29 charged 0.5", "29-29 advance 0.25", "29-29 excess 0.25"]),
    "below zero before it began": ("cc", "-4", "5", ["29-29 advance 1", "30-30 excess 1"]),
    "below all that is allowed": ("cc", "-6", "5", ["29-30 excess 1"]),
    "a free day in between takes nothing": (
        "c-c",
        "1",
        "5",
        ["29-29 charged 1", "30-30 uncharged 0", "31-31 advance 1"],
    ),
    "nothing is charged": ("---", "0", "0", ["29-31 uncharged 0"]),
    "no day at all": ("", "3", "0", []),
}


@pytest.mark.parametrize(("charges", "has", "below", "expected"), TABLE.values(), ids=TABLE.keys())
def test_split(charges, has, below, expected):
    assert told(charges, has, below) == expected


HALVES = st.integers(-40, 40).map(lambda n: Decimal(n) / 2)


@given(st.text("c-", max_size=40), HALVES, HALVES.map(abs))
def test_every_day_is_told_and_the_shares_add_up(charges, has, below):
    days = counted(charges)
    found = split(days, {"annual": Has(has, below)})
    charged = sum((d.charge for d in days), Decimal(0))
    assert sum((total(found, share) for share in ("charged", "advance", "excess")), Decimal(0)) == charged
    assert {day for s in found for day in span(s.day, s.until)} == {d.day for d in days}
    assert not found or found[-1].left == has - charged + total(found, "excess")


@given(st.text("c-", max_size=40), HALVES, HALVES.map(abs))
def test_the_balance_is_used_up_before_an_advance_and_the_advance_before_an_excess(charges, has, below):
    found = split(counted(charges), {"annual": Has(has, below)})
    wanted = Decimal(charges.count("c"))
    assert total(found, "charged") == min(wanted, max(has, Decimal(0)))
    assert total(found, "charged") + total(found, "advance") == min(wanted, max(has + below, Decimal(0)))
    order = [("charged", "advance", "excess").index(s.share) for s in found if s.share != "uncharged"]
    assert order == sorted(order)


@given(st.text("c-", max_size=30), st.integers(0, 30), HALVES, HALVES.map(abs))
def test_an_absence_is_split_alike_in_two_parts(charges, cut, has, below):
    whole = split(counted(charges), {"annual": Has(has, below)})
    first = split(counted(charges)[:cut], {"annual": Has(has, below)})
    rest = split(counted(charges)[cut:], {"annual": Has(first[-1].left if first else has, below)})
    for share in ("charged", "advance", "excess"):
        assert total(first, share) + total(rest, share) == total(whole, share)


def span(first: date, last: date) -> list[date]:
    return [first + i * DAY for i in range((last - first).days + 1)]


@given(st.text("c-", max_size=40), HALVES, HALVES.map(abs))
def test_day_by_day_comes_to_what_the_whole_charge_comes_to(charges, has, below):
    """The account tells a leave by its whole charge: the days told one by one say the same."""
    found = split(counted(charges), {"annual": Has(has, below)})
    by_day = (total(found, "charged"), total(found, "advance"), total(found, "excess"))
    assert by_day == paid(Decimal(charges.count("c")), has, below)


def test_excess_days_leave_the_balance_where_advance_has_brought_it():
    found = split(counted("cccc"), {"annual": Has(Decimal(1), Decimal(1))})
    assert [s.share for s in found] == ["charged", "advance", "excess"]
    assert [s.left for s in found] == [0, -1, -1]
