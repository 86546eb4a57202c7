"""The words in which a pack may speak: every term by its path, what it may be, and the JSON Schema for editors.

They are read off `domain.terms`, so that a term is defined in one place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from domain.model import Model, Text, date
from domain.orders import LeaveKind
from domain.terms import Terms

NONE = "none"
"""The value that takes away a limit which may be absent; TOML has no null."""

Trust = Literal["A", "B", "C", "D"]
TRUST: dict[Trust, str] = {
    "A": "official text",
    "B": "official text quoted by others, or an older edition",
    "C": "one person's account",
    "D": "our default, to be confirmed by the mission",
}


class Applies(Model):
    """For whom a pack is: each empty list means all."""

    nations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    components: tuple[Literal["contingent", "observer", "police", "civilian"], ...] = ()


NAME, VERSION = r"^[a-z][a-z0-9-]{1,39}$", r"^[a-z][a-z0-9-]{1,39}(@[1-9][0-9]*)?$"
NAMES = {
    NAME: "2 to 40 small letters, digits and -, a letter first",
    VERSION: "the name of a pack, or one version of it: un-police@2",
}
"""What the forms of a pack's names are in words."""


class Head(Model):
    """Who a pack is: its name and version, the first day on which it may be used, and on which pack it rests.

    `layer` tells whose it is: a nation's pack says everything, by itself or by what it extends; a mission's says what
    the mission lays down for members of every nation, and holds beside the nation's. It is `without` kinds of leave of
    the pack on which it rests.
    """

    pack: Annotated[str, StringConstraints(pattern=NAME)]
    version: int = Field(ge=1)
    effective: date
    title: Text
    layer: Literal["nation", "mission"] = "nation"
    extends: Annotated[str, StringConstraints(pattern=VERSION)] | None = None
    without: tuple[LeaveKind, ...] = ()
    applies: Applies | None = None


class Sourced(Model):
    """The table in which every term stands beside its value: where it comes from, and how far it is to be trusted."""

    value: Any
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    trust: Trust


@dataclass(frozen=True)
class Term:
    """One term: its path (`kinds.ordinary.longest_days`), its type, and whether it may be absent."""

    path: str
    type: TypeAdapter[Any]
    optional: bool

    def validate(self, value: object) -> object:
        """The value in the type of the terms. Raises pydantic's `ValidationError`; "30" is no number here."""
        if self.optional and value == NONE:
            return None
        return self.type.validate_json(json.dumps(value, default=str), strict=True)

    def takes(self, value: object) -> bool:
        """Whether a value may be that of the term."""
        try:
            self.validate(value)
        except ValidationError:
            return False
        return True

    @property
    def expected(self) -> str:
        """What the term may be, in words."""
        words = _words(self.type.json_schema())
        return f'{words}, or "{NONE}"' if self.optional else words


def _words(schema: dict[str, Any]) -> str:
    match schema:
        case {"enum": values}:
            return "one of " + ", ".join(map(str, values))
        case {"const": value}:
            return str(value)
        case {"type": "integer"}:
            bounds = [f"at least {schema['minimum']}"] if "minimum" in schema else []
            bounds += [f"at most {schema['maximum']}"] if "maximum" in schema else []
            return " ".join(["a whole number", *bounds])
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "string"}:
            return "a text"
        case {"type": "array", "prefixItems": parts}:
            return f"[{', '.join(_words(part) for part in parts)}]"
        case {"type": "array", "items": items}:
            return f"a list, each {_words(items)}"
        case {"anyOf": [{"type": "null"}, other] | [other, {"type": "null"}]}:
            return _words(other)
        case _:
            return "a number"


def _terms(model: type[Model], prefix: str = "") -> list[Term]:
    return [t for name, field in model.model_fields.items() if name != "pack" for t in _field(field, prefix + name)]


def _field(field: FieldInfo, path: str) -> list[Term]:
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, Model):
        return _terms(kind, path + ".")
    if get_origin(kind) is dict:
        keys, model = get_args(kind)
        return [t for key in get_args(keys) for t in _terms(model, f"{path}.{key}.")]
    optional = field.default is None
    return [Term(path, TypeAdapter(field.rebuild_annotation()), optional)]


TERMS: dict[str, Term] = {t.path: t for t in _terms(Terms)}

Stricter = Callable[[Any, Any], Any] | None
"""Which of two limits is the stricter one; None where a term has no stricter side, and the mission's word holds."""

_OF_A_MISSION: dict[str, Stricter] = {
    "longest_days": min,
    "notice_days": max,
    "answer_hours": min,
    "first_after_days": max,
    "gap_days": max,
    "not_in_last_days": max,
    "eligible_after_days": max,
    "ahead_days": min,
    "last_month_days": min,
    "apart_days": max,
    "cycle_months": max,
    "taken_within_months": min,
    "broken_by_working_days": min,
    "after_days": min,
    "attestation": max,
    "qualifying_months": max,
    "urgent": min,
    "clearing.answer_hours": min,
    "clearing.ceiling_percent": min,
    "clearing.warn_percent": min,
    "travel.request_hours": max,
    "travel.answer_hours": min,
    "travel.security_days": max,
    "back.alert_hours": min,
    "back.absence_hours": min,
} | dict.fromkeys(
    (
        "uncharged_at",
        "answer_before_first_days",
        "undecided_ends",
        "no_show_hours",
        "clearing.override_role",
        "clearing.retry_hours",
        "travel.retry_hours",
        "back.provost_hours",
        "back.provost_from",
        "back.close_days",
        "back.extension_answer_hours",
        "back.settle_hours",
        "records.countersign_days",
        "records.correct_hours",
        "records.review_hours",
        "records.look_days",
        "records.unconfirmed_days",
        "late.after_minutes",
        "late.grace_hours",
    )
)
"""Presence, gaps and lead times: what a mission's pack may say, of each kind or by its path.

So are the bases which it designates for R&R. A check of an emergency that a nation's own law asks for it cannot
switch off; the check which the ground of all packs asks for is the mission's own switch.
"""

MISSIONS: dict[str, Stricter] = {
    path: _OF_A_MISSION[term]
    for path in TERMS
    for term in [path.rpartition(".")[2] if path.startswith("kinds.") else path]
    if term in _OF_A_MISSION
}
"""The terms of a mission's pack by path; all others (charge and kinds) are the nation's."""


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a rule pack, for editors that check TOML while it is written."""
    root: dict[str, Any] = Head.model_json_schema()
    definitions: dict[str, Any] = root.pop("$defs", {})
    for path, term in TERMS.items():
        at = root
        for part in path.split("."):
            at = at["properties"].setdefault(part, {"type": "object", "additionalProperties": False, "properties": {}})
        at.update(_sourced(term))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "title": "Rule pack",
        "$defs": definitions,
    }


def _sourced(term: Term) -> dict[str, Any]:
    value = term.type.json_schema()
    if term.optional:
        value = {"anyOf": [*value.get("anyOf", [value]), {"const": NONE}]}
    marks = "; ".join(f"{mark}: {meaning}" for mark, meaning in TRUST.items())
    return {
        "required": ["value", "source", "trust"],
        "properties": {
            "value": value,
            "source": {"type": "string", "minLength": 1, "description": "where the number comes from"},
            "trust": {"enum": list(TRUST), "description": marks},
        },
    }


__all__ = ["MISSIONS", "NONE", "TERMS", "TRUST", "Applies", "Head", "Sourced", "Term", "Trust", "schema"]
