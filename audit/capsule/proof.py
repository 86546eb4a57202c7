"""The proof that an entry is in a log, as one short text: C2SP tlog-proof.

It bears the entry itself as its extra data, which nobody has to trust: it leads to the root or it does not. What
reads one is `verify`, beside this, which needs nothing but Python's standard library.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from audit.capsule.verify import PROOF


def written(index: int, entry: bytes, hashes: Sequence[bytes], note: bytes) -> bytes:
    """The proof of an entry, from the hash beside it up to those below the root; `note` is the signed checkpoint."""
    lines = [PROOF, f"extra {_base64(entry)}", f"index {index}", *map(_base64, hashes)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + note


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
