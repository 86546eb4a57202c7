"""What one sealing adds to a log at once: leaves under a signature, in a file named by the place of the first of them.

The file is created, never replaced, and its name depends on nothing but the place. So of two sealers that add at the
same place one wins, whole, and the other one reads what was added and goes on behind it. The signature is not one of a
checkpoint: a log signs heads which are agreed upon, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from audit.tlog.notes import NotSigned, SigningKey, VerifyingKey, opened, signed
from audit.tlog.tiles import numbered

MOST: Final = 256
"""Leaves of one batch."""


def batch_name(start: int) -> str:
    """Where the batch lies that begins with this leaf."""
    return f"batch/{numbered(start)}"


def written(origin: str, start: int, leaves: Sequence[bytes], key: SigningKey) -> bytes:
    """A batch: the log's name, the place, and each leaf on a line."""
    lines = b"\n".join(leaves).decode()
    return signed(f"{origin}/batch\n{start}\n{lines}\n", key)


def read(content: bytes, origin: str, start: int, keys: Sequence[VerifyingKey]) -> list[bytes]:
    """The leaves of a batch. Raises NotSigned where it is not this log's batch for this place."""
    head, *rest = opened(content, keys).removesuffix("\n").split("\n")
    place, lines = rest[:1], rest[1:]
    if head != f"{origin}/batch" or place != [str(start)] or not 1 <= len(lines) <= MOST or not all(lines):
        got = f"{head[:80]!r}, {''.join(place)[:20]!r} and {len(lines)} lines"
        raise NotSigned(f"expected a batch of {origin} from entry {start} on, got {got}")
    return [line.encode() for line in lines]
