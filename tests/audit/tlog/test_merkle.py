"""The Merkle tree does what RFC 6962 says, and its proofs prove what they say and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.tlog.merkle import (
    EMPTY,
    Nodes,
    NotProved,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash,
    node_hash,
    root_of,
    subtree,
)
from tests.audit.tlog.published import CONSISTENCY, INCLUSION, LEAVES, ROOTS

HASHES = tuple(leaf_hash(leaf) for leaf in LEAVES)
FALSE = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def slow_root(leaves: Sequence[bytes]) -> bytes:
    """The definition in section 2.1, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = max(2**i for i in range(len(leaves)) if 2**i < len(leaves))
    return node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


def tree(leaves: Sequence[bytes]) -> Nodes:
    """All subtrees of a tree that fits in memory."""
    return lambda level, index: slow_root(leaves[index << level : (index + 1) << level])


def numbered(count: int) -> list[bytes]:
    return [f"leaf {i}".encode() for i in range(count)]


def test_hashes_of_leaf_and_node_are_the_published_ones():
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize("size", range(9))
def test_the_root_of_the_published_tree_is_the_published_one_at_each_size(size: int):
    assert root_of(HASHES[:size]) == ROOTS[size] == slow_root(LEAVES[:size])
    assert subtree(0, size, tree(LEAVES)) == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_a_published_proof_of_inclusion_is_made_and_accepted(index: int, size: int, proof: tuple[str, ...]):
    made = inclusion(index, size, tree(LEAVES[:size]))
    assert [hashed.hex() for hashed in made] == list(proof)
    check_inclusion(index, size, HASHES[index], made, ROOTS[size])


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_a_published_proof_of_consistency_is_made_and_accepted(old: int, new: int, proof: tuple[str, ...]):
    made = consistency(old, new, tree(LEAVES[:new]))
    assert [hashed.hex() for hashed in made] == list(proof)
    check_consistency(old, new, ROOTS[old], ROOTS[new], made)


def broken(proof: Sequence[bytes], *near: bytes) -> Iterator[list[bytes]]:
    """All small damages to a proof."""
    for i, hashed in enumerate(proof):
        yield [*proof[:i], bytes([hashed[0] ^ 16]) + hashed[1:], *proof[i + 1 :]]
        yield [*proof[:i], *proof[i + 1 :]]
        yield [*proof[: i + 1], *proof[i:]]
    for wrong in (b"", FALSE, *near):
        yield [wrong, *proof]
        yield [*proof, wrong]


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_a_proof_of_inclusion_holds_for_its_leaf_and_place_alone(place: tuple[int, int]):
    index, size = place
    leaves = numbered(size)
    proof, leaf, root = inclusion(index, size, tree(leaves)), leaf_hash(leaves[index]), slow_root(leaves)
    check_inclusion(index, size, leaf, proof, root)
    wrong = [(i, size, leaf, proof, root) for i in (-1, index - 1, index + 1, index ^ 2, size) if i != index]
    wrong += [(index, size, FALSE, proof, root), (index, size, leaf, proof, FALSE), (index, size, b"x", proof, root)]
    wrong += [(index, size, leaf, other, root) for other in broken(proof, root)]
    wrong += [(index, 0, leaf, proof, root)]
    for case in wrong:
        with pytest.raises(NotProved):
            check_inclusion(*case)


@given(st.integers(1, 70).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_a_proof_of_consistency_holds_for_its_two_trees_alone(sizes: tuple[int, int]):
    old, new = sizes
    leaves = numbered(new)
    proof = consistency(old, new, tree(leaves))
    was, now = slow_root(leaves[:old]), slow_root(leaves)
    check_consistency(old, new, was, now, proof)
    wrong = [(old, new, FALSE, now, proof), (old, new, was, FALSE, proof), (old, new, was[1:], now, proof)]
    wrong += [(old, new, was, now, other) for other in broken(proof, was, now)]
    wrong += [(new + 1, new, was, now, proof), (-1, new, was, now, proof)]
    if old != new:
        wrong += [(old, new, now, was, proof), (old, new, was, now, []), (new, old, now, was, proof)]
    for case in wrong:
        with pytest.raises(NotProved):
            check_consistency(*case)


@given(st.integers(2, 40).flatmap(lambda new: st.tuples(st.integers(1, new - 1), st.just(new))), st.data())
def test_no_proof_leads_from_a_tree_with_another_beginning(sizes: tuple[int, int], data: st.DataObject):
    """Whatever leaf of the old tree was changed since, the honest proof of the new tree does not join them."""
    old, new = sizes
    now = numbered(new)
    changed = data.draw(st.integers(0, old - 1))
    was = [b"another" if i == changed else leaf for i, leaf in enumerate(now[:old])]
    with pytest.raises(NotProved):
        check_consistency(old, new, slow_root(was), slow_root(now), consistency(old, new, tree(now)))


def test_the_empty_tree_is_the_beginning_of_all():
    check_consistency(0, 8, EMPTY, ROOTS[8], [])
    check_consistency(0, 0, EMPTY, EMPTY, [])
    for case in ((0, 8, FALSE, ROOTS[8], []), (0, 8, EMPTY, ROOTS[8], [FALSE]), (0, 0, EMPTY, FALSE, [])):
        with pytest.raises(NotProved):
            check_consistency(*case)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4)])
def test_what_is_not_in_a_tree_has_no_proof(index: int, size: int):
    with pytest.raises(ValueError, match="expected"):
        inclusion(index, size, tree(LEAVES))
    with pytest.raises(ValueError, match="expected"):
        consistency(size + 1, size, tree(LEAVES))
