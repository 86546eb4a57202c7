"""Tiles and bundles lie where C2SP tlog-tiles says, and a tree grown leaf by leaf is the tree of all its leaves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.tlog.merkle import (
    EMPTY,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash,
    root_of,
    subtree,
)
from audit.tlog.tiles import (
    Edge,
    Tile,
    Torn,
    bundle_path,
    bundled,
    hashes_of,
    nodes_of,
    open_tiles,
    tiles_between,
    unbundled,
)

SIZES = st.one_of(st.integers(0, 1200), st.sampled_from([255, 256, 257, 511, 512, 65535, 65536, 65537, 66000]))


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(i.to_bytes(4, "big")) for i in range(count)]


def grown(count: int) -> tuple[Edge, dict[Tile, bytes]]:
    """A tree and all its tiles."""
    edge = Edge()
    tiles: dict[Tile, bytes] = {}
    for hashed in hashes(count):
        tiles.update(edge.append(hashed))
    tiles.update(edge.open())
    return edge, tiles


def test_a_tile_lies_where_the_specification_says():
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(63, 0, 255).path == "tile/63/000.p/255"
    assert (bundle_path(999), bundle_path(1000, 1)) == ("tile/entries/999", "tile/entries/x001/000.p/1")


def test_a_tree_of_seventy_thousand_leaves_has_the_tiles_that_the_specification_counts():
    count = Counter((tile.level, tile.width) for tile in tiles_between(0, 70_000))
    assert count == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}


def test_a_tree_of_256_leaves_has_a_full_tile_and_one_of_a_single_hash_above():
    assert set(tiles_between(0, 256)) == {Tile(0, 0), Tile(1, 0, 1)}
    assert list(open_tiles(0)) == []


@settings(max_examples=40, deadline=None)
@given(SIZES)
def test_a_tree_grown_leaf_by_leaf_has_the_root_and_the_tiles_of_the_whole(size: int):
    edge, tiles = grown(size)
    assert edge.root() == root_of(hashes(size))
    assert set(tiles) == set(tiles_between(0, size))
    for tile, content in tiles.items():
        assert len(hashes_of(content, tile.width)) == tile.width


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(0, 300))
def test_an_edge_read_from_its_tiles_grows_on_as_if_it_had_never_been_away(size: int, more: int):
    _, tiles = grown(size)
    edge = Edge.read(size, tiles.__getitem__)
    later = dict(grown_tile for hashed in hashes(size + more)[size:] for grown_tile in edge.append(hashed)) | dict(
        edge.open()
    )
    assert edge.root() == root_of(hashes(size + more))
    assert set(later) >= set(tiles_between(size, size + more))
    whole = grown(size + more)[1]
    assert all(whole[tile] == content for tile, content in later.items())


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 1500).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_proofs_are_read_from_tiles(sizes: tuple[int, int]):
    old, new = sizes
    edge, tiles = grown(new)
    nodes = nodes_of(new, tiles.__getitem__)
    check_inclusion(old - 1, new, hashes(new)[old - 1], inclusion(old - 1, new, nodes), edge.root())
    check_consistency(old, new, root_of(hashes(old)), edge.root(), consistency(old, new, nodes))


def test_the_subtrees_of_three_levels_of_tiles_are_found():
    edge, tiles = grown(65_536 + 300)
    assert subtree(0, 65_836, nodes_of(65_836, tiles.__getitem__)) == edge.root()


def test_an_empty_tree_has_the_empty_root():
    assert Edge().root() == EMPTY == grown(0)[0].root()


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_gives_back_its_leaves(leaves: list[bytes]):
    assert unbundled(bundled(leaves), len(leaves)) == leaves


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=20), st.data())
def test_a_bundle_that_was_cut_or_has_another_count_is_torn(leaves: list[bytes], data: st.DataObject):
    whole = bundled(leaves)
    with pytest.raises(Torn):
        unbundled(whole[: data.draw(st.integers(0, len(whole) - 1))], len(leaves))
    with pytest.raises(Torn):
        unbundled(whole, len(leaves) + 1)


def test_a_leaf_has_at_most_65535_bytes():
    assert unbundled(bundled([b"x" * 65535]), 1) == [b"x" * 65535]
    with pytest.raises(ValueError, match="at most 65,535"):
        bundled([b"x" * 65536])


def test_a_tile_of_another_width_is_torn():
    with pytest.raises(Torn, match="expected 3 hashes"):
        hashes_of(b"x" * 64, 3)
