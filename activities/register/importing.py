"""A bundle of files takes the place of the tables which it has, whole or not at all; a dry run shows what would change.

The desk knows people by service number, the tables by register id; here alone the two are put together. Whoever is new
gets an id by chance, which stays theirs for good, also if they leave and come back.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from activities.register import flight_changes, flights, lookups
from activities.register import tables as t
from activities.register.checking import BadLine, across
from activities.register.database import insert
from activities.register.reading import Bundle, Draft, draft, in_order, parse, read
from activities.register.seats import booked_flights, changed_flights, sold
from activities.register.sheets import SHEETS, Column, Key, Line, Lines, Row, Sheet

__all__ = [
    "BadLine",
    "Bundle",
    "Changes",
    "Draft",
    "NotImportable",
    "SheetChanges",
    "apply",
    "changes",
    "draft",
    "faults",
    "parse",
    "read",
]


class NotImportable(Exception):
    """Lines which do not go with what is in the register. Nothing was imported."""

    def __init__(self, lines: tuple[BadLine, ...]) -> None:
        super().__init__("\n".join(str(line) for line in lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """What an import does to one table: rows by key, before and after."""

    sheet: Sheet
    added: Mapping[Key, Row]
    changed: Mapping[Key, tuple[Row, Row]]
    removed: Mapping[Key, Row]

    def fields(self, key: Key) -> dict[str, tuple[Any, Any]]:
        """What changes in one row: before and after, by column."""
        before, after = self.changed[key]
        return {name: (before[name], after[name]) for name in before if before[name] != after[name]}

    def but_for(self, keys: Collection[str]) -> SheetChanges:
        """The same without some rows."""
        parts: tuple[Mapping[Key, Any], ...] = self.added, self.changed, self.removed
        return SheetChanges(self.sheet, *({k: row for k, row in part.items() if k[0] not in keys} for part in parts))


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import would change in the register of this version."""

    version: int
    sheets: Mapping[str, SheetChanges]

    @property
    def summary(self) -> dict[str, int]:
        """How many rows, by table and what happens to them: `members.added`. What does not happen is left out."""
        counts = {
            f"{name}.{what}": len(getattr(sheet, what))
            for name, sheet in self.sheets.items()
            for what in ("added", "changed", "removed")
        }
        return {what: count for what, count in counts.items() if count}

    def but_for(self, **keys: Collection[str]) -> Changes:
        """The same without some rows, by table and key."""
        return replace(self, sheets={name: sheet.but_for(keys.get(name, ())) for name, sheet in self.sheets.items()})


def changes(session: Session, bundle: Bundle) -> Changes:
    """What the import would change. Raises NotImportable if the register would not be whole afterwards."""
    present = {name: lines_of(session, sheet) for name, sheet in SHEETS.items()}
    _check(present, bundle)
    sheets = dict(bundle.sheets)
    if "flights" in sheets:
        settings, bases = (sheets.get(name, present[name]) for name in ("settings", "bases"))
        sheets["flights"] = flights.completed(sheets["flights"], settings, bases)
    found = {name: _compare(SHEETS[name], present[name], sheets[name]) for name in SHEETS if name in sheets}
    if "flights" in found and (bad := tuple(_oversold(session, found["flights"], sheets["flights"]))):
        raise NotImportable(bad)
    return Changes(version=lookups.version(session), sheets=found)


def faults(session: Session, files: Draft) -> tuple[BadLine, ...]:
    """All that is wrong with files which are not good: in themselves, and beside what the register has already."""
    present = {name: lines_of(session, sheet) for name, sheet in SHEETS.items()}
    after = _afterwards(present, files.sheets, files.named)
    for name in SHEETS:
        if SHEETS[name].file in files.files and name not in files.sheets:  # what it would say is not known
            del after[name]
    return in_order((*files.told, *across(after, files.named, files.broken)))


def apply(session: Session, bundle: Bundle, by: str, at: datetime, version: int | None = None, line: int = 0) -> int:
    """Imports the bundle and gives the register's version, which is `version` or else the next one.

    An import that is there already, under its version or with the same files as they now stand, changes nothing. With
    the version stays which flights with booked seats it has changed. `line` of the register's journal has accepted it,
    if it came that way: a flight that a later one has changed stays so.
    Raises NotImportable. Everything happens in the session's transaction, which must be a writing one.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE versions, flights IN EXCLUSIVE MODE"))  # nor is a seat booked meanwhile
    newest = lookups.version(session)
    if version is None and bundle.digests.items() <= digests(session).items():
        return newest
    if version is not None and version <= newest:
        there = session.scalar(select(t.Version.digests).where(t.Version.version == version))
        if there == bundle.digests:
            return version
        raise NotImportable((BadLine("", 0, "", f"expected a version after {newest}, got {version}"),))
    found, before = changes(session, bundle), booked_flights(session)
    if line:
        found = found.but_for(flights=flight_changes.newer(session, line))
    ids = _ids(session, found.sheets.values())
    for sheet in reversed(list(found.sheets.values())):
        _take_out(session, sheet, ids, at)
    for sheet in found.sheets.values():
        _bring_in(session, sheet, ids)
    version = newest + 1 if version is None else version
    session.expire_all()
    if line and "flights" in found.sheets:
        flight_changes.imported(session, line)
    fly_otherwise = list(changed_flights(before, booked_flights(session)))
    told = {"digests": bundle.digests, "summary": found.summary, "flights": fly_otherwise}
    session.add(t.Version(version=version, imported_at=at, by=by, **told))
    session.flush()
    session.expire_all()
    return version


def digests(session: Session) -> dict[str, str]:
    """The file which each table was last imported from, by name and digest."""
    newest: dict[str, str] = {}
    for imported in session.scalars(select(t.Version.digests).order_by(t.Version.version)):
        newest |= imported
    return newest


def _check(present: Mapping[str, Lines], bundle: Bundle) -> None:
    after = _afterwards(present, bundle.sheets)
    bad = (*across(after), *_administrators(present, after))
    if bad:
        raise NotImportable(bad)


def _afterwards(
    present: Mapping[str, Lines], sheets: Mapping[str, Lines], named: Mapping[str, Collection[str]] | None = None
) -> dict[str, Lines]:
    """The tables after an import; `named` are the keys of lines which cannot be read, and whose owners do not leave."""
    stay = {number for (number,) in sheets.get("members", present["members"])} | set((named or {}).get("members", ()))
    return {name: sheets.get(name, _left_with(SHEETS[name], present[name], stay)) for name in SHEETS}


def _left_with(sheet: Sheet, present: Lines, members: Collection[str]) -> Lines:
    """What stays of a table which is not imported: with who leaves goes what is theirs."""
    whose = next((i for i, column in enumerate(sheet.columns) if _is_person(column)), None)
    if whose is None:
        return present
    return {key: line for key, line in present.items() if line.values[whose] in members}


def _administrators(present: Mapping[str, Lines], after: Mapping[str, Lines]) -> Iterator[BadLine]:
    """Where an administrator is appointed for good there still is one afterwards: else nobody could import any more."""
    if _lasting(present) and not _lasting(after):
        reason = "expected a post with the role administrator and an appointment to it without a last day, got none"
        yield BadLine(SHEETS["appointments"].file, 0, "", reason)


def _oversold(session: Session, found: SheetChanges, lines: Lines) -> Iterator[BadLine]:
    """A flight has no fewer seats than leaves hold on it: who is left behind is chosen, and told."""
    fewer = {row["flight"]: key for key, (_, row) in found.changed.items()}
    for flight, held in sorted(sold(session, fewer).items()):
        line, seats = lines[fewer[flight]], found.changed[fewer[flight]][1]["seats"]
        if seats < held:
            reason = f"expected {held} seats or more, which are booked, got {seats}; furlough unbook frees some"
            yield BadLine(line.file, line.number, "seats", reason)


def _lasting(lines: Mapping[str, Lines]) -> bool:
    posts, appointments = SHEETS["posts"], SHEETS["appointments"]
    roles = {row["post"]: row["role"] for row in map(posts.row, lines["posts"].values())}
    rows = map(appointments.row, lines["appointments"].values())
    return any(row["until"] is None and roles.get(row["post"]) == "administrator" for row in rows)


def lines_of(session: Session, sheet: Sheet) -> Lines:
    """A table as its file would have it: nobody who left, and nothing of theirs."""
    table = sheet.table.__table__
    chosen = [t.Member.service_number if _is_person(column) else table.c[column.stored] for column in sheet.columns]
    query = select(*chosen).select_from(table)
    if any(_is_person(column) for column in sheet.columns):
        query = query.join(t.Member, t.Member.id == table.c.member).where(t.Member.left_at.is_(None))
    if sheet.gone:
        query = query.where(table.c[sheet.gone].is_(None))
    places = [sheet.header.index(name) for name in sheet.key]
    source = f"{sheet.name} in the register"
    return {tuple(row[i] for i in places): Line(source, 0, tuple(row)) for row in session.execute(query)}


def _is_person(column: Column) -> bool:
    return column.to == "members"


def _compare(sheet: Sheet, before: Lines, after: Lines) -> SheetChanges:
    return SheetChanges(
        sheet,
        added={key: sheet.row(line) for key, line in after.items() if key not in before},
        changed={
            key: (sheet.row(before[key]), sheet.row(line))
            for key, line in after.items()
            if key in before and before[key].values != line.values
        },
        removed={key: sheet.row(line) for key, line in before.items() if key not in after},
    )


def _ids(session: Session, sheets: Iterable[SheetChanges]) -> dict[str, str]:
    """Register ids by service number: those there are, and new ones for who is new."""
    known = session.execute(select(t.Member.service_number, t.Member.id))
    ids = dict(known.all())
    used = set(ids.values())
    for number in (key[0] for sheet in sheets if sheet.sheet.name == "members" for key in sheet.added):
        while number not in ids:
            drawn = "m-" + b32encode(secrets.token_bytes(7)).decode()[:10].lower()
            if drawn not in used:
                used.add(drawn)
                ids[number] = drawn
    return ids


def _take_out(session: Session, found: SheetChanges, ids: Mapping[str, str], at: datetime) -> None:
    """Deletes the rows that are gone, and marks those which must stay: people, their posts, flights with booked seats.

    A post that goes takes with it who held it.
    """
    sheet = found.sheet
    table = sheet.table.__table__
    keys = [column for column in sheet.columns if column.name in sheet.key]
    same_key = [table.c[column.stored] == bindparam(f"key_{column.stored}") for column in keys]
    stay: list[Row] = []
    go: list[Row] = []
    booked = set(session.scalars(select(t.Seat.flight))) if sheet.name == "flights" else set()
    for row in found.removed.values():
        key = {f"key_{column.stored}": _stored(column, row, ids) for column in keys}
        free = sheet.name == "flights" and not booked & set(key.values())
        (stay if sheet.gone and not free else go).append(key)
    if stay:
        session.connection().execute(update(sheet.table).where(*same_key).values({sheet.gone: at}), stay)
    if go:
        session.connection().execute(delete(sheet.table).where(*same_key), go)
    if sheet.name == "posts":
        for grant in (t.Appointment, t.Delegation):
            session.execute(delete(grant).where(grant.post.not_in(select(t.Post.post))))


def _bring_in(session: Session, found: SheetChanges, ids: Mapping[str, str]) -> None:
    """Writes what is new or changed over what has the same key, also over what was marked as gone."""
    sheet = found.sheet
    after = [*found.added.values(), *(row for _, row in found.changed.values())]
    rows = [{column.stored: _stored(column, row, ids) for column in sheet.columns} for row in after]
    for row in rows:
        if sheet.name == "members":
            row["id"] = ids[row["service_number"]]
        if sheet.gone:
            row[sheet.gone] = None
    if rows:
        new = insert(session, sheet.table)
        key = [column.name for column in sheet.table.__table__.primary_key]
        rest = {name: new.excluded[name] for name in rows[0] if name not in key}
        session.connection().execute(new.on_conflict_do_update(index_elements=key, set_=rest or None), rows)


def _stored(column: Column, row: Row, ids: Mapping[str, str]) -> Any:
    value = row[column.name]
    return ids[value] if _is_person(column) else value
