"""Control numbers after a backup was laid back: those on papers of before are given to nobody anew."""

from __future__ import annotations

import pytest

from domain.garrison.events import NumbersVoided
from tests.domain.garrison.mission import Naq, holder


@pytest.mark.rule("number/void")
def test_void_numbers_leave_no_gap_and_the_next_leave_has_the_number_after_them() -> None:
    naq = Naq()
    assert naq.enter("L1") == "NAQ-2026-000001"
    (told,) = naq.void(12)
    assert isinstance(told, NumbersVoided)
    assert (told.first, told.last) == (2, 12)
    assert told.says() == "control numbers 000002 to 000012 of 2026 are void (laid back)"
    assert naq.enter("L2") == "NAQ-2026-000013"
    assert naq.enter("L1") == "NAQ-2026-000001", "what was given before stays given"


@pytest.mark.rule("number/void")
@pytest.mark.parametrize("through", [1, 3])
def test_what_is_given_or_void_already_is_void_no_more(through: int) -> None:
    naq = Naq()
    for leave in ("L1", "L2", "L3"):
        naq.enter(leave)
    naq.void(through)
    assert naq.kinds == ["already-so"]
    assert naq.enter("L4") == "NAQ-2026-000004"


@pytest.mark.rule("number/void")
def test_each_year_has_its_own_row() -> None:
    naq = Naq()
    naq.enter("L1")
    naq.void(7, year=2025)
    assert naq.enter("L2") == "NAQ-2026-000002"


@pytest.mark.rule("number/void")
def test_only_an_administrator_voids() -> None:
    naq = Naq()
    naq.enter("L1")
    naq.void(9, holder("CO-NAQ", "commander", who="m-co"))
    assert naq.refused == "number/void"
    assert naq.enter("L2") == "NAQ-2026-000002"
