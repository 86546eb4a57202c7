"""A walk along a log from its first leaf to its last, which grows the tree of it anew.

A leaf lies in three places: in the batch by which it was added, in its bundle, and by its hash in a tile. The batch is
signed, so where they differ it tells which of them was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from audit.archive import batches
from audit.archive.about import NAME as ABOUT
from audit.archive.finding import Findings
from audit.archive.log import HEAD, head_name
from audit.archive.vault import Missing, TooLarge, Vault
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.merkle import SIZE, leaf_hash
from audit.tlog.notes import NotSigned, VerifyingKey
from audit.tlog.tiles import WIDTH, Edge, Tile, Torn, bundle_path, bundled, hashes_of, unbundled


@dataclass
class Heads:
    """The heads that were signed, by their sizes, and which of them the newest checkpoint is."""

    by_size: dict[int, Checkpoint] = field(default_factory=dict)
    now: Checkpoint | None = None

    @property
    def last(self) -> Checkpoint | None:
        """The head with the most leaves."""
        return self.by_size[max(self.by_size)] if self.by_size else self.now


class Walk:
    """Goes along the log and tells its leaves; `names` are the files that are part of it."""

    def __init__(self, vault: Vault, origin: str, key: VerifyingKey, heads: Heads, findings: Findings) -> None:
        self.vault, self.origin, self.key, self.heads, self.findings = vault, origin, key, heads, findings
        self.edge = Edge()
        self.names = {ABOUT, HEAD} | {head_name(size) for size in heads.by_size}
        self.next_batch = 0
        self.may_miss = False
        """Behind the last head a file need not be there yet."""
        self._batch: list[bytes] = []
        self._bundle: list[bytes] = []

    def leaves(self, size: int) -> Iterator[tuple[int, bytes]]:
        """Each leaf as it was added; what lies elsewhere of it is compared with it."""
        for number in range(-(-size // WIDTH)):
            width = min(WIDTH, size - number * WIDTH)
            bundle, hashes = self._leaves_at(number, width), self._hashes_at(Tile(0, number, width))
            name = bundle_path(number, width)
            for i in range(width):
                place = number * WIDTH + i
                there = bundle[i] if i < len(bundle) else None
                hashed = hashes[i] if i < len(hashes) else None
                leaf = self._added(place) or there
                self._compare(place, i, leaf, bundle, hashes, name)
                self._grow(leaf, hashed)
                if leaf is not None:
                    yield place, leaf

    def _leaves_at(self, number: int, width: int) -> list[bytes]:
        name = bundle_path(number, width)
        try:
            return unbundled(self.vault.read(name), width)
        except Missing:
            self.findings.add(name, "the bundle is missing", number * WIDTH)
        except (Torn, TooLarge) as error:
            self.findings.add(name, f"the bundle is not whole: {error}", number * WIDTH)
        return []

    def _hashes_at(self, tile: Tile) -> list[bytes]:
        try:
            return hashes_of(self.vault.read(tile.path), tile.width)
        except Missing:
            self.findings.add(tile.path, "the tile is missing", tile.number * WIDTH)
        except (Torn, TooLarge) as error:
            self.findings.add(tile.path, f"the tile is not whole: {error}", tile.number * WIDTH)
        return []

    def _added(self, place: int) -> bytes | None:
        """The leaf as its batch has it; None where that cannot be told."""
        if place == self.next_batch:
            if place and place not in self.heads.by_size:
                self.findings.add(head_name(place), f"the checkpoint of {place} entries is missing")
            name = batches.batch_name(place)
            self.names.add(name)
            try:
                self._batch = self._read_batch(place)[::-1]
            except Missing:
                self._lost(name, "the batch is missing", place)
            except (NotSigned, TooLarge) as error:
                self._lost(name, f"the batch is not as it was signed: {error}", place)
            self.next_batch += len(self._batch)
        return self._batch.pop() if self._batch else None

    def _read_batch(self, place: int) -> list[bytes]:
        return batches.read(self.vault.read(batches.batch_name(place)), self.origin, place, [self.key])

    def _lost(self, name: str, what: str, place: int) -> None:
        """Without a batch the next one begins where the next head stands."""
        self.findings.add(name, what, place)
        self._batch = []
        self.next_batch = min((size for size in self.heads.by_size if size > place), default=place)

    def _compare(
        self, place: int, i: int, leaf: bytes | None, bundle: Sequence[bytes], hashes: Sequence[bytes], name: str
    ) -> None:
        if leaf is None:
            return self.findings.add(name, "the entry is lost: neither its batch nor its bundle can be read", place)
        if i < len(bundle) and bundle[i] != leaf:
            how = f"it lies at place {place - i + bundle.index(leaf)}" if leaf in bundle else "it is not in the bundle"
            self.findings.add(name, f"another entry lies here than was added; {how}", place)
        if i < len(hashes) and hashes[i] != leaf_hash(leaf):
            also = leaf_hash(leaf) in hashes
            how = f"it lies at place {place - i + hashes.index(leaf_hash(leaf))}" if also else "it is not in the tile"
            self.findings.add(Tile(0, place // WIDTH, len(hashes)).path, f"another hash lies here; {how}", place)
        return None

    def _grow(self, leaf: bytes | None, hashed: bytes | None) -> None:
        self._bundle.append(leaf or b"")
        for tile, content in self.edge.append(leaf_hash(leaf) if leaf is not None else hashed or bytes(SIZE)):
            self._same(tile.path, content)
        if self.edge.size % WIDTH == 0:
            self._same(bundle_path(self.edge.size // WIDTH - 1), bundled(self._bundle))
            self._bundle = []
        if head := self._head():
            self._at(head)

    def _head(self) -> Checkpoint | None:
        """The head that was signed here. One that was signed while the list of files was read is not yet known."""
        size = self.edge.size
        if size == self.next_batch and size not in self.heads.by_size and not self.may_miss:
            with suppress(Missing, NotSigned, TooLarge):  # who is not there is found where the next batch begins
                late = Checkpoint.open(self.vault.read(head_name(size)), [self.key])
                if (late.origin, late.size) == (self.origin, size):
                    self.heads.by_size[size] = late
        return self.heads.by_size.get(size)

    def _at(self, head: Checkpoint) -> None:
        """The log as it was when this head was signed: its root, and the tiles and leaves that were not full then."""
        if self.edge.root() != head.root:
            what = f"the root of its {head.size} entries is another than was signed: one of them or more were changed"
            self.findings.add(head_name(head.size), what)
        self._open_now()

    def _open_now(self) -> None:
        for tile, content in self.edge.open():
            self._same(tile.path, content)
        if self._bundle:
            self._same(bundle_path(self.edge.size // WIDTH, len(self._bundle)), bundled(self._bundle))

    def waiting(self) -> None:
        """The leaves behind the last head, which a sealer has added and not signed yet, and what is written of them."""
        size = self.edge.size
        try:
            leaves = self._read_batch(size)
        except (Missing, NotSigned, TooLarge):
            return  # what lies there is then no part of the log
        what = f"{len(leaves)} entries wait for their checkpoint"
        self.findings.tell(f"{what} (a sealer was stopped; the next one mends it)")
        self.names |= {batches.batch_name(size), head_name(size + len(leaves))}
        self.may_miss = True
        for leaf in leaves:
            self._grow(leaf, None)
        self._open_now()

    def _same(self, name: str, expected: bytes) -> None:
        self.names.add(name)
        try:
            got = self.vault.read(name)
        except Missing:
            if not self.may_miss:
                self.findings.add(name, "it is missing")
        except TooLarge:
            self.findings.add(name, "it is larger than any archive has")
        else:
            if got != expected:
                at = next((i for i, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b), len(expected))
                what = f"it is another than follows from the entries, from byte {min(at, len(got))} on"
                self.findings.add(name, what)
