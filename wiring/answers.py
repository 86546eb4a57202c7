"""What an act led to, read as far as this build can: a worker may be newer than the desk, and know other events.

The act was decided, whatever the desk makes of the answer. So an entry which it cannot read is told by its kind, and
keeps neither the act in the spool nor what was said after it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.decider import Entry, Event, Outcome, Refused
from domain.model import Model
from domain.refusal import Refusal


class Unread(Event):
    """An event which this build does not know, or has in other words."""

    kind: str

    def says(self) -> str:
        """That there is more to it than this desk can tell."""
        return f"{self.kind} (told by another build of furlough; this one reads no more of it)"


def read(told: Any, kind: type[Outcome[Any]]) -> Outcome[Any]:
    """An outcome of this kind; where it is not of this build's words, all that can be read of it.

    Raises:
        ValidationError: it is no outcome at all.
    """
    try:
        return kind.model_validate_json(json.dumps(told))
    except ValidationError:
        if not isinstance(told, Mapping) or not isinstance(told.get("entries"), list):
            raise
    entries = tuple(_entry(one, kind) for one in told["entries"])
    refused = _refusal(told["refused"]) if told.get("refused") else None
    return Outcome[Any](entries=entries, refused=refused, said=told.get("said"))


def _entry(told: Any, kind: type[Outcome[Any]]) -> Entry[Any]:
    """One entry, alone as it would stand in an outcome."""
    try:
        return kind.model_validate_json(json.dumps({"entries": [told]})).entries[0]
    except ValidationError:
        head = _known(Entry, told)
    event = head.pop("event")
    read: Event = Unread(kind=str(event.get("kind", "an event"))[:100])
    if read == Unread(kind="refused") and isinstance(event.get("refusal"), Mapping):
        read = Refused(act=str(event.get("act", "")), refusal=_refusal(event["refusal"]))
    return Entry[Any].model_validate({**head, "event": read})


def _refusal(told: Mapping[str, Any]) -> Refusal:
    return Refusal.model_validate(_known(Refusal, told))


def _known(kind: type[Model], told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in kind.model_fields if name in told}
