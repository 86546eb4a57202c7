"""The index as an object-centric event log: OCEL 2.0, in its JSON form.

Events are the entries of leaves. Objects are leaves, members, bases, units, posts, people who said or recorded
something (by register id) and order versions. An id is one object's alone, so that all but leaves bear their type.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any, Final

import duckdb

from audit.citations import ORDER
from audit.tables.asking import answer
from domain.words import plain

EVENT: Final = (
    ("what", "string"),
    ("effective_at", "time"),
    ("late_seconds", "integer"),
    ("assurance", "string"),
    ("irregular", "string"),
)
"""The attributes of every event, in order; what an entry has not is left out."""

LEAVE: Final = (
    ("number", "string"),
    ("leave_kind", "string"),
    ("state", "string"),
    ("first", "string"),
    ("last", "string"),
    ("travel", "string"),
    ("pack", "string"),
    ("expected", "float"),
    ("charged", "float"),
)
"""The attributes of a leave, as it was sealed last."""

PLAIN: Final = ("member", "base", "unit", "post", "person", "order")
"""The types of objects that have no attributes."""

ENTRIES: Final = """SELECT leave_id, seq, kind, what, recorded_at, effective_at, late_seconds, assurance,
    array_to_string(irregular, ' ') AS irregular, "by", post, for_post, entered_by, cites
FROM entries ORDER BY leave_id, seq"""


def write(connection: duckdb.DuckDBPyConnection, file: IO[str]) -> tuple[int, int]:
    """Write the log, event by event; how many events and objects it has."""
    kinds = [row[0] for row in answer(connection, "SELECT DISTINCT kind FROM entries ORDER BY kind").rows]
    file.write('{"objectTypes": ')
    file.write(json.dumps([_type("leave", LEAVE), *(_type(name, ()) for name in PLAIN)]))
    file.write(',\n"eventTypes": ')
    file.write(json.dumps([_type(kind, EVENT) for kind in kinds]))
    others: dict[str, str] = {}
    file.write(',\n"events": [')
    events = _all(file, _events(connection, others))
    file.write('],\n"objects": [')
    objects = _all(file, _objects(connection, others))
    file.write("]}\n")
    return events, objects


def _all(file: IO[str], parts: Iterable[dict[str, Any]]) -> int:
    many = 0
    for many, part in enumerate(parts, 1):
        file.write(("," if many > 1 else "") + "\n" + json.dumps(part, ensure_ascii=False))
    return many


def _type(name: str, attributes: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": each, "type": type_} for each, type_ in attributes]}


def _events(connection: duckdb.DuckDBPyConnection, others: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Each entry. The objects to which they relate are gathered in `others`, with their types."""
    found = answer(connection, ENTRIES)
    for row in found.rows:
        entry = dict(zip(found.titles, row, strict=True))
        related = list(_related(entry))
        for type_, name, _ in related:
            if type_ != "leave":
                others[_id(type_, name)] = type_
        yield {
            "id": f"{entry['leave_id']}/{entry['seq']}",
            "type": entry["kind"],
            "time": _time(entry["recorded_at"]),
            "attributes": _attributes(EVENT, entry),
            "relationships": _relationships(related),
        }


def _related(entry: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """To which objects an entry relates: type, name, and how."""
    yield "leave", entry["leave_id"], "of"
    if entry["by"] and entry["by"].startswith("m-"):
        yield "person", entry["by"], "said by"
    for column, how in (("post", "said as"), ("for_post", "said for")):
        if entry[column]:
            yield "post", entry[column], how
    if entry["entered_by"]:
        yield "person", entry["entered_by"], "recorded by"
    for cite in entry["cites"] or ():
        if ORDER.fullmatch(cite):
            yield "order", cite, "under"


def _objects(connection: duckdb.DuckDBPyConnection, others: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Leaves, whose member, base and unit they are, and then all the others."""
    found = answer(connection, "SELECT * FROM leaves ORDER BY leave_id")
    for row in found.rows:
        leave = dict(zip(found.titles, row, strict=True))
        related = [(type_, leave[type_], how) for type_, how in _PARTS if leave[type_]]
        for type_, name, _ in related:
            others[_id(type_, name)] = type_
        at = _time(leave["asked_at"] or leave["sealed_at"])
        attributes = [{**one, "time": at} for one in _attributes(LEAVE, leave)]
        yield {
            "id": leave["leave_id"],
            "type": "leave",
            "attributes": attributes,
            "relationships": _relationships(related),
        }
    for name, type_ in sorted(others.items()):
        yield {"id": name, "type": type_, "attributes": [], "relationships": []}


_PARTS: Final = (("member", "taken by"), ("base", "at"), ("unit", "of"))


def _relationships(related: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"objectId": _id(type_, name), "qualifier": how} for type_, name, how in related]


def _id(type_: str, name: str) -> str:
    return name if type_ == "leave" else f"{type_}:{name}"


def _attributes(wanted: Iterable[tuple[str, str]], of: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": _value(of[name])} for name, _ in wanted if of[name] not in (None, "")]


def _value(value: Any) -> str:
    """A value as the published schema of the JSON form has it: text, of whatever type its attribute is declared."""
    match value:
        case datetime():
            return _time(value)
        case Decimal():
            return plain(value)
        case _:
            return str(value)


def _time(at: datetime) -> str:
    """A time of a table, which is UTC."""
    return at.replace(tzinfo=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
