"""Values which cannot be meant, told by field: expected and got."""

from __future__ import annotations

import re

from pydantic import ValidationError

from wiring.trouble import Misset


def misread(error: ValidationError) -> Misset:
    """Why what was said is no act, in one message."""
    told = []
    for wrong in error.errors(include_url=False):
        where = ".".join(str(part) for part in wrong["loc"])
        said = re.sub("^Value error, ", "", wrong["msg"]) if wrong["type"] != "missing" else "it is missing"
        got = "" if "got" in said or isinstance(wrong["input"], dict) else f", got {str(wrong['input'])[:60]!r}"
        told.append(f"{where}: {said}{got}" if where else said)
    return Misset("What was said cannot be recorded.", why="; ".join(told), known="nothing was changed")
