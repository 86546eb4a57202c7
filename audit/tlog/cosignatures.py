"""Signatures of witnesses under a checkpoint, each with its time: C2SP tlog-cosignature, of Ed25519.

A witness says that this was the largest head of the log that it had seen by then, and went on from all that it had
seen before. Who trusts it need not fear that the log was signed twice, differently, for two readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from audit.tlog.notes import NotSigned, SigningKey, VerifyingKey, parts

_TIME: Final = 8
"""Bytes of the time before a signature: seconds since 1970."""


def cosigned(note: bytes, key: SigningKey, at: datetime) -> bytes:
    """The same note with one signature more, of a witness. Raises NotSigned where it is no note."""
    text, _ = parts(note)
    seconds = int(at.timestamp())
    return note + key.under(seconds.to_bytes(_TIME, "big") + key.over(_statement(text, seconds))).encode()


def cosignatures(note: bytes, witnesses: Sequence[VerifyingKey]) -> dict[VerifyingKey, datetime]:
    """Which of these witnesses have signed it, and when for the last time, as they say.

    Raises:
        NotSigned: it is no note, or a signature which claims to be of one of them is false.
    """
    text, signatures = parts(note)
    known = {(key.name, key.id): key for key in witnesses}
    found: dict[VerifyingKey, datetime] = {}
    for name, signature in signatures:
        if key := known.get((name, signature[:4])):
            seconds = int.from_bytes(signature[4 : 4 + _TIME], "big")
            if not key.check(_statement(text, seconds), signature[4 + _TIME :]):
                raise NotSigned(f"expected a true signature of the witness {name}, got a false one")
            found[key] = max(found.get(key, datetime.min.replace(tzinfo=UTC)), _moment(name, seconds))
    return found


def _statement(text: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{text}"


def _moment(name: str, seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise NotSigned(f"expected a time of the witness {name}, got {seconds} seconds since 1970") from None
