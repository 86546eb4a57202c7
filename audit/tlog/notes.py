"""Texts under Ed25519 signatures, and the keys for them: C2SP signed-note.

A key is told to people as one line, `NAME+ID+KEY`, in the form which Go's checksum database made common; a signing key
has its own form and is never shown.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = b"\x01"
"""The type of a signature and its key, as the specification numbers them."""

COSIGNATURE: Final = b"\x04"
"""The type of a witness's signature, which is over the text and a time: see `cosignatures`."""

MOST: Final = 100
"""Signatures that are read on one note."""

_NAME = re.compile(r"[^\s+\x00-\x20\x7f]{1,255}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SECRET = "PRIVATE+KEY+"  # noqa: S105  (how the line begins)


class NotSigned(Exception):
    """A note that is no note, or bears no true signature of a key that is known."""


class BadKey(Exception):
    """A line that is no key."""


class VerifyingKey(NamedTuple):
    """The public half of a key, and the name which it bears."""

    name: str
    public: bytes
    type: bytes = ED25519

    @classmethod
    def parse(cls, line: str, type_: bytes = ED25519) -> Self:
        """A key of this type from its line. Raises BadKey."""
        name, public, said = _parts(line.strip(), type_)
        key = cls(name, public, type_)
        if key.id != said:
            raise BadKey(f"expected a key with the id {key.id.hex()}, got {said.hex()}")
        return key

    @property
    def id(self) -> bytes:
        """Four bytes which tell it from other keys of that name."""
        return sha256(self.name.encode() + b"\n" + self.type + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self.type + self.public).decode()}"

    def check(self, text: str, signature: bytes) -> bool:
        """Whether this key signed this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A key that signs. Its line is a secret, and is not what `str` or a traceback shows."""

    def __init__(self, name: str, seed: bytes, type_: bytes = ED25519) -> None:
        if not _NAME.fullmatch(name):
            raise BadKey(f"expected a name without spaces and plus signs, got {name!r}")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = VerifyingKey(name, self._private.public_key().public_bytes_raw(), type_)

    @classmethod
    def new(cls, name: str, type_: bytes = ED25519) -> SigningKey:
        """A key which nobody had before. Raises BadKey where it cannot bear that name."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), type_)

    @classmethod
    def parse(cls, line: str, type_: bytes = ED25519) -> SigningKey:
        """A key of this type from its secret line. Raises BadKey, which does not tell the line."""
        line = line.strip()
        if not line.startswith(_SECRET):
            raise BadKey(f"expected a signing key that begins with {_SECRET}")
        try:
            name, seed, said = _parts(line.removeprefix(_SECRET), type_)
            key = cls(name, seed, type_)
        except (BadKey, ValueError):
            raise BadKey("expected a signing key as this program writes it, got another line") from None
        if key.public.id != said:
            raise BadKey(f"expected a key with the id {key.public.id.hex()}, got {said.hex()}")
        return key

    def line(self) -> str:
        """The secret line, to be kept where only its owner reads it."""
        seed = b64encode(self.public.type + self._private.private_bytes_raw()).decode()
        return f"{_SECRET}{self.public.name}+{self.public.id.hex()}+{seed}"

    def sign(self, text: str) -> str:
        """The signature's line under a text."""
        return self.under(self.over(text))

    def over(self, text: str) -> bytes:
        """The bare signature over a text."""
        return self._private.sign(text.encode())

    def under(self, signature: bytes) -> str:
        """The line in which a signature of this key stands."""
        return f"— {self.public.name} {b64encode(self.public.id + signature).decode()}\n"


def signed(text: str, key: SigningKey) -> bytes:
    """A note of this text.

    Raises:
        ValueError: no note may have this text.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("expected a text of whole lines without control characters")
    return f"{text}\n{key.sign(text)}".encode()


def opened(note: bytes, keys: Sequence[VerifyingKey]) -> str:
    """The text of a note which one of these keys signed; other keys' signatures are not looked at.

    Raises:
        NotSigned: it is no note, none of the keys signed it, or a signature that claims to be of one of them is false.
    """
    text, signatures = parts(note)
    known = {(key.name, key.id): key for key in keys}
    good = False
    for name, signature in signatures:
        key = known.get((name, signature[:4]))
        if key is None:
            continue
        if not key.check(text, signature[4:]):
            raise NotSigned(f"expected a true signature of {name}, got a false one")
        good = True
    if not good:
        by = ", ".join(sorted({f"{name}+{signature[:4].hex()}" for name, signature in signatures}))
        wanted = ", ".join(f"{key.name}+{key.id.hex()}" for key in keys)
        raise NotSigned(f"expected a signature of {wanted}, got {by or 'none'}")
    return text


def parts(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and the signatures under it: each with its name, and the id of its key before it.

    Raises:
        NotSigned: it is no note.
    """
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise NotSigned("expected a note in UTF-8, got other bytes") from None
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n") or _CONTROL.search(whole):
        raise NotSigned("expected a text, an empty line and signatures, got something else")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MOST:
        raise NotSigned(f"expected at most {MOST} signatures, got {len(lines)}")
    return text + "\n", list(_signatures(lines))


def _signatures(lines: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for line in lines:
        found = _SIGNATURE.fullmatch(line)
        signature = _plain(found[2]) if found else b""
        if not found or len(signature) <= 4:
            raise NotSigned(f"expected the line of a signature, got {line[:80]!r}")
        yield found[1], signature


def _parts(line: str, type_: bytes) -> tuple[str, bytes, bytes]:
    """Name, 32 bytes of key, and the id that is told."""
    name, _, rest = line.partition("+")
    said, _, key = rest.partition("+")
    typed = _plain(key)
    if not _NAME.fullmatch(name) or not re.fullmatch("[0-9a-f]{8}", said) or len(typed) != 33:
        raise BadKey(f"expected NAME+ID+KEY, got {line[:40]!r}")
    if typed[:1] != type_:
        raise BadKey(f"expected a key of type {type_[0]}, got one of type {typed[0]}")
    return name, typed[1:], bytes.fromhex(said)


def _plain(text: str) -> bytes:
    """What base64 stands for, in the one way of writing it; nothing where it is written otherwise."""
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        return b""
    return content if b64encode(content).decode() == text else b""
