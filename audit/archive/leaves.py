"""What a leaf of the log says: which sealed file it stands for, and what that is. One sense has one form.

A leaf is a JSON object on one line: keys sorted, no spaces, UTF-8 (RFC 8785, of which only texts, whole numbers, true,
false, lists and objects occur).
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_serializer,
)

from audit.tlog.tiles import LARGEST_LEAF
from domain.model import Instant, Model, Sha256

NAMED: Final = 1000
"""Runs that the end of a sealing names."""


class Unreadable(Exception):
    """Bytes that are no leaf of this format."""


class Sealed(Model):
    """What all leaves of sealed files have: the file is found by the SHA-256 of its bytes as they lie there."""

    sha256: Sha256
    size: Annotated[int, Field(ge=0)]
    """Bytes of the sealed file."""
    sealed_at: Instant
    """When the sealer says that it was sealed; who trusts it not goes by checkpoints that were known elsewhere."""

    @field_validator("sealed_at")
    @classmethod
    def _seconds(cls, value: Instant) -> Instant:
        return value.replace(microsecond=0)


class Run(Sealed):
    """The history of one run of a workflow: whole where it is `closed`, else as it was at its `events`-th event.

    `previous` and `next` are the runs before and after where it was continued as new, `builds` the code that worked
    at it.
    """

    kind: Literal["run"] = "run"
    type: str
    id: str
    run: str
    previous: str = ""
    next: str = ""
    events: Annotated[int, Field(ge=1)]
    closed: bool
    ended: str = ""
    """How it was closed: COMPLETED, CONTINUED_AS_NEW, TERMINATED and so on."""
    builds: tuple[str, ...] = ()


class File(Sealed):
    """A file beside the histories: `content` is the SHA-256 of what it holds, before it was compressed.

    An `extract` is of a whole sealing, by whose beginning it is named: what the server or the register then had.
    """

    kind: Literal["file"] = "file"
    what: Literal["evidence", "import", "pack", "order", "wheel", "extract"]
    name: str
    content: Sha256


class Seal(Model):
    """The end of one sealing: all that the server then knew was in the log before this leaf, but for what is `unread`.

    `runs` counts the runs which it listed, `open` those of them which were not closed. `whole` says whether open ones
    were sealed too, and were not left for another time. `unread` are runs which the server could not give, or of which
    not all that they cite could be had: at most `NAMED`, and left out of the leaf where there is none.
    """

    kind: Literal["seal"] = "seal"
    began_at: Instant
    ended_at: Instant
    runs: int
    open: int
    whole: bool
    build: str
    unread: tuple[str, ...] = ()

    def excuses(self, run: str) -> bool:
        """Whether a run that is not in the log may be one of those; where `NAMED` are named, there may be more."""
        return run in self.unread or len(self.unread) >= NAMED

    @model_serializer(mode="wrap")
    def _without_nothing(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = written(self)
        return told if self.unread else {name: value for name, value in told.items() if name != "unread"}


Leaf = Annotated[Run | File | Seal, Field(discriminator="kind")]

_LEAF: Final[TypeAdapter[Run | File | Seal]] = TypeAdapter(Leaf)


def written(leaf: Run | File | Seal) -> bytes:
    """The bytes of a leaf. Raises ValueError where no log can hold it."""
    content = _canonical(leaf.model_dump(mode="json"))
    if len(content) > LARGEST_LEAF:
        raise ValueError(f"expected an entry of at most {LARGEST_LEAF:,} bytes, got {len(content):,}")
    return content


def read(content: bytes) -> Run | File | Seal:
    """A leaf. Raises Unreadable, also where it is written in another form than the one it would be written in."""
    try:
        leaf = _LEAF.validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Unreadable(
            f"expected an entry of this format, got {first['msg']} at {place or 'its beginning'}"
        ) from error
    if _canonical(leaf.model_dump(mode="json")) != content:
        raise Unreadable("expected the one form in which this entry is written, got another")
    return leaf


def says(leaf: Run | File | Seal) -> str:
    """A leaf in a few words, without whom it concerns."""
    match leaf:
        case Run():
            return f"{leaf.type} {leaf.id}, run {leaf.run}, {leaf.events} events{'' if leaf.closed else ', open'}"
        case File():
            return f"{leaf.what} {leaf.name}"
        case Seal():
            return f"the end of the sealing of {leaf.ended_at:%Y-%m-%d %H:%M:%S}Z"


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
