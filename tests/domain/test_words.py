"""Numbers in sentences for people."""

from decimal import Decimal

import pytest

from domain.words import counted, plain


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 days"), (1, "1 day"), (Decimal("1.0"), "1 day"), (Decimal("0.5"), "0.5 days"), (2, "2 days")],
)
def test_one_of_a_thing_is_told_in_the_singular(number, said):
    assert counted(number, "day") == said


@pytest.mark.parametrize(
    ("number", "sign", "said"),
    [("18.0", "", "18"), ("20", "", "20"), ("-0.50", "", "-0.5"), ("-0.0", "", "0"), ("2", "+", "+2"), (3, "", "3")],
)
def test_a_number_is_told_without_zeros_that_say_nothing(number, sign, said):
    assert plain(Decimal(number), sign) == said
