"""Numbers in sentences for people."""

from decimal import Decimal

import pytest

from domain.words import counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 days"), (1, "1 day"), (Decimal("1.0"), "1.0 day"), (Decimal("0.5"), "0.5 days"), (2, "2 days")],
)
def test_one_of_a_thing_is_told_in_the_singular(number, said):
    assert counted(number, "day") == said
