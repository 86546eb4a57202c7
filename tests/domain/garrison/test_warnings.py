"""What a base tells of a place which it gives although the unit is nearly as empty as it may be."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.garrison.mission import Naq


@settings(max_examples=40, deadline=None)
@given(
    assigned=st.integers(1, 60), percents=st.tuples(st.integers(1, 100), st.integers(1, 100)), before=st.integers(0, 5)
)
def test_who_is_given_one_of_the_last_places_is_told_how_full_it_is(
    assigned: int, percents: tuple[int, int], before: int
):
    """A percentage of those assigned, whoever asks counted; no place is refused for it."""
    warn, most = sorted(percents)
    naq = Naq(**{"A-COY": assigned})
    verdicts = [naq.ask(f"L{i}", warn_percent=warn, ceiling_percent=most) for i in range(before + 1)]
    for absent, verdict in enumerate(verdicts, 1):
        full = absent * 100 >= warn * assigned
        assert bool(verdict.warns) == (verdict.granted and full)
        if verdict.warns:
            assert verdict.warns[0].startswith(f"{absent} of {assigned} in A-COY are absent on 2026-03-10")


def test_the_fullest_day_is_told_of_and_asking_again_tells_anew():
    naq = Naq()
    naq.ask("L1", 12, 14, warn_percent=10)
    (warned,) = naq.ask("L2", 10, 12, warn_percent=10).warns
    assert "2 of 20 in A-COY are absent on 2026-03-12" in warned
    naq.back("L1")
    assert naq.ask("L2", 10, 12, warn_percent=10).warns == ()


def test_the_days_of_flights_outside_the_dates_count_as_absence_warn_and_bar_nothing():
    """Of who travels; a later one finds no room on that day."""
    naq, eve = Naq(**{"A-COY": 10}), date(2026, 3, 9)
    naq.ask("L1", 9, 9)
    verdict = naq.ask("L2", 10, 12, travels=(eve,), warn_percent=15)
    assert (verdict.granted, verdict.warns) == (
        True,
        ("2 of 10 in A-COY are absent on 2026-03-09, itself counted; worth a look from 15 % on",),
    )
    naq.back("L1")
    assert not naq.ask("L3", 8, 9).granted
    assert naq.ask("L2", 10, 12).granted
    assert naq.ask("L3", 8, 9).granted


def test_that_days_fill_up_is_told_to_nobody_who_holds_a_place():
    """It would be news to each of them with every leave that is granted."""
    naq = Naq()
    naq.ask("L1", warn_percent=10)
    naq.ask("L2", warn_percent=10)
    assert naq.kinds == ["stands"]
