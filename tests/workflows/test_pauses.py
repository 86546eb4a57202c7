"""How long a process waits between two tries, while the register is away: soon back at work, and no history filled."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from workflows.process import AT_MOST, LONGEST_PAUSE, OF_OUTAGE, pause_for_register

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def tries_over(outage: timedelta) -> tuple[int, timedelta]:
    """How many tries an outage makes, and how long after its end the first that is answered may come."""
    waited = timedelta()
    for tries in count(1):  # pragma: no branch
        waited += (last := pause_for_register(tries - 1))
        if waited >= outage:
            return tries, last
    raise AssertionError


@pytest.mark.parametrize(
    ("outage", "most", "late"),
    [
        (timedelta(seconds=4), 1, timedelta(seconds=5)),
        (14 * MINUTE, 20, AT_MOST),
        (HOUR, 65, 1.1 * AT_MOST),
        (6 * HOUR, 180, 1.1 * 6 * HOUR / OF_OUTAGE),
        (DAY, 260, 1.1 * DAY / OF_OUTAGE),
        (30 * DAY, 1000, LONGEST_PAUSE),
    ],
)
def test_what_waits_goes_on_soon_after_the_register_is_back_and_few_tries_are_made(
    outage: timedelta, most: int, late: timedelta
) -> None:
    tries, last = tries_over(outage)
    assert tries <= most
    assert last <= late


def test_no_pause_is_shorter_than_the_one_before() -> None:
    pauses = [pause_for_register(tries) for tries in range(2000)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
