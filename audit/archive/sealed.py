"""Sealed bytes: what lies in the archive is compressed (Zstandard), and named by the SHA-256 of those very bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from threading import local
from typing import Final

import zstandard
from google.protobuf.message import DecodeError
from temporalio.api.history.v1 import History, HistoryEvent

from audit.archive.vault import LARGEST

_LEVEL: Final = 9


class Broken(Exception):
    """Bytes that were not sealed by this program, or no longer are what was sealed."""


def object_name(digest: str) -> str:
    """Where the file with this SHA-256 lies."""
    return f"object/{digest[:2]}/{digest}"


def digest_of(content: bytes) -> str:
    """The SHA-256 in hexadecimal digits."""
    return sha256(content).hexdigest()


def sealed(content: bytes) -> bytes:
    """The bytes to be laid in the archive. One release of the compressor always gives the same."""
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True, write_content_size=True).compress(content)


def promised(content: bytes) -> int:
    """How many bytes a sealed file says that it holds: at most `LARGEST`. Raises Broken."""
    try:
        size: int = zstandard.frame_content_size(content)
    except zstandard.ZstdError as error:
        raise Broken(f"expected a file compressed by Zstandard, got other bytes ({error})") from error
    if not 0 <= size <= LARGEST:
        raise Broken(f"expected a sealed file of 0 to {LARGEST:,} bytes, got one that promises {size:,}")
    return size


def opened(content: bytes) -> bytes:
    """What was sealed; never more than `LARGEST` bytes, whatever the file promises. Raises Broken."""
    size = promised(content)
    try:
        plain = _decompressor().decompress(content, max_output_size=LARGEST, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise Broken(f"expected a file compressed by Zstandard, got other bytes ({error})") from error
    if len(plain) != size:
        raise Broken(f"expected {size:,} bytes in the sealed file, got {len(plain):,}")
    return plain


_mine: Final = local()


def _decompressor() -> zstandard.ZstdDecompressor:
    """The one of this thread: to make one costs as much as a small history, and two threads must not share it."""
    if not hasattr(_mine, "decompressor"):
        _mine.decompressor = zstandard.ZstdDecompressor()
    made: zstandard.ZstdDecompressor = _mine.decompressor
    return made


def history_bytes(events: Sequence[HistoryEvent]) -> bytes:
    """A history as `temporal.api.history.v1.History`, in the deterministic form of Protocol Buffers."""
    return History(events=events).SerializeToString(deterministic=True)


def history_of(content: bytes) -> History:
    """A history from those bytes. Raises Broken."""
    try:
        return History.FromString(content)
    except DecodeError as error:
        raise Broken(f"expected a history, got other bytes ({error})") from error


def grown(earlier: History, later: History) -> Iterator[int]:
    """The ids of events of an earlier snapshot which are not, or not the same, in a later one."""
    for i, event in enumerate(earlier.events):
        if i >= len(later.events) or later.events[i] != event:
            yield event.event_id
