"""A capsule proves its leaves to who has nothing but Python; whatever is changed is found, and nothing unpacked."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.archive.about import about
from audit.archive.leaves import read
from audit.archive.log import HEAD
from audit.archive.sealed import digest_of, history_bytes
from audit.capsule import packing
from audit.capsule import verify as verifier
from audit.capsule.commands import open_
from audit.capsule.verify import Capsule, Unfit, check, ed25519
from audit.tlog.checkpoints import Checkpoint
from tests.audit.archive.small import KEY, Memory, a_mission, add, file, history, run
from tests.audit.tlog.published import PETER, TEXT, VERIFYING
from wiring.trouble import Misset


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capsule of one leave with its two sealings, its evidence, an order, and the rule packs."""
    vault = Memory()
    a_mission(vault)
    letter = file(vault, b"a letter that is cited")
    cited = history(4, say=f'{letter.content} "LO-014.1"')
    order, other = file(vault, b"order", "NAQ/LO-014.1", "order"), file(vault, b"none", "NAQ/LO-014.2", "order")
    imported = file(vault, b"names", "1/members.csv", "import")
    add(vault, [letter, order, other, imported, run(vault, "mine", cited)])
    return packed(vault, tmp_path_factory.mktemp("capsule") / "one.zip", "UNEX-leave", "UNEX-mine")


def packed(vault: Memory, to: Path, *ids: str) -> Path:
    told, note = about(vault), vault.read(HEAD)
    assert told is not None
    head = Checkpoint.open(note, [KEY.public])
    packing.pack(vault, told, note, head, packing.chosen(vault, head.size, ids), to)
    return to


def contents(file: Path) -> dict[str, bytes]:
    with ZipFile(file) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rezipped(to: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(to, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return to


def found(file: Path, key: str = "") -> list[str]:
    try:
        return list(check(Capsule(file), key))
    except Unfit as error:
        return [str(error)]


def test_a_capsule_is_whole_and_holds_what_belongs_to_its_leaves(made: Path):
    assert found(made, str(KEY.public)) == []
    leaves = [read(one["leaf"].encode()) for one in json.loads(contents(made)["leaves.json"])]
    named = {getattr(leaf, "name", "") or f"{leaf.run} {leaf.events}" for leaf in leaves}  # type: ignore[union-attr]
    assert named >= {"leave 3", "leave 5", "mine 4", "NAQ/LO-014.1", "us-army.toml"}
    assert not named & {"NAQ/LO-014.2", "1/members.csv", "one 4", "0.1.0"}
    assert len(leaves) == 6


def test_the_verifier_in_it_needs_nothing_but_python(made: Path, tmp_path: Path):
    (tmp_path / "verify.py").write_bytes(contents(made)["verify.py"])
    alone = (sys.executable, "-I", "-S", str(tmp_path / "verify.py"))
    ran = subprocess.run([*alone, made, str(KEY.public)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "whole: 6 entries, all in the signed log"), ran
    assert "not in the log, and for reading alone: README.txt, pages/" in ran.stdout
    ran = subprocess.run([*alone, made, VERIFYING], capture_output=True, text=True, check=False)
    assert (ran.returncode, "another key than you were given" in ran.stdout) == (7, True)
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 2


def test_the_same_archive_gives_the_same_capsule(tmp_path: Path):
    vault = Memory()
    a_mission(vault)
    one, two = packed(vault, tmp_path / "one.zip", "UNEX-leave"), packed(vault, tmp_path / "two.zip", "UNEX-leave")
    assert one.read_bytes() == two.read_bytes()
    with pytest.raises(packing.NoLeave, match="UNEX-nobody"):
        packed(vault, tmp_path / "three.zip", "UNEX-nobody")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "two.zip"]


def test_every_byte_of_what_a_capsule_holds_counts(made: Path, tmp_path: Path):
    """What is flipped in a zip's own bookkeeping changes no file of it, and may stay unnoticed."""
    whole, files = made.read_bytes(), contents(made)
    verifier_at = whole.index(files["verify.py"])
    for i in range(0, len(whole), 3):
        if verifier_at <= i < verifier_at + len(files["verify.py"]) and i % 97:
            continue
        changed = tmp_path / "changed.zip"
        changed.write_bytes(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :])
        assert found(changed) or contents(changed) == files, i


def test_no_file_can_be_taken_out_changed_exchanged_or_added(made: Path, tmp_path: Path):
    files = contents(made)
    for name in files:
        without = {other: content for other, content in files.items() if other != name}
        assert found(rezipped(tmp_path / "x.zip", without)), name
        assert found(rezipped(tmp_path / "x.zip", files | {name: files[name] + b" "})), name
        for other in files:
            if files[name] != files[other]:
                assert found(rezipped(tmp_path / "x.zip", files | {name: files[other], other: files[name]}))
    digest = "ab" * 32
    assert found(rezipped(tmp_path / "x.zip", files | {f"object/ab/{digest}": b"more"}))


def test_entries_that_are_not_in_the_log_are_found_also_where_the_sums_are_made_anew(made: Path, tmp_path: Path):
    files = contents(made)
    leaves = json.loads(files["leaves.json"])

    def with_leaves(other: object) -> list[str]:
        changed = files | {"leaves.json": json.dumps(other).encode()}
        sums = "".join(f"{digest_of(content)}  {name}\n" for name, content in changed.items() if name != "SHA256SUMS")
        return found(rezipped(tmp_path / "x.zip", changed | {"SHA256SUMS": sums.encode()}))

    assert with_leaves(leaves) == []
    for i, one in enumerate(leaves):
        forged = one["leaf"].replace('"closed":true', '"closed":false').replace("2026-03-04", "2026-03-05")
        for other in (one | {"leaf": forged}, one | {"index": one["index"] + 1}, one | {"proof": one["proof"][:-1]}):
            assert any("is not in the log" in wrong for wrong in with_leaves([*leaves[:i], other, *leaves[i + 1 :]]))
        assert any("cannot be read" in wrong for wrong in with_leaves([{"index": 1}]))
        assert any("no entry names" in wrong for wrong in with_leaves([*leaves[:i], *leaves[i + 1 :]]))
        assert any("is there twice" in wrong for wrong in with_leaves([*leaves, one]))


def test_what_stands_before_the_files_of_a_capsule_or_behind_them_is_found(made: Path, tmp_path: Path):
    before, behind = tmp_path / "before.zip", tmp_path / "behind.zip"
    before.write_bytes(b"hello" + made.read_bytes())
    behind.write_bytes(made.read_bytes())
    with ZipFile(behind, "a") as zipped:
        zipped.comment = b"hello"
    for one in (before, behind):
        with pytest.raises(Unfit, match="more in it than its files"):
            Capsule(one)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "object/../../evil", "C:\\evil", "object/ab/short", "README.TXT"]
)
def test_a_capsule_with_a_hostile_path_is_not_read(made: Path, tmp_path: Path, name: str):
    with pytest.raises(Unfit, match="no capsule has a file"):
        Capsule(rezipped(tmp_path / "x.zip", contents(made) | {name: b"evil"}))


def test_a_bomb_is_not_read(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verifier, "LARGEST", 100_000)
    bomb = tmp_path / "x.zip"
    with ZipFile(bomb, "w", ZIP_DEFLATED) as zipped:
        for name, content in contents(made).items():
            zipped.writestr(name, content)
        zipped.writestr("object/ab/" + "ab" * 32, b"\0" * 10**6)
    with pytest.raises(Unfit, match="promise more bytes"):
        Capsule(bomb)
    swells = {f"object/ab/{'ab' * 32}": bytes(100_001)}
    with pytest.raises(Unfit, match="no capsule has a file"):
        Capsule(rezipped(bomb, contents(made) | swells))
    monkeypatch.setattr(verifier, "MOST", 3)
    with pytest.raises(Unfit, match="at most 3 files"):
        Capsule(made)


def test_what_is_no_capsule_is_told(made: Path, tmp_path: Path):
    (tmp_path / "text").write_text("text")
    for other in (tmp_path / "text", tmp_path / "none", rezipped(tmp_path / "x.zip", {"README.txt": b""})):
        with pytest.raises(Unfit):
            Capsule(other)
    twice = tmp_path / "twice.zip"
    with ZipFile(twice, "w") as zipped:
        zipped.writestr(ZipInfo("README.txt"), b"")
        with pytest.warns(UserWarning, match="Duplicate"):
            zipped.writestr(ZipInfo("README.txt"), b"")
    with pytest.raises(Unfit, match="twice"):
        Capsule(twice)
    newer = contents(made) | {"about.json": contents(made)["about.json"].replace(b"capsule/1", b"capsule/2")}
    assert any(
        "expected the format furlough-capsule/1" in wrong for wrong in found(rezipped(tmp_path / "y.zip", newer))
    )


def test_the_published_signature_is_true_and_no_other_is():
    public, signature = b64decode(VERIFYING.rpartition("+")[2])[1:], b64decode(PETER.split()[-1])[4:]
    assert ed25519(public, TEXT.encode(), signature)
    assert not ed25519(public, TEXT.encode() + b"x", signature)
    assert not ed25519(public, TEXT.encode(), signature[:32] + bytes(32))
    high = signature[:32] + (int.from_bytes(signature[32:], "little") + verifier._L).to_bytes(32, "little")
    assert not ed25519(public, TEXT.encode(), high)


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 63), st.integers(1, 255))
def test_signatures_are_judged_as_by_the_library(seed: bytes, message: bytes, place: int, flip: int):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert ed25519(public, message, signature)
    changed = signature[:place] + bytes([signature[place] ^ flip]) + signature[place + 1 :]
    assert not ed25519(public, message, changed)


async def test_a_slip_in_the_name_of_a_capsule_is_no_finding_against_the_mission(tmp_path: Path):
    with pytest.raises(Misset, match="There is no file"):
        await open_(tmp_path / "nowhere.zip")


async def test_a_capsule_whose_histories_swell_is_not_read_for_its_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Many small files that each promise much: of no process more is kept than a process can have."""
    vault = Memory()
    add(vault, [run(vault, name, history(3)).model_copy(update={"id": "UNEX-one"}) for name in "abcdef"])
    capsule = packed(vault, tmp_path / "x.zip", "UNEX-one")
    monkeypatch.setattr("audit.packed.LARGEST", 5 * len(history_bytes(history(3).events)))
    assert await open_(capsule) == 6
    told = capsys.readouterr()
    assert "NOT PROVED  the runs of UNEX-one promise more than" in told.err
