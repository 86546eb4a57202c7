"""Every place where an archive may lie keeps the same promises."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audit.archive import vault as vaults
from audit.archive.vault import Bucket, Folder, Missing, TooLarge, Vault, vault
from tests.audit.archive.small import VAULTS
from wiring.trouble import Misset, NotReached


@pytest.fixture(params=VAULTS.values(), ids=list(VAULTS))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    make: Callable[[Path], Vault] = request.param
    return make(tmp_path)


def test_what_is_created_is_there_for_good(place: Vault):
    assert place.create("tile/0/x001/234.p/5", b"first")
    assert not place.create("tile/0/x001/234.p/5", b"second")
    assert place.read("tile/0/x001/234.p/5") == b"first"


def test_of_many_who_create_at_once_one_wins_and_knows_it(place: Vault):
    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(lambda i: place.create("batch/000", str(i).encode()), range(40)))
    assert won.count(True) == 1
    assert place.read("batch/000") == str(won.index(True)).encode()


def test_what_is_replaced_is_the_new_one_by_whoever_has_seen_the_old_one(place: Vault):
    assert not place.replace("checkpoint", b"first", b"")
    place.create("checkpoint", b"first")
    assert place.replace("checkpoint", b"second", b"first")
    assert not place.replace("checkpoint", b"late", b"first")
    assert place.read("checkpoint") == b"second"


def test_of_many_who_replace_at_once_none_undoes_what_another_did(place: Vault):
    """Each raises a number by one, until it has done so."""
    place.create("checkpoint", b"0")

    def raised(_: int) -> None:
        while not place.replace("checkpoint", str(int(was := place.read("checkpoint")) + 1).encode(), was):
            pass

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(raised, range(40)))
    assert place.read("checkpoint") == b"40"


def test_all_files_are_listed_with_their_sizes(place: Vault):
    names = {"about.json": 1, "tile/0/000": 32, "tile/0/000.p/5": 160, "object/ab/abc": 7}
    for name, size in names.items():
        place.create(name, b"x" * size)
    assert dict(place.listed()) == names


def test_what_is_not_there_is_missing(place: Vault):
    place.create("tile/0/000", b"x")
    for name in ("about.json", "tile", "tile/0/001"):
        with pytest.raises(Missing):
            place.read(name)


def test_a_file_that_no_archive_has_is_not_read(place: Vault, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vaults, "LARGEST", 10)
    place.create("most", b"x" * 10)
    place.create("more", b"x" * 11)
    assert place.read("most") == b"x" * 10
    with pytest.raises(TooLarge):
        place.read("more")


def test_an_empty_place_has_no_files(tmp_path: Path):
    assert list(Folder(tmp_path / "none").listed()) == []


def test_a_folder_is_for_its_owner_alone_and_hides_nothing_from_who_lists_it(tmp_path: Path):
    place = Folder(tmp_path / "archive")
    place.create("tile/0/000", b"x")
    (tmp_path / "archive" / "tile" / ".000").write_bytes(b"half")
    (tmp_path / "archive" / "elsewhere").symlink_to(tmp_path)
    assert sorted(place.listed()) == [("elsewhere", 0), ("tile/.000", 4), ("tile/0/000", 1)]
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (place.folder, place.folder / "tile/0/000")]
    assert modes == [0o700, 0o600]


def test_a_folder_that_cannot_be_written_is_told_as_such(tmp_path: Path):
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(NotReached, match="does not answer"):
        Folder(tmp_path / "archive").create("about.json", b"x")


def test_an_address_is_a_folder_or_a_store(tmp_path: Path):
    assert isinstance(vault(str(tmp_path)), Folder)
    assert isinstance(vault(f"file://{tmp_path}"), Folder)
    assert isinstance(vault("memory:///"), Bucket)
    with pytest.raises(Misset, match="cannot be used"):
        vault("nowhere://bucket")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("make", [os.mkfifo, lambda file: file.symlink_to("/dev/zero")], ids=["pipe", "endless"])
def test_what_has_no_end_is_not_read(tmp_path: Path, make: Callable[[Path], None]):
    make(tmp_path / "checkpoint")
    with pytest.raises(TooLarge):
        Folder(tmp_path).read("checkpoint")
