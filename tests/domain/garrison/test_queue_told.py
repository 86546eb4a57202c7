"""What a leave that waits in the queue is told when others give their places back: why it waits by now."""

from datetime import date

from domain.garrison.events import Examined
from domain.garrison.telling import owed
from tests.domain.garrison.mission import Naq, place


def short(naq: Naq, leave: str) -> tuple[str, date | None]:
    """On which day its unit is short as the leave was told last, and from which day it would fit."""
    (block,) = naq.verdict(leave).blocks
    return block.why.partition(" are absent on ")[2].partition(",")[0], block.first_free


def test_who_waits_on_is_told_the_day_that_is_short_now_when_another_comes_free():
    naq = Naq()
    naq.wish("A", place("A", 10, 12, unit="HQ"))
    naq.wish("B", place("B", 13, 14, unit="HQ"))
    waits = naq.wish("W", place("W", 11, 13, unit="HQ"))
    assert (waits.place_in_queue, short(naq, "W")) == (1, ("2026-03-11", date(2026, 3, 15)))
    naq.back("A")
    assert short(naq, "W") == ("2026-03-13", date(2026, 3, 15))
    assert set(owed(naq.state)) == {"W"}
    assert not naq.verdict("W").granted
    naq.back("B")
    assert naq.verdict("W").granted


def test_the_first_free_day_that_moves_is_told_and_nothing_is_where_neither_moves():
    naq = Naq()
    naq.wish("A", place("A", 10, 12, unit="HQ"))
    naq.wish("B", place("B", 13, 16, unit="HQ"))
    naq.wish("W", place("W", 11, 12, unit="HQ"))
    assert short(naq, "W") == ("2026-03-11", date(2026, 3, 17))
    naq.back("B")
    assert short(naq, "W") == ("2026-03-11", date(2026, 3, 13))
    before = naq.verdict("W")
    naq.wish("C", place("C", 20, 22, unit="HQ"))
    assert not any(isinstance(event, Examined) for event in naq.said)
    assert naq.verdict("W") == before
