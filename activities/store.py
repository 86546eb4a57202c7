"""The detail store: evidence files, import files and sealed texts, as plain files under one folder.

What is kept openly is named by its SHA-256, so that a record which cites it can be checked against it. What is sealed
(family detail) is named by chance and salted: its digest in a record tells nothing, and what is forgotten stays so.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from activities import durable
from domain.acts import Sealed

LARGEST = 25 * 1024 * 1024
"""Bytes of one file."""

_SALT = 32
_DIGEST = re.compile(r"[0-9a-f]{64}")
_REF = re.compile(r"s-[a-z2-7]{26}")


class NotKept(Exception):
    """The store has nothing under this name."""


class TooLarge(Exception):
    """The file is larger than the store keeps."""


class Tampered(Exception):
    """What lies in the store is not what was laid there."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store in a folder, which is made with the first thing laid into it. Only its owner may read it."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keeps a file for good and gives its SHA-256; when this returns it is on the disk. Raises TooLarge."""
        if len(content) > LARGEST:
            raise TooLarge(f"expected at most {LARGEST:,} bytes, got {len(content):,}")
        digest = sha256(content).hexdigest()
        durable.keep(self.folder, self._file(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """A file by its SHA-256. Raises NotKept, and Tampered where it is no longer the same."""
        try:
            content = (self.folder / self._file(digest)).read_bytes()
        except FileNotFoundError:
            raise NotKept(f"expected a file with the digest {digest} in the detail store, got none") from None
        if sha256(content).hexdigest() != digest:
            raise Tampered(f"expected the file {digest} as it was kept, got another content under its name")
        return content

    def has(self, digest: str) -> bool:
        """Whether a file of this SHA-256 was laid here."""
        return (self.folder / self._file(digest)).is_file()

    def seal(self, text: str) -> Sealed:
        """Keeps a text and gives what a record may say of it. The same text twice has nothing in common."""
        salt, said = secrets.token_bytes(_SALT), text.encode()
        if len(said) > LARGEST:
            raise TooLarge(f"expected at most {LARGEST:,} bytes, got {len(said):,}")
        ref = "s-" + b32encode(secrets.token_bytes(17)).decode()[:26].lower()
        durable.keep(self.folder, self._sealed(ref), salt + said)
        return Sealed(ref=ref, digest=sha256(salt + said).hexdigest())

    def open(self, sealed: Sealed) -> str | None:
        """The text, or None when it was forgotten. Raises Tampered where it is no longer the same."""
        try:
            content = (self.folder / self._sealed(sealed.ref)).read_bytes()
        except FileNotFoundError:
            return None
        if sha256(content).hexdigest() != sealed.digest:
            raise Tampered(f"expected the text {sealed.ref} as it was sealed, got another one under its name")
        return content[_SALT:].decode()

    def forget(self, ref: str) -> None:
        """Removes a text and its salt for good; from the digest in the record nobody can guess it."""
        with suppress(FileNotFoundError):
            durable.remove(self.folder / self._sealed(ref))

    def secret(self) -> bytes:
        """What nobody knows who cannot read this store: made once, and the same for all who use it."""
        file = self.folder / "secret"
        if not file.exists():
            durable.keep(self.folder, Path("secret"), secrets.token_bytes(_SALT), once=True)
        return file.read_bytes()

    def _file(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotKept(f"expected a SHA-256 of 64 hexadecimal digits, got {digest[:100]!r}")
        return Path("files", digest[:2], digest)

    def _sealed(self, ref: str) -> Path:
        if not _REF.fullmatch(ref):
            raise NotKept(f"expected a reference such as s-2b7kq..., got {ref[:100]!r}")
        return Path("sealed", ref)
