"""What lies in the detail store is encrypted there, with a key that may lie on another disk.

    a file = mark (16 bytes) | id of the key (8) | nonce (12) | AES-256-GCM of the content and of the file's name

So who has the disk of the store alone reads nothing, and no file can be put in the place of another. A file without the
mark was laid there before there was a key. The id of a key is of its digest: it tells which key is wanted, and nothing
of the key itself.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wiring import disk
from wiring.plainly import plainly
from wiring.trouble import Misset

MARK: Final = b"furlough.store\x00\x01"
_KIND: Final = "furlough-store-key-1"
_ID, _NONCE, _KEY = 8, 12, 32
_HELPS: Final = "bring it back from where it is kept apart, or name its place: FURLOUGH_STORE_KEY=FILE"


class NoKey(Misset):
    """The key of the detail store is not to be had, or it is another than the one wanted. Nothing is lost by that."""


class Key(NamedTuple):
    """A key of a detail store."""

    id: str
    secret: bytes

    def lock(self, name: str, content: bytes) -> bytes:
        """The file of this name with this content."""
        nonce = secrets.token_bytes(_NONCE)
        return MARK + bytes.fromhex(self.id) + nonce + AESGCM(self.secret).encrypt(nonce, content, name.encode())

    def unlock(self, name: str, locked: bytes) -> bytes | None:
        """The content of a file; None where it was changed, cut, or is of another name. Raises NoKey."""
        begin = len(MARK) + _ID
        if (wanted := locked[len(MARK) : begin].hex()) != self.id:
            raise foreign(wanted, self.id)
        nonce, content = locked[begin : begin + _NONCE], locked[begin + _NONCE :]
        try:
            return AESGCM(self.secret).decrypt(nonce, content, name.encode())
        except (InvalidTag, ValueError):
            return None


def is_locked(content: bytes) -> bool:
    """Whether a file is encrypted; one of before lies there as it is."""
    return content.startswith(MARK)


def read(file: Path) -> Key | None:
    """The key in a file; None where there is no such file. Raises NoKey where it holds none, or cannot be read."""
    try:
        kind, _, told = file.read_text("ascii").strip().partition(" ")
        secret = bytes.fromhex(told)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        why = plainly(error) if isinstance(error, OSError) else "expected a line of text with a key, got other bytes"
        raise _unread(file, why) from error
    if kind != _KIND or len(secret) != _KEY:
        raise _unread(file, f"expected a line with {_KIND} and {_KEY} bytes in hexadecimal digits, got another")
    return Key(sha256(_KIND.encode() + secret).hexdigest()[: 2 * _ID], secret)


def made(file: Path) -> Key:
    """A new key in a file which its owner alone may read; who comes second at the same time gets the first one's.

    Raises:
        NoKey: it cannot be kept there.
    """
    line = f"{_KIND} {secrets.token_hex(_KEY)}\n".encode()
    try:
        disk.keep(file.parent, Path(file.name), line, once=True)
    except OSError as error:
        raise NoKey(
            f"The key of the detail store cannot be kept in {file}.",
            why=plainly(error),
            known="nothing was changed",
            helps="mend the folder's rights, or name another place: FURLOUGH_STORE_KEY=FILE",
        ) from error
    key = read(file)
    if key is None:
        raise missing(file, "the one just made")
    return key


def missing(file: Path, wanted: str) -> NoKey:
    """That there is no key where one must be."""
    return NoKey(
        f"The key of the detail store is not at {file}.",
        why=f"expected key {wanted}, got no file",
        known="what is encrypted in the store is whole, and nothing was changed",
        helps=_HELPS,
    )


def foreign(wanted: str, got: str) -> NoKey:
    """That the key at hand is another one."""
    return NoKey(
        "The key at hand is not that of the detail store.",
        why=f"expected key {wanted}, got key {got}",
        known="what is encrypted in the store is whole, and nothing was changed",
        helps=_HELPS,
    )


def _unread(file: Path, why: str) -> NoKey:
    known = "what is encrypted in the store is whole, and nothing was changed"
    return NoKey(f"The key of the detail store in {file} cannot be read.", why=why, known=known, helps=_HELPS)
