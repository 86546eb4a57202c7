"""The numbers in a line of a statement: what a pay system writes by mistake is told with what is expected."""

from __future__ import annotations

from decimal import Decimal

import pytest

from starter.lines import Wrong, about_of, balance_line, stated_line
from wiring.sheets import Line


def said(what: str, days: str) -> Decimal:
    leave, purse = ("NAQ-2026-000001", "") if what == "charge" else ("", "annual")
    fields = {"what": what, "leave": leave, "purse": purse, "days": days}
    found: Decimal = stated_line(Line("USA-1002", fields))["days"]
    return found


@pytest.mark.parametrize("what", ["charge", "balance"])
@pytest.mark.parametrize(
    "days",
    [
        *("1e400", "9E+999999", "-9E+999999", "1e-999999", "0E+999999", "1E+99999999999999999999", "1E+1"),
        *("nan", "sNaN", "inf", "-Infinity", "9" * 100_000, "1_0", "\u0663", "12,5", "0.25", "3652060", "-", "."),
    ],
    ids=lambda days: days[:12],
)
def test_what_is_no_number_of_days_is_told_with_what_is_expected(what, days):
    with pytest.raises(Wrong) as wrong:
        said(what, days)
    (fault,) = wrong.value.args
    assert fault.startswith(
        "days: expected a number of whole or half days, up to 3652059, in digits such as 12 or 12.5"
    )
    assert fault.endswith(f"got {days[:40]!r}")


@pytest.mark.parametrize(("days", "is_"), [("12", "12"), ("12.50", "12.50"), ("0", "0"), (".5", "0.5"), ("+3.", "3")])
def test_what_is_one_is_taken(days, is_):
    assert said("charge", days) == said("balance", days) == Decimal(is_)


def test_a_balance_may_be_below_zero_and_a_charge_may_not():
    assert (said("balance", "-2.5"), str(said("balance", "-0"))) == (Decimal("-2.5"), "0")
    for days in ("-2.5", "-0"):
        with pytest.raises(Wrong, match=f"a charge is not below zero, got {days}"):
            said("charge", days)


def test_a_purse_and_a_kind_of_leave_of_one_name_are_two_lines():
    """A member may have both of them; a purse that is told twice is told once too often."""
    told = {"source": "roster", "as_of": "2026-03-31"}
    kind = balance_line(Line("USA-1002", {"kind": "rr", "times": "1", **told}), 0)
    purse, again = (balance_line(Line("USA-1002", {"purse": "rr", "days": days, **told}), 0) for days in ("1", "2"))
    assert about_of(purse) != about_of(kind)
    assert about_of(purse) == about_of(again)
