"""What anybody may type into an act is sealed, or is known to be open: a record cannot be made to forget."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from domain.acts import AnyAct, Attach, Cancel, Correct, Deny, Recall, Sealed, Unbook
from starter.saying import own_fields

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def all_acts(union: Any) -> set[Any]:
    """The acts of a union of unions."""
    parts = get_args(union)
    return {union} if not parts else {act for part in parts for act in all_acts(part) if isinstance(act, type)}


ALL_ACTS = sorted(all_acts(AnyAct), key=lambda act: act.__name__)

OPEN = {
    "act_id": "a name that the desk makes",
    "signature": "of the act itself",
    "leave_id": "a name that the desk makes",
    "of": "the id of another act",
    "source": "which office or paper a balance comes from",
    "waive": "why movement control takes a late request, which the journal tells",
    "whom": "the office that what is left is handed to",
    "what": "the deadline which time names",
    "act": "the kind of an act that is set aside unread",
    "addressed": "the leave or base that an act was for",
}
"""Fields of acts in which anything might be typed, and why each is open all the same."""
OPEN_REASONS = {
    "issue-order": "an order is published",
    "rescind-order": "an order is published",
    "raise-ceiling": "the written authority, by its name",
    "change-flight": "weather and aircraft",
    "set-aside": "why a file of a spool is sent no more",
    "void-numbers": "why numbers of a base are used no more",
}
"""Acts whose reason is of the service alone."""


CLOSED = {"pattern", "format", "enum", "const"}


def free_texts(kind: type[Any]) -> dict[str, Any]:
    """The fields of an act in which anything may be typed, openly or sealed, with what they are made of."""
    found = {}
    for name, each in kind.model_json_schema()["properties"].items():
        shapes = each.get("anyOf", [each])
        if {"type": "number"} in shapes:  # which JSON writes as a string, too
            continue
        if any(s.get("type") == "string" and not s.keys() & CLOSED for s in shapes):
            found[name] = shapes
    return found


@pytest.mark.parametrize("kind", ALL_ACTS, ids=lambda kind: kind.__name__)
def test_whatever_may_be_typed_into_an_act_can_be_sealed_or_is_known_to_be_open(kind: type[Any]):
    said = kind.model_fields["kind"].default
    for name, shapes in free_texts(kind).items():
        sealed = any(s.get("$ref", "").endswith("/Sealed") for s in shapes)
        assert sealed or name in OPEN or (name == "reason" and said in OPEN_REASONS), (said, name)


@pytest.mark.parametrize("kind", [Deny, Cancel, Recall, Correct, Unbook])
def test_what_is_open_in_acts_of_before_is_read_and_said_sealed_at_the_desk(kind: type[Any]):
    assert own_fields(kind)["reason"] is Sealed
    head = {
        "act_id": "a",
        "decided_by": "m-x",
        "acted_at": NOW,
        "leave_id": "L",
        "flight": "UN-1",
        "back_by": NOW.date(),
    }
    words = {name: value for name, value in head.items() if name in kind.model_fields}
    for reason in ("needed here", Sealed(ref="s-a", digest="0" * 64)):
        act = kind.model_validate(words | {"reason": reason})
        assert kind.model_validate_json(act.model_dump_json()).reason == reason


@pytest.mark.parametrize("title", ["", "death certificate of mother", Sealed(ref="s-a", digest="0" * 64)])
def test_what_a_paper_is_called_is_sealed_and_read_open_where_it_was_said_so_before(title: str | Sealed):
    assert own_fields(Attach)["title"] is Sealed
    act = Attach(act_id="a", decided_by="m-x", acted_at=NOW, leave_id="L", title=title)
    assert Attach.model_validate_json(act.model_dump_json()) == act
