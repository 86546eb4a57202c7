"""The rule packs of a mission are looked at whole before a worker takes up work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from activities import packs
from domain.packs import PackError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packs.RULES, tmp_path / "rules"))


def test_the_packs_that_come_with_the_application_can_be_used(folder: Path):
    packs.check(folder)


def unknown_key(folder: Path) -> None:
    pack = folder / "us-army.toml"
    pack.write_text(f"{pack.read_text()}\n[oops]\nx = 1\n")


def rival(folder: Path) -> None:
    (folder / "other.toml").write_text((folder / "contingent.toml").read_text().replace('"contingent"', '"other"', 1))


def binary(folder: Path) -> None:
    (folder / "binary.toml").write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [(unknown_key, "us-army"), (rival, "the same members as"), (binary, "expected a readable file in UTF-8")],
)
def test_whatever_is_wrong_with_any_of_them_is_told(folder: Path, spoil: Callable[[Path], None], told: str):
    spoil(folder)
    with pytest.raises(PackError, match=told):
        packs.check(folder)
