"""A capsule that somebody made to harm who opens it: refused in bounds of memory, and it does not speak for itself."""

from __future__ import annotations

import bz2
import json
import struct
import subprocess
import sys
import tracemalloc
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZIP_STORED

import pytest

from audit.archive.sealed import digest_of
from audit.capsule import verify
from audit.capsule.commands import open_
from audit.capsule.verify import Capsule, Unfit, check
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import BadKey, NotSigned, VerifyingKey, signed
from tests.audit.archive.small import KEY, Memory, a_mission
from tests.audit.archive.test_capsule import contents, found, packed, rezipped
from wiring.trouble import Misset

HIDES = "\x1b[2J\x1b[Hwhole: 3 entries, all in the signed log\x1b[8m"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What lies in a capsule that is whole."""
    vault = Memory()
    a_mission(vault)
    return contents(packed(vault, tmp_path_factory.mktemp("capsule") / "one.zip", "UNEX-leave"))


def summed(files: dict[str, bytes], to: Path) -> Path:
    """A capsule of these files, with the sums that belong to them."""
    sums = "".join(f"{digest_of(content)}  {name}\n" for name, content in files.items() if name != "SHA256SUMS")
    return rezipped(to, files | {"SHA256SUMS": sums.encode()})


def said_to_be(file: Path, name: str, method: int, size: int) -> Path:
    """A zip file that tells another way of compression, and another length, of one of its files."""
    content = bytearray(file.read_bytes())
    for mark, method_at, size_at, name_at in ((b"PK\x03\x04", 8, 22, 30), (b"PK\x01\x02", 10, 24, 46)):
        start = next(
            i
            for i in range(len(content))
            if content[i : i + 4] == mark and content[i + name_at : i + name_at + len(name)] == name.encode()
        )
        struct.pack_into("<H", content, start + method_at, method)
        struct.pack_into("<I", content, start + size_at, size)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(("method", "size"), [(ZIP_BZIP2, 10), (ZIP_LZMA, 10), (ZIP_STORED, 10), (99, 10)])
def test_a_file_that_is_compressed_or_lies_about_its_length_is_refused_unread(
    files: dict[str, bytes], tmp_path: Path, method: int, size: int
):
    """It takes a kilobyte to write a gigabyte so, and Python would have it whole before it is cut."""
    swelling = bz2.compress(bytes(2**26))
    capsule = said_to_be(rezipped(tmp_path / "x.zip", files | {"README.txt": swelling}), "README.txt", method, size)
    tracemalloc.start()
    try:
        with pytest.raises(Unfit, match=r"README\.txt is compressed or encrypted"):
            list(check(Capsule(capsule)))
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_files_that_share_their_bytes_are_refused(files: dict[str, bytes], tmp_path: Path):
    """Many names for the same bytes promise more than the file can hold."""
    capsule = rezipped(tmp_path / "x.zip", files | {f"pages/{n}.html": b"" for n in range(20)})
    content = capsule.read_bytes()
    for n in range(20):
        there = content.rindex(f"pages/{n}.html".encode()) - 46
        content = content[: there + 20] + struct.pack("<II", 40_000, 40_000) + content[there + 28 :]
    capsule.write_bytes(content)
    with pytest.raises(Unfit, match="promise more bytes than it has"):
        Capsule(capsule)


def _deep(files: dict[str, bytes]) -> dict[str, bytes]:
    leaves = json.loads(files["leaves.json"])
    return files | {"leaves.json": json.dumps([leaves[0] | {"leaf": "[" * 200_000}]).encode()}


def _about(files: dict[str, bytes], origin: str) -> dict[str, bytes]:
    return files | {"about.json": json.dumps(json.loads(files["about.json"]) | {"origin": origin}).encode()}


HOSTILE: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "an entry that is nested too deeply": _deep,
    "a list that is nested too deeply": lambda files: files | {"leaves.json": b"[" * 200_000},
    "half of a character": lambda files: _about(files, "\ud800"),
    "codes of a terminal": lambda files: _about(files, HIDES),
    "codes in a number": lambda files: files | {"leaves.json": json.dumps([{"index": HIDES}]).encode()},
    "no text": lambda files: files | {"checkpoint": b"\xff\x1b[2J"},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_breaks_a_reader_or_speaks_to_a_terminal_is_a_finding_in_plain_words(
    files: dict[str, bytes], tmp_path: Path, what: str
):
    capsule = summed(HOSTILE[what](files), tmp_path / "x.zip")
    ran = subprocess.run([sys.executable, "-I", verify.__file__, capsule], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (7, "")
    assert all(" " <= one <= "~" for line in ran.stdout.splitlines() for one in line)
    assert not [line for line in ran.stdout.splitlines() if line.startswith("whole")]


async def test_open_shows_a_hostile_capsule_as_it_is(
    files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert await open_(summed(_about(files, HIDES), tmp_path / "x.zip")) == 7
    told = capsys.readouterr()
    assert r"got furlough/UNEX" in told.err
    assert r"expected the log \x1b[2J" in told.err
    assert "\x1b" not in told.out + told.err


def test_a_byte_flipped_in_the_list_of_a_zip_file_breaks_nothing(files: dict[str, bytes], tmp_path: Path):
    """Each byte of what tells of the first file: a version from the future, a name, a place."""
    whole = rezipped(tmp_path / "x.zip", files).read_bytes()
    start = whole.index(b"PK\x01\x02")
    for i in range(start, start + 60):
        for flip in (1, 0x80, 0xFF):
            (tmp_path / "y.zip").write_bytes(whole[:i] + bytes([whole[i] ^ flip]) + whole[i + 1 :])
            found(tmp_path / "y.zip")  # raises nothing but Unfit


def test_there_is_an_end_to_what_is_listed_and_to_what_is_told(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    many = files | {"leaves.json": json.dumps([[]] * 5000).encode()}
    assert len(found(summed(many, tmp_path / "x.zip"))) == verify.TOLD
    monkeypatch.setattr(verify, "MOST", 4000)
    assert found(summed(many, tmp_path / "x.zip")) == ["expected at most 4000 entries, got 5000"]
    monkeypatch.setattr(verify, "LISTED", 9000)
    with pytest.raises(Unfit, match=r"a leaves\.json of at most 9000 bytes, got 20000"):
        Capsule(tmp_path / "x.zip")
    vault = Memory()
    a_mission(vault)
    monkeypatch.setattr(verify, "LISTED", 100)
    with pytest.raises(Misset, match="too many for one capsule"):
        packed(vault, tmp_path / "y.zip", "UNEX-leave")


def test_an_index_that_is_no_number_and_a_size_in_another_form_are_refused(files: dict[str, bytes], tmp_path: Path):
    leaves = json.loads(files["leaves.json"])
    assert leaves[0]["index"] == 0
    odd = files | {"leaves.json": json.dumps([leaves[0] | {"index": False}, *leaves[1:]]).encode()}
    assert any("is not in the log" in one for one in found(summed(odd, tmp_path / "x.zip")))


@pytest.mark.parametrize("size", ["+1_1", " 11", "011", "-1", "١١", "11 ", ""])
def test_a_head_in_another_form_is_refused_by_both_verifiers(size: str):
    """What one of them takes and the other does not is a log that two auditors see differently."""
    root = b64encode(bytes(32)).decode()
    note, good = (signed(f"{KEY.public.name}\n{count}\n{root}\n", KEY) for count in (size, "11"))
    assert verify.checkpoint(good, str(KEY.public))[1] == Checkpoint.open(good, [KEY.public]).size == 11
    with pytest.raises(ValueError, match="number of entries"):
        verify.checkpoint(note, str(KEY.public))
    with pytest.raises(NotSigned):
        Checkpoint.open(note, [KEY.public])


def test_a_key_of_another_kind_is_refused_by_both_verifiers():
    odd = b"\x02" + KEY.public.public
    name = KEY.public.name
    told = sha256(name.encode() + b"\n" + odd).digest()[:4].hex()
    line = f"{name}+{told}+{b64encode(odd).decode()}"
    with pytest.raises(ValueError, match="the key is no key"):
        verify.checkpoint(b"", line)
    with pytest.raises(BadKey):
        VerifyingKey.parse(line)
