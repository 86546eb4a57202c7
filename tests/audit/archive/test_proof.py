"""One entry is proved by a text of a few lines, as others write it, to who has nothing but Python."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from audit.archive.index import leaves_of
from audit.archive.log import HEAD
from audit.capsule import verify as verifier
from audit.capsule.proof import written
from audit.capsule.verify import Unfit, is_proof, proved, stands_for
from audit.prove import shown
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.merkle import inclusion, leaf_hash
from audit.tlog.notes import SigningKey
from audit.tlog.tiles import nodes_of
from tests.audit.archive.small import KEY, Memory, a_mission
from tests.audit.tlog.published import INCLUSION, LEAVES, PROOF, ROOTS

LINE = str(KEY.public)


@pytest.fixture(scope="module")
def whole() -> Memory:
    vault = Memory()
    a_mission(vault)
    return vault


def proof(vault: Memory, index: int) -> bytes:
    nodes = nodes_of(11, lambda tile: vault.read(tile.path))
    return written(index, list(leaves_of(vault, 11))[index], inclusion(index, 11, nodes), vault.read(HEAD))


def laid(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_proof_is_written_in_the_published_form():
    assert written(10, b"extra information", [sha256(b"hash1").digest()], b"checkpoint data\n").decode() == PROOF


def test_the_published_proofs_of_the_reference_tree_are_read(tmp_path: Path):
    for index, size, hashes in INCLUSION:
        note = Checkpoint("furlough/UNEX", size, ROOTS[size]).sign(KEY)
        made = written(index, LEAVES[index], [bytes.fromhex(one) for one in hashes], note)
        assert proved(laid(tmp_path / "p", made), LINE) == (
            index,
            LEAVES[index].decode(),
            f"furlough/UNEX, {size} entries",
        )


def test_every_entry_of_a_log_is_proved(whole: Memory, tmp_path: Path):
    for index, leaf in enumerate(leaves_of(whole, 11)):
        file = laid(tmp_path / "one.tlog-proof", proof(whole, index))
        assert is_proof(file)
        assert proved(file, f"{LINE}\n") == (index, leaf.decode(), "furlough/UNEX, 11 entries")


@pytest.mark.parametrize("start", [0, *(pytest.param(start, marks=pytest.mark.slow) for start in range(1, 4))])
def test_no_byte_of_a_proof_can_be_changed(whole: Memory, tmp_path: Path, start: int):
    """A quarter of them; the long forms try the others."""
    content = proof(whole, 3)
    for i in range(start, len(content), 4):
        changed = content[:i] + bytes([content[i] ^ (1, 0x20, 0x80)[i % 3]]) + content[i + 1 :]
        with pytest.raises(Unfit):
            proved(laid(tmp_path / "p", changed), LINE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1\n", b"@v2\n"),
        (b"index 3\n", b"index 03\n"),
        (b"index 3\n", b"index 4\n"),
        (b"index 3\n", b""),
        (b"index 3\n", b"index 3\nindex 3\n"),
        (b"extra ", b""),
        (b"\n\n", b"\n"),
        (b"furlough/UNEX\n", b"furlough/UNMO\n"),
    ],
)
def test_what_is_no_proof_is_told(whole: Memory, tmp_path: Path, old: bytes, new: bytes):
    content = proof(whole, 3)
    assert old in content
    with pytest.raises(Unfit):
        proved(laid(tmp_path / "p", content.replace(old, new, 1)), LINE)


def test_a_proof_under_another_key_or_of_another_log_proves_nothing(whole: Memory, tmp_path: Path):
    file = laid(tmp_path / "p", proof(whole, 3))
    with pytest.raises(Unfit, match="not signed with the key"):
        proved(file, str(SigningKey.new("furlough/UNEX").public))
    head = Checkpoint.open(whole.read(HEAD), [KEY.public])
    other = laid(tmp_path / "q", proof(whole, 3).replace(whole.read(HEAD), head._replace(origin="x").sign(KEY)))
    with pytest.raises(Unfit, match="is not in the log"):
        proved(other, LINE)
    with pytest.raises(Unfit):
        proved(tmp_path / "not-there", LINE)
    assert not is_proof(tmp_path / "not-there")


def test_the_verifier_alone_checks_a_proof_and_the_file_for_which_it_stands(whole: Memory, tmp_path: Path):
    """Entry 3 is a letter: as it was, and as it lies in the archive."""
    file, letter = laid(tmp_path / "p.tlog-proof", proof(whole, 3)), laid(tmp_path / "letter", b"a letter")
    other = laid(tmp_path / "other", b"another letter")
    _, entry, _ = proved(file, LINE)
    sealed = next(content for name, content in whole.files.items() if name[10:] in entry and "object" in name)
    assert stands_for(entry, laid(tmp_path / "sealed", sealed))

    def run(*words: object) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", verifier.__file__, *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.splitlines()[-1]

    assert run(file, LINE) == (0, "proved: entry 3 of the signed log furlough/UNEX, 11 entries")
    assert run(file, LINE, letter)[0] == 0
    assert run(file, LINE, other) == (7, "FOUND SOMETHING: 1")
    assert run(file) == (2, "a proof names no key: give the one that the mission gave you")
    assert run(laid(tmp_path / "cut", proof(whole, 3)[:-30]), LINE)[0] == 7


@pytest.mark.parametrize("entry", [b"[1]", b"hello", b'{"kind":"run","new":1}'])
def test_an_entry_that_nobody_can_read_is_told_and_breaks_neither_program(tmp_path: Path, entry: bytes):
    """Whoever holds the key can sign anything."""
    head = Checkpoint("furlough/UNEX", 1, leaf_hash(entry))
    file, beside = laid(tmp_path / "p", written(0, entry, [], head.sign(KEY))), laid(tmp_path / "letter", b"a letter")
    assert shown(file, LINE, beside, json=True) == 7
    assert verifier.main([str(file), LINE, str(beside)]) == 7
