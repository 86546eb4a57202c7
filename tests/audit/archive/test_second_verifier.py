"""Who has read `docs/auditing.md` can check an archive: this program shares nothing with ours."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.audit.archive.small import KEY, Memory, a_mission

Read = Callable[[str], bytes]


def checkpoint(note: bytes, line: str) -> tuple[int, bytes]:
    """How many entries, and the root over them."""
    text, _, signatures = note.decode().rpartition("\n\n")
    name, key_id, key = line.split("+", 2)
    _, signer, signature = signatures.strip().split(" ")
    assert signer == name
    assert b64decode(signature)[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(b64decode(key)[1:]).verify(b64decode(signature)[4:], f"{text}\n".encode())
    _, size, root = text.split("\n")
    return int(size), b64decode(root)


def number(n: int) -> str:
    digits = str(n).zfill(-(-len(str(n)) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def entries(read: Read, size: int) -> Iterator[bytes]:
    for n in range(-(-size // 256)):
        width = min(256, size - n * 256)
        bundle = read(f"tile/entries/{number(n)}" + (f".p/{width}" if width < 256 else ""))
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            yield bundle[2 : 2 + length]
            bundle = bundle[2 + length :]


def root_over(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + root_over(leaves[:k]) + root_over(leaves[k:])).digest()


def check(read: Read, line: str) -> int:
    """How many entries were proved."""
    size, root = checkpoint(read("checkpoint"), line)
    leaves = list(entries(read, size))
    assert len(leaves) == size
    assert root_over(leaves) == root
    for leaf in map(json.loads, leaves):
        if "sha256" in leaf:
            content = read(f"object/{leaf['sha256'][:2]}/{leaf['sha256']}")
            assert sha256(content).hexdigest() == leaf["sha256"]
            plain = zstandard.ZstdDecompressor().decompress(content)
            assert leaf["kind"] == "run" or sha256(plain).hexdigest() == leaf["content"]
    return size


def test_the_second_verifier_finds_a_whole_archive_whole():
    vault = Memory()
    a_mission(vault)
    assert check(vault.read, str(KEY.public)) == 11


def test_the_second_verifier_finds_whatever_was_changed():
    whole = Memory()
    a_mission(whole)
    sealed = sorted(name for name in whole.files if name.startswith("object/"))
    for name in ("checkpoint", "tile/entries/000.p/11", *sealed):
        vault = whole.copy()
        content = vault.files[name]
        vault.files[name] = content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]
        with pytest.raises((AssertionError, InvalidSignature, ValueError)):
            check(vault.read, str(KEY.public))
