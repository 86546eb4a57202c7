"""The detail store: evidence files, import files and sealed texts, encrypted with the store's own key in one folder.

What is kept openly is named by its SHA-256, so that a record which cites it can be checked against it. What is sealed
(family detail) is named by chance and salted: its digest in a record tells nothing, and what is forgotten stays so.
Which key the store was begun with stands in its file `key-id`: where that key is missing no other one is begun.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from activities import at_rest
from activities.at_rest import Key, NoKey
from domain.acts import Sealed
from wiring import disk
from wiring.settings import Settings

__all__ = ["LARGEST", "NoKey", "NotKept", "Store", "Tampered", "TooLarge", "key_id"]

LARGEST = 25 * 1024 * 1024
"""Bytes of one file."""

KEY_ID = Path("key-id")
"""The file in which the id of the store's key stands."""

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
    """A store in a folder, which is made with the first thing laid into it. Only its owner may read it.

    The key is made with it; it lies in a file beside the folder, unless that is told. Where it is missing or another
    one, whatever reads or keeps raises NoKey, and nothing is changed.
    """

    folder: Path
    key_file: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store of a mission."""
        return cls(settings.folder / "store", settings.store_key_file)

    def put(self, content: bytes) -> str:
        """Keeps a file for good and gives its SHA-256; when this returns it is on the disk. Raises TooLarge, NoKey."""
        if len(content) > LARGEST:
            raise TooLarge(f"expected at most {LARGEST:,} bytes, got {len(content):,}")
        digest = sha256(content).hexdigest()
        self._lay(self._file(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """A file by its SHA-256. Raises NotKept, NoKey, and Tampered where it is no longer the same."""
        try:
            content = self._read(self._file(digest))
        except FileNotFoundError:
            raise NotKept(f"expected a file with the digest {digest} in the detail store, got none") from None
        if content is None or sha256(content).hexdigest() != digest:
            raise Tampered(f"expected the file {digest} as it was kept, got another content under its name")
        return content

    def has(self, digest: str) -> bool:
        """Whether a file of this SHA-256 was laid here."""
        return (self.folder / self._file(digest)).is_file()

    def seal(self, text: str) -> Sealed:
        """Keeps a text and gives what a record may say of it. The same text twice has nothing in common.

        Raises TooLarge, NoKey.
        """
        salt, said = secrets.token_bytes(_SALT), text.encode()
        if len(said) > LARGEST:
            raise TooLarge(f"expected at most {LARGEST:,} bytes, got {len(said):,}")
        ref = "s-" + b32encode(secrets.token_bytes(17)).decode()[:26].lower()
        self._lay(self._sealed(ref), salt + said)
        return Sealed(ref=ref, digest=sha256(salt + said).hexdigest())

    def open(self, sealed: Sealed) -> str | None:
        """The text, or None when it was forgotten. Raises NoKey, and Tampered where it is no longer the same."""
        try:
            content = self._read(self._sealed(sealed.ref))
        except FileNotFoundError:
            return None
        if content is None or sha256(content).hexdigest() != sealed.digest:
            raise Tampered(f"expected the text {sealed.ref} as it was sealed, got another one under its name")
        return content[_SALT:].decode()

    def forget(self, ref: str) -> None:
        """Removes a text and its salt for good; from the digest in the record nobody can guess it."""
        with suppress(FileNotFoundError):
            disk.remove(self.folder / self._sealed(ref))

    def secret(self) -> bytes:
        """What nobody knows who cannot read this store: made once, and the same for all who use it.

        It names requests and opens nothing, so that it is not encrypted: they go on where the key is missing.
        """
        file = self.folder / "secret"
        if not file.exists():
            disk.keep(self.folder, Path("secret"), secrets.token_bytes(_SALT), once=True)
        return file.read_bytes()

    def key(self) -> Key:
        """The key with which the store is written, made where it was never written before. Raises NoKey."""
        wanted = key_id(self.folder)
        found = at_rest.read(self._key_file)
        if found is None and wanted:
            raise at_rest.missing(self._key_file, wanted)
        found = found or at_rest.made(self._key_file)
        if not wanted:
            disk.keep(self.folder, KEY_ID, f"{found.id}\n".encode(), once=True)
            wanted = key_id(self.folder)  # another one may have come first
        if found.id != wanted:
            raise at_rest.foreign(wanted, found.id)
        return found

    @property
    def _key_file(self) -> Path:
        return self.key_file or self.folder.with_name(f"{self.folder.name}.key")

    def _lay(self, name: Path, content: bytes) -> None:
        disk.keep(self.folder, name, self.key().lock(name.as_posix(), content))

    def _read(self, name: Path) -> bytes | None:
        """What was laid there; None where it was changed."""
        content = (self.folder / name).read_bytes()
        if not at_rest.is_locked(content):
            return content
        key = at_rest.read(self._key_file)
        if key is None:
            raise at_rest.missing(self._key_file, key_id(self.folder) or "of the store")
        return key.unlock(name.as_posix(), content)

    def _file(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotKept(f"expected a SHA-256 of 64 hexadecimal digits, got {digest[:100]!r}")
        return Path("files", digest[:2], digest)

    def _sealed(self, ref: str) -> Path:
        if not _REF.fullmatch(ref):
            raise NotKept(f"expected a reference such as s-2b7kq..., got {ref[:100]!r}")
        return Path("sealed", ref)


def key_id(folder: Path) -> str:
    """The id of the key with which the store in a folder was begun; empty where it was begun with none."""
    try:
        return (folder / KEY_ID).read_text("ascii", "replace").strip()
    except FileNotFoundError:
        return ""
