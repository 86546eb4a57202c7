"""Acts whose id is made of what they say: whose an entry is which is found under such an id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.decider import Entry, Refused
from domain.refusal import Refusal
from tests.wiring.spools import SAID_AT, approval
from wiring.repeats import next_try, of_line, own

SECOND = timedelta(seconds=1)
KEPT_AT = SAID_AT + 600 * SECOND


def entry(act_id: str = "line-1", **more: Any) -> Entry[Any]:
    """A refusal under an id."""
    head: dict[str, Any] = {"seq": 1, "effective_at": SAID_AT, "recorded_at": KEPT_AT + SECOND, "act_id": act_id}
    return Entry[Any](**(head | more), event=Refused(act="approve", refusal=Refusal(rule="a/rule", why="no")))


@pytest.mark.parametrize(
    ("more", "its"),
    [
        ({}, True),
        ({"effective_at": SAID_AT - SECOND}, False),
        ({"effective_at": SAID_AT - SECOND, "recorded_at": KEPT_AT - 900 * SECOND}, False),
        ({"recorded_at": KEPT_AT - 61 * SECOND}, False),
        ({"recorded_at": KEPT_AT - 59 * SECOND}, True),
    ],
    ids=["its own", "said before, sent late", "said before", "said twice for one time", "a clock that is ahead"],
)
def test_an_entry_is_of_this_saying_by_its_time_and_by_when_it_was_recorded(more: dict[str, Any], its: bool) -> None:
    assert own(entry(**more), approval("line-1"), KEPT_AT) is its


def test_each_try_of_a_line_has_an_id_of_its_own_and_all_are_found_by_any() -> None:
    tries = [entry("line-1"), entry("line-1/1")]
    journal = [entry("a-1"), *tries, entry("line-11")]
    assert [of_line(act_id, journal) for act_id in ("line-1", "line-1/1")] == [tries, tries]
    assert [next_try("line-1/1", tries), next_try("line-1", tries), next_try("line-1", [])] == [
        "line-1/2",
        "line-1/2",
        "line-1",
    ]
