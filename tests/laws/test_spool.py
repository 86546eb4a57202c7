"""Every act that is ever said goes through the spool: it comes out as it went in, whatever it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.acts import Act, AnyAct
from tests.domain.garrison.mission import order
from tests.laws.dice import Dice
from tests.laws.played import PlayedLeave
from wiring.addresses import addressee
from wiring.spool.item import Item, Name, parsed, written

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SCHEMA: dict[str, Any] = TypeAdapter[Any](AnyAct).json_schema()
MORE: dict[str, Any] = {
    "open-account": {"days": {"annual": "1.5"}},
    "relabel": {"days": "-1"},
    "issue-order": {"order": order().model_dump(mode="json")},
}
"""What an act wants beyond the least that its schema tells."""

KINDS = sorted(SCHEMA["discriminator"]["mapping"])


def through(act: Act) -> Act:
    """An act after it was written and read."""
    return parsed(written(Item(mission="UNEX", kept_at=NOW, act=act)), "UNEX", str(Name.of(1, act))).act


def test_every_act_of_a_played_leave_is_read_as_it_was_written() -> None:
    seen = set[str]()

    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.binary(min_size=PlayedLeave.rolls[0], max_size=PlayedLeave.rolls[1]))
    def play(rolls: bytes) -> None:
        life = PlayedLeave(Dice(rolls))
        for _ in life.moves():
            pass
        for decision in life.decisions:
            assert through(decision.act) == decision.act
            seen.add(decision.act.kind)

    play()
    assert len(seen) > 12, seen


def example(schema: dict[str, Any]) -> Any:
    """The least that a schema asks for."""
    if "$ref" in schema:
        return example(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "const" in schema or "enum" in schema:
        return schema.get("const") or schema["enum"][0]
    if "anyOf" in schema or "oneOf" in schema:
        return example((schema.get("anyOf") or schema["oneOf"])[0])
    match schema.get("type"):
        case "object":
            needed = {name: example(schema["properties"][name]) for name in schema.get("required", ())}
            kind = schema.get("properties", {}).get("kind", {}).get("const")
            return needed | ({"kind": kind} if kind else {})
        case "array":
            return [example(schema["items"])] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    dated = {"date": "2026-03-04", "date-time": "2026-03-04T06:41:00Z", "duration": "P1D"}
    if schema.get("format") in dated:
        return dated[schema["format"]]
    if schema.get("pattern") == "^[0-9a-f]{64}$":
        return "0" * 64
    return "LO-1"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_act_is_read_as_it_was_written(kind: str) -> None:
    """Also those which only bases, accounts and registers know: the least of each."""
    said = example({"$ref": SCHEMA["discriminator"]["mapping"][kind]}) | MORE.get(kind, {})
    act: Act = TypeAdapter[Any](AnyAct).validate_python(said)
    assert through(act) == act
    assert addressee(through(act)) == addressee(act)
