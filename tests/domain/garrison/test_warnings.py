"""What a base tells of a place which it gives although the unit is nearly as empty as it may be."""

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


def test_that_days_fill_up_is_told_to_nobody_who_holds_a_place():
    """It would be news to each of them with every leave that is granted."""
    naq = Naq()
    naq.ask("L1", warn_percent=10)
    naq.ask("L2", warn_percent=10)
    assert naq.kinds == ["stands"]
