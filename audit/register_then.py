"""The register as its sealed imports give it, version by version: what a decision was told of posts is held against it.

Each import is taken in again, by the code that took it in then, into a register of its own that is thrown away. People
are known to the record by ids which the register drew by lot; a sealed list says whose they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, select

from activities.facts import Subject, ladders
from activities.register import lookups, posts
from activities.register import tables as t
from activities.register.database import engine, migrate, reading, writing
from activities.register.importing import NotImportable, apply, parse
from audit.archive.sealed import Broken
from audit.archived import Archived
from audit.identities import numbers
from audit.journals import journal
from audit.sources import Source
from domain.acts import Ask
from domain.decider import Entry
from domain.facts import Person, Rung
from domain.ids import REGISTER
from domain.register.events import Applied, Imported
from domain.terms import Terms
from wiring.trouble import Misset

_NOBODY: Final = ""


class NotSealed(LookupError):
    """The record has not what would tell: an import, or whose an id is."""


class Registers:
    """The register at each version of which all imports up to it are sealed."""

    def __init__(self, versions: Mapping[int, Engine], numbers: Mapping[str, str]) -> None:
        """`numbers` are the service numbers by register id."""
        self.versions, self.numbers = versions, numbers
        self.ids = {number: member for member, number in numbers.items()}

    def person(self, version: int, who: str, said: datetime, recorded: datetime) -> Person | None:
        """Whom the register knew under an id, with their posts when something was said and when it was recorded.

        Raises:
            NotSealed: the record does not tell.
        """
        source, number = self._of(version, who)
        with reading(source) as session:
            found = posts.person(session, lookups.resolve(session, number) or _NOBODY, said, recorded)
        return found.model_copy(update={"id": who}) if found else None

    def ladders(self, version: int, ask: Ask, terms: Terms | None, at: datetime) -> dict[str, tuple[Rung, ...]]:
        """The ladders of posts which a leave passes that was asked for at a moment, under these terms.

        Those who hold a post stand in the order of their ids. None of a member whom the register knew not.

        Raises:
            NotSealed: the record does not tell.
        """
        source, number = self._of(version, ask.member)
        with reading(source) as session:
            member = lookups.member(session, lookups.resolve(session, number) or _NOBODY)
            if member is None:
                return {}
            about = Subject(member.id, member.base, ask.first, ask.last)
            found = ladders(session, ask, about, terms, at)
            theirs: dict[str, str] = {row.id: row.service_number for row in session.scalars(select(t.Member))}
        return {name: tuple(self._as_recorded(rung, theirs) for rung in rungs) for name, rungs in found.items()}

    def _of(self, version: int, who: str) -> tuple[Engine, str]:
        source, number = self.versions.get(version), self.numbers.get(who)
        if source is None or number is None:
            raise NotSealed
        return source, number

    def _as_recorded(self, rung: Rung, theirs: Mapping[str, str]) -> Rung:
        """A rung whose holders have the ids which they have in the record, and not those which were drawn here."""
        try:
            held = {
                which: tuple(self.ids[theirs[member]] for member in members)
                for which, members in (("holders", rung.holders), ("deputies", rung.deputies))
            }
        except KeyError:
            raise NotSealed from None
        return in_order(rung.model_copy(update=held))


def in_order(rung: Rung) -> Rung:
    """A rung with its holders by their ids: who came first to it is drawn by lot where they came on one day."""
    return rung.model_copy(update={"holders": tuple(sorted(rung.holders)), "deputies": tuple(sorted(rung.deputies))})


async def registers(record: Source, room: Path) -> Registers | None:
    """The registers of an archive, laid into a room, as far as they can be had; of other records, none.

    A capsule leaves imports out, and a server seals nothing.

    Raises:
        Misset: the log cannot be read to its end.
    """
    if not isinstance(record, Archived):
        return None
    known = numbers(record)
    sealed = {leaf.name: leaf for _, leaf in record.listed("import")}
    try:
        told = await journal(record, REGISTER, replayed=False)
    except Misset:
        return Registers({}, known)
    entries = [one.entry for one in told.written]
    accepted = {entry.event.version: entry for entry in entries if isinstance(entry.event, Imported)}
    applied = sorted(entry.event.version for entry in entries if isinstance(entry.event, Applied))
    versions = dict[int, Engine]()
    for version in applied:
        try:
            entry = accepted[version]
            contents = {name: record.content(sealed[f"{version}/{name}"]) for name in entry.event.files}
            versions[version] = _taken_in(contents, entry, room / f"{version}.db", versions)
        except (KeyError, Broken, NotImportable):
            break  # what came later rests on it
    return Registers(versions, known)


def _taken_in(contents: dict[str, bytes], entry: Entry[Any], file: Path, before: Mapping[int, Engine]) -> Engine:
    """A register with one import more than those before. Raises NotImportable."""
    source, url = engine(f"sqlite:///{file}"), f"sqlite:///{file}"
    if before:
        shutil.copyfile(str(before[max(before)].url.database), file)
    else:
        migrate(url)
    bundle = parse(contents)
    if isinstance(bundle, tuple):
        raise NotImportable(bundle)
    said = entry.event
    try:
        with writing(source, long=True) as session:
            apply(session, bundle, said.by, said.at, version=said.version, line=entry.seq)
    finally:
        source.dispose()  # so that the file is whole, and can be copied
    return source
