"""What the register's decider remembers: numbers and digests, so that its state stays small for good."""

from __future__ import annotations

from typing import Any, Literal

from domain.decider import Entry, State
from domain.model import Code, Instant, Model, Sha256
from domain.register.events import Applied, Imported, NotApplied


class Apply(Model):
    """A wish: take these files, which lie in the detail store, into the register as version `n`."""

    what: Literal["apply"] = "apply"
    n: int
    files: dict[Code, Sha256]
    by: Code
    at: Instant


class Register(State):
    """`version` is in force, `newest` the highest number given: one whose import failed is not given again.

    `since` tells under which version each file was last taken in, and `files` its digest.
    """

    version: int = 0
    newest: int = 0
    administrators: int = 0
    files: dict[Code, Sha256] = {}
    since: dict[Code, int] = {}
    under_way: Apply | None = None


def evolve(state: Register, entry: Entry[Any]) -> Register:
    """The state after one more entry."""
    change: dict[str, Any] = {}
    match entry.event:
        case Imported() as said:
            apply = Apply(n=said.version, files=said.files, by=said.by, at=said.at)
            change = {"newest": said.version, "under_way": apply}
        case Applied() as said if state.under_way and state.under_way.n == said.version:
            change = {
                "version": said.version,
                "administrators": said.administrators,
                "files": state.files | state.under_way.files,
                "since": state.since | dict.fromkeys(state.under_way.files, said.version),
                "under_way": None,
            }
        case NotApplied() as said if state.under_way and state.under_way.n == said.version:
            change = {"under_way": None}
    return state.model_copy(update={"seq": entry.seq, **change})
