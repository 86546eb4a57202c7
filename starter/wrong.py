"""Values which cannot be meant, told by field: expected and got."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from domain.wrong import expected
from wiring.trouble import Misset

SAID_AS: Final = {"leave_kind": "kind", "acted_at": "at", "for_post": "for-post"}
"""Fields which people know by another name."""


class Fault(NamedTuple):
    """What is wrong with one field (none: with several together), and whether it was not said at all."""

    field: str
    why: str
    missing: bool = False

    def __str__(self) -> str:
        return f"{self.field}: {self.why}" if self.field else self.why


def faults(error: ValidationError) -> Iterator[Fault]:
    """All that is wrong, field by field."""
    for wrong in error.errors(include_url=False):
        where = ".".join(SAID_AS.get(str(part), str(part)) for part in wrong["loc"])
        missing = wrong["type"] == "missing"
        said = "it is missing" if missing else _said(wrong)
        got = (
            ""
            if missing or "got" in said or isinstance(wrong["input"], dict)
            else f", got {str(wrong['input'])[:60]!r}"
        )
        yield Fault(where, said + got, missing)


def _said(wrong: Any) -> str:
    """What was expected, and of a long text how long it is."""
    if wrong["type"] == "string_too_long":
        return f"expected {expected(wrong)}, got {len(wrong['input'])}"
    return f"expected {expected(wrong)}"


def misread(error: ValidationError) -> Misset:
    """Why what was said is no act, in one message."""
    told = tuple(faults(error))
    missing = [f"--{fault.field.replace('_', '-')}" for fault in told if fault.missing]
    return Misset(
        "What was said cannot be recorded.",
        why="; ".join(map(str, told)),
        known="nothing was changed",
        helps=f"say it by {', '.join(missing)}" if missing else "mend it; --help of the command tells what is expected",
    )
