"""Nothing is told as the record but what the key has signed; and it is told where the key is the record's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.archive.index import Index
from audit.archive.leaves import written
from audit.archive.log import HEAD
from audit.archive.vault import Folder
from audit.archived import Archived
from audit.capsule import packing
from audit.packed import Packed
from audit.sources import From, source
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import SigningKey
from audit.tlog.tiles import bundle_path, bundled, unbundled
from tests.audit.archive.small import KEY, a_mission, end, history, new, run
from tests.conftest import Furlough
from wiring.trouble import Misset

COMMANDS = (
    ("timeline", "UNEX-leave"),
    ("why", "UNEX-leave"),
    ("at", "UNEX-leave", "--event", "1"),
    ("replay", "--all"),
    ("tests",),
    ("crossfoot",),
    ("interference",),
    ("query", "SHOW TABLES"),
    ("sample", "--seed", "1", "-o", "drawn"),
)


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "a")
    a_mission(folder)
    return folder


def forge(place: Folder, *, dropped: bool) -> None:
    """Exchange the entry of a closed leave, or lay another one over it: no key is needed for that."""
    size = Checkpoint.open(place.read(HEAD), [KEY.public]).size
    leaves = unbundled(place.read(bundle_path(0, size)), size)
    leaves[6] = leaves[7] if dropped else written(run(place, "leave", history(4, say="made up")))
    (place.folder / bundle_path(0, size)).write_bytes(bundled(leaves))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
async def test_no_command_reads_entries_that_nobody_signed(
    furlough: Furlough, place: Folder, tmp_path: Path, command: tuple[str, ...]
):
    """A sample that is drawn, or a page that is printed, would prove what was forged."""
    forge(place, dropped=command[0] in ("crossfoot", "tests"))
    to = [str(tmp_path / word) if word == "drawn" else word for word in command]
    said = await furlough("audit", *to, "--archive", str(tmp_path / "a"))
    assert said.code != 0
    assert "its entries are not those that were signed" in said.err
    assert not (tmp_path / "drawn").exists()


@pytest.mark.parametrize("dropped", [True, False])
def test_an_archive_is_held_against_its_signed_root_before_anything_is_read(
    place: Folder, tmp_path: Path, dropped: bool
):
    Archived(str(tmp_path / "a"), "UNEX")
    forge(place, dropped=dropped)
    with pytest.raises(Misset, match="cannot be read"):
        Archived(str(tmp_path / "a"), "UNEX")


def forged(tmp_path: Path, key: SigningKey) -> tuple[str, Path]:
    """An archive and a capsule that are whole, by whoever made this key."""
    folder = Folder(tmp_path / "b")
    log = new(folder, key)
    log.append([run(folder, "leave", history(4, say="made up")), end(1)], Index())
    record = Archived(str(tmp_path / "b"), "UNEX")
    entries = packing.chosen(folder, record.head.size, ["UNEX-leave"])
    packing.pack(folder, record.about, record.note, record.head, entries, tmp_path / "c.zip", {})
    return str(tmp_path / "b"), tmp_path / "c.zip"


def test_a_record_that_a_forger_has_signed_is_refused_by_the_key_that_was_given(tmp_path: Path):
    """The name of a key is no secret: the forger's is named as the mission's is."""
    own = SigningKey.new("furlough/UNEX")
    archive, capsule = forged(tmp_path, own)
    given = tmp_path / "given"
    given.write_text(f"{KEY.public}\n")
    for said in (str(KEY.public), str(given)):
        with pytest.raises(Misset) as refused:
            Archived(archive, "UNEX", said)
        assert f"furlough audit verify {archive} --key {said} tells" in str(refused.value.helps)
        with pytest.raises(Misset):
            Packed(capsule, said)
    Archived(archive, "UNEX", str(own.public))
    Packed(capsule, str(own.public))


async def test_a_key_that_the_record_names_itself_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    own = SigningKey.new("furlough/UNEX")
    archive, capsule = forged(tmp_path, own)
    for where in (From(archive=archive), From(capsule=capsule)):
        await source(where)
        assert "names its key itself" in capsys.readouterr().err
    await source(From(capsule=capsule, key=str(own.public)))
    assert not capsys.readouterr().err


async def test_a_capsule_is_taken_under_the_key_that_is_given(furlough: Furlough, place: Folder, tmp_path: Path):
    """Whoever forges an archive names the key of it: without one that was given, this is told."""
    capsule = ("audit", "capsule", "UNEX-leave", "--archive", tmp_path / "a")
    ran = await furlough(*capsule, "-o", tmp_path / "one.zip", "--key", SigningKey.new("furlough/UNEX").public)
    assert (ran.code, (tmp_path / "one.zip").exists()) == (2, False), ran
    for key in (("--key", KEY.public), ()):
        ran = await furlough(*capsule, "-o", tmp_path / f"{len(key)}.zip", *key)
        assert (ran.code, "names its key itself" in ran.err) == (0, not key), ran
