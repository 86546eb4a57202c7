"""A sample is drawn by lots that anybody can draw again, and each stratum gives its share."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.lots import allotted, draw, lot

FRAMES = st.dictionaries(st.text(max_size=8), st.tuples(st.sampled_from(["NAQ", "FLY", "-"])), max_size=60)


def test_a_lot_is_the_hash_of_seed_and_id_as_the_docs_say():
    """As `printf '7\\nUNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D' | sha256sum` tells."""
    told = "d9a4ca8dcc935bec8222006d8290c23f42fb49e4a363b12c74b06b308a8a7d3c"
    assert lot(7, "UNEX-01JE6Z3K8Q4T9V2X7B5N0M1C8D") == told


@given(FRAMES, st.integers(1, 80), st.integers(-5, 10**20), st.randoms(use_true_random=False))
def test_the_order_of_the_population_has_no_say(frame: dict[str, tuple[str]], size: int, seed: int, chance: Random):
    items = list(frame.items())
    chance.shuffle(items)
    drawn = draw(frame, size, seed)
    assert drawn == draw(dict(items), size, seed)
    assert len({one.id for one in drawn}) == min(size, len(frame))


@given(FRAMES, st.integers(1, 80))
def test_each_stratum_gives_its_share_to_within_one(frame: dict[str, tuple[str]], size: int):
    strata: Counter[tuple[str, ...]] = Counter(frame.values())
    given_ = allotted(strata, size)
    size = min(size, len(frame))
    assert sum(given_.values()) == size
    for stratum, many in strata.items():
        assert abs(given_[stratum] - Fraction(size * many, len(frame))) < 1
        assert given_[stratum] <= many


def test_a_population_that_grows_keeps_what_was_drawn_by_lower_lots():
    ids = [f"UNEX-{i:026}" for i in range(500)]
    few = {one.id for one in draw(dict.fromkeys(ids[:400], ()), 20, 42)}
    more = {one.id for one in draw(dict.fromkeys(ids, ()), 20, 42)}
    assert few - more == {one for one in few if lot(42, one) > max(lot(42, each) for each in more)}


@pytest.mark.parametrize("seeds", [(1, 2)])
def test_another_seed_is_another_sample(seeds: tuple[int, int]):
    frame = dict.fromkeys((f"L{i}" for i in range(1000)), ())
    assert draw(frame, 60, seeds[0]) != draw(frame, 60, seeds[1])
