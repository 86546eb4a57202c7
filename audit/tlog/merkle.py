"""The Merkle tree of RFC 6962, section 2.1: hashes, proofs that a leaf is in it, proofs that one tree extends another.

A tree is read through a function that gives the hash of any perfect subtree, so that nothing here knows where they lie.
The proofs are checked as RFC 9162 tells (sections 2.1.3.2 and 2.1.4.2), by code that has nothing in common with the
code that makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

EMPTY: Final = sha256().digest()
"""The root of a tree without leaves."""

SIZE: Final = 32
"""Bytes of a hash."""

Nodes = Callable[[int, int], bytes]
"""`nodes(level, index)`: the hash over the leaves from `index * 2**level` on, `2**level` of them."""


class NotProved(Exception):
    """A proof does not lead where it should."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf; its first byte tells it from that of a node."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over subtrees of one size, of which the last may be smaller."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


def subtree(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash over the leaves `start:end`, where they are a subtree of the tree."""
    count = end - start
    if count == 0:
        return EMPTY
    level = count.bit_length() - 1
    if count == 1 << level:
        return nodes(level, start >> level)
    middle = start + _split(count)
    return node_hash(subtree(start, middle, nodes), subtree(middle, end, nodes))


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that the leaf at `index` is in the tree of `size` leaves. Raises ValueError where it is not."""
    if not 0 <= index < size:
        raise ValueError(f"expected an entry of 0 to {size - 1}, got {index}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(subtree(middle, end, nodes))
            end = middle
        else:
            proof.append(subtree(start, middle, nodes))
            start = middle
    return proof[::-1]


def consistency(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old` ones. Raises ValueError where it cannot."""
    if not 0 <= old <= new:
        raise ValueError(f"expected a tree of 0 to {new} entries, got {old}")
    proof: list[bytes] = []
    start, end = 0, new
    if old in (0, new):
        return proof
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(subtree(middle, end, nodes))
            end = middle
        else:
            proof.append(subtree(start, middle, nodes))
            start = middle
    if start:  # the last subtree of the old tree is known to who has its root only where it is the whole of it
        proof.append(subtree(start, end, nodes))
    return proof[::-1]


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Whether the leaf with this hash is at `index` of the tree with this root. Raises NotProved."""
    if not 0 <= index < size:
        raise NotProved(f"expected an entry of 0 to {size - 1}, got {index}")
    _sound(leaf, root, *proof)
    at, last, found = index, size - 1, leaf
    for hashed in proof:
        if last == 0:
            raise NotProved(f"expected a shorter proof for entry {index} of {size}, got {len(proof)} hashes")
        if at % 2 or at == last:
            found = node_hash(hashed, found)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, hashed)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise NotProved(f"expected a longer proof for entry {index} of {size}, got {len(proof)} hashes")
    _same(root, found, f"the root over {size} entries")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Whether the tree of `new` leaves and this root begins with the tree of `old` leaves and that one.

    An empty tree is the beginning of all. Raises NotProved.
    """
    if not 0 <= old <= new:
        raise NotProved(f"expected a tree of 0 to {new} entries, got {old}")
    _sound(old_root, new_root, *proof)
    if old in (0, new):
        return _check_trivial(old, new, old_root, new_root, proof)
    path = list(proof) if old & (old - 1) else [old_root, *proof]  # a perfect tree is itself the first step
    if not path:
        raise NotProved(f"expected a proof from {old} to {new} entries, got none")
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    was = found = path[0]
    for hashed in path[1:]:
        if last == 0:
            raise NotProved(f"expected a shorter proof from {old} to {new} entries, got {len(proof)} hashes")
        if at % 2 or at == last:
            was, found = node_hash(hashed, was), node_hash(hashed, found)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, hashed)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise NotProved(f"expected a longer proof from {old} to {new} entries, got {len(proof)} hashes")
    _same(old_root, was, f"the root over the first {old} entries")
    return _same(new_root, found, f"the root over {new} entries")


def _check_trivial(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Of no leaves, and of the same tree, there is nothing to prove but that the roots are what they must be."""
    if old == 0:
        _same(EMPTY, old_root, "the root of no entries")
    if old == new:
        _same(old_root, new_root, f"the root over {new} entries")
    if proof:
        raise NotProved(f"expected an empty proof from {old} to {new} entries, got {len(proof)} hashes")


def _split(count: int) -> int:
    """The leaves of the left subtree: the largest power of two below their count."""
    return 1 << (count - 1).bit_length() - 1


def _sound(*hashes: bytes) -> None:
    if bad := [hashed for hashed in hashes if len(hashed) != SIZE]:
        raise NotProved(f"expected hashes of {SIZE} bytes, got one of {len(bad[0])}")


def _same(expected: bytes, got: bytes, what: str) -> None:
    if expected != got:
        raise NotProved(f"{what}: expected {expected.hex()}, got {got.hex()}")
