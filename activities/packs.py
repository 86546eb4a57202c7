"""The rule packs of a mission, read from its rules folder. What they mean is the business of `domain.packs`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from domain.facts import Member
from domain.model import date
from domain.packs import Finding, Pack, PackError, choose, read
from domain.terms import Terms

RULES = Path(__file__).resolve().parent.parent / "rules"
"""The packs which come with the application; a mission may name a folder of its own."""


@lru_cache(maxsize=8)
def texts(folder: Path = RULES) -> dict[str, str]:
    """All packs of a folder by name; read once, so that a worker goes by one state of the files until it is restarted.

    Raises:
        PackError: when a file cannot be read.
    """
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            found[file.stem] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            unreadable = Finding(
                pack=file.stem,
                path=str(file),
                expected="a readable file in UTF-8",
                got=str(error),
                remedy="mend or remove the file",
            )
            raise PackError([unreadable]) from error
    return found


@lru_cache(maxsize=64)
def pack(name: str, folder: Path = RULES) -> Pack:
    """One pack of the folder, with what it extends.

    Raises:
        PackError: with everything that is wrong with it.
    """
    return read(texts(folder), name)


def load(name: str, folder: Path = RULES) -> Terms:
    """The terms of one pack of the folder.

    Raises:
        PackError: as `pack`.
    """
    return pack(name, folder).terms


def load_for(member: Member, on: date, folder: Path = RULES) -> Terms:
    """The terms of the pack which applies to a member on a day.

    Raises:
        PackError: when any pack of the folder cannot be used, or not exactly one applies.
    """
    return choose((pack(name, folder) for name in texts(folder)), member, on).terms
