"""Verdicts and ledger, written small: what many leaves have in common is written once.

An order that stops five hundred leaves gives five hundred times the same reason. A base carries its state with every
decision, so the JSON keeps such words in one list and refers to them by place:

    {"words": [{"cites": "LO-014.2", ...}], "of": {"UNIFIL-01J...": {"seq": 12, "granted": true, "blocks": [0]}}}

In memory nothing is compact: models are read and written whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

SHARED = (
    "unit",
    "nation",
    "component",
    "leave_kind",
    "destination",
    "route",
    "ceiling_percent",
    "warn_percent",
    "override_role",
    "deciders",
    "decided",
    "exempt_hours",
    "urgent",
)
"""What the places of a unit have mostly in common."""
PLACES = ("place", "was")
"""Where a line has a place."""
SAID = ("blocks", "bars", "cites", "warns", "conditions")
"""What the verdicts under one order have mostly in common."""


def pack(values: Mapping[str, BaseModel]) -> dict[str, Any]:
    """Verdicts, or ledger lines with a place and a verdict in them, by leave: without defaults, common words once."""
    words: dict[str, int] = {}

    def refer(value: Any) -> int:
        return words.setdefault(json.dumps(value, sort_keys=True), len(words))

    of = {key: _each(value.model_dump(mode="json", exclude_defaults=True), refer) for key, value in values.items()}
    return {"words": [json.loads(word) for word in words], "of": of}


def unpack(value: Any) -> Any:
    """What `pack` wrote, with its words in their places again; anything else as it is."""
    if not isinstance(value, dict) or set(value) != {"words", "of"}:
        return value
    words = value["words"]
    return {key: _whole(line, words) for key, line in value["of"].items()}


def _each(line: dict[str, Any], refer: Callable[[Any], int]) -> dict[str, Any]:
    verdict = line.get("verdict", line)
    for said in SAID:
        if said in verdict:
            verdict[said] = [refer(word) for word in verdict[said]]
    if "barred_since" in line:
        line["barred_since"] = refer(line["barred_since"])
    for place in filter(None, map(line.get, PLACES)):
        place["as"] = refer({name: place.pop(name) for name in SHARED if name in place})
    return line


def _whole(line: dict[str, Any], words: list[Any]) -> dict[str, Any]:
    line = dict(line)
    for name in PLACES:
        if name in line:
            place = dict(line[name])
            line[name] = words[place.pop("as")] | place
    if "barred_since" in line:
        line["barred_since"] = words[line["barred_since"]]
    if "verdict" in line:
        line["verdict"] = _spoken(line["verdict"], words)
        return line
    return _spoken(line, words)


def _spoken(verdict: dict[str, Any], words: list[Any]) -> dict[str, Any]:
    return verdict | {said: [words[i] for i in verdict[said]] for said in SAID if said in verdict}
