"""The rule packs of a mission, read from its rules folder. What they mean is the business of `domain.packs`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from domain.facts import Member
from domain.model import date
from domain.packs import LAST, Finding, Pack, PackError, beside_the_mission, choose, clashes, names, read
from domain.packs.versions import days, history
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


@lru_cache(maxsize=256)
def pack(name: str, folder: Path = RULES, on: date = LAST) -> Pack:
    """One pack of the folder as it is on a day, with what it extends.

    Raises:
        PackError: with everything that is wrong with it.
    """
    return read(texts(folder), name, on)


def load(name: str, folder: Path = RULES, on: date = LAST) -> Terms:
    """The terms of one pack of the folder.

    Raises:
        PackError: as `pack`.
    """
    return pack(name, folder, _since(on, folder)).terms


def load_for(member: Member, on: date, folder: Path = RULES, named: str | None = None) -> Terms:
    """The terms that bind a member on a day, with those of the mission.

    `named` is the nation's pack which the register names; else the one which applies by its head.

    Raises:
        PackError: when any pack of the folder cannot be used, or not exactly one applies.
    """
    since = _since(on, folder)
    known = [pack(name, folder, since) for name in _begun(folder, since)]
    if named is None:
        return choose(known, member, on).terms
    return beside_the_mission(pack(named, folder, since), known, member, on).terms


def check(folder: Path = RULES) -> None:
    """See that every pack of the folder can be used on every day on which something changes, and beside the others.

    Raises:
        PackError: with everything that is wrong with any of them.
    """
    found: list[Finding] = []
    for day in (*_days(folder), LAST):
        usable: list[Pack] = []
        for name in _begun(folder, day):
            try:
                usable.append(pack(name, folder, day))
            except PackError as error:
                found += error.findings
        found += [fault for one in usable for fault in clashes(one, usable)]
    if found:
        raise PackError(dict.fromkeys(found))


def _since(on: date, folder: Path) -> date:
    """The day since which the packs have been as they are on a day: so few days need be read, and are kept."""
    return max((day for day in _days(folder) if day <= on), default=on)


@lru_cache(maxsize=8)
def _days(folder: Path) -> tuple[date, ...]:
    return days(texts(folder))


@lru_cache(maxsize=64)
def _begun(folder: Path, on: date) -> tuple[str, ...]:
    """The packs of which some version is in force on a day, or none can be read: that is told, not passed over."""
    known = texts(folder)
    first = {name: [v.head.effective for v in history(known, name, [])] for name in names(known)}
    return tuple(name for name, begins in first.items() if not begins or min(begins) <= on)
