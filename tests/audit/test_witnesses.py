"""A witness signs only what went on from what it signed last, and verifying tells who signed what."""

from __future__ import annotations

import fcntl
import io
import json
import stat
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path

import pytest

from audit import cosign as command
from audit.archive.vault import Folder
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.cosignatures import cosigned
from audit.tlog.notes import COSIGNATURE, SigningKey
from starter import app
from tests.audit.archive.small import KEY, NOW, a_mission, add, end, file
from tests.conftest import Ran

Command = Callable[..., Ran]
LINE = str(KEY.public)


@pytest.fixture
def furlough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line of a witness, who has neither mission nor server."""
    monkeypatch.setenv("FURLOUGH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = app.run([str(word) for word in words])
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "a")
    a_mission(folder)
    return folder


def cosign(furlough: Command, *more: object) -> Ran:
    return furlough("audit", "cosign", "a", "--witness", "mine.key", "-o", "cosigned", "--key", LINE, *more)


def public(ran: Ran) -> str:
    return ran.err.rpartition("know you: ")[2].replace("\n", "").strip()


def test_a_witness_signs_what_goes_on_from_what_it_signed_last(furlough: Command, place: Folder, tmp_path: Path):
    first = cosign(furlough, "--name", "auditor.example/2026")
    assert (first.code, "11 entries, the first that you sign" in first.out) == (0, True), first
    assert stat.S_IMODE((tmp_path / "mine.key").stat().st_mode) == 0o600
    mine = public(first)
    ran = furlough("audit", "verify", "a", "--key", LINE, "--cosigned", "cosigned", "--witness", mine, "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["whole"], told["silent"]) == (0, True, 0)
    assert [(one["witness"], one["size"]) for one in told["cosigned"]] == [(mine, 11)]
    add(place, [file(place, b"another letter"), end()])
    second = cosign(furlough)
    assert (second.code, "13 entries, which goes on from the 11 that you signed last" in second.out) == (0, True), (
        second
    )
    ran = furlough("audit", "verify", "a", "--key", LINE, "--cosigned", "cosigned", "--witness", mine)
    assert (ran.code, f"cosigned by {mine}" in ran.out.replace("\n", ""), "the first 13 entries" in ran.out) == (
        0,
        True,
        True,
    ), ran
    since = furlough("audit", "verify", "a", "--since", "cosigned")
    assert since.code == 0, "it is a checkpoint like any other that was kept"


def test_what_does_not_go_on_is_not_signed_and_found(furlough: Command, place: Folder, tmp_path: Path):
    """The mission signs two histories, and shows each reader one of them."""
    assert cosign(furlough, "--name", "w").code == 0
    before = (tmp_path / "cosigned").read_bytes()
    other = Folder(tmp_path / "b")
    add(other, [file(other, str(i).encode()) for i in range(20)])
    ran = furlough("audit", "cosign", "b", "--witness", "mine.key", "-o", "cosigned", "--key", LINE)
    assert (ran.code, "NOT SIGNED: the log does not go on" in ran.err) == (7, True), ran
    assert (tmp_path / "cosigned").read_bytes() == before
    ran = furlough("audit", "verify", "b", "--key", LINE, "--cosigned", "cosigned")
    assert (ran.code, "does not go on from the 11 entries" in ran.out.replace("\n", "")) == (7, True), ran


def test_a_witness_who_signed_nothing_is_missed_and_a_false_signature_found(
    furlough: Command, place: Folder, tmp_path: Path
):
    note = place.read("checkpoint")
    (tmp_path / "plain").write_bytes(note)
    witness = SigningKey.new("w", COSIGNATURE)
    verify = ("audit", "verify", "a", "--key", LINE, "--witness", witness.public)
    ran = furlough(*verify, "--cosigned", "plain")
    assert (ran.code, "NOT PROVED: 1 witness that you named" in ran.out) == (6, True), ran
    head = Checkpoint.open(note, [KEY.public])
    older = cosigned(place.read("checkpoints/006"), witness, NOW).splitlines(keepends=True)[-1]
    (tmp_path / "false").write_bytes(head.sign(KEY) + older)
    ran = furlough(*verify, "--cosigned", "false")
    assert (ran.code, "a false one" in ran.out.replace("\n", " ")) == (7, True), ran
    assert furlough(*verify).code == 2


def test_a_witness_named_twice_is_one_and_a_false_signature_takes_nothing_from_the_others(
    furlough: Command, place: Folder, tmp_path: Path
):
    one, two = SigningKey.new("one", COSIGNATURE), SigningKey.new("two", COSIGNATURE)
    older = cosigned(place.read("checkpoints/006"), two, NOW).splitlines(keepends=True)[-1]
    note = cosigned(place.read("checkpoint"), one, NOW)
    (tmp_path / "true").write_bytes(note)
    (tmp_path / "both").write_bytes(note + older)
    verify = ("audit", "verify", "a", "--key", LINE, "--json")
    twice = furlough(*verify, "--cosigned", "true", "--witness", one.public, "--witness", one.public)
    assert (twice.code, json.loads(twice.out)["silent"]) == (0, 0), twice
    ran = furlough(*verify, "--cosigned", "both", "--witness", one.public, "--witness", two.public)
    told = json.loads(ran.out)
    assert (ran.code, told["silent"], [by["witness"] for by in told["cosigned"]]) == (7, 1, [str(one.public)])
    assert [finding["place"] for finding in told["findings"]] == ["both"]


def test_what_a_witness_cannot_sign_with_is_told(furlough: Command, place: Folder, tmp_path: Path):
    assert cosign(furlough).code == 2
    assert not (tmp_path / "mine.key").exists()
    (tmp_path / "mine.key").write_text(f"{KEY.line()}\n")
    (tmp_path / "mine.key").chmod(0o600)
    ran = cosign(furlough)
    assert (ran.code, "is no key of a witness" in ran.err.replace("\n", " ")) == (2, True), ran
    (tmp_path / "mine.key").write_text(f"{SigningKey.new('w', COSIGNATURE).line()}\n")
    assert cosign(furlough, "--name", "other").code == 2
    (tmp_path / "mine.key").chmod(0o644)
    ran = cosign(furlough)
    assert (ran.code, "is not kept secret" in ran.err.replace("\n", " ")) == (2, True), ran
    assert not (tmp_path / "cosigned").exists()


def test_a_witness_goes_on_only_from_what_bears_its_own_signature(furlough: Command, place: Folder, tmp_path: Path):
    """An old checkpoint of the mission, laid there in its stead, would let a fork of what came after it be signed."""
    assert cosign(furlough, "--name", "w").code == 0
    other = cosigned(place.read("checkpoint"), SigningKey.new("w", COSIGNATURE), NOW)
    for laid in (place.read("checkpoints/006"), other):
        (tmp_path / "cosigned").write_bytes(laid)
        ran = cosign(furlough)
        assert (ran.code, "is not what you signed last" in ran.err.replace("\n", " ")) == (2, True), ran
        assert (tmp_path / "cosigned").read_bytes() == laid


def test_of_two_signings_at_once_one_waits(
    furlough: Command, place: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Else the late one would lay an older head back over a newer one that was given out."""
    asked = []

    def meanwhile(note: bytes, key: SigningKey, at: datetime) -> bytes:
        asked.append(key)
        with (tmp_path / "mine.key").open() as another, pytest.raises(BlockingIOError):
            fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return cosigned(note, key, at)

    monkeypatch.setattr(command, "cosigned", meanwhile)
    assert (cosign(furlough, "--name", "w").code, len(asked)) == (0, 1)
