"""What a log says of itself under its signature: how many leaves it has, and their root (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple, Self

from audit.tlog.merkle import SIZE, Nodes, NotProved, check_consistency, consistency
from audit.tlog.notes import NotSigned, SigningKey, VerifyingKey, opened, signed

_COUNT = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    """The head of a log: `origin` is its name, `size` its leaves, `root` the hash over them."""

    origin: str
    size: int
    root: bytes

    def sign(self, key: SigningKey) -> bytes:
        """It as a note. The same head is always signed in the same bytes."""
        return signed(f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n", key)

    @classmethod
    def open(cls, note: bytes, keys: Sequence[VerifyingKey]) -> Self:
        """A head which one of the keys signed; lines after the third are others' business.

        Raises:
            NotSigned: none of them did, or what they signed is no checkpoint.
        """
        lines = opened(note, keys).removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines):
            raise NotSigned(f"expected a checkpoint of at least three lines, got {len(lines)}")
        origin, count, root = lines[:3]
        try:
            hashed = b64decode(root, validate=True)
        except ValueError:
            hashed = b""
        if not _COUNT.fullmatch(count) or len(hashed) != SIZE or b64encode(hashed).decode() != root:
            raise NotSigned(f"expected a number of entries and their root, got {count[:30]!r} and {root[:60]!r}")
        return cls(origin, int(count), hashed)


def check_growth(known: Checkpoint, head: Checkpoint, nodes: Nodes) -> None:
    """Whether the log of `head`, whose subtrees are `nodes`, begins with what was known of it before.

    Raises:
        NotProved: it does not, or it is another log.
    """
    if known.origin != head.origin:
        raise NotProved(f"it is the log {head.origin}, and not {known.origin}")
    proof = consistency(known.size, head.size, nodes) if known.size <= head.size else []
    check_consistency(known.size, head.size, known.root, head.root, proof)
