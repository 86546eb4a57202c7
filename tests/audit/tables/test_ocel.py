"""The export is an object-centric event log by the rules of OCEL 2.0 (specification, section on its JSON form)."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from audit.archive.vault import Folder
from audit.archived import Archived
from audit.tables import ocel
from audit.tables.asking import answer, asked
from audit.tables.keeping import brought_up
from bench.copies import seal
from tests.audit.test_replay import kept

NUMBER = r"-?\d+(\.\d+)?"
TYPES = {"string": r"(?s).+", "time": r".*", "integer": r"-?\d+", "float": NUMBER, "boolean": r"true|false"}
"""How a value of each type is written: every value is a text."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""A date-time by RFC 3339, as the published schema asks for."""


@pytest.fixture(scope="module")
async def log(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home: Path = tmp_path_factory.mktemp("ocel")
    seal(Folder(home / "a"), kept("leave-settled"), 3)
    seal(Folder(home / "a"), kept("leave-suspended-withdrawn"), 1, start=3)
    index = await brought_up(Archived(str(home / "a"), None), home / "index")
    with asked(index) as connection, (home / "log.json").open("w", encoding="utf-8") as file:
        counts = ocel.write(connection, file)
        entries = list(answer(connection, "SELECT count(*) FROM entries").rows)
    read: dict[str, Any] = json.loads((home / "log.json").read_text("utf-8"))
    assert counts == (len(read["events"]), len(read["objects"]))
    assert entries == [(len(read["events"]),)]
    return read


def declared(types: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The attributes of each type, with their types; names are given once."""
    found = {one["name"]: {each["name"]: each["type"] for each in one["attributes"]} for one in types}
    assert len(found) == len(types)
    return found


def fits(attributes: list[dict[str, Any]], of: dict[str, str]) -> bool:
    """Whether each value is of an attribute that its type declares, and of that attribute's type."""
    times = (each["value"] for each in attributes if of[each["name"]] == "time")
    return all(re.fullmatch(TYPES[of[each["name"]]], each["value"]) for each in attributes) and all(
        map(TIME.fullmatch, times)
    )


NAMED = ({"name": str, "type": str}, {"name", "type"})
OF_A_TYPE = ({"name": str, "attributes": NAMED}, {"name", "attributes"})
RELATED = ({"objectId": str, "qualifier": str}, {"objectId", "qualifier"})
GIVEN = ({"name": str, "value": str}, {"name", "value"})
GIVEN_AT = ({"name": str, "value": str, "time": datetime}, {"name", "value", "time"})
HAPPENED = (
    {"id": str, "type": str, "time": datetime, "attributes": GIVEN, "relationships": RELATED},
    {"id", "type", "time"},
)
THERE = ({"id": str, "type": str, "attributes": GIVEN_AT, "relationships": RELATED}, {"id", "type"})
SCHEMA = {"eventTypes": OF_A_TYPE, "objectTypes": OF_A_TYPE, "events": HAPPENED, "objects": THERE}
"""What the published JSON schema of OCEL 2.0 asks for: of the documents in each list their fields by type, and those
that must be there. Every value is a text, whatever the type of its attribute, and a time is a date-time by RFC 3339."""


def against(documents: list[dict[str, Any]], shape: Any) -> None:
    """Fails where a document of a list is not of the shape that its schema has."""
    fields, required = shape
    for document in documents:
        assert required <= document.keys()
        for name, value in document.items():
            match fields[name]:
                case tuple() as inner:
                    against(value, inner)
                case kind:
                    assert isinstance(value, str), (name, value)
                    assert kind is str or TIME.fullmatch(value), (name, value)


def test_it_is_valid_by_the_published_schema(log: dict[str, Any]):
    for part, shape in SCHEMA.items():
        against(log[part], shape)


def test_it_has_the_four_parts_which_the_schema_requires(log: dict[str, Any]):
    assert set(log) == {"objectTypes", "eventTypes", "objects", "events"}
    for part in log["objectTypes"] + log["eventTypes"]:
        assert set(part) == {"name", "attributes"}
        assert all(set(each) == {"name", "type"} and each["type"] in TYPES for each in part["attributes"])


def test_each_event_has_an_id_a_type_a_time_and_objects_that_are_there(log: dict[str, Any]):
    types, objects = declared(log["eventTypes"]), {one["id"] for one in log["objects"]}
    ids = [event["id"] for event in log["events"]]
    assert len(set(ids)) == len(ids)
    for event in log["events"]:
        assert set(event) == {"id", "type", "time", "attributes", "relationships"}
        assert TIME.fullmatch(event["time"])
        assert fits(event["attributes"], types[event["type"]])
        assert event["relationships"], "an event relates to at least one object"
        for one in event["relationships"]:
            assert set(one) == {"objectId", "qualifier"}
            assert one["objectId"] in objects


def test_each_object_has_an_id_of_its_own_a_type_and_attributes_with_times(log: dict[str, Any]):
    types = declared(log["objectTypes"])
    ids = [one["id"] for one in log["objects"]]
    assert len(set(ids)) == len(ids)
    for one in log["objects"]:
        assert set(one) == {"id", "type", "attributes", "relationships"}
        assert fits(one["attributes"], types[one["type"]])
        assert all(TIME.fullmatch(each["time"]) for each in one["attributes"])
        assert all(each["objectId"] in set(ids) for each in one["relationships"])


def test_the_order_of_events_of_a_leave_is_that_of_its_journal(log: dict[str, Any]):
    times: dict[str, list[datetime]] = {}
    for event in log["events"]:
        times.setdefault(event["id"].partition("/")[0], []).append(datetime.fromisoformat(event["time"]))
    assert len(times) == 4
    assert all(each == sorted(each) for each in times.values())


def test_people_are_register_ids_and_orders_are_cited(log: dict[str, Any]):
    found = {
        one["type"]: [each["id"] for each in log["objects"] if each["type"] == one["type"]] for one in log["objects"]
    }
    assert all(name.startswith("person:m-") for name in found["person"])
    assert found["order"], "a leave that was suspended cites the order"
    assert set(found) == {"leave", *ocel.PLAIN}
