"""Numbers in sentences for people."""

from decimal import Decimal

import pytest

from domain.words import called, counted, plain, some


@pytest.mark.parametrize(
    ("kind", "said"),
    [("ordinary", "ordinary leave"), ("rr", "R&R leave"), ("cto", "compensatory time off"), ("pass", "pass")],
)
def test_a_kind_of_leave_is_called_as_people_call_it(kind, said):
    assert called(kind) == said


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


@pytest.mark.parametrize(
    ("names", "of", "said"),
    [
        ("", 0, ""),
        ("A", 0, "A"),
        ("AB", 0, "A, B"),
        ("ABC", 0, "A, B and 1 more (find)"),
        ("AB", 9, "A, B and 7 more (find)"),
    ],
)
def test_a_list_that_is_cut_tells_how_many_more_there_are_and_where(names, of, said):
    assert some(names, 2, "find", of=of) == said
