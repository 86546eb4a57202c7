"""What is kept is whole, and on the disk with every name on the way to it before its writer goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wiring import disk

NAME = Path("copies/NAQ/file")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, bool]]:
    """What was brought to the disk, below the test's folder, and whether the file had its name by then."""
    told: list[tuple[str, bool]] = []
    really = os.fsync

    def fsync(at: int) -> None:
        path = Path(f"/proc/self/fd/{at}").readlink().relative_to(tmp_path)
        told.append(
            (str(path.parent) + "/" if path.name.startswith(".") else str(path), (tmp_path / "home" / NAME).exists())
        )
        really(at)

    monkeypatch.setattr(os, "fsync", fsync)
    return told


def test_a_file_is_whole_on_the_disk_before_it_has_its_name_and_so_is_each_new_folder(
    tmp_path: Path, synced: list[tuple[str, bool]]
) -> None:
    assert disk.keep(tmp_path / "home", NAME, b"one")
    assert synced == [
        (".", False),
        ("home", False),
        ("home/copies", False),
        ("home/copies/NAQ/", False),
        ("home/copies/NAQ", True),
    ]
    assert [file.name for file in (tmp_path / "home" / NAME).parent.iterdir()] == ["file"]


def test_the_owner_alone_may_read_it_unless_it_is_said_else_and_the_first_one_stays_where_one_only_may_be(
    tmp_path: Path,
) -> None:
    file = tmp_path / NAME
    assert disk.keep(tmp_path, NAME, b"one", once=True)
    assert not disk.keep(tmp_path, NAME, b"two", once=True)
    assert (file.read_bytes(), file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (
        b"one",
        0o600,
        0o700,
    )
    assert disk.keep(tmp_path, NAME, b"three", mode=0o644)
    assert (file.read_bytes(), file.stat().st_mode & 0o044) == (b"three", 0o044)


def test_what_cannot_be_written_leaves_what_was_there_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no room")

    disk.keep(tmp_path, NAME, b"one")
    monkeypatch.setattr(disk, "write_all", full)
    with pytest.raises(OSError, match="no room"):
        disk.keep(tmp_path, NAME, b"two")
    assert (tmp_path / NAME).read_bytes() == b"one"
    assert len(list((tmp_path / NAME).parent.iterdir())) == 1
