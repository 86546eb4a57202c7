"""What is proved of a running leave is of one moment."""

import pytest

from audit.commands import at_rest
from wiring.trouble import NotReached


async def test_a_leave_that_moves_while_it_is_looked_at_is_looked_at_again():
    lengths, looks = iter([10, 12, 12, 12]), iter(["torn", "whole"])

    async def length() -> int:
        return next(lengths)

    async def look() -> str:
        return next(looks)

    assert await at_rest(look, length) == "whole"


async def test_a_leave_that_never_rests_is_told_as_such_and_nothing_is_found():
    grown = iter(range(100))

    async def length() -> int:
        return next(grown)

    with pytest.raises(NotReached, match="moves on"):
        await at_rest(length, length)
