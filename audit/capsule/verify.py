"""Checks a capsule with nothing but Python's standard library: run it as `python3 verify.py CAPSULE.zip [KEY]`.

Or the proof of a single entry, and whether a file is what it stands for: `verify.py ENTRY.tlog-proof KEY [FILE]`.

A capsule is a zip file: entries of a signed log, the sealed files for which they stand, and for each entry the proof
that it is in the log of which the checkpoint tells. Nothing is unpacked. This file is part of furlough and of each
capsule; who trusts neither takes it from elsewhere, or writes another from docs/auditing.md.
"""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256, sha512
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

FORMAT = "furlough-capsule/1"
PROOF = "c2sp.org/tlog-proof@v1"
"""How the proof of a single entry begins."""
LARGEST = 256 * 2**20
"""Bytes of one file; more is a bomb."""
MOST = 100_000
"""Files of one capsule."""
LISTED = 16 * 2**20
"""Bytes of leaves.json: read into memory, a list takes many times what it takes as text."""
TOLD = 1000
"""Findings that are told; whoever made so many wants to hide the first among the others."""

_NAMES = re.compile(
    r"(README\.txt|verify\.py|about\.json|checkpoint|leaves\.json|SHA256SUMS|pages/[A-Za-z0-9-]{1,80}\.html|object/([0-9a-f]{2})/\2[0-9a-f]{62})"
)
_REQUIRED = {"about.json", "checkpoint", "leaves.json", "SHA256SUMS"}


_UTF_8 = 0x800
"""The bit by which a zip file tells how it writes names; no other is set in a capsule."""


def plain(text: str) -> str:
    """What a capsule says, as it may stand on a terminal: on one line, and without codes that a terminal obeys."""
    return "".join(one if " " <= one <= "~" else ascii(one)[1:-1] for one in text)


class Unfit(Exception):
    """A file that is no capsule, or one that nobody should open."""

    def __init__(self, why: str) -> None:
        super().__init__(plain(why))


class Capsule:
    """A capsule's files, which are stored as they are: what is compressed may swell beyond what it promises.

    Raises Unfit where they are compressed, too many, too large, twice there, or called as none is.
    """

    def __init__(self, file: Path) -> None:
        try:
            self._zip, held = ZipFile(file), file.stat().st_size
        except Exception as error:
            raise Unfit(f"{file} is no zip file: {error}") from error
        infos = self._zip.infolist()
        self.names = {info.filename for info in infos}
        if len(infos) > MOST:
            raise Unfit(f"expected at most {MOST} files")
        if sum(info.file_size for info in infos) > held:
            raise Unfit("its files promise more bytes than it has")
        if len(self.names) != len(infos):
            raise Unfit("a file is there twice")
        if self._zip.comment or min((info.header_offset for info in infos), default=0):
            raise Unfit("there is more in it than its files")
        for info in infos:
            if not _NAMES.fullmatch(info.filename) or info.file_size > LARGEST:
                raise Unfit(f"no capsule has a file {info.filename[:100]!r} of {info.file_size} bytes")
            if info.compress_type != ZIP_STORED or info.compress_size != info.file_size or info.flag_bits & ~_UTF_8:
                raise Unfit(f"{info.filename} is compressed or encrypted, which no capsule's file is")
            if info.filename == "leaves.json" and info.file_size > LISTED:
                raise Unfit(f"expected a leaves.json of at most {LISTED} bytes, got {info.file_size}")
        if missing := _REQUIRED - self.names:
            raise Unfit(f"{', '.join(sorted(missing))} is missing")

    def read(self, name: str) -> bytes:
        """One file, never more of it than it promises. Raises Unfit where it cannot be read."""
        try:
            with self._zip.open(name) as file:
                return file.read(LARGEST)
        except Exception as error:
            raise Unfit(f"{name} cannot be read: {error}") from error


def check(capsule: Capsule, key: str = "") -> Iterator[str]:
    """What is wrong, up to TOLD findings. `key` is the public key's line from the mission; else the capsule's own.

    Raises:
        Unfit: what is there cannot be read as a capsule.
    """
    return (plain(one) for one in islice(_wrong(capsule, key.strip()), TOLD))


def _wrong(capsule: Capsule, key: str) -> Iterator[str]:
    yield from _sums(capsule)
    about, leaves = _json(capsule, "about.json"), _json(capsule, "leaves.json")
    if not isinstance(about, dict) or about.get("format") != FORMAT or not isinstance(leaves, list):
        raise Unfit(f"expected the format {FORMAT}, got {str(about)[:80]}")
    if len(leaves) > MOST:
        raise Unfit(f"expected at most {MOST} entries, got {len(leaves)}")
    if key and key != about.get("key"):
        yield "about.json: it names another key than you were given"
    try:
        origin, size, root = checkpoint(capsule.read("checkpoint"), key or str(about.get("key")))
    except ValueError as error:
        yield f"checkpoint: {error}"
        return
    if origin != about.get("origin"):
        yield f"checkpoint: expected the log {about.get('origin')}, got {origin}"
    named = set[str]()
    yield from _leaves(capsule, leaves, size, root, named)
    for name in sorted(name for name in capsule.names if name.startswith("object/")):
        if name not in named:
            yield f"{name}: no entry names this file"
        if sha256(capsule.read(name)).hexdigest() != name.rpartition("/")[2]:
            yield f"{name}: it is not what was sealed"


def _leaves(capsule: Capsule, leaves: list[Any], size: int, root: bytes, named: set[str]) -> Iterator[str]:
    """What is wrong with the entries; the files which they name are added to `named`."""
    numbers = set[int]()
    for place, one in enumerate(leaves):
        try:
            index, entry, proof = one["index"], one["leaf"].encode(), [bytes.fromhex(h) for h in one["proof"]]
            leaf = json.loads(entry)
            name = f"object/{leaf['sha256'][:2]}/{leaf['sha256']}"
        except Exception as error:  # noqa: BLE001  (a forged entry may break anything)
            yield f"leaves.json: entry {place} cannot be read ({type(error).__name__})"
            continue
        if type(index) is not int or not included(index, size, entry, proof, root):
            yield f"leaves.json: entry {place} (number {index} of the log) is not in the log of the checkpoint"
        elif index in numbers:
            yield f"leaves.json: entry {place} (number {index} of the log) is there twice"
        else:
            numbers.add(index)
        if name not in capsule.names:
            yield f"{name}: the file of entry {index} is missing"
        named.add(name)


def _sums(capsule: Capsule) -> Iterator[str]:
    listed = {}
    for line in capsule.read("SHA256SUMS").decode("ascii", "replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    for name in sorted(listed.keys() | (capsule.names - {"SHA256SUMS"})):
        if name not in capsule.names:
            yield f"{name}: it is listed in SHA256SUMS and missing"
        elif listed.get(name) != sha256(capsule.read(name)).hexdigest():
            yield f"{name}: it is not as SHA256SUMS lists it"


def _json(capsule: Capsule, name: str) -> Any:
    try:
        return json.loads(capsule.read(name))
    except Exception as error:
        raise Unfit(f"{name} cannot be read: {error}") from error


def checkpoint(note: bytes, key: str) -> tuple[str, int, bytes]:
    """A log's name, its size and the root over it, as the key signed them. Raises ValueError."""
    name, key_id, rest = (*key.split("+", 2), "", "")[:3]
    public = _base64(rest)
    if len(public) != 33 or public[0] != 1 or sha256(name.encode() + b"\n" + public).digest()[:4].hex() != key_id:
        raise ValueError("the key is no key")
    text, _, below = note.decode().rpartition("\n\n")
    if not below.endswith("\n"):
        raise ValueError("its last line is not whole")
    for line in below[:-1].split("\n"):
        dash, signer, signature = line.split(" ")
        signed = _base64(signature)
        if dash == "—" and signer == name and signed[:4].hex() == key_id:
            if not ed25519(public[1:], f"{text}\n".encode(), signed[4:]):
                raise ValueError("its signature is false")
            origin, size, root = text.split("\n")[:3]
            if not re.fullmatch("0|[1-9][0-9]{0,18}", size):
                raise ValueError("its number of entries is none")
            return origin, int(size), _base64(root)
    raise ValueError(f"it is not signed with the key {name}+{key_id}")


def is_proof(file: Path) -> bool:
    """Whether a file says that it is the proof of an entry."""
    try:
        with file.open("rb") as begun:
            return begun.read(len(PROOF)) == PROOF.encode()
    except OSError:
        return False


def proved(file: Path, key: str) -> tuple[int, str, str]:
    """The number of an entry, the entry, and its log and size, as the proof of it (C2SP tlog-proof) shows under a key.

    Raises:
        Unfit: the entry is not in the log of the checkpoint, or the key has not signed that.
    """
    try:
        with file.open("rb") as opened:
            return _proved(opened.read(LISTED).decode(), key.strip())
    except Exception as error:
        raise Unfit(f"{file}: {error}") from error


def _proved(text: str, key: str) -> tuple[int, str, str]:
    above, _, note = text.partition("\n\n")
    first, extra, index, *hashes = above.split("\n")
    number = re.fullmatch("index (0|[1-9][0-9]{0,18})", index)
    if first != PROOF or extra[:6] != "extra " or number is None:
        raise ValueError("expected a first line, the entry as extra data, and its index")
    at, entry, proof = int(number[1]), _base64(extra[6:]), [_base64(one) for one in hashes]
    origin, size, root = checkpoint(note.encode(), key)
    if origin != key.partition("+")[0] or not included(at, size, entry, proof, root):
        raise ValueError(f"entry {at} is not in the log of the checkpoint")
    return at, entry.decode(), f"{origin}, {size} entries"


def stands_for(entry: str, file: Path) -> bool:
    """Whether an entry stands for a file: as it was sealed, or as it was before that. Raises Unfit."""
    digest = sha256(file.read_bytes()).hexdigest()
    try:
        leaf = json.loads(entry)
        return digest in (leaf.get("sha256"), leaf.get("content"))
    except Exception as error:
        raise Unfit(f"the entry is in the log, and cannot be read ({type(error).__name__}): {entry[:200]}") from error


def _base64(text: str) -> bytes:
    content = b64decode(text, validate=True)
    if b64encode(content).decode() != text:
        raise ValueError("base64 in another form than its own")
    return content


def included(index: int, size: int, entry: bytes, proof: list[bytes], root: bytes) -> bool:
    """Whether an entry is in the tree with this root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, sha256(b"\x00" + entry).digest()
    for hashed in proof:
        if last == 0 or len(hashed) != 32:
            return False
        if at & 1 or at == last:
            found = sha256(b"\x01" + hashed + found).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + hashed).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Y = 4 * pow(5, -1, _P) % _P

Point = tuple[int, int, int, int]


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this key signed this message (RFC 8032, section 5.1.7). Slow, and only for what everybody may see."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, there = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    base = _point(_Y.to_bytes(32, "little"))
    if key is None or there is None or base is None or s >= _L:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _L
    left, right = _times(s, base), _sum(there, _times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


def _point(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _sum(a: Point, b: Point) -> Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % _P
    f = (a[1] + a[0]) * (b[1] + b[0]) % _P
    g = 2 * a[3] * b[3] * _D % _P
    h = 2 * a[2] * b[2] % _P
    return (f - e) * (h - g) % _P, (h + g) * (f + e) % _P, (h - g) * (h + g) % _P, (f - e) * (f + e) % _P


def _times(count: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while count:
        if count & 1:
            found = _sum(found, point)
        point, count = _sum(point, point), count >> 1
    return found


def main(words: list[str]) -> int:
    """The command. Returns 0 where nothing is wrong, 7 where something is, 2 where there is nothing to check."""
    out = sys.stdout
    if not words:
        out.write("python3 verify.py CAPSULE.zip [KEY]\npython3 verify.py ENTRY.tlog-proof KEY [FILE]\n")
        return 2
    if is_proof(Path(words[0])):
        return _one(words)
    try:
        capsule = Capsule(Path(words[0]))
        wrong = list(check(capsule, words[1] if len(words) > 1 else ""))
        entries = _json(capsule, "leaves.json")
    except Unfit as error:
        out.write(f"NOT A CAPSULE: {error}\n")
        return 7
    for one in wrong:
        out.write(f"{one}\n")
    if len(words) == 1:
        out.write("the key is the capsule's own: compare it with the one that the mission gave you\n")
    out.write("not in the log, and for reading alone: README.txt, pages/, and this program as it lies in the capsule\n")
    out.write(
        f"FOUND SOMETHING: {len(wrong)}\n" if wrong else f"whole: {len(entries)} entries, all in the signed log\n"
    )
    return 7 if wrong else 0


def _one(words: list[str]) -> int:
    """The command for the proof of one entry."""
    out = sys.stdout
    if len(words) == 1:
        out.write("a proof names no key: give the one that the mission gave you\n")
        return 2
    try:
        index, entry, log = proved(Path(words[0]), words[1])
        other = [one for one in words[2:] if not stands_for(entry, Path(one))]
    except (Unfit, OSError) as error:
        out.write(f"NOT PROVED: {plain(str(error))}\n")
        return 7
    out.write(f"{plain(entry)}\n")
    for one in other:
        out.write(f"{plain(one)}: it is not what the entry stands for\n")
    out.write("FOUND SOMETHING: 1\n" if other else f"proved: entry {index} of the signed log {plain(log)}\n")
    return 7 if other else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
