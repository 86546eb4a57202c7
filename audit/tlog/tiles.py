"""A Merkle tree and its leaves as files that are written once: C2SP tlog-tiles.

A tile holds up to 256 hashes of one level; a full one is a single hash of the level above. The leaves lie in bundles,
one beside each tile of level 0. What a tree still has open, its right edge, is one tile a level: so much is kept in
memory while it grows, however large it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from audit.tlog.merkle import SIZE, Nodes, root_of

WIDTH: Final = 256
"""Hashes of a full tile."""

HEIGHT: Final = 8
"""Levels of the tree from one level of tiles to the next."""

LARGEST_LEAF: Final = 0xFFFF
"""Bytes of a leaf: the length before it has two bytes."""


class Torn(Exception):
    """Bytes that are no tile or no bundle of the width which their name tells."""


class Tile(NamedTuple):
    """The place of a tile: `number` counts from the left, `width` is less than 256 where it is not full."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where its hashes lie."""
        return f"tile/{self.level}/{numbered(self.number)}{_partial(self.width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Where the leaves lie that belong to a tile of level 0."""
    return f"tile/entries/{numbered(number)}{_partial(width)}"


def numbered(number: int) -> str:
    """A number as parts of a path with three digits each, so that no folder grows too large: `x001/x234/067`."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])


def _partial(width: int) -> str:
    return f".p/{width}" if width < WIDTH else ""


def bundled(leaves: Sequence[bytes]) -> bytes:
    """Leaves, each after its length in two bytes, the greater first.

    Raises:
        ValueError: a leaf is too large.
    """
    for leaf in leaves:
        if len(leaf) > LARGEST_LEAF:
            raise ValueError(f"expected entries of at most {LARGEST_LEAF:,} bytes, got {len(leaf):,}")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundled(content: bytes, width: int) -> list[bytes]:
    """The leaves of a bundle. Raises Torn where they are not so many, or not whole."""
    leaves: list[bytes] = []
    at = 0
    while at < len(content):
        begin = at + 2
        at = begin + int.from_bytes(content[at:begin], "big")
        if begin > len(content) or at > len(content):
            raise Torn(f"expected a whole entry {len(leaves)} of the bundle, got {len(content)} bytes in all")
        leaves.append(content[begin:at])
    if len(leaves) != width:
        raise Torn(f"expected {width} entries in the bundle, got {len(leaves)}")
    return leaves


def hashes_of(content: bytes, width: int) -> list[bytes]:
    """The hashes of a tile. Raises Torn where they are not so many."""
    if len(content) != width * SIZE:
        raise Torn(f"expected {width} hashes in {width * SIZE} bytes, got {len(content)} bytes")
    return [content[i : i + SIZE] for i in range(0, len(content), SIZE)]


def open_tiles(size: int) -> Iterator[Tile]:
    """The tiles that are not full in a tree of this size, from the lowest level up."""
    level = 0
    while count := size >> HEIGHT * level:
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)
        level += 1


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a tree has with `new` leaves and had not with `old` ones."""
    level = 0
    while count := new >> HEIGHT * level:
        for number in range((old >> HEIGHT * level) // WIDTH, count // WIDTH):
            yield Tile(level, number)
        level += 1
    yield from set(open_tiles(new)) - set(open_tiles(old))


class Edge:
    """The right edge of a tree that grows: the hashes of its open tiles, and nothing else of it."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[list[bytes]] = []

    @classmethod
    def read(cls, size: int, read: Callable[[Tile], bytes]) -> Edge:
        """The edge of a tree of this size, of which `read` gives the tiles. Raises Torn."""
        edge = cls()
        edge.size = size
        edge._rows = [[] for _ in range(-(-size.bit_length() // HEIGHT))]
        for tile in open_tiles(size):
            edge._rows[tile.level] = hashes_of(read(tile), tile.width)
        return edge

    def append(self, hashed: bytes) -> Iterator[tuple[Tile, bytes]]:
        """Take one more leaf, by its hash, and give each tile which is full thereby, with its bytes."""
        level = 0
        full: list[tuple[Tile, bytes]] = []
        while True:
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            row.append(hashed)
            if len(row) < WIDTH:
                break
            number = (self.size + 1 >> HEIGHT * (level + 1)) - 1
            full.append((Tile(level, number), b"".join(row)))
            hashed = root_of(row)
            self._rows[level] = []
            level += 1
        self.size += 1
        return iter(full)

    def open(self) -> Iterator[tuple[Tile, bytes]]:
        """The tiles that are not full now, with their bytes."""
        for tile in open_tiles(self.size):
            yield tile, b"".join(self._rows[tile.level])

    def root(self) -> bytes:
        """The root of the tree."""
        rest: list[bytes] = []
        for row in self._rows:
            if row or rest:
                rest = [root_of([*row, *rest])]
        return root_of(rest)


def nodes_of(size: int, read: Callable[[Tile], bytes]) -> Nodes:
    """The subtrees of a tree of this size, read from its tiles, of which the last used are kept in memory.

    The function raises Torn, and whatever `read` raises.
    """
    edge = {(tile.level, tile.number): tile for tile in open_tiles(size)}

    @lru_cache(maxsize=64)
    def row(level: int, number: int) -> list[bytes]:
        tile = edge.get((level, number), Tile(level, number))
        return hashes_of(read(tile), tile.width)

    def node(level: int, index: int) -> bytes:
        tiles, inside = divmod(level, HEIGHT)
        first = index << inside
        start = first % WIDTH
        return root_of(row(tiles, first // WIDTH)[start : start + (1 << inside)])

    return node
