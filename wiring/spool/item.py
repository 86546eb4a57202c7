"""One act as a file: a line of JSON with the act, its mission and the form's version, and below it the line's SHA-256.

Any cut and any edit shows: the file must end with the checksum's own line end, and the checksum is of the very bytes.
Its name says where it stands and nothing about people: number, digest of the addressee, digest of the act's id.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any, Final, NamedTuple, Self

from pydantic import SerializeAsAny, TypeAdapter, ValidationError

from domain.acts import Act, AnyAct
from domain.ids import base_workflow
from domain.model import Instant, Model
from domain.wrong import expected
from wiring.addresses import addressee
from wiring.trouble import Trouble

FORM: Final = 1
"""The version of this form. Line and checksum are of all versions, so that a newer file is known as one."""

LARGEST_ACT: Final = 256 * 2**10
"""Bytes of one act: with its decision it stands in a history three times over, and a server takes 2 MiB at once."""
LARGEST: Final = 2 * 2**20
"""Bytes of one file: what is larger no server would take."""

_ACT: Final[TypeAdapter[Any]] = TypeAdapter(AnyAct)
_NAME: Final = re.compile(r"(?P<number>\d{12})-(?P<to>[0-9a-f]{16})-(?P<act>[0-9a-f]{16})\.act")


class Unusable(Exception):
    """A file of the spool which is no act of this mission that can be read here; its text says why."""


class Name(NamedTuple):
    """The name of a file: acts to the same addressee go in the order of their numbers."""

    number: int
    to: str
    act: str

    @classmethod
    def of(cls, number: int, act: Act) -> Self:
        """The name of an act's file."""
        return cls(number, _digest(addressee(act)), _digest(act.act_id))

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """What a name says; None where it is not one of ours."""
        found = _NAME.fullmatch(text)
        return cls(int(found["number"]), found["to"], found["act"]) if found else None

    def names(self, act: Act) -> bool:
        """Whether it is this act's. Orders of the mission were once filed as for the base where they were said."""
        to = {addressee(act), *([base_workflow(act.base)] if act.to == "base" else [])}  # type: ignore[attr-defined]
        return self.act == _digest(act.act_id) and self.to in map(_digest, to)

    @property
    def end(self) -> str:
        """How every file of this act's name ends."""
        return f"-{self.to}-{self.act}.act"

    def __str__(self) -> str:
        return f"{self.number:012d}-{self.to}-{self.act}.act"


class Item(Model):
    """An act as it waits: for which mission, and since when; from which line of a file, where it came from one."""

    mission: str
    kept_at: Instant
    act: SerializeAsAny[Act]
    where: str = ""

    @property
    def what(self) -> str:
        """The act, whom it is addressed to and its line, for people: `approve UNEX-01JE... (gate.csv line 3)`."""
        kind: str = self.act.kind  # type: ignore[attr-defined]  # every act which can be sent has one
        return f"{kind} {addressee(self.act)}" + (f" ({self.where})" if self.where else "")

    @property
    def recorder(self) -> str:
        """Who typed it."""
        return self.act.entered_by or self.act.decided_by


class TooLarge(Trouble):
    """An act which no server would take. It is neither kept nor sent."""

    code = 2


def written(item: Item) -> bytes:
    """The file of an act. Raises TooLarge."""
    line = json.dumps({"form": FORM, **item.model_dump(mode="json")}, ensure_ascii=False).encode()
    if len(line) > LARGEST_ACT:
        raise TooLarge(
            f"{item.what} is too large to be sent.",
            why=f"expected at most {LARGEST_ACT:,} bytes, got {len(line):,}",
            known="nothing was changed, and nothing is kept",
            helps="say less in one act: several orders, or a paper as evidence",
        )
    return line + b"\n" + sha256(line).hexdigest().encode() + b"\n"


def parsed(content: bytes, mission: str, name: str) -> Item:
    """The act in a file.

    Raises:
        Unusable: it is cut, changed, of a newer form, of another mission, no act, or not what its name says.
    """
    line, end, rest = content.partition(b"\n")
    if not end or len(rest) != 65 or not rest.endswith(b"\n"):
        raise Unusable(f"it is cut: expected a line and its checksum, got {len(content)} bytes which end elsewhere")
    if sha256(line).hexdigest().encode() != rest[:-1]:
        raise Unusable("it was changed: its checksum is of another content")
    told = _document(line)
    form = told.pop("form", None)
    if isinstance(form, int) and form > FORM:
        raise Unusable(f"it is of a newer furlough: expected form {FORM} at most, got {form}")
    if form != FORM:
        raise Unusable(f"it is no act of a spool: expected form {FORM}, got {str(form)[:40]}")
    if told.get("mission") != mission:
        raise Unusable(f"it is of another mission: expected {mission}, got {str(told.get('mission'))[:40]}")
    try:
        item = Item(
            mission=mission, kept_at=told["kept_at"], act=_ACT.validate_python(told["act"]), where=told.get("where", "")
        )
    except (ValidationError, KeyError) as error:
        raise Unusable(f"it is no act which this furlough knows: {_faults(error)}") from error
    known = Name.parsed(name)
    if known is None or not known.names(item.act):
        raise Unusable("its name is of another act")
    return item


def _document(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):  # nested so deep that nobody has written it
        told = None
    if not isinstance(told, dict):
        raise Unusable("it is no act of a spool: expected a JSON document")
    return told


def _faults(error: Exception) -> str:
    """Where it is wrong; not what stands there, which may be of a person."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: expected {expected(e)}" for e in error.errors()[:3])
    return f"no {error.args[0]}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
